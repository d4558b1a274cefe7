/*!
`throughline lexicon stats INPUT…`: how texts use a lexicon.

What is counted is told in `report::usage`; here are the arguments and where the tables go.
*/

use super::batch::{Batch, Sink, tell};
use super::explain::terminal_width;
use super::inputs::sources;
use super::places;
use super::standing::spare_inputs;
use super::study::{Fill, write_all};
use super::{Exit, LexiconArguments, ReadArguments};
use crate::analyzer::{Analysis, Analyzer};
use crate::matcher::Match;
use crate::report::usage::{self, Table, Usage};
use crate::report::{self};
use anstream::eprintln;
use clap::{Args, ValueEnum};
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(super) struct Arguments {
    /// Texts, tables of texts, folders of these, or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// Write rules.csv, markers.csv, words.csv and overlap.csv into this folder
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Print this table as CSV; without it a summary on a terminal, the table of rules when piped
    #[arg(long, value_enum, value_name = "TABLE", conflicts_with = "output")]
    table: Option<TableName>,
    /// Leave out the words that carry a marker
    #[arg(long)]
    no_text: bool,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N", value_parser = super::places::threads)]
    threads: Option<usize>,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableName {
    /// A row a rule
    Rules,
    /// A row a marker
    Markers,
    /// A row a marker and a word that carries it
    Words,
    /// A row a pair of markers that stand together
    Overlap,
    /// All of it in short, for eyes
    Summary,
}

pub(super) fn run(arguments: &Arguments) -> io::Result<Exit> {
    if arguments.no_text && arguments.table == Some(TableName::Words) {
        eprintln!("error: with --no-text there is no table of words; take --table rules, markers or overlap");
        return Ok(Exit::Usage);
    }
    let Some((analyzer, conventions)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    let Some(read) = arguments.read.options(conventions)? else { return Ok(Exit::Usage) };
    let definitions = analyzer.definitions();
    let (sources, failures, skipped) = sources(&arguments.inputs, None);
    if let Some(folder) = &arguments.output {
        let read = sources.iter().filter_map(|source| source.path.as_ref());
        spare_inputs(Table::ALL.map(|table| folder.join(table.file())), read)?;
    }
    let mut counted = Counted(Usage::new(definitions));
    let mut batch = Batch::new(&analyzer, read, arguments.threads, &sources)?;
    batch.take_all(sources, failures, skipped, &mut counted)?;
    let (run, doubts) = batch.finish(&mut counted)?;
    let options = report::Options { no_text: arguments.no_text };
    tell(&doubts, options, "`score -o DIR` writes all of them into problems.csv");
    let usage = counted.0;
    if let Some(folder) = &arguments.output {
        write_tables(&analyzer, &usage, folder, !arguments.no_text)?;
        eprintln!(
            "{} in {} → {}",
            places::counted(usage.rules.len(), "rule", "rules"),
            places::counted(usage.n_documents, "document", "documents"),
            folder.display()
        );
    } else {
        let is_terminal = io::stdout().is_terminal();
        let table = arguments.table.unwrap_or(if is_terminal { TableName::Summary } else { TableName::Rules });
        match table.table() {
            Some(table) => {
                let mut out = BufWriter::new(io::stdout().lock());
                usage::csv(definitions, &usage, table, &mut out)?;
                out.flush()?;
            }
            None => {
                let mut out = anstream::AutoStream::auto(io::stdout().lock());
                usage::summary(definitions, &usage, !arguments.no_text, terminal_width(), &mut out)?;
                out.flush()?;
            }
        }
    }
    Ok(if run.n_failed == 0 { Exit::Done } else { Exit::SomeFailed })
}

impl TableName {
    fn table(self) -> Option<Table> {
        match self {
            TableName::Rules => Some(Table::Rules),
            TableName::Markers => Some(Table::Markers),
            TableName::Words => Some(Table::Words),
            TableName::Overlap => Some(Table::Overlap),
            TableName::Summary => None,
        }
    }
}

fn write_tables(analyzer: &Analyzer, usage: &Usage, folder: &Path, with_words: bool) -> io::Result<()> {
    let wanted: Vec<Table> = Table::ALL.into_iter().filter(|table| with_words || *table != Table::Words).collect();
    let fill = |table: Table| move |out: &mut dyn Write| usage::csv(analyzer.definitions(), usage, table, out);
    let fills: Vec<_> = wanted.iter().map(|table| fill(*table)).collect();
    let tables: Vec<(&str, Fill<'_>)> =
        wanted.iter().zip(&fills).map(|(table, fill)| (table.file(), fill as Fill<'_>)).collect();
    write_all(folder, &[], &tables)
}

/// What was counted so far.
struct Counted(Usage);

impl Sink for Counted {
    fn write(&mut self, analyzer: &Analyzer, analyses: Vec<Analysis>) -> io::Result<()> {
        let finds: Vec<Vec<Match>> = analyses
            .par_iter()
            .map_init(|| analyzer.worker(), |worker, analysis| analyzer.features(worker, &analysis.document).1)
            .collect();
        for (analysis, finds) in analyses.iter().zip(&finds) {
            self.0.add(analyzer.definitions(), analysis, finds);
        }
        Ok(())
    }
}
