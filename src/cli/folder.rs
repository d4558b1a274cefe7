/*!
A folder of results: its tables are filled while documents come, and take their names when all of them are whole.
*/

use super::inputs::hash_of;
use super::pages;
use super::places::make_folder;
use super::results::standings;
use super::resume::Earlier;
use super::shape::{BOM, PACKAGE, RUN, Shape};
use super::standing::{COMING, Standing};
use super::temporary::{remove_left, settle, temporary, undisturbed, whole};
use crate::analyzer::Analysis;
use crate::lexicon::Definitions;
use crate::report::columns;
use crate::report::csv::{Doubts, Problem};
use crate::report::html::{self, Report};
use crate::report::layout::{self, Layout};
use crate::report::tables::{Extent, TableName};
use crate::report::{self, run::Input, run::Run};
use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};
use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempDir};

/// So many pages of the report are made side by side and written before the next.
const PAGES_AT_ONCE: usize = 16;

/// The tables of a result folder. Each is written under a temporary name and takes its own when all is done.
pub(super) struct Folder {
    path: PathBuf,
    options: report::Options,
    shape: Shape,
    /// Those that are filled while documents come: all but the codebook.
    tables: Vec<(TableName, BufWriter<NamedTempFile>)>,
    /// Only if it is wanted, and nothing was kept of an earlier run: rows alone make no page.
    report: Option<Report>,
    /// Its pages, until all is done; made with the first page.
    pages: Option<TempDir>,
    is_first: bool,
}

impl Folder {
    pub(super) fn create(
        path: &Path,
        options: report::Options,
        shape: Shape,
        report: Option<Report>,
    ) -> io::Result<Folder> {
        let place = match shape.layout {
            Layout::Plain => path.to_owned(),
            Layout::PsychDs(_) => path.join(layout::DATA),
        };
        make_folder(&place)?;
        remove_left(path);
        let mut tables = Vec::new();
        for name in TableName::ALL {
            if name == TableName::Codebook || !name.is_wanted(shape.extent) {
                continue;
            }
            let mut table = temporary(path)?;
            table.write_all(if shape.has_bom { BOM } else { b"" })?;
            if name == TableName::Problems {
                report::csv::problems(&[], options, true, &mut table)?;
            }
            tables.push((name, table));
        }
        Ok(Folder { path: path.to_owned(), options, tables, report, pages: None, is_first: true, shape })
    }

    pub(super) fn write(&mut self, definitions: &Definitions, analyses: &[Analysis]) -> io::Result<()> {
        let is_first = std::mem::take(&mut self.is_first);
        for (name, out) in &mut self.tables {
            match name {
                TableName::Documents => report::csv::documents(definitions, analyses, is_first, out)?,
                TableName::Matches => report::csv::matches(definitions, analyses, self.options, is_first, out)?,
                TableName::Sentences => report::csv::sentences(definitions, analyses, self.options, is_first, out)?,
                TableName::Scales => report::scales::scales(definitions, analyses, is_first, out)?,
                TableName::Course => report::scales::course(definitions, analyses, is_first, out)?,
                TableName::Passages => report::scales::passages(definitions, analyses, is_first, out)?,
                TableName::Units => report::csv::units(definitions, analyses, self.options, is_first, out)?,
                TableName::Long => report::csv::long(definitions, analyses, is_first, out)?,
                TableName::Norms => standings(definitions, analyses, self.shape.norms.as_ref(), is_first, out)?,
                // Problems are written as they come, and what explains the tables at the end.
                TableName::Problems | TableName::Codebook => {}
            }
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

    /// Writes a problem.
    pub(super) fn note(&mut self, problem: &Problem) -> io::Result<()> {
        match self.tables.iter_mut().find(|(name, _)| *name == TableName::Problems) {
            Some((_, out)) => report::csv::problems(std::slice::from_ref(problem), self.options, false, out),
            None => Ok(()),
        }
    }

    /// Copies the rows of documents from earlier tables.
    pub(super) fn keep(
        &mut self,
        definitions: &Definitions,
        earlier: &Earlier,
        documents: &[String],
    ) -> io::Result<()> {
        if self.is_first {
            self.write(definitions, &[])?;
        }
        // Rows that are kept have no transcript to show.
        (self.report, self.pages) = (None, None);
        for (name, table) in self.tables.iter_mut().filter(|(name, _)| name.has_documents()) {
            for document in documents {
                earlier.copy(*name, document, table)?;
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self, definitions: &Definitions, run: &Run, doubts: &Doubts) -> io::Result<()> {
        if self.is_first {
            self.write(definitions, &[])?;
        }
        let path_of = |name: TableName| self.shape.layout.path(name.name());
        let mut files: Vec<(String, BufWriter<NamedTempFile>)> =
            self.tables.into_iter().map(|(name, table)| (path_of(name), table)).collect();
        for (name, bytes) in describing(definitions, &self.shape)? {
            let mut file = temporary(&self.path)?;
            file.write_all(&bytes)?;
            files.push((name.to_owned(), file));
        }
        if self.shape.has_parquet {
            add_parquet(definitions, &self.path, self.shape.extent, &mut files)?;
        }
        let mut pages = self.pages;
        if let Some(report) = self.report {
            let mut file = temporary(&self.path)?;
            let beside = self.shape.beside();
            report.finish(definitions, run, doubts, &beside, &mut file, &mut |name, bytes| {
                pages::write(&self.path, &mut pages, name, bytes)
            })?;
            files.push((pages::REPORT.to_owned(), file));
        }
        // All of them are whole before the first takes its name.
        let mut run = run.clone();
        let mut ready = Vec::new();
        for (name, file) in files {
            let file = whole(file)?;
            let (bytes, sha256) = hash_of(file.path())?;
            run.results.push(Input { file: name.clone(), bytes, sha256 });
            ready.push((file, name));
        }
        let mut run_json = temporary(&self.path)?;
        report::run::run(definitions, &run, &mut run_json)?;
        let run_json = whole(run_json)?;
        let earlier = Standing::in_folder(&self.path);
        let halfway = |error: io::Error| io::Error::new(error.kind(), Halfway(error));
        undisturbed(|| {
            settle(run_json, &self.path.join(COMING))?;
            place_all(&self.path, ready, &earlier, pages).map_err(halfway)
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

/// The files that explain the tables and load them; all are small.
fn describing(definitions: &Definitions, shape: &Shape) -> io::Result<Vec<(&'static str, Vec<u8>)>> {
    let tables = columns::tables(definitions, shape.extent);
    let Shape { layout, has_bom, .. } = shape;
    let mut codebook = if *has_bom { BOM.to_vec() } else { Vec::new() };
    report::codebook::codebook(&tables, layout, &mut codebook)?;
    let mut package = Vec::new();
    report::datapackage::datapackage(definitions, &tables, layout, shape.has_parquet, &mut package)?;
    let mut files = vec![(TableName::Codebook.file(), codebook), (PACKAGE, package)];
    files.extend(report::loaders::scripts(definitions, &tables, layout)?);
    if let Layout::PsychDs(study) = layout {
        let mut description = Vec::new();
        layout::description(definitions, study, &tables, &mut description)?;
        files.push((layout::DESCRIPTION, description));
    }
    Ok(files)
}

/// Adds the tables as Parquet, made of those that are there.
fn add_parquet(
    definitions: &Definitions,
    folder: &Path,
    extent: Extent,
    files: &mut Vec<(String, BufWriter<NamedTempFile>)>,
) -> io::Result<()> {
    for name in TableName::ALL.into_iter().filter(|name| name.is_wanted(extent)) {
        let Some((_, csv)) = files.iter_mut().find(|(file, _)| file == name.file()) else { continue };
        csv.flush()?;
        let mut out = temporary(folder)?;
        let table = columns::table(name, definitions);
        as_parquet(definitions, &table, fs::File::open(csv.get_ref().path())?, &mut out)?;
        files.push((name.parquet_file(), out));
    }
    Ok(())
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

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
