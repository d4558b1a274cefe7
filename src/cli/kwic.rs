/*!
`throughline kwic WHAT INPUT…`: matches in context, one a line.

What is sought is a marker, a family or a rule of the lexicon, and then its matches are those that `score` counts; or a pattern in the language of lexicons, compiled on the
fly, and then every place is shown where it fits, in whatever voice, negated or not.
*/

use super::batch::{Batch, Sink, tell};
use super::explain::terminal_width;
use super::inputs::sources;
use super::places::counted;
use super::{Exit, LexiconArguments, ReadArguments, show_faults};
use crate::analyzer::{Analysis, Analyzer};
use crate::diagnostic::Diagnostic;
use crate::lexicon::{
    Conditions, Definitions, File, Marker, Mood, Node, Passages, Pattern, Polarity, Rule, RuleKind, Voice, nearest,
    parse_pattern,
};
use crate::matcher::Match;
use crate::report::kwic::{self, Line};
use crate::report::{self};
use crate::score::family_names;
use crate::span::Span;
use anstream::eprintln;
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::PathBuf;

#[derive(Args)]
pub(super) struct Arguments {
    /// A marker (dismissing.minimising), a family (dismissing), the id of a rule, or a pattern ("not (so|that) bad")
    #[arg(value_name = "MARKER|RULE|PATTERN")]
    sought: String,
    /// Texts, tables of texts, folders of these, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Take the first argument as a pattern even if something of the lexicon has that name
    #[arg(long)]
    pattern: bool,
    /// The order of lines: as in the documents, or by the words before (nearest first), of, or after the match
    #[arg(long, value_enum, default_value = "document")]
    sort: Order,
    /// Characters of context on either side; unless given 60, or what the terminal has room for
    #[arg(long, value_name = "N")]
    width: Option<usize>,
    /// A table on a terminal, CSV when piped, unless given
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N", value_parser = super::places::threads)]
    threads: Option<usize>,
    /// Refused: lines without text would say nothing
    #[arg(long, hide = true)]
    no_text: bool,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Order {
    Document,
    Left,
    Hit,
    Right,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
}

/// What is sought.
enum Sought {
    /// Matches of these rules.
    Rules(Vec<bool>),
    /// All that a pattern finds, which is then the only rule.
    Pattern,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    if arguments.no_text {
        eprintln!(
            "error: `kwic` shows words of the texts, so there is nothing it could show with --no-text; `throughline lexicon stats --no-text` counts without quoting"
        );
        return Ok(Exit::Usage);
    }
    let Some((analyzer, conventions)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    let Some(read) = arguments.read.options(conventions)? else { return Ok(Exit::Usage) };
    let rules = if arguments.pattern { None } else { rules_named(analyzer.definitions(), &arguments.sought) };
    let families = family_names(analyzer.definitions());
    let ids = analyzer.definitions().rules.iter().map(|rule| rule.id.as_str());
    let known: Vec<&str> = families.iter().copied().chain(ids).collect();
    let nearest_name = nearest(&arguments.sought, &known)
        .map(|near| format!("the {} `{near}`", if families.contains(&near) { "family" } else { "rule" }));
    let (analyzer, sought) = match rules {
        Some(rules) => (analyzer, Sought::Rules(rules)),
        None => {
            if let Some(near) = misspelt(analyzer.definitions(), &arguments.sought).filter(|_| !arguments.pattern) {
                eprintln!(
                    "error: there is no marker `{}`; did you mean `{near}`? To look for it as words, add --pattern",
                    arguments.sought
                );
                return Ok(Exit::Usage);
            }
            let Some(definitions) = arguments.lexicon.definitions()? else { return Ok(Exit::Usage) };
            match for_pattern(definitions, &arguments.sought) {
                Ok(analyzer) => (analyzer, Sought::Pattern),
                Err(faults) => {
                    let text = arguments.sought.clone();
                    show_faults(&faults, None, &[File { path: PATTERN_FILE.to_owned(), text }]);
                    return Ok(Exit::Usage);
                }
            }
        }
    };
    let is_table = match arguments.format {
        Some(format) => format == Format::Table,
        None => io::stdout().is_terminal(),
    };
    let columns = terminal_width();
    let width = arguments.width.unwrap_or(if is_table { columns } else { 60 });
    // Lines that are neither sorted nor aligned are written as they come.
    let is_streamed = !is_table && arguments.sort == Order::Document;
    let mut lines = Lines { sought, width, is_streamed, n_written: 0, held: Vec::new() };
    let (sources, failures, skipped) = sources(&arguments.inputs, None);
    let mut batch = Batch::new(&analyzer, read, arguments.threads, &sources)?;
    batch.take_all(sources, failures, skipped, &mut lines)?;
    let (run, doubts) = batch.finish(&mut lines)?;
    tell(&doubts, report::Options::default(), "`score -o DIR` writes all of them into problems.csv");
    let definitions = analyzer.definitions();
    kwic::sort(&mut lines.held, arguments.sort.order());
    let n_lines = lines.n_written + lines.held.len();
    if is_table {
        let mut out = anstream::AutoStream::auto(io::stdout().lock());
        let names = |rule: usize| lines.sought.name(definitions, &arguments.sought, rule);
        // What the user asks for is given, wider than the terminal or not.
        let columns = if arguments.width.is_some() { columns.max(2 * width + 80) } else { columns };
        kwic::table(&lines.held, &names, columns, &mut out)?;
        out.flush()?;
        eprintln!("{} in {}", counted(n_lines, "match", "matches"), counted(run.n_documents, "document", "documents"));
    } else {
        let mut out = BufWriter::new(io::stdout().lock());
        let with_head = lines.n_written == 0;
        kwic::csv(definitions, &lines.held, with_head, &mut out)?;
        out.flush()?;
    }
    let may_be_an_id = matches!(lines.sought, Sought::Pattern) && !arguments.pattern && !arguments.sought.contains(' ');
    if let Some(near) = nearest_name.filter(|_| n_lines == 0 && may_be_an_id) {
        eprintln!("note: it was looked for as a pattern, and nothing fits; did you mean {near}?");
    }
    Ok(if run.n_failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

impl Order {
    fn order(self) -> kwic::Order {
        match self {
            Order::Document => kwic::Order::Document,
            Order::Left => kwic::Order::Left,
            Order::Hit => kwic::Order::Hit,
            Order::Right => kwic::Order::Right,
        }
    }
}

impl Sought {
    fn is_sought(&self, found: &Match) -> bool {
        match self {
            Sought::Rules(rules) => rules[found.rule],
            Sought::Pattern => true,
        }
    }

    /// What the line of a match adds to what was asked for: the marker of a family, the rule of a marker.
    fn name(&self, definitions: &Definitions, asked: &str, rule: usize) -> Option<String> {
        let rule = &definitions.rules[rule];
        let marker = &definitions.markers[rule.marker].name;
        match self {
            Sought::Pattern => None,
            Sought::Rules(_) if *marker == asked => Some(rule.id.clone()),
            Sought::Rules(_) if rule.id == asked => None,
            Sought::Rules(_) => Some(marker.split_once('.').map_or(marker.as_str(), |(_, name)| name).to_owned()),
        }
    }
}

/// Lines that were found.
struct Lines {
    sought: Sought,
    width: usize,
    is_streamed: bool,
    n_written: usize,
    held: Vec<Line>,
}

impl Sink for Lines {
    fn write(&mut self, analyzer: &Analyzer, analyses: Vec<Analysis>) -> io::Result<()> {
        for analysis in &analyses {
            let sought = &self.sought;
            self.held.extend(kwic::lines(analysis, &|found| sought.is_sought(found), self.width));
        }
        if self.is_streamed && !self.held.is_empty() {
            let mut out = BufWriter::new(io::stdout().lock());
            kwic::csv(analyzer.definitions(), &self.held, self.n_written == 0, &mut out)?;
            out.flush()?;
            self.n_written += self.held.len();
            self.held.clear();
        }
        Ok(())
    }
}

/// Which rules have this name: those of a marker, of a family, or the one with this id.
fn rules_named(definitions: &Definitions, name: &str) -> Option<Vec<bool>> {
    let is_meant = |rule: &Rule| {
        let marker = &definitions.markers[rule.marker];
        marker.name == name || marker.family == name || rule.id == name
    };
    let rules: Vec<bool> = definitions.rules.iter().map(is_meant).collect();
    rules.contains(&true).then_some(rules)
}

/// The marker that was probably meant by what looks like the name of one: a family, a dot, and no space.
fn misspelt<'d>(definitions: &'d Definitions, name: &str) -> Option<&'d str> {
    let is_name = |c: char| c.is_ascii_lowercase() || matches!(c, '_' | '.');
    if !name.contains('.') || !name.chars().all(is_name) {
        return None;
    }
    let known: Vec<&str> = definitions.markers.iter().map(|marker| marker.name.as_str()).collect();
    nearest(name, &known)
}

/// The name under which faults speak of the pattern.
const PATTERN_FILE: &str = "your pattern";

/// An analyzer that knows one rule, this pattern, and the lists of the lexicon.
fn for_pattern(mut definitions: Definitions, source: &str) -> Result<Analyzer, Vec<Diagnostic>> {
    let node = parse_pattern(source)
        .map_err(|error| vec![Diagnostic::error(error.code, PATTERN_FILE, error.at, error.message).hint(error.hint)])?;
    let mut faults = Vec::new();
    unknown_lists(&definitions, &node, source, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let file = definitions.files.len();
    definitions.files.push(File { path: PATTERN_FILE.to_owned(), text: source.to_owned() });
    let span = Span::new(0, source.len());
    definitions.markers = vec![Marker {
        name: "pattern".to_owned(),
        family: "pattern".to_owned(),
        title: String::new(),
        about: String::new(),
        sources: Vec::new(),
        file,
    }];
    definitions.rules = vec![Rule {
        id: source.to_owned(),
        marker: 0,
        kind: RuleKind::Pattern(vec![Pattern { node, source: source.to_owned(), file, span }]),
        conditions: Conditions { voice: Voice::Any, polarity: Polarity::Any, mood: Mood::Any, ..Conditions::default() },
        is_weak: false,
        is_sure: false,
        hits: Vec::new(),
        misses: Vec::new(),
        about: String::new(),
        file,
        span,
    }];
    definitions.cues.clear();
    definitions.scales.clear();
    definitions.weights.clear();
    definitions.passages = Passages::default();
    definitions.hash.push_str(source);
    Analyzer::new(definitions)
}

fn unknown_lists(lexicon: &Definitions, node: &Node, source: &str, faults: &mut Vec<Diagnostic>) {
    match node {
        Node::List(name) if !lexicon.lists.contains_key(name) => {
            let known: Vec<&str> = lexicon.lists.keys().map(String::as_str).collect();
            let at = source.find(&format!("@{name}")).unwrap_or(0);
            let hint = match nearest(name, &known) {
                Some(near) => format!("did you mean `@{near}`?"),
                None => "`throughline lexicon export DIR` writes the lists out, to be read".to_owned(),
            };
            let span = Span::new(at, at + name.len() + 1);
            let message = format!("the lexicon has no list `{name}`");
            faults.push(Diagnostic::error("unknown-list", PATTERN_FILE, span, message).hint(hint));
        }
        Node::Sequence(parts) | Node::Either(parts) => {
            parts.iter().for_each(|part| unknown_lists(lexicon, part, source, faults));
        }
        Node::Optional(inner) => unknown_lists(lexicon, inner, source, faults),
        Node::List(_) | Node::Word(_) | Node::Gap { .. } | Node::Mark(_) => {}
    }
}
