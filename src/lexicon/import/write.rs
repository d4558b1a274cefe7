/*!
A dictionary as read → the files of a lexicon: markers with their rules and examples, lists, settings, and scales where entries have weights.
*/

use super::entry::{Said, miss, said};
use super::{Asked, Category, Condition, Dictionary, Imported, Sample};
use crate::diagnostic::Diagnostic;
use crate::lexicon::File;
use crate::span::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// So many different weights of one category become markers of their own; if there are more, near ones are taken together.
const MOST_WEIGHTS: usize = 20;
/// So many entries are the hits of a rule.
const HITS: usize = 3;

/// The lists of categories by their number, each with a text that it finds.
type Lists = BTreeMap<usize, (String, String)>;

/// A marker to be written.
struct Marker {
    /// Its name without the family; the name of its list has hyphens for underscores.
    name: String,
    title: String,
    /// Its entries with their lines, sorted by pattern, each once.
    entries: Vec<(Said, usize)>,
    /// Entries under conditions: one rule each.
    conditioned: Vec<(Said, Condition, usize)>,
}

pub(super) fn lexicon(dictionary: Dictionary, asked: &Asked, left_out: &[Sample], text: &str) -> Imported {
    let family = slug(&asked.name, "dictionary");
    let mut imported =
        Imported { understood: dictionary.understood.clone(), n_entries: dictionary.n_left_out, ..Imported::default() };
    let lines = text.split('\n').scan(0, |start, line| {
        let span = Span::new(*start, *start + line.trim_end().len());
        *start += line.len() + 1;
        Some(span)
    });
    let mut log = Log { asked, lines: lines.collect(), remarks: Vec::new() };
    for remark in &dictionary.remarks {
        log.add(remark.line, remark.code, remark.message.clone(), &remark.hint);
    }
    let mut names = BTreeSet::new();
    let mut markers = Vec::new();
    let mut scales = String::new();
    // For conditions that refer to categories.
    let mut lists: Lists = BTreeMap::new();
    for (number, category) in dictionary.categories.iter().enumerate() {
        imported.n_entries += category.entries.len();
        let own_name = unused(slug(&category.path.join(" "), &format!("category_{}", number + 1)), &mut names);
        let title = if category.title.is_empty() { category.path.join(" › ") } else { category.title.clone() };
        let (parts, largest_step) = by_weight(category);
        if largest_step > 0.0 {
            let line = category.entries.first().map_or(1, |entry| entry.line);
            let message = format!(
                "`{title}` has more than {MOST_WEIGHTS} different weights; they are taken together in {} steps, and differ from their own by {largest_step:.3} at most",
                parts.len()
            );
            log.add(line, "rounded-weights", message, "a lexicon weighs markers, not words");
        }
        let is_weighted = parts.iter().any(|(weight, _)| *weight != 1.0);
        let mut weights = String::new();
        for (weight, members) in parts {
            let (name, title) = if is_weighted {
                (unused(format!("{own_name}_{}", weight_slug(weight)), &mut names), format!("{title}, weight {weight}"))
            } else {
                (own_name.clone(), title.clone())
            };
            let mut marker = Marker { name, title, entries: Vec::new(), conditioned: Vec::new() };
            let full_name = format!("{family}.{}", marker.name);
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            for &member in &members {
                let entry = &category.entries[member];
                let said = match said(&entry.text) {
                    Ok(said) => said,
                    Err(why) => {
                        log.add(entry.line, "unsayable", format!("`{}` is left out: {why}", entry.text), "");
                        continue;
                    }
                };
                if left_out.iter().any(|sample| sample.marker == full_name && sample.pattern == said.pattern) {
                    let message = format!(
                        "`{}` is left out: in texts it is read as other words, so it would never be found",
                        entry.text
                    );
                    log.add(entry.line, "never-found", message, "write a rule for it by hand");
                    continue;
                }
                if !said.note.is_empty() {
                    log.add(entry.line, "said-otherwise", format!("`{}` {}", entry.text, said.note), "");
                }
                match &entry.condition {
                    Some(condition) => marker.conditioned.push((said, condition.clone(), entry.line)),
                    None => match seen.get(&said.pattern) {
                        Some(first) => {
                            let message =
                                format!("`{}` stands in `{}` twice, first in line {first}", entry.text, marker.title);
                            log.add(entry.line, "duplicate-entry", message, "counted once");
                        }
                        None => {
                            seen.insert(said.pattern.clone(), entry.line);
                            imported.samples.push(Sample {
                                marker: full_name.clone(),
                                entry: entry.text.clone(),
                                pattern: said.pattern.clone(),
                                text: said.sample.clone(),
                                line: entry.line,
                            });
                            marker.entries.push((said, entry.line));
                        }
                    },
                }
            }
            marker.entries.sort_by(|(a, _), (b, _)| a.pattern.cmp(&b.pattern));
            if marker.entries.is_empty() && marker.conditioned.is_empty() {
                log.empty_category(category.entries.first().map_or(1, |entry| entry.line), &marker.title);
                continue;
            }
            if let Some((first, _)) = marker.entries.first()
                && !is_weighted
            {
                lists.insert(number, (list_name(&family, &marker.name), first.sample.clone()));
            }
            let _ = writeln!(weights, "{} = {weight:?}", quoted(&full_name));
            markers.push(marker);
        }
        if is_weighted && !weights.is_empty() {
            let _ = write!(
                scales,
                "[[scale]]\nname    = {}\ntitle   = {}\nabout   = {}\nformula = \"weighted_rate\"\nsources = [{}]\n[scale.weights]\n{weights}\n",
                quoted(&format!("{family}.{own_name}")),
                quoted(&title),
                quoted(&format!("The sum of the weights of the words of the category {title}, per 1,000 words.")),
                quoted(&source(asked)),
            );
        }
    }
    for marker in &markers {
        imported.n_said += files_of(&mut imported.files, &mut log, &family, marker, &lists, asked);
    }
    if !scales.is_empty() {
        imported
            .files
            .push(File { path: "scales.toml".to_owned(), text: format!("# Made of {}.\n\n{scales}", asked.file) });
    }
    imported.files.push(File {
        path: "lexicon.toml".to_owned(),
        text: format!(
            "# Made of {}.\nname     = {}\nversion  = \"1\"\nlanguage = {}\nstemmer  = \"none\"\n",
            asked.file,
            quoted(&family),
            quoted(&asked.language)
        ),
    });
    imported.files.sort_by(|a, b| a.path.cmp(&b.path));
    imported.remarks = log.remarks;
    imported
}

/// Adds the marker file and the list of a marker, if it has a rule. Gives the number of entries that are said in them.
fn files_of(
    files: &mut Vec<File>,
    log: &mut Log<'_>,
    family: &str,
    marker: &Marker,
    lists: &Lists,
    asked: &Asked,
) -> usize {
    let Marker { name, title, entries, conditioned } = marker;
    let about = format!(
        "The category {title} of the dictionary {}: every word of it counts, whoever is quoted, negated or asked.",
        asked.name
    );
    let mut text = format!(
        "marker  = {}\ntitle   = {}\nabout   = {}\nsources = [{}]\n",
        quoted(&format!("{family}.{name}")),
        quoted(title),
        quoted(&about),
        quoted(&source(asked)),
    );
    let list = list_name(family, name);
    let said: Vec<Said> = entries.iter().map(|(said, _)| said.clone()).collect();
    if !entries.is_empty() {
        // Entries of different length first: beginnings of words and phrases are what may go wrong.
        let mut hits: Vec<&Said> = said.iter().collect();
        hits.sort_by_key(|said| (!said.pattern.contains(' '), !said.pattern.contains('*'), said.pattern.clone()));
        let mut shown: Vec<String> = Vec::new();
        for at in [0, hits.len() / 2, hits.len() - 1] {
            let hit = format!("{{{}}}", hits[at].sample);
            if !shown.contains(&hit) && shown.len() < HITS {
                shown.push(hit);
            }
        }
        rule(&mut text, &list, &format!("@{list}"), None, &shown, &miss(&said), GENERATED);
        let mut content = format!("# {title}: imported from {}.\n", asked.file);
        for said in &said {
            content.push_str(&said.pattern);
            content.push('\n');
        }
        files.push(File { path: format!("lists/{list}.txt"), text: content });
    }
    let mut n_said = entries.len();
    for (number, (said, condition, line)) in conditioned.iter().enumerate() {
        let id = format!("{list}-if-{}", number + 1);
        let Said { pattern, sample, .. } = said;
        let near_miss = miss(std::slice::from_ref(said));
        match condition {
            Condition::After(of) | Condition::NotAfter(of) => {
                let known: Option<Vec<&(String, String)>> = of.iter().map(|number| lists.get(number)).collect();
                let Some(known) = known.filter(|known| !known.is_empty()) else {
                    log.add(
                        *line,
                        "unsayable",
                        format!("`{sample}` is left out: its condition names a category without words"),
                        "",
                    );
                    continue;
                };
                let names: Vec<String> = known.iter().map(|(list, _)| format!("@{list}")).collect();
                let behind = format!("({}) {pattern}", names.join("|"));
                if matches!(condition, Condition::After(_)) {
                    let hit = format!("{{{} {sample}}}", known[0].1);
                    rule(&mut text, &id, &behind, None, &[hit], &near_miss, CONDITIONED);
                } else {
                    rule(&mut text, &id, pattern, Some(&behind), &[format!("{{{sample}}}")], &near_miss, CONDITIONED);
                }
            }
            Condition::Before(word) | Condition::NotBefore(word) => {
                let Ok(next) = super::entry::said(word) else {
                    log.add(
                        *line,
                        "unsayable",
                        format!("`{sample}` is left out: its condition `{word}` is no word"),
                        "",
                    );
                    continue;
                };
                let before = format!("{pattern} {}", next.pattern);
                if matches!(condition, Condition::Before(_)) {
                    let hit = format!("{{{sample} {}}}", next.sample);
                    rule(&mut text, &id, &before, None, &[hit], sample, CONDITIONED);
                } else {
                    let found_in = format!("{sample} {}", next.sample);
                    rule(&mut text, &id, pattern, Some(&before), &[format!("{{{sample}}}")], &found_in, CONDITIONED);
                }
            }
        }
        n_said += 1;
    }
    if n_said == 0 {
        log.empty_category(conditioned.first().map_or(1, |(_, _, line)| *line), title);
    } else {
        files.push(File { path: format!("markers/{family}/{name}.toml"), text });
    }
    n_said
}

const GENERATED: &str = "Imported. Hits and misses are made of the entries: they show that these are read as they were meant, not that the category measures what its name says.";
const CONDITIONED: &str = "Imported, with its condition. Hits and misses are made of the entry.";

/// Adds a rule. It asks for no voice, polarity or mood, as the dictionary does not.
fn rule(text: &mut String, id: &str, pattern: &str, unless: Option<&str>, hits: &[String], miss: &str, about: &str) {
    let unless = unless.map_or(String::new(), |unless| format!("unless   = {}\n", quoted(unless)));
    let hits: Vec<String> = hits.iter().map(|hit| quoted(hit)).collect();
    let _ = write!(
        text,
        "\n[[rule]]\nid       = {}\nmatch    = {}\n{unless}voice    = \"any\"\npolarity = \"any\"\nmood     = \"any\"\nhits     = [{}]\nmisses   = [{}]\nabout    = {}\n",
        quoted(id),
        quoted(pattern),
        hits.join(", "),
        quoted(miss),
        quoted(about),
    );
}

/// What is told of lines.
struct Log<'a> {
    asked: &'a Asked,
    /// Where every line stands.
    lines: Vec<Span>,
    remarks: Vec<Diagnostic>,
}

impl Log<'_> {
    fn add(&mut self, line: usize, code: &'static str, message: String, hint: &str) {
        let span = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(Span::new(0, 0));
        self.remarks.push(Diagnostic::warning(code, &self.asked.file, span, message).hint(hint.to_owned()));
    }

    fn empty_category(&mut self, line: usize, title: &str) {
        let message = format!("the category `{title}` has no entry that could be said");
        self.add(line, "empty-category", message, "left out");
    }
}

/// The entries of a category by their weight, and by how much a weight differs at most from that of its entries.
fn by_weight(category: &Category) -> (Vec<(f64, Vec<usize>)>, f64) {
    let mut order: Vec<usize> = (0..category.entries.len()).collect();
    order.sort_by(|&a, &b| category.entries[a].weight.total_cmp(&category.entries[b].weight).then(a.cmp(&b)));
    let weight = |member: usize| category.entries[member].weight;
    let mut parts: Vec<(f64, Vec<usize>)> = Vec::new();
    for &member in &order {
        match parts.last_mut() {
            Some((of_part, members)) if *of_part == weight(member) => members.push(member),
            _ => parts.push((weight(member), vec![member])),
        }
    }
    if parts.len() <= MOST_WEIGHTS {
        return (parts, 0.0);
    }
    let (least, most) = (parts[0].0, parts[parts.len() - 1].0);
    let step = (most - least) / MOST_WEIGHTS as f64;
    let bin = |weight: f64| (((weight - least) / step) as usize).min(MOST_WEIGHTS - 1);
    let mut largest: f64 = 0.0;
    let mut taken = Vec::new();
    for members in order.chunk_by(|&a, &b| bin(weight(a)) == bin(weight(b))) {
        let mean = members.iter().map(|&member| weight(member)).sum::<f64>() / members.len() as f64;
        let mean = (mean * 1000.0).round() / 1000.0;
        largest = members.iter().map(|&member| (weight(member) - mean).abs()).fold(largest, f64::max);
        taken.push((mean, members.to_vec()));
    }
    (taken, largest)
}

fn source(asked: &Asked) -> String {
    let file = asked.file.rsplit(['/', '\\']).next().unwrap_or_default();
    match &asked.source {
        Some(source) => format!("{source} (imported from {file}, SHA-256 {})", asked.sha256),
        None => format!("The dictionary {file} (SHA-256 {})", asked.sha256),
    }
}

/// A name of lower-case letters, digits and underscores.
fn slug(name: &str, otherwise: &str) -> String {
    let mut slug = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.ends_with('_') && !slug.is_empty() {
            slug.push('_');
        }
    }
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() { otherwise.to_owned() } else { slug.to_owned() }
}

/// `-1.5` → `minus_1_5`.
fn weight_slug(weight: f64) -> String {
    let sign = if weight < 0.0 { "minus" } else { "plus" };
    format!("{sign}_{}", weight.abs().to_string().replace('.', "_"))
}

fn list_name(family: &str, marker: &str) -> String {
    format!("{family}-{marker}").replace('_', "-")
}

fn unused(name: String, names: &mut BTreeSet<String>) -> String {
    let mut own = name.clone();
    let mut number = 2;
    while !names.insert(own.clone()) {
        own = format!("{name}_{number}");
        number += 1;
    }
    own
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}
