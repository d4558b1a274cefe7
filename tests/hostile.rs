//! Files that are broken, or made to harm: each is refused with a reason, or read without harm, in bounded memory and time, and nothing else is lost.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "these tests meet the world")]

use crate::support::Folder;
use rand::{RngExt, SeedableRng};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::time::Instant;
use throughline::read::{self, Options};
use zip::write::{SimpleFileOptions, ZipWriter};

/// A zip package with these parts.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn word(body: &str) -> Vec<u8> {
    package(&[("word/document.xml", body.as_bytes())])
}

/// An old container, as Word wrote it before 2007 and writes it for passwords.
fn container(name: &str) -> Vec<u8> {
    let name = name.encode_utf16().flat_map(u16::to_le_bytes);
    [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1].into_iter().chain([0; 600]).chain(name).chain([0; 600]).collect()
}

fn interview(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/interview").join(name)).unwrap()
}

#[test]
fn each_is_refused_with_a_reason_and_the_rest_is_scored() {
    let docx = interview("bold.docx");
    let bomb = word(&format!("<w:p>{}</w:p>", " ".repeat(300 << 20)));
    assert!(bomb.len() < 1 << 20);
    let packed = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let gzip = packed(&vec![b' '; 520 << 20]);
    let mut cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut.docx", docx[..docx.len() / 2].to_vec(), "damaged"),
        ("bomb.docx", bomb, "128 MiB"),
        ("bomb.txt.gz", gzip, "192 MiB"),
        ("torn.docx", word("<w:document><w:p><w:r><w:t>I wonder"), "damaged"),
        ("locked.docx", container("EncryptedPackage"), "password"),
        ("old.doc.txt", container("WordDocument"), ".docx"),
        ("pictures.docx", word("<w:document><w:body/></w:document>"), "no words"),
        ("long-words.txt.gz", packed("I wonder. ".repeat(3 << 20).as_bytes()), "24 MiB"),
        ("cut.json", interview("whisper.json")[..300].to_vec(), "not valid JSON"),
        ("table.docx", package(&[("xl/workbook.xml", b"<x/>")]), "spreadsheet"),
        ("slides.docx", package(&[("ppt/presentation.xml", b"<x/>")]), "presentation"),
        ("photos.docx", package(&[("a.jpg", b"x")]), "zip"),
        ("words.txt", b"%\n1\taffect\n2\tsad\n%\nlove\t1\ncry*\t1\t2\n".to_vec(), "dictionary"),
        ("cut.TextGrid", interview("short.TextGrid")[..200].to_vec(), "damaged"),
        ("cut.eaf", interview("tiers.eaf")[..900].to_vec(), "damaged"),
        ("empty.json", b"{\"a\": 1}".to_vec(), "JSON"),
        ("cut.txt.gz", interview("packed.txt.gz")[..100].to_vec(), "unpacked"),
        ("cut.txt.zst", interview("packed.txt.zst")[..60].to_vec(), "unpacked"),
    ];
    if cfg!(feature = "pdf") {
        let scan = "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>\nendobj\n4 0 obj\n<</Length 0>>\nstream\n\nendstream\nendobj\ntrailer\n<</Root 1 0 R/Size 5>>\n";
        cases.push(("scan.pdf", pdf(scan), "text layer"));
        cases.push(("torn.pdf", b"%PDF-1.4\n1 0 obj\n<<>>".to_vec(), "cannot be read"));
    }
    if cfg!(feature = "sheets") {
        cases.push(("torn.xlsx", package(&[("xl/workbook.xml", b"<workbook>")]), "cannot be read"));
        cases.push(("circular.xls", circular_sheet(), "cannot be read"));
        cases.push(("locked.xlsx", container("EncryptedPackage"), "password"));
    }
    let folder = Folder::with(&[("in/good.txt", "I wonder about that."), ("in/zz.txt", "It was nothing.")]);
    for (name, bytes, _) in &cases {
        folder.write(&format!("in/{name}"), bytes);
    }
    // Two GiB of nothing on one line; the file takes no space.
    fs::File::create(folder.path("in/long.txt")).unwrap().set_len(2 << 30).unwrap();
    cases.push(("long.txt", Vec::new(), "256 MiB"));
    fs::File::create(folder.path("in/long.csv")).unwrap().set_len(70 << 20).unwrap();
    // All of it in 512 MB of memory, and some for the program itself.
    folder.score_within(600, &["in", "-o", "out", "-j", "1"]).ends(1);
    assert_eq!(folder.table("out/documents.csv").column("id"), ["good", "zz"]);
    let problems = folder.read("out/problems.csv");
    for (name, _, reason) in cases {
        let told = problems.lines().find(|line| line.contains(&format!("in/{name},")));
        let told = told.unwrap_or_else(|| panic!("{name}: nothing is told of it in\n{problems}"));
        assert!(told.contains(",failed,") && told.contains(reason), "{name}: {told}");
    }
}

/// A PDF file with its table of references.
fn pdf(objects: &str) -> Vec<u8> {
    let (body, trailer) = objects.split_at(objects.find("trailer").unwrap());
    let mut table = "xref\n0 5\n0000000000 65535 f \n".to_owned();
    for number in 1..5 {
        let at = body.find(&format!("\n{number} 0 obj")).unwrap() + 1;
        table += &format!("{at:010} 00000 n \n");
    }
    format!("{body}{table}{trailer}startxref\n{}\n%%EOF\n", body.len()).into_bytes()
}

#[test]
fn what_looks_dangerous_and_is_read() {
    let laughs =
        "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\"><!ENTITY c SYSTEM \"file:///etc/passwd\">]>";
    let entities =
        format!("{laughs}<w:document><w:p><w:r><w:t>I wonder &b; &c; &amp; so.</w:t></w:r></w:p></w:document>");
    let overlapping =
        "1\n00:00:05,000 --> 00:00:09,000\nI wonder.\n\n2\n00:00:01,000 --> 00:00:06,000\nIt was nothing.\n";
    let lost =
        String::from_utf8(interview("tiers.eaf")).unwrap().replace("TIME_SLOT_ID=\"ts2\"", "TIME_SLOT_ID=\"none\"");
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("entities.docx", word(&entities), "I wonder   & so."),
        ("overlapping.srt", overlapping.into(), "I wonder.\nIt was nothing."),
        ("lost.eaf", lost.into(), "Ann Lee: Where did you grow up?\nTom Hill: I grew up"),
        ("deep.rtf", [&b"{\\rtf1 "[..], &b"{".repeat(100_000), b"I wonder."].concat(), "I wonder."),
        ("deep.html", ["<p>", &"<div>".repeat(50_000), "I wonder."].concat().into(), "I wonder."),
    ];
    for (name, bytes, want) in cases {
        let document = read::file(name, bytes, &Options::default()).unwrap();
        assert!(document.text.contains(want), "{name}: {:.200}", document.text);
    }
    let told = read::file("entities", word(&entities), &Options::default()).unwrap().notes;
    assert!(told.iter().any(|note| note.message.starts_with("2 entities that the file declares itself")), "{told:?}");
    // Deep nesting is refused, not followed.
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read::file("deep", nested.into_bytes(), &Options::default()).is_ok());
}

/// An `.ods` of these rows.
#[cfg(feature = "sheets")]
fn open_sheet(rows: &str) -> Vec<u8> {
    let content =
        format!("<office:spreadsheet><table:table table:name=\"a\">{rows}</table:table></office:spreadsheet>");
    package(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content.as_bytes())])
}

/// An `.xls` in which the list of what follows what says of the first sector of the directory that it follows itself.
#[cfg(feature = "sheets")]
fn circular_sheet() -> Vec<u8> {
    let mut bytes = interview("turns.xls");
    let number = |bytes: &[u8], at: usize| u32::from_le_bytes(*bytes[at..].first_chunk().unwrap());
    let (table, directory) = (number(&bytes, 0x4C), number(&bytes, 0x30));
    let entry = 512 * (table as usize + 1) + 4 * directory as usize;
    bytes[entry..entry + 4].copy_from_slice(&directory.to_le_bytes());
    bytes
}

/// Small spreadsheets that ask for much memory, or keep a reader busy for ever.
#[cfg(feature = "sheets")]
#[test]
fn spreadsheets_that_ask_for_much() {
    let table = |name: &str, bytes: Vec<u8>| {
        read::table(Box::new(Cursor::new(bytes)), read::Format::Sheet, name, &Options::default())
    };
    let cell = "<table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
    let repeated = "<table:table-row table:number-rows-repeated=\"1048576\"><table:table-cell table:number-columns-repeated=\"16384\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let diagonal: String = (0..10_001)
        .map(|n| {
            format!(
                "<table:table-row><table:table-cell table:number-columns-repeated=\"{n}\"/>{cell}</table:table-row>"
            )
        })
        .collect();
    let far = "\u{0}\u{2}\u{e}\u{0}";
    let mut large = interview("turns.xls");
    let said = memchr::memmem::find(&large, far.as_bytes()).unwrap() + far.len();
    large[said..said + 14].fill(0xFF);
    let refused = [
        ("repeated.ods", open_sheet(repeated), "four million cells"),
        ("diagonal.ods", open_sheet(&diagonal), "hundred million places"),
        ("torn.ods", open_sheet("<table:table-row>"), "damaged"),
        ("circular.xls", circular_sheet(), "cannot be read"),
        ("torn.xls", interview("turns.xls")[..2000].to_vec(), "cannot be read"),
        (
            "strings.xlsx",
            package(&[("xl/sharedStrings.xml", "<si/>".repeat(16_000_001).as_bytes())]),
            "four million texts",
        ),
        ("binary.xlsx", package(&[("xl/workbook.bin", b"x")]), "save it as .xlsx"),
    ];
    for (name, bytes, reason) in refused {
        let problem = table(name, bytes).err().unwrap_or_else(|| panic!("{name} is read"));
        assert!(problem.message.contains(reason), "{name}: {}", problem.message);
    }
    // What a sheet says about its size is not believed, and rows of nothing to the end of a sheet are nothing.
    let blank = "<table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
    let row = format!("<table:table-row>{cell}</table:table-row>");
    for (name, bytes, n_documents) in
        [("large.xls", large, 1), ("blank.ods", open_sheet(&format!("{row}{row}{row}{blank}")), 2)]
    {
        let documents = table(name, bytes).unwrap_or_else(|problem| panic!("{name}: {}", problem.message));
        assert_eq!(documents.flatten().count(), n_documents, "{name}");
    }
}

/// How long this thread has worked so far, in seconds: of the processor where the system tells, so that other programs do not count.
fn worked(since: Instant) -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|told| told.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| since.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

/// Shapes on which a careless reader takes the square of the time, or reads one part of a package again and again. Four times the size must be four times the work, and not
/// sixteen; the least of several goes is taken, for noise only ever adds.
#[test]
fn time_is_in_proportion() {
    const N: usize = 20_000;
    const TIMES: usize = 4;
    /// Where work goes by the square, it is 16.
    const MOST: f64 = 9.0;
    /// What the system tells of a thread's work may be late by a tick of its clock.
    const TICK: f64 = 0.01;
    let list = |each: &dyn Fn(usize) -> String, n: usize| (0..n).map(each).collect::<String>();
    let cue = |said: &str| format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{said}\n").into_bytes();
    let book = |n: usize| {
        let chapter = format!("<html><body>{}", "<b>I".repeat(n));
        let mentions = "<itemref idref=\"a\"/>".repeat(n / 5);
        let spine =
            format!("<package><manifest><item id=\"a\" href=\"a\"/></manifest><spine>{mentions}</spine></package>");
        package(&[
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", b"<container><rootfile full-path=\"c.opf\"/></container>"),
            ("c.opf", spine.as_bytes()),
            ("a", chapter.as_bytes()),
        ])
    };
    let talk = |n: usize| {
        let names = list(&|n| format!("P{n} Role{n}, "), n / 2);
        format!("@UTF8\n@Participants:\t{names}\n{}", list(&|n| format!("*P{n}:\tyes .\n"), n / 2)).into_bytes()
    };
    let attributes = |n: usize| {
        let attributes = list(&|n| format!("a{n}=\"\" "), n);
        format!("<?xml version=\"1.0\"?><ANNOTATION_DOCUMENT><TIER {attributes}/></ANNOTATION_DOCUMENT>").into_bytes()
    };
    type Shape<'a> = (&'a str, &'a dyn Fn(usize) -> Vec<u8>);
    let shapes: [Shape<'_>; 9] = [
        ("openings of tags", &|n| cue(&"<".repeat(20 * n))),
        ("openings of styles", &|n| cue(&"{\\".repeat(10 * n))),
        ("openings of entities", &|n| cue(&"&".repeat(20 * n))),
        ("a chapter in many places", &book),
        ("participants", &talk),
        ("attributes", &attributes),
        ("labels", &|n| list(&|n| format!("N{n}: yes\n"), 3 * n).into_bytes()),
        ("rows of cells", &|n| list(&|n| format!("0:{n}\tyes\tN{}\n", n % 7), 3 * n).into_bytes()),
        ("headings of reports", &|n| list(&|n| format!("P: yes\n\nReference {n} - 1% Coverage\n\n"), n).into_bytes()),
    ];
    let options = Options { narrator: vec!["*".to_owned()], ..Options::default() };
    let since = Instant::now();
    let work = |bytes: Vec<u8>| {
        let before = worked(since);
        let _ = read::file("shape", bytes, &options);
        worked(since) - before
    };
    for (name, shape) in shapes {
        let (mut once, mut more) = (f64::INFINITY, f64::INFINITY);
        for _ in 0..6 {
            once = once.min(work(shape(N)));
            more = more.min(work(shape(TIMES * N)));
            if more <= MOST * once.max(TICK) {
                break;
            }
        }
        assert!(more <= MOST * once.max(TICK), "{name}: {once} s, and {more} s for {TIMES} times as much");
    }
}

/// Bytes of good files changed, cut and repeated at random: whatever comes of it, it comes.
#[test]
fn damaged_files_never_stop_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/interview");
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(7);
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    // Libraries work on threads of their own and tell their panics there; the whole program, which is silent about them, is tested above.
    let is_told = |ending: &std::ffi::OsStr| ["pdf", "xls", "xlsx"].iter().any(|other| ending == *other);
    names.retain(|name| name.extension().is_none_or(|ending| !is_told(ending)));
    let mut n_read = 0;
    for path in &names {
        let name = path.file_name().unwrap().to_str().unwrap();
        let good = fs::read(path).unwrap();
        for _ in 0..60 {
            let mut bytes = good.clone();
            for _ in 0..random.random_range(1..8) {
                let at = random.random_range(0..bytes.len());
                match random.random_range(0..4) {
                    0 => bytes[at] = random.random(),
                    1 => bytes.truncate(at.max(1)),
                    2 => bytes.insert(at, b"<>[]{}\"&:\t\n\\*0"[random.random_range(0..14)]),
                    _ => {
                        let end = (at + random.random_range(1..40)).min(bytes.len());
                        bytes.drain(at..end);
                        bytes.push(b'\n');
                    }
                }
            }
            match read::Format::of_name(name) {
                Some(read::Format::Text) => n_read += usize::from(read::file("d", bytes, &Options::default()).is_ok()),
                Some(format) => {
                    if let Ok(rows) = read::table(Box::new(Cursor::new(bytes)), format, name, &Options::default()) {
                        n_read += rows.flatten().count();
                    }
                }
                None => {}
            }
        }
    }
    assert!(n_read > 200, "{n_read}");
}
