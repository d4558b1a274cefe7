/*!
`codebook.csv`: every column of every table, explained; its own columns included.
*/

use super::columns::{Kind, Table, codebook as own_table};
use super::csv::{ABSENT, safe, table};
use super::layout::Layout;
use std::io::{self, Write};

/// Writes the codebook of these tables, and of itself.
///
/// # Errors
/// What `out` says.
pub fn codebook(tables: &[Table], layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut table = table(out);
    let own = own_table();
    table.write_record(own.head())?;
    let with_paths = tables.iter().map(|table| (layout.path(table.name.name()), table));
    for (path, described) in with_paths.chain([(own.name.file().to_owned(), &own)]) {
        for column in &described.columns {
            let (minimum, maximum) = bounds(column.kind);
            let values = match column.kind {
                Kind::Choice(values) => values.join(";"),
                _ => String::new(),
            };
            table.write_record([
                path.as_str(),
                &column.name,
                safe(&column.label).as_ref(),
                safe(&column.about).as_ref(),
                column.kind.name(),
                column.unit,
                &minimum,
                &maximum,
                &values,
                if column.may_be_absent { ABSENT } else { "" },
                safe(&column.sources).as_ref(),
            ])?;
        }
    }
    table.flush()
}

fn bounds(kind: Kind) -> (String, String) {
    let written = |bound: Option<f64>| bound.map_or(ABSENT.to_owned(), |bound| bound.to_string());
    match kind {
        Kind::Integer(minimum) => (minimum.to_string(), ABSENT.to_owned()),
        Kind::Number(minimum, maximum) => (written(minimum), written(maximum)),
        _ => (ABSENT.to_owned(), ABSENT.to_owned()),
    }
}
