//! Parquet, which only some builds know: files are read as the same table with commas would be, and results are written as the tables that they are.
#![cfg(all(feature = "parquet", feature = "cli"))]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "these tests meet the world, and say what they skip"
)]

use crate::support::{Folder, Table};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use rand::{RngExt, SeedableRng};
use std::fs;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use throughline::document::Document;
use throughline::read::{self, Format, Options};
use throughline::report::columns;
use throughline::report::parquet::{Head, table};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats")
}

fn fixture(name: &str) -> Vec<u8> {
    fs::read(fixtures().join(name)).unwrap()
}

/// The documents of a table, and what was noted of it.
fn documents(name: &str, format: Format, options: &Options) -> (Vec<Document>, Vec<String>) {
    let mut table = read::table(Box::new(Cursor::new(fixture(name))), format, "t.csv", options).unwrap();
    let documents = table.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
    (documents, table.notes.iter().map(|note| note.message.clone()).collect())
}

#[test]
fn tables_are_read_as_with_commas() {
    let asked = Options {
        text_column: Some("text".into()),
        id_column: Some("age".into()),
        narrator: vec!["P".into()],
        ..Options::default()
    };
    for (parquet, csv, options) in [
        ("parquet/turns.parquet", "interview/turns.csv", Options::default()),
        ("parquet/turns-v2.parquet", "interview/turns.csv", Options::default()),
    ] {
        assert_eq!(
            documents(parquet, Format::Parquet, &options),
            documents(csv, Format::Csv, &options),
            "{parquet}: other than {csv}"
        );
    }
    for codec in ["none", "snappy", "gzip", "zstd"] {
        let name = format!("parquet/documents-{codec}.parquet");
        for options in [&Options::default(), &asked] {
            let (mut found, notes) = documents(&name, Format::Parquet, options);
            let (want, want_notes) = documents("interview/documents.csv", Format::Csv, options);
            assert_eq!(notes, want_notes, "{name}");
            let second = found.pop().unwrap();
            assert_eq!(second.text, "I wonder about that.");
            assert_eq!(second.id, if options.id_column.is_some() { "t:2" } else { "second" }, "no age is no id");
            // A row of Parquet is counted without the line of the head.
            assert_eq!(found.len(), want.len());
            assert_eq!((&found[0].id, &found[0].turns), (&want[0].id, &want[0].turns), "{name}");
            assert_eq!((&found[0].text, &found[0].speakers), (&want[0].text, &want[0].speakers), "{name}");
        }
    }
    let (found, notes) = documents("parquet/polars.parquet", Format::Parquet, &Options::default());
    assert_eq!(
        found.iter().map(|one| (&*one.id, &*one.text)).collect::<Vec<_>>(),
        [("7", "I wonder about that."), ("8", "")]
    );
    assert!(notes[0].contains("not read: “tags”"), "{notes:?}");
}

#[test]
fn what_cannot_be_read_says_why() {
    let whole = fixture("parquet/documents-snappy.parquet");
    let mut torn = whole.clone();
    // The pages are broken, the table of contents is not.
    torn[20..400].fill(0xFF);
    let encrypted = [&b"PARE"[..], &[0; 40], &[20, 0, 0, 0], b"PARE"].concat();
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        std::io::Write::write_all(&mut encoder, &whole).unwrap();
        encoder.finish().unwrap()
    };
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut.parquet", whole[..whole.len() / 2].to_vec(), "cut short"),
        ("nothing.parquet", Vec::new(), "cut short"),
        ("torn.parquet", torn, "this row and those after it are not read"),
        ("locked.parquet", encrypted, "encrypted"),
        ("brotli.parquet", fixture("parquet/documents-brotli.parquet"), "BROTLI"),
        ("lists.parquet", fixture("parquet/lists.parquet"), "lists"),
        ("empty.parquet", fixture("parquet/empty.parquet"), "no row"),
    ];
    let folder = Folder::with(&[("in/good.txt", "I wonder about that."), ("in/zz.txt", "It was nothing.")]);
    folder.write("in/whole.parquet", &whole);
    // What the content is decides, and not the ending.
    folder.write("in/named.txt", &whole);
    folder.write("in/words.parquet", "I wonder about that, and so on.");
    folder.write("in/packed.parquet.gz", &gzip);
    for (name, bytes, _) in &cases {
        folder.write(&format!("in/{name}"), bytes);
    }
    folder.score(&["in", "-o", "out"]).ends(1);
    let scored = folder.table("out/documents.csv");
    assert_eq!(
        scored.column("id"),
        [
            "good",
            "documents",
            "second",
            "packed:documents",
            "packed:second",
            "whole:documents",
            "whole:second",
            "words",
            "zz"
        ],
        "{}",
        folder.read("out/problems.csv")
    );
    let problems = folder.read("out/problems.csv");
    for (name, _, reason) in cases {
        let told = problems.lines().find(|line| line.contains(&format!("in/{name},")) && line.contains(",failed,"));
        let told = told.unwrap_or_else(|| panic!("{name}: no failure is told of it in\n{problems}"));
        assert!(told.contains(reason), "{name}: {told}");
    }
    // By pipe, too.
    let piped = folder.score_from(&["-", "--input-format", "parquet", "--format", "csv"], &whole).ends(0);
    assert_eq!(Table::of(&piped.out).column("id"), ["documents", "second"]);
}

/// Bytes of good files changed at random: whatever comes of it, it comes, and quietly.
#[test]
fn damaged_files_never_stop_the_program() {
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(11);
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name() != Some(read::LIBRARY_THREAD) {
            usual(panic);
        }
    }));
    let (mut n_rows, mut n_faults) = (0, 0);
    for name in ["turns", "turns-v2", "documents-zstd", "documents-none", "polars"] {
        let good = fixture(&format!("parquet/{name}.parquet"));
        for _ in 0..80 {
            let mut bytes = good.clone();
            for _ in 0..random.random_range(1..5) {
                let at = random.random_range(0..bytes.len());
                bytes[at] = random.random();
            }
            match read::table(Box::new(Cursor::new(bytes)), Format::Parquet, "t", &Options::default()) {
                Ok(rows) => rows.for_each(|row| if row.is_ok() { n_rows += 1 } else { n_faults += 1 }),
                Err(_) => n_faults += 1,
            }
        }
    }
    assert!(n_rows > 100 && n_faults > 100, "{n_rows} rows, {n_faults} faults");
}

/// A file that counts what is read of it.
struct Counted(Cursor<Vec<u8>>, Arc<AtomicU64>);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.0.read(buffer)?;
        self.1.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Seek for Counted {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

#[test]
fn a_large_file_is_read_piece_by_piece() {
    use parquet::data_type::{ByteArray, ByteArrayType};
    let schema = parquet::schema::parser::parse_message_type("message t { required binary text (UTF8); }").unwrap();
    let mut writer =
        parquet::file::writer::SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::default()).unwrap();
    for group in 0..40 {
        let mut rows = writer.next_row_group().unwrap();
        let mut column = rows.next_column().unwrap().unwrap();
        let texts: Vec<ByteArray> =
            (0..10).map(|row| format!("{group} {row} I wonder. ").repeat(2000).as_str().into()).collect();
        column.typed::<ByteArrayType>().write_batch(&texts, None, None).unwrap();
        column.close().unwrap();
        rows.close().unwrap();
    }
    let bytes = writer.into_inner().unwrap();
    let length = bytes.len() as u64;
    let n_read = Arc::new(AtomicU64::new(0));
    let source = Counted(Cursor::new(bytes), n_read.clone());
    let mut table = read::parquet_table(Box::new(source), "t.parquet", &Options::default()).unwrap();
    assert!(table.next().unwrap().unwrap().text.starts_with("0 0 I wonder."));
    let after_one = n_read.load(Ordering::Relaxed);
    assert!(after_one * 4 < length, "{after_one} of {length} bytes for one row");
    assert_eq!(table.count(), 399);
}

/// A table of a result folder as Parquet, its cells written as in CSV, and whether each may be missing.
fn cells(path: &Path) -> (Vec<Vec<String>>, Vec<String>) {
    let file = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let schema = file.metadata().file_metadata().schema();
    let kinds = schema.get_fields().iter().map(|field| {
        format!("{} {}{}", field.name(), field.get_physical_type(), if field.is_optional() { "?" } else { "" })
    });
    let rows = file.get_row_iter(None).unwrap().map(|row| {
        let cell = |(_, field): (String, Field)| match field {
            Field::Null => "NA".to_owned(),
            Field::Str(text) => text,
            Field::Long(number) => number.to_string(),
            Field::Double(number) => number.to_string(),
            other => panic!("{other:?}"),
        };
        row.unwrap().into_columns().into_iter().map(cell).collect()
    });
    (rows.collect(), kinds.collect())
}

fn texts() -> Folder {
    Folder::with(&[
        ("in/a.txt", "I: What was it like?\nMary: It was nothing. I still wonder about my mother.\n"),
        ("in/b.txt", "They always hated us. I wonder."),
        ("in/c.txt", ""),
    ])
}

const ALL: [&str; 8] = ["in", "-o", "out", "--long", "--unit", "turn", "--format", "parquet"];

#[test]
fn results_are_the_tables_that_they_are() {
    let folder = texts();
    folder.score(&ALL).ends(0);
    let names = folder.names("out");
    let tables: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".csv")).collect();
    assert_eq!(tables.len(), 10);
    let plain = |cell: &String| cell.parse::<f64>().map_or(cell.clone(), |number| number.to_string());
    for name in tables {
        let table = folder.table(&format!("out/{name}.csv"));
        let (rows, kinds) = cells(&folder.path(&format!("out/{name}.parquet")));
        let head: Vec<&str> = kinds.iter().map(|kind| kind.split(' ').next().unwrap()).collect();
        assert_eq!(head, table.head, "{name}");
        let want: Vec<Vec<String>> = table.rows.iter().map(|row| row.iter().map(plain).collect()).collect();
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(plain).collect()).collect();
        assert_eq!(rows, want, "{name}");
        if name == "documents" {
            for kind in ["id BYTE_ARRAY", "words INT64", "mean_answer_words DOUBLE?", "balance_absolutism_n INT64"] {
                assert!(kinds.iter().any(|found| found == kind), "{kind} in {kinds:?}");
            }
            assert!(rows.iter().flatten().any(|cell| cell == "NA"));
        }
    }
    // What is stated of the results states them, too.
    let package: serde_json::Value = serde_json::from_str(&folder.read("out/datapackage.json")).unwrap();
    let paths: Vec<&str> =
        package["resources"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths.iter().filter(|path| path.ends_with(".parquet")).count(), 10, "{paths:?}");
    assert!(folder.read("out/run.json").contains("matches.parquet"));
    assert!(folder.run(&["rerun", "out"]).ends(0).out.ends_with("identical\n"));
    // Results are no texts.
    let error = folder.score(&["out"]).ends(1).err;
    assert!(error.contains("no text in it"), "{error}");
    // What an earlier run left does not stay beside new tables.
    folder.score(&["in", "-o", "out"]).ends(0);
    assert!(folder.names("out").iter().all(|name| !name.ends_with(".parquet")));
}

#[test]
fn gone_on_with_they_are_whole() {
    let folder = texts();
    folder.score(&ALL).ends(0);
    folder.write("in/d.txt", "It was nothing, I suppose.");
    folder.score(&[&ALL[..], &["--resume"]].concat()).ends(0);
    let kept = cells(&folder.path("out/sentences.parquet"));
    folder.score(&ALL).ends(0);
    assert_eq!(kept, cells(&folder.path("out/sentences.parquet")));
    assert_eq!(kept.0.len(), folder.table("out/sentences.csv").rows.len());
}

#[test]
fn without_texts_there_are_none() {
    let folder = texts();
    folder.score(&ALL).ends(0);
    folder.run(&["redact", "out", "-o", "red"]).ends(0);
    folder.run(&["redact", "out"]).ends(0);
    let again = ["in", "-o", "without", "--no-text", "--format", "parquet"];
    folder.score(&again).ends(0);
    for place in ["red", "out", "without"] {
        for name in ["matches", "sentences"] {
            let (rows, kinds) = cells(&folder.path(&format!("{place}/{name}.parquet")));
            let text = kinds.iter().position(|kind| kind == "text BYTE_ARRAY").unwrap();
            assert!(!rows.is_empty() && rows.iter().all(|row| row[text].is_empty()), "{place}/{name}");
            assert!(rows.iter().flatten().all(|cell| !cell.contains("Mary")), "{place}/{name}");
        }
    }
    // A table whose CSV is gone cannot be written anew, and nobody is told that it is safe.
    fs::remove_file(folder.path("without/matches.csv")).unwrap();
    let told = folder.run(&["redact", "without"]).ends(1).err;
    assert!(told.contains("matches.parquet: the .csv file"), "{told}");
}

#[test]
fn what_cannot_be_written_says_why() {
    let folder = texts();
    for (arguments, reason) in [
        (&["in", "--format", "parquet"][..], "-o DIR"),
        (&["in", "--format", "parquet", "-o", "out", "--psych-ds"], "CSV tables alone"),
    ] {
        let told = folder.score(arguments).ends(2).err;
        assert!(told.contains(reason), "{told}");
    }
}

#[test]
fn python_opens_the_files() {
    let python = std::env::var("THROUGHLINE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import pandas, pyarrow"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: {python} has no pandas and pyarrow; set THROUGHLINE_PYTHON to one that has");
        return;
    }
    let folder = texts();
    folder.score(&ALL).ends(0);
    let script = "\
import glob, pandas as pd, pyarrow as pa, pyarrow.parquet as pq
names = sorted(glob.glob('*.parquet'))
assert len(names) == 10, names
kinds = {'string': pa.string(), 'integer': pa.int64(), 'number': pa.float64()}
book = pd.read_parquet('codebook.parquet')
for name in names:
    of_table = book[book.table == name.replace('.parquet', '.csv')]
    schema = pq.read_schema(name)
    assert schema.names == list(of_table.column), name
    for field, kind, missing in zip(schema, of_table.type, of_table.missing):
        assert field.type == kinds[kind], (name, field)
        assert field.nullable == (missing == 'NA'), (name, field, missing)
    numbers = of_table.loc[of_table.type != 'string', 'column']
    csv = pd.read_csv(name.replace('.parquet', '.csv'), keep_default_na=False, na_values={column: ['NA'] for column in numbers})
    pd.testing.assert_frame_equal(pd.read_parquet(name), csv, check_dtype=False)
print('opened', len(names))";
    let output = Command::new(&python).args(["-c", script]).current_dir(folder.path("out")).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).contains("opened 10"), "{told}");
}

#[test]
fn cells_have_the_types_of_their_columns() {
    let table_of = columns::problems();
    let head = Head::of(&table_of.columns, "throughline 1".to_owned()).unwrap();
    let csv =
        "\u{feff}document,file,line,severity,kind,message\nNA,a.csv,NA,note,b,\"x, \"\"y\"\"\"\n,a.csv,7,note,b,'=1\n";
    let mut bytes = Vec::new();
    table(&head, csv.as_bytes(), &mut bytes).unwrap();
    let file = SerializedFileReader::new(bytes::Bytes::from(bytes.clone())).unwrap();
    let rows: Vec<Vec<Field>> = file
        .get_row_iter(None)
        .unwrap()
        .map(|row| row.unwrap().into_columns().into_iter().map(|(_, field)| field).collect())
        .collect();
    let text = |text: &str| Field::Str(text.to_owned());
    assert_eq!(rows[0][..3], [text("NA"), text("a.csv"), Field::Null]);
    assert_eq!(rows[0][5], text("x, \"y\""));
    assert_eq!(rows[1][..3], [text(""), text("a.csv"), Field::Long(7)]);
    assert_eq!(rows[1][5], text("'=1"));
    // Written anew by its own head it is the same.
    let mut again = Vec::new();
    table(&Head::read(&bytes::Bytes::from(bytes.clone())).unwrap(), csv.as_bytes(), &mut again).unwrap();
    assert_eq!(bytes, again);
}

#[test]
fn another_table_is_refused() {
    let head = Head::of(&columns::problems().columns, "throughline 1".to_owned()).unwrap();
    for csv in ["", "a,b\n", "document,file,line,severity,kind,message\na,b,c,d,e,f\n"] {
        assert!(table(&head, csv.as_bytes(), Vec::new()).is_err(), "{csv}");
    }
    let other = Head::of(&columns::problems().columns, "another".to_owned()).unwrap();
    let mut bytes = Vec::new();
    table(&other, &b"document,file,line,severity,kind,message\n"[..], &mut bytes).unwrap();
    assert!(Head::read(&bytes::Bytes::from(bytes)).is_err());
}
