/*!
`throughline export …`: results for programs of other kinds, that is REFI-QDA projects and codebooks, and Web Annotations.

What these hold are the texts with their matches, so texts are needed: they are named as for `score`, or a result folder is named, whose `run.json` says which texts it was made of.
*/

use super::batch::{Batch, Sink, tell};
use super::inputs::{hash_of, sources};
use super::places::{counted, is_new, make_folder, unwritten};
use super::shape::RUN;
use super::standing::spare_inputs;
use super::temporary::{beside, settle, temporary, whole, write};
use super::{Exit, LexiconArguments, ReadArguments};
use crate::analyzer::{Analysis, Analyzer};
use crate::document::unused;
use crate::exchange::{annotations, qdpx};
use crate::read::Conventions;
use crate::report;
use crate::report::run::{self, Written};
use anstream::{eprintln, println};
use clap::{Args, Subcommand};
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Write a REFI-QDA project that NVivo, ATLAS.ti, MAXQDA and QualCoder open: texts, markers as codes, matches as coded passages
    Qdpx(Qdpx),
    /// Write the markers as a REFI-QDA codebook, to code with by hand
    Qdc(Qdc),
    /// Write the matches of each document as Web Annotations (JSON-LD)
    Annotations(Annotations),
}

#[derive(Args)]
pub(super) struct Qdpx {
    #[command(flatten)]
    texts: Texts,
    /// The project, a file whose name ends in .qdpx
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

#[derive(Args)]
pub(super) struct Qdc {
    /// The codebook, a file whose name ends in .qdc
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    lexicon: LexiconArguments,
}

#[derive(Args)]
pub(super) struct Annotations {
    #[command(flatten)]
    texts: Texts,
    /// A new or empty folder, for one file a document
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Leave every quotation out: positions alone
    #[arg(long)]
    no_text: bool,
}

#[derive(Args)]
struct Texts {
    /// Texts, tables of texts, folders of these, or one folder of results
    #[arg(required = true, value_name = "INPUT|RESULTS")]
    inputs: Vec<PathBuf>,
    /// How many threads; all cores unless given
    #[arg(short = 'j', long, value_name = "N", value_parser = super::places::threads)]
    threads: Option<usize>,
    #[command(flatten)]
    lexicon: LexiconArguments,
    #[command(flatten)]
    read: ReadArguments,
}

pub(super) fn run(command: &Command) -> io::Result<Exit> {
    match command {
        Command::Qdpx(arguments) => project(arguments),
        Command::Qdc(arguments) => codebook(arguments),
        Command::Annotations(arguments) => annotated(arguments),
    }
}

fn project(arguments: &Qdpx) -> io::Result<Exit> {
    let (texts, ..) = sources(&arguments.texts.inputs, None);
    spare_inputs([arguments.output.clone()], texts.into_iter().filter_map(|text| text.path))?;
    let Some((analyzer, conventions)) = arguments.texts.lexicon.load()? else { return Ok(Exit::Usage) };
    let told = |error: io::Error| unwritten(&arguments.output, &error);
    let file = beside(&arguments.output).map_err(told)?;
    let mut project = qdpx::Project::new(analyzer.definitions(), file);
    let exit = arguments.texts.each(&analyzer, conventions, &mut |_, analysis| project.add(analysis))?;
    if exit == Exit::Usage {
        return Ok(exit);
    }
    settle(whole(project.finish()?)?, &arguments.output).map_err(told)?;
    Ok(exit)
}

fn codebook(arguments: &Qdc) -> io::Result<Exit> {
    let Some((analyzer, _)) = arguments.lexicon.load()? else { return Ok(Exit::Usage) };
    write(&arguments.output, |out| qdpx::codebook(analyzer.definitions(), out))?;
    let n = analyzer.definitions().markers.len();
    println!("{} written to {}", counted(n, "code", "codes"), arguments.output.display());
    Ok(Exit::Done)
}

fn annotated(arguments: &Annotations) -> io::Result<Exit> {
    let folder = &arguments.output;
    if !is_new(folder) {
        return Ok(Exit::Usage);
    }
    let Some((analyzer, conventions)) = arguments.texts.lexicon.load()? else { return Ok(Exit::Usage) };
    make_folder(folder)?;
    let options = report::Options { no_text: arguments.no_text };
    let mut taken = BTreeSet::new();
    arguments.texts.each(&analyzer, conventions, &mut |analyzer, analysis| {
        let path = folder.join(format!("{}.jsonld", file_name(&analysis.document.id, &mut taken)));
        let mut file = temporary(folder)?;
        annotations::annotations(analyzer.definitions(), analysis, options, &mut file)?;
        settle(whole(file)?, &path).map_err(|error| unwritten(&path, &error))
    })
}

/// What is done with each document.
type Each<'a> = dyn FnMut(&Analyzer, &Analysis) -> io::Result<()> + Send + 'a;

struct Handed<'a, 'b>(&'a mut Each<'b>);

impl Sink for Handed<'_, '_> {
    fn write(&mut self, analyzer: &Analyzer, analyses: Vec<Analysis>) -> io::Result<()> {
        analyses.iter().try_for_each(|analysis| (self.0)(analyzer, analysis))
    }
}

impl Texts {
    /// Analyses the texts and hands each to `each`, in order.
    fn each(&self, analyzer: &Analyzer, conventions: Conventions, each: &mut Each<'_>) -> io::Result<Exit> {
        let Some(read) = self.read.options(conventions)? else { return Ok(Exit::Usage) };
        let Some(inputs) = self.inputs(analyzer)? else { return Ok(Exit::Usage) };
        let (sources, failures, skipped) = sources(&inputs, None);
        let mut batch = Batch::new(analyzer, read, self.threads, &sources)?;
        let mut sink = Handed(each);
        batch.take_all(sources, failures, skipped, &mut sink)?;
        let (run, doubts) = batch.finish(&mut sink)?;
        tell(&doubts, report::Options::default(), "`score -o DIR` writes all of them into problems.csv");
        eprintln!(
            "{}, {}",
            counted(run.n_documents, "document", "documents"),
            counted(run.n_matches, "match", "matches")
        );
        Ok(if run.n_failed == 0 { Exit::Done } else { Exit::SomeFailed })
    }

    /// The inputs: those that are named, or those of the run whose results are named. None, with a message, if these are not what they were.
    fn inputs(&self, analyzer: &Analyzer) -> io::Result<Option<Vec<PathBuf>>> {
        let [folder] = &self.inputs[..] else { return Ok(Some(self.inputs.clone())) };
        let path = folder.join(RUN);
        // A folder without a run of ours is one of texts.
        let written = std::fs::read_to_string(&path).ok().and_then(|text| run::read(&text).ok());
        let Some(Written { lexicon, inputs: scored, .. }) = written else { return Ok(Some(self.inputs.clone())) };
        let shown = path.display();
        if lexicon.sha256 != analyzer.definitions().hash {
            eprintln!(
                "error: {shown}: the results were made with another lexicon ({} {}); name it with --lexicon, or score again",
                lexicon.name, lexicon.version,
            );
            return Ok(None);
        }
        let mut inputs = Vec::new();
        for input in scored {
            let file = PathBuf::from(input.file);
            match hash_of(&file) {
                Ok((_, sha256)) if input.sha256 == sha256 => inputs.push(file),
                Ok(_) => {
                    eprintln!("error: {}: the text has changed since {shown} was written; score again", file.display());
                    return Ok(None);
                }
                Err(error) => {
                    eprintln!(
                        "error: {}: cannot be read ({error}); run this where the results were made",
                        file.display()
                    );
                    return Ok(None);
                }
            }
        }
        if inputs.is_empty() {
            eprintln!("error: {shown} names no text that was scored");
            return Ok(None);
        }
        Ok(Some(inputs))
    }
}

/// A document's name as that of a file: without what systems do not take, and not that of a file before it, also where capitals make no difference.
pub(super) fn file_name(id: &str, taken: &mut BTreeSet<String>) -> String {
    const LONGEST: usize = 100;
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    let plain: String = id.chars().map(|c| if fits(c) { c } else { '_' }).take(LONGEST).collect();
    let plain = plain.trim_matches([' ', '.']).to_owned();
    let plain = if plain.is_empty() { "document".to_owned() } else { plain };
    unused(&plain, '_', |name| taken.insert(name.to_lowercase()))
}
