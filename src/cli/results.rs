/*!
Where the results of a run go: into a folder of tables, or onto standard output.
*/

use super::batch::Sink;
use super::inputs::hash_of;
use super::pages;
use super::places::make_folder;
use super::resume::Earlier;
use super::standing::{COMING, Standing};
use super::temporary::{remove_left, settle, temporary, undisturbed};
use crate::analyzer::{Analysis, Analyzer};
use crate::lexicon::Definitions;
use crate::report::columns::{self, Extent};
use crate::report::csv::{Doubts, Problem};
use crate::report::html::{self, Report};
use crate::report::layout::{self, Layout};
use crate::report::{self, loaders, run::Input, run::Run};
use crate::score::Unit;
use crate::study::{Norms, Table};
use clap::ValueEnum;
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempDir};

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Print {
    /// For eyes
    Table,
    /// documents.csv
    Csv,
    /// One JSON object a document, with its matches
    Jsonl,
    /// With -o: the tables as .parquet files, too, beside the .csv files
    Parquet,
}

/// Which tables there are, and how they are laid out.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Tables beside those that there always are.
    pub(super) extent: Extent,
    /// Where they stand.
    pub(super) layout: Layout,
    /// Whether tables begin with a byte order mark, by which Excel knows UTF-8.
    pub(super) has_bom: bool,
    /// Whether the tables are written as Parquet, too.
    pub(super) has_parquet: bool,
    /// A sample among which documents stand.
    pub(super) norms: Option<Norms>,
}

/// Where results go.
pub(super) enum Results {
    Folder(Box<Folder>),
    Printed { print: Print, options: report::Options, shape: Shape, is_first: bool, for_table: Vec<Analysis> },
}

impl Results {
    /// Results in a folder, which is made if it is not there.
    pub(super) fn in_folder(
        folder: &Path,
        options: report::Options,
        shape: Shape,
        report: Option<Report>,
    ) -> io::Result<Results> {
        Ok(Results::Folder(Box::new(Folder::create(folder, options, shape, report)?)))
    }

    /// Results on standard output.
    pub(super) fn printed(print: Print, options: report::Options, shape: Shape) -> Results {
        Results::Printed { print, options, shape, is_first: true, for_table: Vec::new() }
    }

    fn add(&mut self, definitions: &Definitions, analyses: Vec<Analysis>) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.write(definitions, &analyses),
            Results::Printed { print, options, shape, is_first, for_table } => {
                let mut out = BufWriter::new(io::stdout().lock());
                if *print == Print::Csv && *is_first && shape.has_bom {
                    out.write_all(BOM)?;
                }
                match print {
                    Print::Csv if shape.norms.is_some() => {
                        standings(definitions, &analyses, shape.norms.as_ref(), *is_first, &mut out)?;
                    }
                    Print::Table if shape.norms.is_some() => {
                        let documents = as_table(definitions, &analyses)?;
                        let mut out = anstream::AutoStream::auto(&mut out as &mut dyn Write);
                        if let Some(norms) = &shape.norms {
                            report::study::terminal::standings(&documents, norms, *is_first, &mut out)?;
                        }
                    }
                    Print::Csv if shape.extent.has_long => {
                        report::csv::long(definitions, &analyses, *is_first, &mut out)?;
                    }
                    Print::Csv if shape.extent.unit != Unit::Document => {
                        report::csv::units(definitions, &analyses, *options, *is_first, &mut out)?;
                    }
                    // Parquet goes into a folder, and does not come here.
                    Print::Csv | Print::Parquet => {
                        report::csv::documents(definitions, &analyses, *is_first, &mut out)?;
                    }
                    Print::Jsonl => report::jsonl::documents(definitions, &analyses, *options, &mut out)?,
                    // A table for eyes has columns as wide as its widest cell, so it waits for all.
                    Print::Table => for_table.extend(analyses.into_iter().map(without_text)),
                }
                *is_first = false;
                out.flush()
            }
        }
    }

    /// Brings everything to its end.
    pub(super) fn finish(self, definitions: &Definitions, run: &Run, doubts: &Doubts) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.finish(definitions, run, doubts),
            Results::Printed { print: Print::Table, options, shape, for_table, .. } => {
                let mut out = anstream::AutoStream::auto(io::stdout().lock());
                if !for_table.is_empty() {
                    if shape.extent.unit == Unit::Document {
                        report::terminal::table(definitions, &for_table, &mut out)?;
                    } else {
                        report::terminal::units(definitions, &for_table, options, &mut out)?;
                    }
                }
                out.flush()
            }
            Results::Printed { .. } => Ok(()),
        }
    }
}

impl Sink for Results {
    fn write(&mut self, analyzer: &Analyzer, analyses: Vec<Analysis>) -> io::Result<()> {
        self.add(analyzer.definitions(), analyses)
    }

    fn note(&mut self, problem: &Problem) -> io::Result<()> {
        match self {
            Results::Folder(folder) => {
                report::csv::problems(std::slice::from_ref(problem), folder.options, false, &mut folder.problems)
            }
            Results::Printed { .. } => Ok(()),
        }
    }

    fn keep(&mut self, analyzer: &Analyzer, earlier: &Earlier, documents: &[String]) -> io::Result<()> {
        match self {
            Results::Folder(folder) => folder.keep(analyzer.definitions(), earlier, documents),
            Results::Printed { .. } => Ok(()),
        }
    }
}

/// What the table needs of an analysis.
fn without_text(mut analysis: Analysis) -> Analysis {
    analysis.document.text = String::new();
    analysis.document.turns = Vec::new();
    analysis.sentences = Vec::new();
    analysis
}

/// The names of the tables that a result folder may have.
pub(super) const RESULT_TABLES: [&str; 11] = [
    "documents.csv",
    "matches.csv",
    "sentences.csv",
    "scales.csv",
    "course.csv",
    "passages.csv",
    "units.csv",
    "long.csv",
    "norms.csv",
    "problems.csv",
    CODEBOOK,
];
/// The name of the table that explains the others.
const CODEBOOK: &str = "codebook.csv";
/// The name of what tells how they came about.
pub(super) const RUN: &str = "run.json";
/// The name of what describes the tables to programs.
const PACKAGE: &str = "datapackage.json";
/// What else stands in a result folder and could be taken for a text.
pub(super) const RESULT_TEXTS: [&str; 3] = [RUN, PACKAGE, layout::DESCRIPTION];
/// By this, Excel knows UTF-8.
const BOM: &[u8] = "\u{feff}".as_bytes();

/// So many pages of the report are made side by side and written before the next.
const PAGES_AT_ONCE: usize = 16;

/// The tables of a result folder. Each is written under a temporary name and takes its own when all is done.
pub(super) struct Folder {
    path: PathBuf,
    options: report::Options,
    shape: Shape,
    documents: BufWriter<NamedTempFile>,
    matches: BufWriter<NamedTempFile>,
    sentences: BufWriter<NamedTempFile>,
    scales: BufWriter<NamedTempFile>,
    course: BufWriter<NamedTempFile>,
    passages: BufWriter<NamedTempFile>,
    problems: BufWriter<NamedTempFile>,
    /// Only if there are units below the document.
    units: Option<BufWriter<NamedTempFile>>,
    /// Only if it was asked for.
    long: Option<BufWriter<NamedTempFile>>,
    /// Only if there are norms.
    norms: Option<BufWriter<NamedTempFile>>,
    /// Only if it is wanted, and nothing was kept of an earlier run: rows alone make no page.
    report: Option<Report>,
    /// Its pages, until all is done; made with the first page.
    pages: Option<TempDir>,
    is_first: bool,
}

impl Folder {
    fn create(path: &Path, options: report::Options, shape: Shape, report: Option<Report>) -> io::Result<Folder> {
        let tables = match shape.layout {
            Layout::Plain => path.to_owned(),
            Layout::PsychDs(_) => path.join(layout::DATA),
        };
        make_folder(&tables)?;
        remove_left(path);
        let Extent { unit, has_long, has_norms } = shape.extent;
        let table = || -> io::Result<BufWriter<NamedTempFile>> {
            let mut table = temporary(path)?;
            table.write_all(if shape.has_bom { BOM } else { b"" })?;
            Ok(table)
        };
        let mut problems = table()?;
        report::csv::problems(&[], options, true, &mut problems)?;
        Ok(Folder {
            path: path.to_owned(),
            options,
            documents: table()?,
            matches: table()?,
            sentences: table()?,
            scales: table()?,
            course: table()?,
            passages: table()?,
            problems,
            units: if unit == Unit::Document { None } else { Some(table()?) },
            long: if has_long { Some(table()?) } else { None },
            norms: if has_norms { Some(table()?) } else { None },
            report,
            pages: None,
            is_first: true,
            shape,
        })
    }

    fn write(&mut self, definitions: &Definitions, analyses: &[Analysis]) -> io::Result<()> {
        let is_first = std::mem::take(&mut self.is_first);
        report::csv::documents(definitions, analyses, is_first, &mut self.documents)?;
        report::csv::matches(definitions, analyses, self.options, is_first, &mut self.matches)?;
        report::csv::sentences(definitions, analyses, self.options, is_first, &mut self.sentences)?;
        report::scales::scales(definitions, analyses, is_first, &mut self.scales)?;
        report::scales::course(definitions, analyses, is_first, &mut self.course)?;
        report::scales::passages(definitions, analyses, is_first, &mut self.passages)?;
        if let Some(long) = &mut self.long {
            report::csv::long(definitions, analyses, is_first, long)?;
        }
        if let Some(out) = &mut self.norms {
            standings(definitions, analyses, self.shape.norms.as_ref(), is_first, out)?;
        }
        if let Some(units) = &mut self.units {
            report::csv::units(definitions, analyses, self.options, is_first, units)?;
        }
        if let Some(report) = &mut self.report {
            let (path, pages) = (&self.path, &mut self.pages);
            // A page is thirty times as long as its text, so a batch is never held as pages.
            for analyses in analyses.chunks(PAGES_AT_ONCE) {
                let part = |(ahead, analysis)| report.part(definitions, analysis, ahead);
                let parts: Vec<html::Part> = analyses.par_iter().enumerate().map(part).collect();
                for part in parts {
                    report.add(definitions, part, &mut |name, bytes| pages::write(path, pages, name, bytes))?;
                }
            }
        }
        Ok(())
    }

    /// Copies the rows of documents from earlier tables.
    fn keep(&mut self, definitions: &Definitions, earlier: &Earlier, documents: &[String]) -> io::Result<()> {
        if self.is_first {
            self.write(definitions, &[])?;
        }
        // Rows that are kept have no transcript to show.
        (self.report, self.pages) = (None, None);
        let tables = [
            Some(&mut self.documents),
            Some(&mut self.matches),
            Some(&mut self.sentences),
            Some(&mut self.scales),
            Some(&mut self.course),
            Some(&mut self.passages),
            self.units.as_mut(),
            self.long.as_mut(),
        ];
        for (table, name) in tables.into_iter().zip(RESULT_TABLES) {
            let Some(table) = table else { continue };
            for document in documents {
                earlier.copy(name, document, table)?;
            }
        }
        Ok(())
    }

    fn finish(mut self, definitions: &Definitions, run: &Run, doubts: &Doubts) -> io::Result<()> {
        if self.is_first {
            self.write(definitions, &[])?;
        }
        let layout = &self.shape.layout;
        let tables = [
            ("documents", Some(self.documents)),
            ("matches", Some(self.matches)),
            ("sentences", Some(self.sentences)),
            ("scales", Some(self.scales)),
            ("course", Some(self.course)),
            ("passages", Some(self.passages)),
            ("units", self.units),
            ("long", self.long),
            ("norms", self.norms),
            ("problems", Some(self.problems)),
        ]
        .map(|(name, file)| (layout.path(name), file));
        let mut files = Vec::from(tables);
        for (name, bytes) in describing(definitions, &self.shape)? {
            let mut file = temporary(&self.path)?;
            file.write_all(&bytes)?;
            files.push((name.to_owned(), Some(file)));
        }
        self.shape.add_parquet(definitions, &self.path, &mut files)?;
        let mut pages = self.pages;
        let report = match self.report {
            Some(report) => {
                let mut file = temporary(&self.path)?;
                let beside = self.shape.beside();
                report.finish(definitions, run, doubts, &beside, &mut file, &mut |name, bytes| {
                    pages::write(&self.path, &mut pages, name, bytes)
                })?;
                Some(file)
            }
            None => None,
        };
        files.push((pages::REPORT.to_owned(), report));
        // All of them are whole before the first takes its name.
        let mut run = run.clone();
        let mut whole = Vec::new();
        for (name, file) in files {
            let Some(file) = file else { continue };
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            let (bytes, sha256) = hash_of(file.path())?;
            run.results.push(Input { file: name.clone(), bytes, sha256 });
            whole.push((file, name));
        }
        let mut run_json = temporary(&self.path)?;
        report::run::run(definitions, &run, &mut run_json)?;
        let run_json = run_json.into_inner().map_err(io::IntoInnerError::into_error)?;
        let earlier = Standing::in_folder(&self.path);
        let halfway = |error: io::Error| io::Error::new(error.kind(), Halfway(error));
        undisturbed(|| {
            settle(run_json, &self.path.join(COMING))?;
            place_all(&self.path, whole, &earlier, pages).map_err(halfway)
        })
    }
}

/// Gives all results of a run their names; `run.json` comes last: it is the sign that the others belong together. What an earlier run left and this one did not write, goes.
fn place_all(
    folder: &Path,
    whole: Vec<(NamedTempFile, String)>,
    earlier: &Standing,
    pages: Option<TempDir>,
) -> io::Result<()> {
    let written: BTreeSet<String> = whole.iter().map(|(_, name)| name.clone()).collect();
    for (file, name) in whole {
        settle(file, &folder.join(name))?;
    }
    for name in earlier.names().filter(|name| !written.contains(*name)) {
        remove(&folder.join(name))?;
        if let Some((inside, _)) = name.split_once('/') {
            // Only if nothing else is in it.
            let _ = fs::remove_dir(folder.join(inside));
        }
    }
    pages::place(pages, folder)?;
    fs::rename(folder.join(COMING), folder.join(RUN))
}

/// What went wrong while results got their names, so that some of them stand in the place of earlier ones.
#[derive(Debug)]
pub(super) struct Halfway(io::Error);

impl fmt::Display for Halfway {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl std::error::Error for Halfway {}

impl Shape {
    /// The names of all files that are written, beside pages of the report.
    pub(super) fn files(&self, definitions: &Definitions, has_report: bool) -> Vec<String> {
        let tables = columns::tables(definitions, self.extent);
        let mut names: Vec<String> = tables.iter().map(|table| self.layout.path(table.name)).collect();
        let describing = [CODEBOOK, PACKAGE].into_iter().chain(loaders::NAMES);
        let of_study = (self.layout != Layout::Plain).then_some(layout::DESCRIPTION);
        names.extend(describing.chain(of_study).map(str::to_owned));
        if self.has_parquet {
            names.extend(tables.iter().map(|table| format!("{}.parquet", table.name)));
            names.push(CODEBOOK.replace(".csv", ".parquet"));
        }
        names.extend(has_report.then(|| pages::REPORT.to_owned()));
        names.push(RUN.to_owned());
        names
    }

    /// The tables that the page tells of, for it does not show them: their names, and what is in them.
    fn beside(&self) -> Vec<(String, String)> {
        let mut beside = Vec::new();
        let unit = self.extent.unit;
        if unit != Unit::Document {
            beside.push((self.layout.path("units"), format!("the same numbers for every {}", unit.name())));
        }
        if let Some(norms) = &self.norms {
            let among = format!("where each document stands among the {} of the norms", norms.n_documents);
            beside.push((self.layout.path("norms"), among));
        }
        beside
    }

    /// Adds the tables as Parquet, made of those that are there, if they are wanted.
    fn add_parquet(
        &self,
        definitions: &Definitions,
        folder: &Path,
        files: &mut Vec<(String, Option<BufWriter<NamedTempFile>>)>,
    ) -> io::Result<()> {
        if !self.has_parquet {
            return Ok(());
        }
        let mut tables = columns::tables(definitions, self.extent);
        tables.push(columns::codebook());
        for name in parquet_names() {
            let of_table = |table: &&columns::Table| format!("{}.parquet", table.name) == name;
            let Some(table) = tables.iter().find(of_table) else { continue };
            let csv = files.iter_mut().find(|(file, _)| *file == table.file());
            let Some((_, Some(csv))) = csv else { continue };
            csv.flush()?;
            let mut out = temporary(folder)?;
            as_parquet(definitions, table, fs::File::open(csv.get_ref().path())?, &mut out)?;
            files.push((name, Some(out)));
        }
        Ok(())
    }
}

/// The names of the tables as Parquet.
pub(super) fn parquet_names() -> impl Iterator<Item = String> {
    RESULT_TABLES.iter().map(|name| name.replace(".csv", ".parquet"))
}

#[cfg(feature = "parquet")]
fn as_parquet(
    definitions: &Definitions,
    table: &columns::Table,
    csv: fs::File,
    out: &mut BufWriter<NamedTempFile>,
) -> io::Result<()> {
    let head = report::parquet::Head::of(&table.columns, report::made_by(definitions))?;
    report::parquet::table(&head, io::BufReader::new(csv), out)
}

#[cfg(not(feature = "parquet"))]
fn as_parquet(_: &Definitions, _: &columns::Table, _: fs::File, _: &mut BufWriter<NamedTempFile>) -> io::Result<()> {
    Err(io::Error::other("this program was built without the feature `parquet`"))
}

/// The tables of a result folder whose rows belong to documents, in the order of documents.
pub(super) fn document_tables(extent: Extent) -> Vec<&'static str> {
    let is_wanted = |name: &&str| match *name {
        "units.csv" => extent.unit != Unit::Document,
        "long.csv" => extent.has_long,
        name => !["norms.csv", "problems.csv", CODEBOOK].contains(&name),
    };
    RESULT_TABLES.into_iter().filter(is_wanted).collect()
}

/// The files that explain the tables and load them; all are small.
fn describing(definitions: &Definitions, shape: &Shape) -> io::Result<Vec<(&'static str, Vec<u8>)>> {
    let tables = columns::tables(definitions, shape.extent);
    let Shape { layout, has_bom, .. } = shape;
    let mut codebook = if *has_bom { BOM.to_vec() } else { Vec::new() };
    report::codebook::codebook(&tables, layout, &mut codebook)?;
    let mut package = Vec::new();
    report::datapackage::datapackage(definitions, &tables, layout, shape.has_parquet, &mut package)?;
    let mut files = vec![(CODEBOOK, codebook), (PACKAGE, package)];
    files.extend(report::loaders::scripts(definitions, &tables, layout)?);
    if let Layout::PsychDs(study) = layout {
        let mut description = Vec::new();
        layout::description(definitions, study, &tables, &mut description)?;
        files.push((layout::DESCRIPTION, description));
    }
    Ok(files)
}

/// Where documents stand in a sample. The measures of norms are columns of `documents.csv`, so that is what is looked up.
fn standings(
    definitions: &Definitions,
    analyses: &[Analysis],
    norms: Option<&Norms>,
    is_first: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let Some(norms) = norms else { return Ok(()) };
    report::study::csv::standings(&as_table(definitions, analyses)?, norms, is_first, out)
}

fn as_table(definitions: &Definitions, analyses: &[Analysis]) -> io::Result<Table> {
    let mut bytes = Vec::new();
    report::csv::documents(definitions, analyses, true, &mut bytes)?;
    Table::parse(&String::from_utf8_lossy(&bytes), "documents.csv")
        .map_err(|_| io::Error::other("documents.csv cannot be read back: a fault of the program"))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
