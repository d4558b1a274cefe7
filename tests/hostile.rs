//! Files that are broken, or made to harm: each is refused with a reason, or read without harm, in bounded memory and time, and nothing else is lost.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "these tests meet the world")]

mod support;

use rand::{RngExt, SeedableRng};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use support::Folder;
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
    let gzip = {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&vec![b' '; 520 << 20]).unwrap();
        encoder.finish().unwrap()
    };
    let mut cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("cut.docx", docx[..docx.len() / 2].to_vec(), "damaged"),
        ("bomb.docx", bomb, "256 MiB"),
        ("bomb.txt.gz", gzip, "512 MiB"),
        ("torn.docx", word("<w:document><w:p><w:r><w:t>I wonder"), "damaged"),
        ("locked.docx", container("EncryptedPackage"), "password"),
        ("old.doc.txt", container("WordDocument"), ".docx"),
        ("pictures.docx", word("<w:document><w:body/></w:document>"), "no words"),
        ("table.docx", package(&[("xl/workbook.xml", b"<x/>")]), ".xlsx"),
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
        cases.push(("locked.xlsx", container("EncryptedPackage"), "password"));
    }
    let folder = Folder::with(&[("in/good.txt", "I wonder about that."), ("in/zz.txt", "It was nothing.")]);
    for (name, bytes, _) in &cases {
        folder.write(&format!("in/{name}"), bytes);
    }
    // Two GiB of nothing on one line; the file takes no space.
    fs::File::create(folder.path("in/long.txt")).unwrap().set_len(2 << 30).unwrap();
    cases.push(("long.txt", Vec::new(), "512 MiB"));
    folder.score(&["in", "-o", "out"]).ends(1);
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
    // Deep nesting is refused, not followed.
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read::file("deep", nested.into_bytes(), &Options::default()).is_ok());
}

/// Bytes of good files changed, cut and repeated at random: whatever comes of it, it comes.
#[test]
fn damaged_files_never_stop_the_program() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats/interview");
    let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(7);
    let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    // The library for PDF works on a thread of its own and tells its panics there; the whole program is tested above.
    names.retain(|name| name.extension().is_none_or(|ending| ending != "pdf"));
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
