//! Exchange with programs of qualitative analysis: projects out and in again, codebooks, annotations.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, reason = "these tests meet the world")]
#![allow(clippy::print_stderr, reason = "a test that is skipped says so")]

use crate::support::{self, Folder, LEXICON, Table};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Read, Write};
use std::process::Command;
use throughline::exchange::project;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Texts with all that makes positions hard: emoji, curly quotes, CRLF, a byte order mark, signs of XML.
fn folder() -> Folder {
    Folder::with(&[
        (
            "in/a & <b>.txt",
            "\u{feff}I: Was it 🙂 nothing?\r\nP: “Well,” it was nothing 🙂. My mother felt “cold” 👨‍👩‍👧 & <sad>, and I still wonder — now I see.\r\n",
        ),
        ("in/Zoë.txt", "They always hated us. Café, naïveté… I can’t really\nremember anything.\n\nI wonder.\n"),
        ("in/nothing.txt", "The road went up.\n"),
    ])
}

fn export(folder: &Folder, arguments: &[&str]) -> support::Run {
    folder.run(&[&["export"], arguments, &["--lexicon", LEXICON]].concat())
}

fn import(folder: &Folder, arguments: &[&str]) -> support::Run {
    folder.run(&[&["import", "qdpx"], arguments, &["--lexicon", LEXICON]].concat())
}

#[test]
fn a_project_holds_texts_codes_and_passages() {
    let folder = folder();
    folder.score(&["in", "-o", "out"]).ends(0);
    export(&folder, &["qdpx", "in", "-o", "p.qdpx"]).ends(0);
    let read = project::read(fs::read(folder.path("p.qdpx")).expect("the project")).expect("a project");
    assert_eq!(read.problems, [""; 0]);
    assert!(read.origin.starts_with("throughline "), "{}", read.origin);
    assert_eq!(read.codes.iter().filter(|code| code.path.len() == 2).count(), 5);
    assert!(read.codes.iter().any(|code| code.path == ["dismissing", "dismissing.minimising"]));
    let found: Vec<(String, String)> = read
        .sources
        .iter()
        .flat_map(|source| {
            source
                .passages
                .iter()
                .map(|passage| (source.name.clone(), source.text[passage.start..passage.end].replace('\n', " ")))
        })
        .collect();
    let matches = folder.table("out/matches.csv");
    let expected: Vec<(String, String)> = matches
        .column("document")
        .into_iter()
        .zip(matches.column("text"))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect();
    assert_eq!(found, expected);
    assert!(found.len() >= 6);
    // The file names what made it, and has no time: it repeats.
    let mut zip = ZipArchive::new(Cursor::new(fs::read(folder.path("p.qdpx")).expect("the project"))).expect("a zip");
    let mut xml = String::new();
    zip.by_name("project.qde").expect("the project").read_to_string(&mut xml).expect("text");
    let run: Value = serde_json::from_str(&folder.read("out/run.json")).expect("JSON");
    assert!(xml.contains(run["lexicon"]["sha256"].as_str().expect("a hash")) && !xml.contains("DateTime"), "{xml}");
    export(&folder, &["qdpx", "in", "-o", "again.qdpx", "-j", "1"]).ends(0);
    assert_eq!(fs::read(folder.path("p.qdpx")).expect("one"), fs::read(folder.path("again.qdpx")).expect("two"));
    // The same from the folder of results.
    export(&folder, &["qdpx", "out", "-o", "from-results.qdpx"]).ends(0);
    assert_eq!(fs::read(folder.path("p.qdpx")).expect("one"), fs::read(folder.path("from-results.qdpx")).expect("two"));
}

/// What is exported and imported again is what was found.
#[test]
fn there_and_back() {
    let folder = folder();
    folder.score(&["in", "-o", "out"]).ends(0);
    export(&folder, &["qdpx", "in", "-o", "p.qdpx"]).ends(0);
    let told = import(&folder, &["p.qdpx", "-o", "codings"]).ends(0);
    assert!(told.err.contains("nothing") && told.err.contains("nobody coded"), "{}", told.err);
    let name =
        folder.names("codings").into_iter().find(|name| name.starts_with("throughline") && name.ends_with(".csv"));
    let coded = folder.table(&format!("codings/{}", name.expect("the program is a coder")));
    let found = folder.table("out/sentences.csv");
    assert_eq!(coded.head, found.head);
    let kept: Vec<&Vec<String>> = found.rows.iter().filter(|row| row[0] != "nothing").collect();
    assert_eq!(coded.rows.iter().collect::<Vec<_>>(), kept);
    // What evaluation reads: the program agrees with itself.
    let jsonl = folder.names("codings").into_iter().find(|name| name.ends_with(".jsonl")).expect("narratives");
    let run = folder.run(&["evaluate", &format!("codings/{jsonl}"), "--lexicon", LEXICON, "--format", "csv"]).ends(0);
    let figures = Table::of(&run.out);
    let row = figures.rows.iter().position(|row| row.iter().any(|cell| cell == "micro")).expect("micro average");
    assert_eq!(figures.cell(row, "f1"), "1.0000", "{}", run.out);
}

/// A project as people make it, in the ways in which programs differ.
struct Made {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Made {
    fn new(qde: &str) -> Made {
        let mut made = Made { zip: ZipWriter::new(Cursor::new(Vec::new())) };
        made.file("project.qde", qde.as_bytes());
        made
    }

    fn file(&mut self, name: &str, bytes: &[u8]) {
        self.zip.start_file(name, SimpleFileOptions::DEFAULT).expect("a file");
        self.zip.write_all(bytes).expect("bytes");
    }

    fn bytes(self) -> Vec<u8> {
        self.zip.finish().expect("a zip").into_inner()
    }
}

/// A selection with one coding.
fn selection(name: &str, start: usize, end: usize, code: &str, user: &str) -> String {
    format!(
        "<PlainTextSelection guid=\"{{9F000000-0000-0000-0000-000000000000}}\" name=\"{name}\" startPosition=\"{start}\" endPosition=\"{end}\" creatingUser=\"{user}\">\
         <Coding guid=\"9f000000-0000-0000-0000-000000000001\"><CodeRef targetGUID=\"{code}\"/></Coding></PlainTextSelection>"
    )
}

const ANN: &str = "{AAAAAAAA-0000-0000-0000-000000000000}";
const BEN: &str = "bbbbbbbb-0000-0000-0000-000000000000";

fn made(sources: &str) -> Made {
    Made::new(&format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Project xmlns=\"urn:QDA-XML:project:1.0\" name=\"x\" origin=\"Some Program\">\
         <Users><User guid=\"AAAAAAAA-0000-0000-0000-000000000000\" name=\"Ann\"/><User guid=\"{BEN}\" name=\"Ben/2\"/></Users>\
         <CodeBook><Codes><Code guid=\"c0000000-0000-0000-0000-000000000000\" name=\"Dismissing\" isCodable=\"true\">\
         <Code guid=\"{{C1000000-0000-0000-0000-000000000000}}\" name=\"MINIMISING\" isCodable=\"true\"/></Code>\
         <Code guid=\"c2000000-0000-0000-0000-000000000000\" name=\"Old / new!\" isCodable=\"true\"/>\
         <Code guid=\"c3000000-0000-0000-0000-000000000000\" name=\"reflective.then_now\" isCodable=\"true\"/>\
         <Code guid=\"c4000000-0000-0000-0000-000000000000\" name=\"nobody used this\" isCodable=\"true\"/></Codes></CodeBook>\
         <Sources>{sources}</Sources></Project>"
    ))
}

#[test]
fn human_codings_come_in_coder_by_coder() {
    let text = "P: It was nothing, really. The road went on.\nI: Was it nothing?\nP: Now I see how small I was then.\n";
    let at = |part: &str| {
        (
            text[..text.find(part).expect("in the text")].chars().count(),
            text[..text.find(part).expect("in the text")].chars().count() + part.chars().count(),
        )
    };
    let of = |part: &str, code: &str, user: &str| selection(part, at(part).0, at(part).1, code, user);
    let passages = [
        of("nothing, really", "c1000000-0000-0000-0000-000000000000", ANN),
        // Over two sentences and a stray word of a third.
        of("Now I see how small I was then", "c3000000-0000-0000-0000-000000000000", ANN),
        of("small I was then", "c2000000-0000-0000-0000-000000000000", BEN),
        of("It was nothing, really. The", "{C1000000-0000-0000-0000-000000000000}", BEN),
        of("Was it nothing", "c1000000-0000-0000-0000-000000000000", BEN),
        selection("", 5, 5000, "c1000000-0000-0000-0000-000000000000", BEN),
    ]
    .concat();
    let mut made = made(&format!(
        "<TextSource guid=\"d0\" name=\"one\" plainTextPath=\"internal://d0.txt\">{passages}</TextSource>"
    ));
    made.file("sources/d0.txt", text.as_bytes());
    let folder = Folder::new();
    folder.write("p.qdpx", made.bytes());
    let told = import(&folder, &["p.qdpx", "-o", "c"]).ends(0);
    for part in ["`Old / new!` is no marker", "not the narrator's", "do not lie in the text"] {
        assert!(told.err.contains(part), "{part}: {}", told.err);
    }
    assert!(!told.err.contains("nobody used this"), "{}", told.err);
    assert_eq!(folder.table("c/problems.csv").rows.len(), 3);
    assert_eq!(folder.table("c/Ann.csv").column("markers"), ["dismissing.minimising", "", "reflective.then_now"]);
    assert_eq!(folder.table("c/Ben_2.csv").column("markers"), ["dismissing.minimising", "", ""]);
    // What a code means can be said.
    folder.write("codes.csv", "code,marker\nold new,reflective.then_now\n");
    let told = import(&folder, &["p.qdpx", "-o", "d", "--codes", "codes.csv"]).ends(0);
    assert!(!told.err.contains("is no marker"), "{}", told.err);
    assert_eq!(folder.table("d/Ben_2.csv").column("markers"), ["dismissing.minimising", "", "reflective.then_now"]);
    let latin: Vec<u8> = "code;marker\r\nold new;reflective.then_now\r\nfrüher;\r\n"
        .chars()
        .map(|c| u8::try_from(c).expect("a byte"))
        .collect();
    folder.write("codes.csv", latin);
    let told = import(&folder, &["p.qdpx", "-o", "l", "--codes", "codes.csv"]).ends(0);
    assert!(told.err.contains("warning: codes.csv: read as windows-1252"), "{}", told.err);
    assert_eq!(folder.read("l/Ben_2.csv"), folder.read("d/Ben_2.csv"));
    folder.write("codes.csv", "\nsep=;\ncode;marker\nold new;reflective.then_nau\n");
    let told = import(&folder, &["p.qdpx", "-o", "d", "--codes", "codes.csv"]).ends(2);
    assert!(
        told.err.contains("did you mean `reflective.then_now`") && told.err.contains("codes.csv:4:1"),
        "{}",
        told.err
    );
    let told = import(&folder, &["codes.csv", "-o", "k"]).ends(2);
    assert!(told.err.contains("a file of another kind"), "{}", told.err);
    // Without texts.
    import(&folder, &["p.qdpx", "-o", "e", "--no-text"]).ends(0);
    assert_eq!(folder.names("e"), ["Ann.csv", "Ben_2.csv", "problems.csv"].map(str::to_owned).into());
    assert!(!folder.read("e/Ann.csv").contains("really"));
}

/// Programs count positions in ways of their own; the names of passages show which.
#[test]
fn positions_are_found_however_they_are_counted() {
    let lf = "🙂 I walked.\n\nIt was nothing, then.\nSo it goes.\n";
    let crlf = lf.replace('\n', "\r\n");
    let with_bom = format!("\u{feff}{crlf}");
    let code_points = |text: &str, part: &str| text[..text.find(part).expect("in it")].chars().count();
    let utf_16 = |text: &str, part: &str| text[..text.find(part).expect("in it")].encode_utf16().count();
    let part = "It was nothing";
    let n = part.len();
    let cases = [
        ("as the standard says", lf.to_owned(), code_points(lf, part)),
        ("CRLF as two", crlf.clone(), code_points(&crlf, part)),
        ("CRLF as one", crlf.clone(), code_points(lf, part)),
        ("UTF-16", lf.to_owned(), utf_16(lf, part)),
        ("UTF-16, CRLF as two", crlf.clone(), utf_16(&crlf, part)),
        ("with the byte order mark", with_bom.clone(), code_points(&with_bom, part)),
        ("without the byte order mark", with_bom, code_points(&crlf, part)),
    ];
    for (name, text, start) in cases {
        let passage = selection(part, start, start + n, "c1000000-0000-0000-0000-000000000000", ANN);
        let mut made = made(&format!(
            "<TextSource guid=\"d0\" name=\"one\" plainTextPath=\"internal://d0.txt\">{passage}</TextSource>"
        ));
        made.file("Sources/d0.txt", text.as_bytes());
        let read = project::read(made.bytes()).expect("a project");
        assert_eq!(read.sources[0].text, lf, "{name}");
        let passage = &read.sources[0].passages[0];
        assert_eq!(&lf[passage.start..passage.end], part, "{name}");
    }
}

#[test]
fn what_is_no_text_is_told() {
    let passage = selection("It was nothing", 0, 14, "c1000000-0000-0000-0000-000000000000", ANN);
    let mut made = made(&format!(
        "<PictureSource guid=\"d1\" name=\"p\"><PictureSelection guid=\"d2\"/></PictureSource>\
         <PDFSource guid=\"d3\" name=\"report.pdf\"><PDFSelection guid=\"d4\"/><Representation guid=\"d5\" name=\"x\"><PlainTextContent>It was nothing.</PlainTextContent>{passage}</Representation></PDFSource>\
         <TextSource guid=\"d6\" name=\"gone\" plainTextPath=\"internal://d6.txt\"/>\
         <TextSource guid=\"d7\" name=\"outside\" plainTextPath=\"absolute:///home/x.txt\"/>\
         <TextSource guid=\"d8\" plainTextPath=\"two.txt\">{passage}</TextSource>"
    ));
    made.file("sources/two.txt", b"It was nothing.");
    let folder = Folder::new();
    folder.write("p.qdpx", made.bytes());
    let told = import(&folder, &["p.qdpx", "-o", "c"]).ends(0).err;
    for part in ["pictures (1)", "pages of a PDF", "d6.txt is not in the project", "outside of the project"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(folder.table("c/Ann.csv").column("document"), ["report.pdf", "two"]);
    for (name, bytes) in [
        ("a.qdpx", b"no zip".to_vec()),
        ("b.qdpx", {
            let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
            zip.start_file("x", SimpleFileOptions::DEFAULT).expect("a file");
            zip.finish().expect("a zip").into_inner()
        }),
    ] {
        folder.write(name, bytes);
        let told = import(&folder, &[name, "-o", "none"]).ends(2).err;
        assert!(told.contains(name), "{told}");
        assert!(!folder.path("none").exists());
    }
}

#[test]
fn results_that_no_longer_fit_their_texts_are_refused() {
    let folder = folder();
    folder.score(&["in", "-o", "out"]).ends(0);
    let told = folder.run(&["export", "qdpx", "out", "-o", "x.qdpx"]).ends(2).err;
    assert!(told.contains("another lexicon"), "{told}");
    folder.write("in/Zoë.txt", "Something else.");
    let told = export(&folder, &["qdpx", "out", "-o", "x.qdpx"]).ends(2).err;
    assert!(told.contains("has changed"), "{told}");
    fs::remove_file(folder.path("in/Zoë.txt")).expect("the file was there");
    let told = export(&folder, &["qdpx", "out", "-o", "x.qdpx"]).ends(2).err;
    assert!(told.contains("cannot be read"), "{told}");
    assert!(!folder.path("x.qdpx").exists());
}

#[test]
fn annotations_say_where_and_what() {
    let folder = folder();
    folder.score(&["in", "-o", "out"]).ends(0);
    export(&folder, &["annotations", "in", "-o", "notes"]).ends(0);
    let matches = folder.table("out/matches.csv");
    let mut n = 0;
    for (id, file) in [("a & <b>", "a _ _b_"), ("Zoë", "Zoë"), ("nothing", "nothing")] {
        let collection: Value = serde_json::from_str(&folder.read(&format!("notes/{file}.jsonld"))).expect("JSON");
        assert_eq!(collection["@context"], "http://www.w3.org/ns/anno.jsonld");
        let items = collection["first"]["items"].as_array().expect("items");
        let rows = matches.rows_with("document", id);
        assert_eq!(collection["total"], rows.len());
        for (item, row) in items.iter().zip(rows) {
            let [position, quote] = &item["target"]["selector"].as_array().expect("selectors")[..] else {
                panic!("two selectors")
            };
            assert_eq!(position["start"].to_string(), matches.cell(row, "start"));
            assert_eq!(position["end"].to_string(), matches.cell(row, "end"));
            assert_eq!(quote["exact"].as_str().expect("text").replace('\n', " "), matches.cell(row, "text"));
            assert_eq!(item["body"][0]["value"], matches.cell(row, "marker"));
            n += 1;
        }
    }
    assert_eq!(n, matches.rows.len());
    export(&folder, &["annotations", "in", "-o", "bare", "--no-text"]).ends(0);
    for name in folder.names("bare") {
        let text = folder.read(&format!("bare/{name}"));
        assert!(!text.contains("exact") && !text.contains("always hated") && !text.contains("other felt"), "{text}");
    }
    assert!(export(&folder, &["annotations", "in", "-o", "bare"]).ends(2).err.contains("not empty"));
}

#[test]
fn a_codebook_alone() {
    let folder = Folder::new();
    export(&folder, &["qdc", "-o", "codes.qdc"]).ends(0);
    let text = folder.read("codes.qdc");
    assert!(text.contains("xmlns=\"urn:QDA-XML:codebook:1.0\""), "{text}");
    assert!(text.contains("throughline-tests 1.0.0 (SHA-256 "), "{text}");
    assert_eq!(text.matches("isCodable=\"true\"").count(), 5);
    let colours: BTreeSet<&str> = text.match_indices("color=\"").map(|(at, _)| &text[at + 7..at + 14]).collect();
    assert_eq!(colours.len(), 3, "a colour a family");
}

/// The standard's own schema, and a reader by others, where they can be had.
#[test]
fn the_schema_and_another_reader_accept_it() {
    let python = std::env::var("THROUGHLINE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let folder = folder();
    export(&folder, &["qdpx", "in", "-o", "p.qdpx"]).ends(0);
    let with_schema = "import zipfile, pathlib, importlib.util, lxml.etree as e\n\
        at = pathlib.Path(importlib.util.find_spec('qualitative_coding').submodule_search_locations[0]) / 'refi_qda' / 'schema.xsd'\n\
        e.XMLSchema(e.parse(str(at))).assertValid(e.fromstring(zipfile.ZipFile('p.qdpx').read('project.qde')))\n\
        print('valid')";
    export(&folder, &["qdc", "-o", "codes.qdc"]).ends(0);
    let with_reader = "from pyrefiqda import RefiProject, RefiCodebook\n\
        p = RefiProject.load('p.qdpx', extract_dir='x')\n\
        n = 0\n\
        for s in p.sources.text_source:\n\
        \u{20}   t = open(RefiProject.resolve_source_path(s.plain_text_path, 'x'), encoding='utf-8', newline='').read()\n\
        \u{20}   assert '\\r' not in t and not t.startswith('\\ufeff')\n\
        \u{20}   for one in s.plain_text_selection:\n\
        \u{20}       assert t[one.start_position:one.end_position].replace('\\n', ' ') == one.name, one\n\
        \u{20}       n += 1\n\
        assert n >= 6 and len(p.cases.case) == 3\n\
        assert len(RefiCodebook.load('codes.qdc').codes.code) == 3\n\
        print('read')";
    for (package, script, told) in
        [("lxml, qualitative_coding", with_schema, "valid"), ("pyrefiqda", with_reader, "read")]
    {
        let has = Command::new(&python).args(["-c", &format!("import {package}")]).output();
        if !has.is_ok_and(|output| output.status.success()) {
            eprintln!("skipped: {python} has no {package}; set THROUGHLINE_PYTHON to one that has");
            continue;
        }
        let output =
            Command::new(&python).args(["-c", script]).current_dir(folder.path("")).output().expect("it ran before");
        let out = String::from_utf8_lossy(&output.stdout);
        assert!(out.contains(told), "{out}{}", String::from_utf8_lossy(&output.stderr));
    }
}
