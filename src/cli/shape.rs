/*!
Which files a result folder has and where they stand in it: its shape.
*/

use super::pages;
use crate::lexicon::Definitions;
use crate::report::columns;
use crate::report::layout::{self, Layout};
use crate::report::loaders;
use crate::report::tables::{Extent, TableName};
use crate::score::Unit;
use crate::study::Norms;

/// The name of what tells how they came about.
pub(super) const RUN: &str = "run.json";
/// The name of what describes the tables to programs.
pub(super) const PACKAGE: &str = "datapackage.json";
/// What else stands in a result folder and could be taken for a text.
pub(super) const RESULT_TEXTS: [&str; 3] = [RUN, PACKAGE, layout::DESCRIPTION];
/// By this, Excel knows UTF-8.
pub(super) const BOM: &[u8] = "\u{feff}".as_bytes();

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

impl Shape {
    /// The names of all files that are written, beside pages of the report.
    pub(super) fn files(&self, definitions: &Definitions, has_report: bool) -> Vec<String> {
        let tables = columns::tables(definitions, self.extent);
        let mut names: Vec<String> = tables.iter().map(|table| self.layout.path(table.name.name())).collect();
        let describing = [TableName::Codebook.file(), PACKAGE].into_iter().chain(loaders::NAMES);
        let of_study = (self.layout != Layout::Plain).then_some(layout::DESCRIPTION);
        names.extend(describing.chain(of_study).map(str::to_owned));
        if self.has_parquet {
            names.extend(tables.iter().map(|table| table.name.parquet_file()));
            names.push(TableName::Codebook.parquet_file());
        }
        names.extend(has_report.then(|| pages::REPORT.to_owned()));
        names.push(RUN.to_owned());
        names
    }

    /// The tables that the page tells of, for it does not show them: their names, and what is in them.
    pub(super) fn beside(&self) -> Vec<(String, String)> {
        let mut beside = Vec::new();
        let unit = self.extent.unit;
        if unit != Unit::Document {
            beside.push((
                self.layout.path(TableName::Units.name()),
                format!("the same numbers for every {}", unit.name()),
            ));
        }
        if let Some(norms) = &self.norms {
            let among = format!("where each document stands among the {} of the norms", norms.n_documents);
            beside.push((self.layout.path(TableName::Norms.name()), among));
        }
        beside
    }
}

/// The names that tables and what explains them have in a result folder, with `/` between parts, whatever their layout.
pub(super) fn is_table_name(name: &str) -> bool {
    TableName::ALL.iter().any(|table| table.file() == name || table.parquet_file() == name)
}
