/*!
How a lexicon is used by texts: how often each rule fired, which never did, which words carry a marker, which markers stand together.

For writers of lexicons. *Finds* are what a rule saw and its conditions allow; *matches* are what weights and the overlap law left of them. A rule with finds
and no match is always hidden by a longer one of its marker, or dropped by weight.
*/

use super::csv::{decimal, integer, safe, table as csv_table};
use super::matches_of;
use super::terminal::{BOLD, DIM, RESET, printable};
use crate::analyzer::Analysis;
use crate::document::{Role, Token, TokenKind};
use crate::lexicon::{Definitions, RuleKind};
use crate::matcher::Match;
use crate::segment::tokens;
use crate::span::Span;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// What was counted in all documents so far.
#[derive(Clone, Debug)]
pub struct Usage {
    /// Documents.
    pub n_documents: usize,
    /// The narrators' sentences.
    pub n_sentences: usize,
    /// The narrators' words.
    pub n_words: usize,
    /// For every rule of the lexicon.
    pub rules: Vec<RuleUse>,
    /// For every marker of the lexicon.
    pub markers: Vec<MarkerUse>,
    /// For pairs of markers, the smaller index first.
    pub overlaps: BTreeMap<(usize, usize), Overlap>,
    /// How often the narrators said each word.
    words: FxHashMap<String, usize>,
}

/// How a rule was used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RuleUse {
    /// What it saw, before weights and the overlap law.
    pub finds: usize,
    /// What was counted.
    pub matches: usize,
    /// Documents with a match.
    pub documents: usize,
}

/// How a marker was used.
#[derive(Clone, Debug, Default)]
pub struct MarkerUse {
    /// Its matches.
    pub matches: usize,
    /// Documents with a match.
    pub documents: usize,
    /// Sentences with a match.
    pub sentences: usize,
    /// Its matches but for those of shapes, which are whole sentences whatever their words.
    worded: usize,
    /// The words in these matches: how many matches have the word, how often it stands in them.
    words: BTreeMap<String, (usize, usize)>,
}

/// Two markers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Pairs of matches, one of each, that share a word.
    pub matches: usize,
    /// Sentences with both.
    pub sentences: usize,
}

/// A word in the matches of a marker.
#[derive(Clone, Debug, PartialEq)]
pub struct CarryingWord {
    /// In lower case.
    pub word: String,
    /// Matches of the marker that have it.
    pub matches: usize,
    /// Share of the marker's matches that have it, 0 to 1.
    pub share: f64,
    /// How often it stands in matches of the marker.
    pub inside: usize,
    /// How often the narrators say it elsewhere.
    pub outside: usize,
    /// Log-likelihood ratio of the word being commoner inside than outside (Dunning 1993); from 0 up.
    pub log_likelihood: f64,
}

impl Usage {
    /// Nothing counted yet.
    pub fn new(definitions: &Definitions) -> Usage {
        Usage {
            n_documents: 0,
            n_sentences: 0,
            n_words: 0,
            rules: vec![RuleUse::default(); definitions.rules.len()],
            markers: vec![MarkerUse::default(); definitions.markers.len()],
            overlaps: BTreeMap::new(),
            words: FxHashMap::default(),
        }
    }

    /// Adds a document. `finds` are what its rules saw.
    pub fn add(&mut self, definitions: &Definitions, analysis: &Analysis, finds: &[Match]) {
        self.n_documents += 1;
        self.n_words += analysis.score.words;
        self.n_sentences += analysis.score.sentences;
        let marker_of = |found: &Match| definitions.rules[found.rule].marker;
        for find in finds {
            self.rules[find.rule].finds += 1;
        }
        let mut rules_here = BTreeSet::new();
        let mut markers_here = BTreeSet::new();
        let text = &analysis.document.text;
        let mut words = Vec::new();
        for found in &analysis.matches {
            self.rules[found.rule].matches += 1;
            rules_here.insert(found.rule);
            let marker = &mut self.markers[marker_of(found)];
            marker.matches += 1;
            markers_here.insert(marker_of(found));
            if matches!(definitions.rules[found.rule].kind, RuleKind::Shape(_)) {
                continue;
            }
            marker.worded += 1;
            let mut seen = BTreeSet::new();
            for word in words_in(text, found.span, &mut words) {
                let entry = marker.words.entry(word.clone()).or_default();
                entry.0 += usize::from(seen.insert(word));
                entry.1 += 1;
            }
        }
        rules_here.into_iter().for_each(|rule| self.rules[rule].documents += 1);
        markers_here.into_iter().for_each(|marker| self.markers[marker].documents += 1);
        for (number, sentence) in analysis.sentences.iter().enumerate() {
            if analysis.document.speaker_of(sentence.turn).role != Role::Narrator {
                continue;
            }
            for word in words_in(text, sentence.span, &mut words) {
                *self.words.entry(word).or_default() += 1;
            }
            self.add_sentence(matches_of(analysis, number), marker_of);
        }
    }

    fn add_sentence(&mut self, matches: &[Match], marker_of: impl Fn(&Match) -> usize) {
        let markers: BTreeSet<usize> = matches.iter().map(&marker_of).collect();
        for &marker in &markers {
            self.markers[marker].sentences += 1;
            for &other in markers.range(marker + 1..) {
                self.overlaps.entry((marker, other)).or_default().sentences += 1;
            }
        }
        for (number, found) in matches.iter().enumerate() {
            for other in &matches[number + 1..] {
                let pair = (marker_of(found), marker_of(other));
                if pair.0 != pair.1 && found.span.overlaps(other.span) {
                    let pair = (pair.0.min(pair.1), pair.0.max(pair.1));
                    self.overlaps.entry(pair).or_default().matches += 1;
                }
            }
        }
    }

    /// The words in the matches of a marker that are commoner there than elsewhere, the most telling first.
    pub fn carrying_words(&self, marker: usize) -> Vec<CarryingWord> {
        let used = &self.markers[marker];
        let all_inside: usize = used.words.values().map(|(_, n)| n).sum();
        let all: usize = self.words.values().sum();
        let mut found: Vec<CarryingWord> = used
            .words
            .iter()
            .filter_map(|(word, &(matches, inside))| {
                let outside = self.words.get(word).copied().unwrap_or(inside).saturating_sub(inside);
                let log_likelihood = log_likelihood(inside, all_inside, outside, all.saturating_sub(all_inside))?;
                let share = matches as f64 / used.worded as f64;
                Some(CarryingWord { word: word.clone(), matches, share, inside, outside, log_likelihood })
            })
            .collect();
        found.sort_by(|a, b| b.log_likelihood.total_cmp(&a.log_likelihood).then_with(|| a.word.cmp(&b.word)));
        found
    }
}

/// Twice the log of the likelihood ratio of one word in two texts; nothing if it is not commoner in the first.
fn log_likelihood(inside: usize, all_inside: usize, outside: usize, all_outside: usize) -> Option<f64> {
    let [inside, all_inside, outside, all_outside] = [inside, all_inside, outside, all_outside].map(|n| n as f64);
    if all_inside == 0.0 || inside * all_outside <= outside * all_inside {
        return None;
    }
    let both = (inside + outside) / (all_inside + all_outside);
    let term = |n: f64, all: f64| if n == 0.0 { 0.0 } else { n * (n / (all * both)).ln() };
    Some(2.0 * (term(inside, all_inside) + term(outside, all_outside)))
}

/// The words of a stretch in lower case, with straight apostrophes.
fn words_in<'a>(text: &'a str, span: Span, room: &'a mut Vec<Token>) -> impl Iterator<Item = String> + 'a {
    room.clear();
    tokens(text, span, room);
    let words = room.iter().filter(|token| token.kind == TokenKind::Word);
    words.map(|token| text[token.span.range()].to_lowercase().replace('’', "'"))
}

/// The tables that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row a rule.
    Rules,
    /// A row a marker.
    Markers,
    /// A row a marker and a word that carries it.
    Words,
    /// A row a pair of markers that stand together.
    Overlap,
}

impl Table {
    /// All of them.
    pub const ALL: [Table; 4] = [Table::Rules, Table::Markers, Table::Words, Table::Overlap];

    /// The name of its file.
    pub fn file(self) -> &'static str {
        match self {
            Table::Rules => "rules.csv",
            Table::Markers => "markers.csv",
            Table::Words => "words.csv",
            Table::Overlap => "overlap.csv",
        }
    }
}

/// Writes one of the tables.
///
/// # Errors
/// What `out` says.
pub fn csv(definitions: &Definitions, usage: &Usage, which: Table, out: &mut dyn Write) -> io::Result<()> {
    match which {
        Table::Rules => rules(definitions, usage, out),
        Table::Markers => markers(definitions, usage, out),
        Table::Words => words(definitions, usage, out),
        Table::Overlap => overlap(definitions, usage, out),
    }
}

fn rules(definitions: &Definitions, usage: &Usage, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv_table(out);
    let mut cell = String::new();
    table.write_record([
        "family",
        "marker",
        "rule",
        "kind",
        "finds",
        "matches",
        "documents",
        "per_1000_words",
        "share_of_marker",
    ])?;
    for (rule, used) in definitions.rules.iter().zip(&usage.rules) {
        let marker = &definitions.markers[rule.marker];
        for text in [marker.family.as_str(), &marker.name, &rule.id, rule.kind.name()] {
            table.write_field(safe(text).as_ref())?;
        }
        for number in [used.finds, used.matches, used.documents] {
            table.write_field(integer(&mut cell, number))?;
        }
        for share in [per_thousand(used.matches, usage), of(used.matches, usage.markers[rule.marker].matches)] {
            table.write_field(share.map_or(super::csv::ABSENT, |share| decimal(&mut cell, share, 4)))?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

fn markers(definitions: &Definitions, usage: &Usage, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv_table(out);
    let mut cell = String::new();
    table.write_record([
        "family",
        "marker",
        "rules",
        "silent_rules",
        "matches",
        "documents",
        "sentences",
        "per_1000_words",
    ])?;
    for (number, (marker, used)) in definitions.markers.iter().zip(&usage.markers).enumerate() {
        table.write_field(safe(&marker.family).as_ref())?;
        table.write_field(safe(&marker.name).as_ref())?;
        let (n_rules, n_silent) = n_rules(definitions, usage, number);
        for number in [n_rules, n_silent, used.matches, used.documents, used.sentences] {
            table.write_field(integer(&mut cell, number))?;
        }
        let rate = per_thousand(used.matches, usage);
        table.write_field(rate.map_or(super::csv::ABSENT, |rate| decimal(&mut cell, rate, 4)))?;
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

fn words(definitions: &Definitions, usage: &Usage, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv_table(out);
    let mut cell = String::new();
    table.write_record(["marker", "word", "matches", "share", "inside", "outside", "log_likelihood"])?;
    for (number, marker) in definitions.markers.iter().enumerate() {
        for word in usage.carrying_words(number) {
            table.write_field(safe(&marker.name).as_ref())?;
            table.write_field(safe(&word.word).as_ref())?;
            table.write_field(integer(&mut cell, word.matches))?;
            table.write_field(decimal(&mut cell, word.share, 4))?;
            table.write_field(integer(&mut cell, word.inside))?;
            table.write_field(integer(&mut cell, word.outside))?;
            table.write_field(decimal(&mut cell, word.log_likelihood, 2))?;
            table.write_record(None::<&[u8]>)?;
        }
    }
    table.flush()
}

fn overlap(definitions: &Definitions, usage: &Usage, out: &mut dyn Write) -> io::Result<()> {
    let mut table = csv_table(out);
    let mut cell = String::new();
    table.write_record([
        "marker_a",
        "marker_b",
        "overlapping_matches",
        "sentences_both",
        "sentences_a",
        "sentences_b",
        "jaccard",
    ])?;
    for (&(a, b), both) in &usage.overlaps {
        for marker in [a, b] {
            table.write_field(safe(&definitions.markers[marker].name).as_ref())?;
        }
        let (of_a, of_b) = (usage.markers[a].sentences, usage.markers[b].sentences);
        for number in [both.matches, both.sentences, of_a, of_b] {
            table.write_field(integer(&mut cell, number))?;
        }
        table.write_field(decimal(&mut cell, both.sentences as f64 / (of_a + of_b - both.sentences) as f64, 4))?;
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// For eyes: markers with the words that carry them, rules that never fired, markers that stand together most. Without `with_words` no word of the texts is told;
/// `columns` are those of the terminal.
///
/// # Errors
/// What `out` says.
pub fn summary(
    definitions: &Definitions,
    usage: &Usage,
    with_words: bool,
    columns: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    const WORDS_SHOWN: usize = 4;
    const OVERLAPS_SHOWN: usize = 12;
    let width = definitions.markers.iter().map(|marker| marker.name.len()).max().unwrap_or(0).max(6);
    writeln!(
        out,
        "{} documents, {} words of narrators, {} sentences\n",
        usage.n_documents, usage.n_words, usage.n_sentences
    )?;
    let title = if with_words { "carried by (share of matches)" } else { "" };
    writeln!(out, "{BOLD}{:width$}  matches  documents  rules that fired  {title}{RESET}", "marker")?;
    for (number, (marker, used)) in definitions.markers.iter().zip(&usage.markers).enumerate() {
        let (n_rules, n_silent) = n_rules(definitions, usage, number);
        let fired = format!("{} of {n_rules}", n_rules - n_silent);
        let words = if with_words { usage.carrying_words(number) } else { Vec::new() };
        let words: Vec<String> = words
            .iter()
            // What stands in one match tells of that text alone.
            .filter(|word| word.matches > 1)
            .take(WORDS_SHOWN)
            .map(|word| format!("{} {:.0} %", printable(&word.word), word.share * 100.0))
            .collect();
        let line = format!(
            "{:width$}  {:>7}  {:>9}  {fired:>16}  {}",
            marker.name,
            used.matches,
            used.documents,
            words.join(", ")
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    let silent: Vec<usize> = (0..usage.rules.len()).filter(|&rule| usage.rules[rule].matches == 0).collect();
    writeln!(out, "\n{BOLD}Rules without a match: {} of {}{RESET}", silent.len(), usage.rules.len())?;
    for in_marker in silent.chunk_by(|&a, &b| definitions.rules[a].marker == definitions.rules[b].marker) {
        let names: Vec<String> = in_marker
            .iter()
            .map(|&rule| {
                let hidden = if usage.rules[rule].finds > 0 { " (hidden)" } else { "" };
                format!("{}{hidden}", definitions.rules[rule].id)
            })
            .collect();
        let marker = definitions.rules[in_marker[0]].marker;
        writeln!(out, "  {}", definitions.markers[marker].name)?;
        let mut line = String::new();
        for name in names {
            if !line.is_empty() && line.len() + name.len() + 8 > columns {
                writeln!(out, "    {line}")?;
                line.clear();
            }
            line.push_str(if line.is_empty() { "" } else { ", " });
            line.push_str(&name);
        }
        writeln!(out, "    {line}")?;
    }
    let mut together: Vec<(&(usize, usize), &Overlap)> = usage.overlaps.iter().collect();
    together.sort_by_key(|(_, both)| std::cmp::Reverse((both.sentences, both.matches)));
    writeln!(out, "\n{BOLD}Markers together in a sentence{RESET}")?;
    for (&(a, b), both) in together.into_iter().take(OVERLAPS_SHOWN) {
        let [a, b] = [a, b].map(|marker| definitions.markers[marker].name.as_str());
        writeln!(out, "  {a} + {b}: {} sentences, {} in the same words", both.sentences, both.matches)?;
    }
    writeln!(out, "\n{DIM}hidden: the rule finds something, but a longer match or a weight takes its place.{RESET}")
}

/// How many rules a marker has, and how many of them have no match.
fn n_rules(definitions: &Definitions, usage: &Usage, marker: usize) -> (usize, usize) {
    let used = definitions.rules.iter().zip(&usage.rules).filter(|(rule, _)| rule.marker == marker);
    used.fold((0, 0), |(all, silent), (_, used)| (all + 1, silent + usize::from(used.matches == 0)))
}

fn per_thousand(n: usize, usage: &Usage) -> Option<f64> {
    of(n, usage.n_words).map(|share| share * 1000.0)
}

/// A share; none of nothing.
fn of(n: usize, all: usize) -> Option<f64> {
    (all > 0).then(|| n as f64 / all as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_likelihood_as_published() {
        // Rayson & Garside (2000): G2 = 2 Σ O ln(O / E), here 10 of 100 against 5 of 900, with E = 1.5 and 13.5.
        let expected = 2.0 * (10.0 * (10.0_f64 / 1.5).ln() + 5.0 * (5.0_f64 / 13.5).ln());
        let found = log_likelihood(10, 100, 5, 900).unwrap_or_default();
        assert!((found - expected).abs() < 1e-9, "{found} {expected}");
        assert_eq!(log_likelihood(1, 100, 9, 900), None, "as common outside as inside");
        assert_eq!(log_likelihood(0, 0, 0, 0), None);
    }
}
