//! Tables that R, SPSS and Python read without a fight: codebook, table schema, layouts, and the scripts that load them.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, reason = "these tests meet the world")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use crate::support::{Folder, MARKERS, Table};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Texts that make tables hard: several speakers, line breaks inside of matches, quotation marks, formulas, an id that reads like a missing value, umlauts.
fn folder() -> Folder {
    let folder = Folder::with(&[
        ("in/NA.txt", "P: \"I wonder,\" she said.\nI do not\nrecall much. =1+1; they always\nhated us.\n"),
        ("in/Zoë.txt", "P: It was nothing 🙂.\nI: Why?\nP: +44 they always hated us. My father felt old.\n"),
        ("in/empty.txt", ""),
    ]);
    folder.write(
        "in/long.txt",
        format!("{}I wonder. My mother felt cold.", "The road went on and on and up. ".repeat(20)),
    );
    folder
}

const ALL: [&str; 6] = ["in", "-o", "out", "--unit", "turn", "--long"];

/// Names of the tables in a folder.
fn tables(folder: &Folder, name: &str) -> BTreeSet<String> {
    folder.names(name).into_iter().filter(|name| name.ends_with(".csv")).collect()
}

#[test]
fn every_column_is_in_the_codebook_and_nothing_else() {
    let folder = folder();
    for more in [&[][..], &["--no-text"], &["--bom"]] {
        folder.score(&[&ALL, more].concat()).ends(0);
        let read = |name: &str| Table::of(folder.read(&format!("out/{name}")).trim_start_matches('\u{feff}'));
        let codebook = read("codebook.csv");
        let explained: Vec<(&str, &str)> =
            codebook.column("table").into_iter().zip(codebook.column("column")).collect();
        let tables = tables(&folder, "out");
        assert_eq!(tables.len(), 10, "{tables:?}");
        let mut written = 0;
        for table in &tables {
            let head = read(table).head;
            let of_table: Vec<&str> =
                explained.iter().filter(|(name, _)| name == table).map(|(_, column)| *column).collect();
            assert_eq!(head, of_table, "{table}");
            written += head.len();
        }
        assert_eq!(written, explained.len(), "the codebook explains columns of tables that are not there");
        assert!(codebook.column("description").iter().all(|about| about.len() > 8), "a column that is not explained");
    }
}

/// What the codebook says of a column holds of its cells.
#[test]
fn cells_are_as_the_codebook_says() {
    let folder = folder();
    folder.score(&ALL).ends(0);
    let codebook = folder.table("out/codebook.csv");
    let (mut n_numbers, mut n_absent) = (0, 0);
    for row in 0..codebook.rows.len() {
        let of = |column| codebook.cell(row, column);
        let table = folder.table(&format!("out/{}", of("table")));
        for cell in table.column(of("column")) {
            let place = format!("{} {}: `{cell}`", of("table"), of("column"));
            assert!(!cell.contains('\n'), "{place}");
            match of("type") {
                "string" => {
                    let values: Vec<&str> = of("values").split(';').collect();
                    assert!(of("values").is_empty() || values.contains(&cell), "{place}");
                }
                _ if cell == "NA" => {
                    assert_eq!(of("missing"), "NA", "{place}");
                    n_absent += 1;
                }
                kind => {
                    let number: f64 = cell.parse().unwrap_or_else(|_| panic!("{place}"));
                    assert!(kind == "number" || number.fract() == 0.0, "{place}");
                    for (bound, is_within) in [
                        ("minimum", (|number, bound| number >= bound) as fn(f64, f64) -> bool),
                        ("maximum", |number, bound| number <= bound),
                    ] {
                        let bound = of(bound);
                        assert!(bound == "NA" || is_within(number, bound.parse().expect("a bound")), "{place}");
                    }
                    n_numbers += 1;
                }
            }
        }
    }
    assert!(n_numbers > 1000 && n_absent > 20, "{n_numbers} numbers, {n_absent} absent");
}

#[test]
fn the_data_package_says_the_same() {
    let folder = folder();
    folder.score(&ALL).ends(0);
    let package: Value = serde_json::from_str(&folder.read("out/datapackage.json")).expect("JSON");
    let run: Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert_eq!(package["version"], run["version"]);
    assert_eq!(package["lexicon"]["sha256"], run["lexicon"]["sha256"]);
    let resources = package["resources"].as_array().expect("resources");
    let paths: BTreeSet<String> =
        resources.iter().map(|one| one["path"].as_str().expect("a path").to_owned()).collect();
    assert_eq!(paths, tables(&folder, "out"));
    for resource in resources {
        let fields = resource["schema"]["fields"].as_array().expect("fields");
        let names: Vec<&str> = fields.iter().map(|field| field["name"].as_str().expect("a name")).collect();
        assert_eq!(folder.table(&format!("out/{}", resource["path"].as_str().expect("a path"))).head, names);
    }
}

/// The long table has the numbers of the wide one.
#[test]
fn long_is_wide_in_another_form() {
    let folder = folder();
    folder.score(&ALL).ends(0);
    let (long, wide) = (folder.table("out/long.csv"), folder.table("out/documents.csv"));
    let per_document = MARKERS.len() + 3 + 2;
    assert_eq!(long.rows.len(), wide.rows.len() * per_document, "markers, families, scales");
    let mut n = 0;
    for row in 0..long.rows.len() {
        let document = wide.row_with("id", long.cell(row, "document"));
        let name = long.cell(row, "name").replace('.', "_");
        let pairs = match long.cell(row, "measure") {
            "scale" => vec![
                ("value", format!("scale_{name}")),
                ("lo", format!("scale_{name}_lo")),
                ("hi", format!("scale_{name}_hi")),
            ],
            _ => [("n", "n"), ("value", "rate"), ("lo", "lo"), ("hi", "hi"), ("share", "share")]
                .map(|(long, wide)| (long, format!("{name}_{wide}")))
                .to_vec(),
        };
        for (in_long, in_wide) in pairs {
            assert_eq!(long.cell(row, in_long), wide.cell(document, &in_wide), "{name} {in_long}");
            n += 1;
        }
    }
    assert!(n > 100);
    // Printed, too.
    let printed = folder.score(&["in", "--long"]).ends(0).out;
    assert_eq!(printed, folder.read("out/long.csv"));
}

#[test]
fn a_byte_order_mark_if_asked_for() {
    let folder = folder();
    folder.score(&["in", "-o", "plain"]).ends(0);
    folder.score(&["in", "-o", "marked", "--bom"]).ends(0);
    assert!(!folder.names("plain").contains("long.csv") && !folder.names("plain").contains("units.csv"));
    for table in tables(&folder, "plain") {
        let plain = folder.read(&format!("plain/{table}"));
        assert!(!plain.starts_with('\u{feff}'), "{table}");
        assert_eq!(folder.read(&format!("marked/{table}")), format!("\u{feff}{plain}"), "{table}");
    }
    assert!(folder.score(&["in", "--bom"]).ends(0).out.starts_with("\u{feff}id,"));
    // A file that an earlier run left goes.
    folder.score(&["in", "-o", "plain", "--long"]).ends(0);
    folder.score(&["in", "-o", "plain"]).ends(0);
    assert!(!folder.names("plain").contains("long.csv"));
}

#[test]
fn a_psych_ds_data_set() {
    let folder = folder();
    folder.score(&["in", "-o", "my study-2", "--psych-ds"]).ends(0);
    let files = folder.names("my study-2/data");
    let expected = ["course", "documents", "matches", "passages", "problems", "scales", "sentences"]
        .map(|table| format!("study-mystudy2_desc-{table}_data.csv"));
    assert_eq!(files, expected.into());
    let text = folder.read("my study-2/dataset_description.json");
    let description: Value = serde_json::from_str(&text).expect("JSON");
    for key in ["@context", "@type", "name", "description", "variableMeasured"] {
        assert!(!description[key].is_null(), "{key}");
    }
    let variables = description["variableMeasured"].as_array().expect("variables");
    let named: Vec<&str> = variables.iter().map(|variable| variable["name"].as_str().expect("a name")).collect();
    let named_once: BTreeSet<&str> = named.iter().copied().collect();
    assert_eq!(named.len(), named_once.len(), "a variable is named twice");
    let mut columns = BTreeSet::new();
    for file in files {
        columns.extend(folder.table(&format!("my study-2/data/{file}")).head);
    }
    assert_eq!(columns.iter().map(String::as_str).collect::<BTreeSet<_>>(), named_once);
    let codebook = folder.table("my study-2/codebook.csv");
    assert!(codebook.column("table").contains(&"data/study-mystudy2_desc-documents_data.csv"));
    assert!(folder.score(&["in", "--psych-ds"]).ends(2).err.contains("--output"));
}

/// A program that may not be there, run in a folder; its output if it is there.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Option<String> {
    let output = match Command::new(program).args(arguments).current_dir(folder).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("skipped: {program} cannot be run here ({error})");
            return None;
        }
    };
    let told = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{program}: {told}");
    Some(told)
}

/// The Python with the packages that these checks need: `THROUGHLINE_PYTHON`, or `python3`.
fn python(package: &str) -> Option<String> {
    let python = std::env::var("THROUGHLINE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", &format!("import {package}")]).output();
    if has.is_ok_and(|output| output.status.success()) {
        return Some(python);
    }
    eprintln!("skipped: {python} has no {package}; set THROUGHLINE_PYTHON to one that has");
    None
}

#[test]
fn python_loads_the_tables() {
    let Some(python) = python("pandas") else { return };
    let folder = folder();
    for (more, name) in [(&[][..], "documents"), (&["--bom", "--psych-ds"], "documents")] {
        folder.score(&[&ALL, more].concat()).ends(0);
        let script = format!(
            "from load import load_results\n\
             r = load_results()\n\
             d = r['{name}'].set_index('id')\n\
             assert sorted(d.index) == ['NA', 'Zoë', 'empty', 'long'], d.index\n\
             assert d.words.dtype == 'Int64' and d.words.sum() > 100\n\
             assert d.loc['empty', 'balance_rate'] != d.loc['empty', 'balance_rate'], 'NA is missing'\n\
             assert r['{name}'].attrs['labels']['words'] == 'Words'\n\
             assert 'they always hated us' not in ' '.join(r['matches'].text) and 'always hated' in ' '.join(r['matches'].text)\n\
             assert len(r['long']) == 4 * 10\n\
             assert r['units'].turn.notna().all()\n\
             print('loaded', len(r))"
        );
        let told = run(&python, &["-B", "-c", &script], &folder.path("out")).expect("it was there a moment ago");
        assert!(told.contains("loaded 10"), "{told}");
    }
}

#[test]
fn frictionless_accepts_the_package() {
    let Some(python) = python("frictionless") else { return };
    let folder = folder();
    for more in [&[][..], &["--bom"], &["--psych-ds"]] {
        folder.score(&[&ALL, more].concat()).ends(0);
        let script = "import frictionless, sys\n\
             report = frictionless.validate('datapackage.json')\n\
             print(report.stats, report.flatten(['rowNumber', 'fieldName', 'type', 'note'])[:5])\n\
             sys.exit(0 if report.valid else 1)";
        run(&python, &["-c", script], &folder.path("out"));
    }
}

#[test]
fn r_loads_the_tables() {
    let folder = folder();
    folder.score(&[&ALL[..], &["--bom"]].concat()).ends(0);
    let script = "source('load.R'); d <- results$documents\n\
         stopifnot(setequal(d$id, c('NA', 'Zo\\u00eb', 'empty', 'long')))\n\
         stopifnot(is.integer(d$words), sum(d$words) > 100, attr(d$words, 'label') == 'Words')\n\
         stopifnot(is.na(d$balance_rate[d$id == 'empty']), !anyNA(d$id), !anyNA(d$flags))\n\
         stopifnot(identical(make.names(names(d)), names(d)))\n\
         cat('loaded', length(results), '\\n')";
    if let Some(told) = run("Rscript", &["-e", script], &folder.path("out")) {
        assert!(told.contains("loaded 10"), "{told}");
    }
}

#[test]
fn pspp_loads_the_tables() {
    let folder = folder();
    folder.score(&ALL).ends(0);
    // So many short texts that there are more warnings than PSPP usually bears.
    for number in 0..20 {
        folder.write(&format!("many/{number}.txt"), "I wonder.");
    }
    folder.score(&["many", "-o", "many-out"]).ends(0);
    if run("pspp", &["load.sps", "-o", "log.txt"], &folder.path("many-out")).is_some() {
        assert!(folder.names("many-out").contains("problems.sav"), "the last table is loaded, too");
    }
    // Texts that are no numbers are warnings: NA is read as system-missing.
    if run("pspp", &["load.sps", "-o", "log.txt"], &folder.path("out")).is_none() {
        return;
    }
    folder.write(
        "out/look.sps",
        "GET FILE='documents.sav'.\nDISPLAY DICTIONARY.\nDESCRIPTIVES words balance_rate.\nGET FILE='matches.sav'.\nLIST document start text.\n",
    );
    let told = run("pspp", &["look.sps"], &folder.path("out")).unwrap_or_default();
    let has_row = |label: &str, n: &str| {
        told.lines().any(|line| line.starts_with(&format!("|{label}")) && line.contains(&format!("|{n}|")))
    };
    assert!(has_row("Words ", "4"), "four documents, by the label of the column: {told}");
    assert!(has_row("Family balance: rate", "3"), "one of them has no rate: {told}");
    assert!(told.contains("|always hated "), "texts: {told}");
}
