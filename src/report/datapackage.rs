/*!
`datapackage.json`: the tables of a result folder as a Frictionless Data Package (<https://datapackage.org>), which programs can check and load by.
*/

use super::columns::{Column, Kind, Table, codebook};
use super::csv::ABSENT;
use super::layout::Layout;
use super::tables::TableName;
use crate::lexicon::Definitions;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Package<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    name: &'static str,
    title: &'static str,
    description: String,
    /// Of the results, that is of what made them.
    version: &'static str,
    program: &'static str,
    lexicon: Lexicon<'a>,
    resources: Vec<Resource<'a>>,
}

#[derive(Serialize)]
struct Lexicon<'a> {
    name: &'a str,
    version: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct Resource<'a> {
    name: String,
    path: String,
    #[serde(rename = "type")]
    kind: &'static str,
    description: String,
    format: &'static str,
    mediatype: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema: Option<Schema<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Schema<'a> {
    fields: Vec<Field<'a>>,
    /// What is said of no field in particular.
    missing_values: [&'static str; 0],
    #[serde(skip_serializing_if = "<[&str]>::is_empty")]
    primary_key: &'a [&'a str],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<ForeignKey>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Field<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    description: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    unit: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_values: Vec<&'static str>,
    #[serde(skip_serializing_if = "Constraints::is_empty")]
    constraints: Constraints,
}

#[derive(Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Constraints {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<serde_json::Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<serde_json::Number>,
    #[serde(rename = "enum", skip_serializing_if = "<[&str]>::is_empty")]
    values: &'static [&'static str],
}

impl Constraints {
    fn is_empty(&self) -> bool {
        *self == Constraints::default()
    }
}

#[derive(Serialize)]
struct ForeignKey {
    fields: [&'static str; 1],
    reference: Reference,
}

#[derive(Serialize)]
struct Reference {
    resource: &'static str,
    fields: [&'static str; 1],
}

/// Writes the package of these tables and of the codebook, with their Parquet files if there are such.
///
/// # Errors
/// What `out` says.
pub fn datapackage(
    definitions: &Definitions,
    tables: &[Table],
    layout: &Layout,
    has_parquet: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let codebook = codebook();
    let with_paths = tables.iter().map(|table| (layout.path(table.name.name()), table));
    let package = Package {
        schema: "https://datapackage.org/profiles/2.0/datapackage.json",
        name: concat!(env!("CARGO_PKG_NAME"), "-results"),
        title: "Cues in the language of narratives",
        description: format!("Counted by {}", super::made_by(definitions)),
        version: env!("CARGO_PKG_VERSION"),
        program: env!("CARGO_PKG_NAME"),
        lexicon: Lexicon { name: &definitions.name, version: &definitions.version, sha256: &definitions.hash },
        resources: with_paths
            .chain([(codebook.name.file().to_owned(), &codebook)])
            .map(|(path, table)| resource(path, table))
            .chain(tables.iter().chain([&codebook]).filter(|_| has_parquet).map(parquet))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &package)?;
    out.write_all(b"\n")
}

fn resource(path: String, table: &Table) -> Resource<'_> {
    let refers = table.head().any(|name| name == "document") && table.name != TableName::Problems;
    let key = ForeignKey { fields: ["document"], reference: Reference { resource: "documents", fields: ["id"] } };
    Resource {
        name: table.name.to_string(),
        path,
        kind: "table",
        description: table.about.to_owned(),
        format: "csv",
        mediatype: "text/csv",
        encoding: Some("utf-8"),
        schema: Some(Schema {
            fields: table.columns.iter().map(field).collect(),
            missing_values: [],
            primary_key: table.key,
            foreign_keys: if refers { vec![key] } else { Vec::new() },
        }),
    }
}

/// The same table as Parquet: a file, whose types are in it. Programs that check packages would need one more to look inside.
fn parquet(table: &Table) -> Resource<'_> {
    Resource {
        name: format!("{}-parquet", table.name),
        path: table.name.parquet_file(),
        kind: "file",
        description: format!("The rows and columns of {} with the types of its schema; NA is null.", table.name.file()),
        format: "parquet",
        mediatype: "application/vnd.apache.parquet",
        encoding: None,
        schema: None,
    }
}

fn field(column: &Column) -> Field<'_> {
    let number = |bound: Option<f64>| bound.and_then(serde_json::Number::from_f64);
    let is_number = column.kind.is_number();
    let mut constraints = Constraints { required: is_number && !column.may_be_absent, ..Constraints::default() };
    match column.kind {
        Kind::Integer(minimum) => constraints.minimum = Some(minimum.into()),
        Kind::Number(minimum, maximum) => {
            (constraints.minimum, constraints.maximum) = (number(minimum), number(maximum));
        }
        Kind::Choice(values) => constraints.values = values,
        Kind::Name | Kind::Text => {}
    }
    Field {
        name: &column.name,
        kind: column.kind.name(),
        title: &column.label,
        description: &column.about,
        unit: column.unit,
        missing_values: if column.may_be_absent { vec![ABSENT] } else { Vec::new() },
        constraints,
    }
}
