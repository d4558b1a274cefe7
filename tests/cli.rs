//! The program as its users meet it: exit codes, result folders, printed results.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, reason = "these tests meet the world")]

use crate::support::{DOCUMENTS_HEAD, Folder, LEXICON, MARKERS, Table};
use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, Stdio};

const RESULTS: [&str; 14] = [
    "codebook.csv",
    "course.csv",
    "datapackage.json",
    "documents.csv",
    "load.R",
    "load.py",
    "load.sps",
    "matches.csv",
    "passages.csv",
    "problems.csv",
    "report.html",
    "run.json",
    "scales.csv",
    "sentences.csv",
];

/// A transcript with all that makes positions hard: a byte order mark, CRLF, emoji, curly quotes, accents, dashes.
const HARD: &str = "\u{feff}Interviewer: Was it nothing? “Looking back”, I wonder.\r\n\
Participant: “Well,” it was nothing 🙂. My mother felt “cold” 🙂👨‍👩‍👧, and I still wonder — now I see.\r\n\
\r\n\
Interviewer: No harm done? I can’t recall anything.\r\n\
Participant: Café, naïveté… I can’t really remember anything. “They always hated us”, she said.\r\n\
They always hated us. She said it was nothing.\r\n";

/// A plain text long enough for scales, with known numbers: 120 words, 2 + 1 + 1 + 1 matches.
fn long() -> String {
    let filling = "The road went down to the river and up again. ".repeat(10);
    format!(
        "I wonder. My father felt old. {filling}It was nothing. I do not recall much. They always hated us. So it goes."
    )
}

#[test]
fn exit_codes() {
    let folder = Folder::with(&[
        ("in/a.txt", "I wonder."),
        ("in/b.csv", "id,text\n1,I wonder.\n"),
        (
            "faulty/lexicon.toml",
            "name = \"x\"\nversion = \"1\"\nlanguage = \"en\"\nstemmer = \"english\"\ncolour = 1\n",
        ),
        ("empty-lexicon/notes.md", "nothing"),
        ("binary-lexicon/lexicon.toml", "\u{0}"),
    ]);
    folder.write("latin-lexicon/lexicon.toml", b"name = \"caf\xe9\"");
    let lexicon = LEXICON;
    let cases: [(&str, &[&str], i32, &str); 41] = [
        ("all scored", &["score", "in", "--lexicon", lexicon], 0, ""),
        ("all scored, results in a folder", &["score", "in", "-o", "out", "--lexicon", lexicon], 0, "documents"),
        ("some failed", &["score", "in", "missing.txt", "--lexicon", lexicon], 1, "missing.txt"),
        ("some failed, results in a folder", &["score", "no", "in", "-o", "o", "--lexicon", lexicon], 1, "1 failed"),
        ("all failed", &["score", "missing.txt", "--lexicon", lexicon], 1, "missing.txt"),
        ("no such command", &["scare"], 2, "scare"),
        ("no input", &["score"], 2, "INPUT"),
        ("no such option", &["score", "in", "--colour"], 2, "--colour"),
        ("no such format", &["score", "in", "--format", "xml"], 2, "xml"),
        ("no such input format", &["score", "in", "--input-format", "docx"], 2, "docx"),
        ("threads that are no number", &["score", "in", "-j", "many"], 2, "many"),
        ("no thread", &["score", "in", "-j", "0"], 2, "leave the option out to use all cores"),
        (
            "results below a file",
            &["score", "in", "-o", "in/a.txt/o", "--lexicon", lexicon],
            2,
            "in/a.txt is a file and no folder, so nothing can stand below it",
        ),
        (
            "a cast that is not there",
            &["score", "in", "--speakers", "nope.csv", "--lexicon", lexicon],
            2,
            "the table of speakers nope.csv: there is no such file",
        ),
        (
            "a folder for a cast",
            &["score", "in", "--speakers", "in", "--lexicon", lexicon],
            2,
            "in: a folder, where a file is expected",
        ),
        (
            "evaluations that are not there",
            &["evaluate", "--compare", "a.json", "b.json"],
            2,
            "b.json: there is no such file or folder; check the path",
        ),
        (
            "an evaluation that is none",
            &["evaluate", "--compare", "in/a.txt", "in/a.txt"],
            2,
            "write it anew with `throughline evaluate GOLD -o FILE`",
        ),
        (
            "a tables' folder that is a file",
            &["lexicon", "stats", "in", "-o", "in/a.txt", "--lexicon", lexicon],
            2,
            "there is a file of this name",
        ),
        ("missing lexicon", &["score", "in", "--lexicon", "nowhere"], 2, "nowhere"),
        ("a file for a lexicon", &["score", "in", "--lexicon", "in/a.txt"], 2, "in/a.txt"),
        ("faulty lexicon", &["score", "in", "--lexicon", "faulty"], 2, "faulty/lexicon.toml:5:1"),
        ("a folder that is no lexicon", &["score", "in", "--lexicon", "empty-lexicon"], 2, "lexicon.toml"),
        ("a lexicon of bytes", &["score", "in", "--lexicon", "binary-lexicon"], 2, "lexicon.toml"),
        ("a lexicon in another encoding", &["score", "in", "--lexicon", "latin-lexicon"], 2, "UTF-8"),
        ("a file where the results should go", &["score", "in", "-o", "in/a.txt", "--lexicon", lexicon], 2, "in/a.txt"),
        ("explain", &["explain", "in/a.txt", "--lexicon", lexicon], 0, ""),
        ("explain nothing", &["explain", "missing.txt", "--lexicon", lexicon], 1, "missing.txt"),
        (
            "explain no such document",
            &["explain", "in", "--document", "9", "--lexicon", lexicon],
            1,
            "in: there is no document `9` in it; there are `a`, `1`",
        ),
        ("explain with a faulty lexicon", &["explain", "in/a.txt", "--lexicon", "faulty"], 2, "unknown-field"),
        ("check a lexicon", &["lexicon", "check", lexicon], 0, ""),
        ("check a faulty lexicon", &["lexicon", "check", "faulty"], 2, ""),
        ("check no lexicon", &["lexicon", "check", "nowhere"], 2, "nowhere"),
        ("show a marker", &["lexicon", "show", "balance.absolutism", "--lexicon", lexicon], 0, ""),
        ("show no marker", &["lexicon", "show", "balance.nothing", "--lexicon", lexicon], 2, "reflective"),
        ("list scales", &["scale", "list"], 0, ""),
        ("show a scale", &["scale", "show", "reflective", "--lexicon", lexicon], 0, ""),
        ("show no scale", &["scale", "show", "nothing", "--lexicon", lexicon], 2, "reflective"),
        ("no such unit", &["score", "in", "--unit", "word"], 2, "word"),
        ("export", &["lexicon", "export", "exported"], 0, ""),
        ("export over something", &["lexicon", "export", "in"], 2, "not empty"),
        ("version", &["--version"], 0, ""),
    ];
    for (name, arguments, code, told) in cases {
        let run = folder.run(arguments);
        assert_eq!(run.code, code, "{name}: {}", run.err);
        assert!(run.err.contains(told), "{name}: {}", run.err);
        assert!(
            code != 2 || arguments[0] != "score" || run.out.is_empty(),
            "{name}: results without a run: {}",
            run.out
        );
    }
    // What could be read is scored all the same.
    assert_eq!(folder.table("o/documents.csv").column("id"), ["a", "1"]);
    assert_eq!(
        folder.table("o/problems.csv").column("severity")[0],
        "failed",
        "problems come in the order of the inputs"
    );
}

#[test]
fn the_lexicon_of_the_tests_has_no_fault() {
    let run = Folder::new().run(&["lexicon", "check", LEXICON]).ends(0);
    assert!(run.out.contains("5 markers, 6 rules, 3 cues") && run.out.contains("all right"), "{}", run.out);
}

#[test]
fn a_result_folder_has_its_tables_and_nothing_else() {
    let folder = Folder::with(&[("in/a.txt", HARD), ("in/b.txt", "I wonder.")]);
    for _ in 0..2 {
        // The second run writes over the first.
        folder.score(&["in", "-o", "new/out"]).ends(0);
        assert_eq!(folder.names("new/out"), RESULTS.map(str::to_owned).into());
    }
    let heads = [
        ("documents.csv", DOCUMENTS_HEAD),
        ("matches.csv", "document,turn,speaker,sentence,start,end,family,marker,rule,text"),
        ("sentences.csv", "document,turn,speaker,sentence,start,end,words,topic,markers,text"),
        ("problems.csv", "document,file,line,severity,kind,message"),
    ];
    for (name, head) in heads {
        let text = folder.read(&format!("new/out/{name}"));
        assert_eq!(text.lines().next(), Some(head), "{name}");
        assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
        let n_columns = head.split(',').count();
        assert!(folder.table(&format!("new/out/{name}")).rows.iter().all(|row| row.len() == n_columns), "{name}");
    }
    let run: serde_json::Value = serde_json::from_str(&folder.read("new/out/run.json")).unwrap();
    assert_eq!(run["documents"], 2);
    assert_eq!(run["failed"], 0);
    assert_eq!(run["matches"], folder.table("new/out/matches.csv").rows.len());
    assert_eq!(run["lexicon"]["name"], "throughline-tests");
    assert_eq!(run["inputs"][0]["file"], "in/a.txt");
    assert_eq!(run["inputs"][1]["bytes"], 9);
}

/// Results are as readable as any file that the user makes.
#[cfg(unix)]
#[test]
fn results_have_the_mode_of_usual_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with(&[("a.txt", "I wonder.")]);
    folder.score(&["a.txt", "-o", "out"]).ends(0);
    let mode = |name: &str| fs::metadata(folder.path(name)).unwrap().permissions().mode() & 0o777;
    for name in RESULTS {
        assert_eq!(mode(&format!("out/{name}")), mode("a.txt"), "{name}");
    }
}

#[test]
fn heads_are_there_without_any_document() {
    let folder = Folder::new();
    folder.score(&["missing.txt", "-o", "out"]).ends(1);
    assert_eq!(folder.read("out/documents.csv"), format!("{DOCUMENTS_HEAD}\n"));
    assert_eq!(folder.table("out/matches.csv").rows.len(), 0);
    assert_eq!(folder.table("out/problems.csv").rows.len(), 1);
}

/// `start` and `end` are characters of the text as read: LF line breaks, no byte order mark.
#[test]
fn positions_cut_out_the_text() {
    let folder = Folder::with(&[("hard.txt", HARD)]);
    folder.score(&["hard.txt", "-o", "out"]).ends(0);
    let as_read: Vec<char> = HARD.trim_start_matches('\u{feff}').replace("\r\n", "\n").chars().collect();
    let cut = |table: &Table, row| {
        as_read[table.number(row, "start") as usize..table.number(row, "end") as usize].iter().collect::<String>()
    };
    let matches = folder.table("out/matches.csv");
    let found: Vec<String> = (0..matches.rows.len()).map(|row| cut(&matches, row)).collect();
    assert_eq!(found, matches.column("text"));
    let expected = [
        "it was nothing",
        "My mother felt",
        "I still wonder",
        "now I see",
        "I can’t really remember anything",
        "always hated",
    ];
    assert_eq!(found, expected);
    let sentences = folder.table("out/sentences.csv");
    let found: Vec<String> = (0..sentences.rows.len()).map(|row| cut(&sentences, row)).collect();
    assert_eq!(found, sentences.column("text"));
    assert!(found.iter().any(|sentence| sentence == "They always hated us."), "{found:?}");
}

#[test]
fn only_the_narrator_is_scored() {
    let folder = Folder::with(&[("hard.txt", HARD)]);
    folder.score(&["hard.txt", "-o", "out"]).ends(0);
    for name in ["out/matches.csv", "out/sentences.csv"] {
        let speakers: BTreeSet<String> = folder.table(name).column("speaker").into_iter().map(str::to_owned).collect();
        assert_eq!(speakers, BTreeSet::from(["Participant".to_owned()]), "{name}");
    }
    let documents = folder.table("out/documents.csv");
    let words: f64 = folder.table("out/sentences.csv").column("words").iter().map(|n| n.parse::<f64>().unwrap()).sum();
    assert_eq!(documents.number(0, "words"), words);
    assert_eq!(documents.number(0, "turns"), 2.0);
    // Whom the user names is scored instead.
    folder.score(&["hard.txt", "-o", "other", "--narrator", "interviewer"]).ends(0);
    assert_eq!(
        folder.table("other/matches.csv").column("text"),
        ["Looking back", "I wonder", "I can’t recall anything"]
    );
}

#[test]
fn numbers_agree_with_the_matches() {
    let folder =
        Folder::with(&[("in/hard.txt", HARD.to_owned()), ("in/long.txt", long()), ("in/short.txt", "So.".into())]);
    folder.score(&["in", "-o", "out"]).ends(0);
    let documents = folder.table("out/documents.csv");
    let matches = folder.table("out/matches.csv");
    let sentences = folder.table("out/sentences.csv");
    for row in 0..documents.rows.len() {
        let id = documents.cell(row, "id");
        let words = documents.number(row, "words");
        for marker in MARKERS {
            let column = marker.replace('.', "_");
            let of = |part: &str| documents.number(row, &format!("{column}_{part}"));
            let rows = matches.rows_with("document", id);
            let n = rows.iter().filter(|&&row| matches.cell(row, "marker") == marker).count() as f64;
            assert_eq!(of("n"), n, "{id} {marker}");
            assert!((of("rate") - n * 1000.0 / words).abs() < 5.1e-5, "{id} {marker}: {}", of("rate"));
            assert!(of("lo") <= of("rate") && of("rate") < of("hi"), "{id} {marker}");
        }
        let own = sentences.rows_with("document", id);
        assert_eq!(documents.number(row, "sentences"), own.len() as f64, "{id}");
        assert_eq!(
            documents.number(row, "words"),
            own.iter().map(|&row| sentences.number(row, "words")).sum::<f64>(),
            "{id}"
        );
        for row in own {
            let here: BTreeSet<&str> = matches
                .rows_with("document", id)
                .into_iter()
                .filter(|&found| matches.cell(found, "sentence") == sentences.cell(row, "sentence"))
                .map(|found| matches.cell(found, "marker"))
                .collect();
            assert_eq!(sentences.cell(row, "markers"), here.into_iter().collect::<Vec<_>>().join(";"));
        }
    }
    for row in 0..matches.rows.len() {
        assert_eq!(matches.cell(row, "marker").split('.').next(), Some(matches.cell(row, "family")));
    }
}

#[test]
fn scales_add_up() {
    let folder = Folder::with(&[("long.txt", long()), ("short.txt", "I wonder.".into())]);
    let documents = Table::of(&folder.score(&["long.txt", "short.txt"]).ends(0).out);
    assert_eq!(documents.number(0, "words"), 121.0);
    let rate = |n: f64| n * 1000.0 / 121.0;
    // Two mental states, less one absolutism; one lack of recall and half a minimising.
    for (scale, expected) in [("scale_reflective", rate(2.0 - 1.0)), ("scale_dismissing", rate(1.0 + 0.5))] {
        assert!((documents.number(0, scale) - expected).abs() < 5.1e-5, "{scale}: {}", documents.cell(0, scale));
        let (low, high) = (documents.number(0, &format!("{scale}_lo")), documents.number(0, &format!("{scale}_hi")));
        assert!(low < expected && expected < high, "{scale}: {low} {high}");
        for part in ["", "_lo", "_hi"] {
            assert_eq!(documents.cell(1, &format!("{scale}{part}")), "NA", "too short for {scale}");
        }
    }
    assert_eq!(documents.column("flags"), ["short", "no_scales"]);
}

/// With `--no-text` nothing of a transcript is in the results: no word, no name of a speaker, no cell of a table without a head.
#[test]
fn no_text_tells_nothing() {
    // Words that occur nowhere else; in the text, in labels, in what is not scored, in broken rows, in a table whose first row is no head.
    let planted = [
        "zanzibar",
        "quokka",
        "ulysses",
        "xylophone",
        "marzipan",
        "grandnephew",
        "kohlrabi",
        "tamarind",
        "obelisk",
        "bassoon",
    ];
    let folder = Folder::with(&[
        (
            "in/labels.txt",
            "Ulysses: I wonder, zanzibar? Was it nothing?\nMarzipan: They always hated us in Zanzibar. My mother felt like a quokka.\n\
             Ulysses: Why?\nMarzipan: It was nothing, my quokka.\nGrandnephew: Xylophone!\nGrandnephew: It was nothing.\n",
        ),
        (
            "in/table.csv",
            "id,text\n1,\"I wonder about the kohlrabi.\"\n2,\"I wonder \"about\" the kohlrabi.\"\n3,a,kohlrabi\n",
        ),
        (
            "in/lines.jsonl",
            "{\"id\":\"x\",\"turns\":[{\"speaker\":\"Tamarind\",\"text\":\"It was nothing.\"},{\"speaker\":\"Ulysses\",\"text\":\"I wonder?\"}]}\n{\"text\":\"tamarind\"\n",
        ),
        ("in/headless.csv", "7,I wonder about the obelisk\n8,It was nothing\n"),
        ("in/one-column.csv", "I wonder about the bassoon\nIt was nothing\n"),
        ("ask/headless.csv", "7,I wonder about the obelisk\n8,It was nothing\n"),
    ]);
    let narrators = ["--narrator", "Marzipan", "--narrator", "Tamarind", "--interviewer", "Ulysses"];
    let runs: [(&str, Vec<&str>); 4] = [
        ("guessed", vec!["in"]),
        ("named", [&["in"][..], &narrators[..]].concat()),
        ("named, absent", vec!["in", "--interviewer", "Grandnephew"]),
        ("a column that is not there", vec!["ask", "--text-column", "text"]),
    ];
    for (name, arguments) in &runs {
        let is_secret = |place: &str, text: &str| {
            let text = text.to_lowercase();
            for word in planted {
                assert!(!text.contains(word), "{name}: {word} in {place}:\n{text}");
            }
        };
        let into_folder = folder.score(&[&arguments[..], &["--no-text", "-o", "out"]].concat());
        is_secret("standard error", &into_folder.err);
        is_secret("standard output", &into_folder.out);
        for file in folder.names("out") {
            is_secret(&file, &folder.read(&format!("out/{file}")));
        }
        for format in ["csv", "jsonl", "table"] {
            let printed = folder.score(&[&arguments[..], &["--no-text", "--format", format]].concat());
            is_secret(format, &printed.out);
            is_secret(format, &printed.err);
        }
        fs::remove_dir_all(folder.path("out")).unwrap();
    }
    // The numbers and positions are the same as with text.
    let rows = |folder: &Folder, name: &str, n: usize| -> Vec<Vec<String>> {
        folder
            .table(name)
            .rows
            .into_iter()
            .map(|mut row| {
                row.drain(..).enumerate().filter(|(at, _)| *at != 2 && *at < n).map(|(_, cell)| cell).collect()
            })
            .collect()
    };
    folder.score(&["in", "-o", "with"]).ends(1);
    folder.score(&["in", "-o", "without", "--no-text"]).ends(1);
    assert_eq!(folder.read("with/documents.csv"), folder.read("without/documents.csv"));
    assert_eq!(rows(&folder, "with/matches.csv", 9), rows(&folder, "without/matches.csv", 9));
    assert_eq!(rows(&folder, "with/sentences.csv", 8), rows(&folder, "without/sentences.csv", 8));
    assert!(folder.table("without/matches.csv").rows.len() > 4);
    assert_eq!(folder.table("with/problems.csv").column("kind"), folder.table("without/problems.csv").column("kind"));
}

/// What a spreadsheet would run as a formula gets an apostrophe in front.
/// With `--no-text` a message loses what it quotes, and not what is to be done.
#[test]
fn no_text_leaves_what_is_to_be_done() {
    let folder = Folder::with(&[
        ("turns.csv", "document,speaker,text\n1,Ann,Why?\n1,Zoe,It was nothing.\n1,Ann,Was it?\n1,Zoe,So it goes.\n"),
        ("a.txt", "I wonder. Ring 0113 496 0123 or jo@example.org."),
        ("b.txt", "Ann: Were you there?\nZoe: It was nothing.\nTom: I wonder.\nAnn: So?\nZoe: So.\nTom: So.\n"),
    ]);
    folder.score(&["turns.csv", "a.txt", "b.txt", "--narrator", "Eve", "--no-text", "-o", "out"]);
    let told = folder.table("out/problems.csv").column("message").join("\n");
    for message in [
        "every row is read as a turn: who speaks is read from the column “…”, rows with one “…” are one document",
        "; `throughline check` shows where",
        "nobody is labelled “…”; there are 2 labels: “…”",
    ] {
        assert!(told.contains(message), "no `{message}` in:\n{told}");
    }
    for label in ["Ann", "Zoe", "Eve", "speaker", "document"] {
        assert!(!told.contains(&format!("“{label}”")), "{told}");
    }
}

#[test]
fn cells_are_safe_for_spreadsheets() {
    let folder = Folder::with(&[
        ("=evil.txt", "- I wonder.\n\n=cmd|' /C calc'!A0 My mother felt ill.\n"),
        ("+1.csv", "id,text\n=1+1,@mother I wonder.\n-2,+ I wonder.\n@x,x\n\"\tz\",x\n\"=HYPERLINK(\"\"x\"\")\",x,y\n"),
        ("labels.jsonl", "{\"id\":\"=a\",\"turns\":[{\"speaker\":\"=P\",\"text\":\"I wonder.\"}]}\n"),
    ]);
    folder.score(&["=evil.txt", "+1.csv", "labels.jsonl", "-o", "out"]).ends(1);
    let mut n_safe = 0;
    for name in RESULTS.into_iter().filter(|name| name.ends_with(".csv")) {
        for cell in folder.table(&format!("out/{name}")).rows.iter().flatten() {
            let is_number = cell.parse::<f64>().is_ok_and(|_| !cell.starts_with('+'));
            assert!(is_number || !cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{name}: {cell}");
            n_safe += usize::from(cell.starts_with('\''));
        }
    }
    assert!(n_safe >= 10, "only {n_safe} cells needed it");
    let documents = folder.table("out/documents.csv");
    assert_eq!(documents.column("id")[..4], ["'=evil", "'=1+1", "'-2", "'@x"]);
    assert_eq!(folder.table("out/matches.csv").column("document")[0], "'=evil", "the same name in every table");
}

#[test]
fn piped_output_is_the_table_of_documents() {
    let folder =
        Folder::with(&[("in/hard.txt", HARD.to_owned()), ("in/long.txt", long()), ("in/n.txt", String::new())]);
    folder.score(&["in", "-o", "out"]).ends(0);
    let documents = folder.read("out/documents.csv");
    assert_eq!(folder.score(&["in"]).ends(0).out, documents);
    assert_eq!(folder.score(&["in", "--format", "csv"]).ends(0).out, documents);
    // Nothing but results on standard output, even if something fails.
    assert_eq!(folder.score(&["missing.txt", "in"]).ends(1).out, documents);
}

#[test]
fn json_lines_agree_with_the_tables() {
    let folder =
        Folder::with(&[("in/hard.txt", HARD.to_owned()), ("in/long.txt", long()), ("in/n.txt", String::new())]);
    folder.score(&["in", "-o", "out"]).ends(0);
    let documents = folder.table("out/documents.csv");
    let matches = folder.table("out/matches.csv");
    let printed = folder.score(&["in", "--format", "jsonl"]).ends(0).out;
    let lines: Vec<serde_json::Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), documents.rows.len());
    let agrees = |json: &serde_json::Value, cell: &str| match json.as_f64() {
        Some(number) => cell.parse::<f64>().is_ok_and(|cell| (cell - number).abs() < 0.0051),
        None => json.is_null() && cell == "NA",
    };
    for (row, line) in lines.iter().enumerate() {
        let id = documents.cell(row, "id");
        assert_eq!(line["id"], id);
        assert_eq!(line["file"], documents.cell(row, "file"));
        assert_eq!(line["schema_version"], 1);
        for name in ["words", "sentences", "turns", "mean_turn_words", "median_turn_words"] {
            assert!(agrees(&line[name], documents.cell(row, name)), "{id} {name}");
        }
        let flags: Vec<&str> = line["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect();
        assert_eq!(flags.join(";"), documents.cell(row, "flags"));
        for marker in MARKERS {
            let column = marker.replace('.', "_");
            for part in ["n", "rate", "lo", "hi"] {
                let cell = documents.cell(row, &format!("{column}_{part}"));
                assert!(agrees(&line["markers"][marker][part], cell), "{id} {marker} {part}: {cell}");
            }
        }
        for scale in ["reflective", "dismissing"] {
            let json = &line["scales"][scale];
            for (part, suffix) in [("value", ""), ("lo", "_lo"), ("hi", "_hi")] {
                assert!(agrees(&json[part], documents.cell(row, &format!("scale_{scale}{suffix}"))), "{id} {scale}");
            }
        }
        let own = matches.rows_with("document", id);
        let found = line["matches"].as_array().unwrap();
        assert_eq!(found.len(), own.len());
        for (found, row) in found.iter().zip(own) {
            for name in ["speaker", "family", "marker", "rule", "text"] {
                assert_eq!(found[name], matches.cell(row, name));
            }
            for name in ["turn", "sentence", "start", "end"] {
                assert!(agrees(&found[name], matches.cell(row, name)), "{id} {name}");
            }
        }
    }
    let without = folder.score(&["in", "--format", "jsonl", "--no-text"]).ends(0).out;
    assert!(!without.contains("\"text\"") && without.contains("\"speaker\":\"narrator\""));
}

#[test]
fn the_table_for_eyes_names_every_document() {
    let folder = Folder::with(&[
        ("in/hard.txt", HARD.to_owned()),
        ("in/né è.txt", long()),
        ("in/t.csv", "id,text\nr1,So.\nr2,I wonder.\n".into()),
    ]);
    let printed = folder.score(&["in", "--format", "table"]).ends(0).out;
    for id in ["hard", "né è", "r1", "r2"] {
        assert_eq!(printed.lines().filter(|line| line.starts_with(&format!("{id} "))).count(), 1, "{id} in\n{printed}");
    }
    for family in ["balance", "dismissing", "reflective"] {
        assert!(printed.contains(family), "{family}");
    }
    assert!(!printed.contains('\u{1b}'), "no colours where there is no terminal");
}

#[test]
fn explain_shows_evidence_and_markers() {
    let folder = Folder::with(&[("hard.txt", HARD), ("t.csv", "id,text\nr1,So.\nr2,\"Well, I wonder.\"\n")]);
    for (name, variables) in [
        ("piped", vec![]),
        ("NO_COLOR", vec![("NO_COLOR", "1")]),
        ("NO_COLOR in a narrow terminal", vec![("NO_COLOR", "1"), ("COLUMNS", "30"), ("TERM", "xterm-256color")]),
    ] {
        let out = folder.explain(&["hard.txt"], &variables).ends(0).out;
        assert!(!out.contains('\u{1b}'), "{name}");
        let squeezed = out.split_whitespace().collect::<Vec<_>>().join(" ");
        for marker in MARKERS {
            assert!(out.contains(marker), "{name}: {marker} in\n{out}");
        }
        for evidence in ["[it was", "[My mother", "[now I"] {
            assert!(squeezed.contains(evidence), "{name}: {evidence} in\n{out}");
        }
    }
    let coloured = folder.explain(&["hard.txt"], &[("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")]).ends(0).out;
    assert!(coloured.contains('\u{1b}'), "colours where they are asked for");
    let row = folder.explain(&["t.csv", "--document", "r2"], &[]).ends(0).out;
    assert!(row.starts_with("r2 ") && row.contains("[I wonder]") && row.contains("reflective.mental_states"), "{row}");
}

/// A text may hold anything; a terminal must not obey it.
#[test]
fn explain_passes_no_control_characters_on() {
    let folder = Folder::with(&[(
        "t.jsonl",
        "{\"id\":\"a\\u001b[31mb\",\"turns\":[{\"speaker\":\"P\\u009b31m\",\"text\":\"I wonder\\u001b]0;x\\u0007 so.\"}]}\n",
    )]);
    let out = folder.explain(&["t.jsonl"], &[("CLICOLOR_FORCE", "1"), ("TERM", "xterm-256color")]).ends(0).out;
    // The program's own styles are all there may be.
    let own = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[38;5;"];
    for (at, _) in out.match_indices(['\u{1b}', '\u{9b}', '\u{7}']) {
        assert!(own.iter().any(|style| out[at..].starts_with(style)), "at {at} in {out:?}");
    }
    let table = folder.score(&["t.jsonl", "--format", "table"]).ends(0).out;
    assert!(!table.contains(['\u{1b}', '\u{9b}']), "{table:?}");
}

#[test]
fn standard_input() {
    let folder = Folder::new();
    let cases: [(&str, &[&str], &str, &[&str]); 3] = [
        ("a text", &["-"], "It was nothing.", &["stdin"]),
        ("a table", &["-", "--input-format", "csv"], "id,text\na,So.\nb,I wonder.\n", &["a", "b"]),
        ("lines", &["-", "--input-format", "jsonl"], "{\"text\":\"I wonder.\"}\n", &["stdin:1"]),
    ];
    for (name, arguments, input, ids) in cases {
        let documents = Table::of(&folder.score_from(arguments, input.as_bytes()).ends(0).out);
        assert_eq!(documents.column("id"), ids, "{name}");
    }
    folder.score_from(&["-", "-o", "out"], b"It was nothing.").ends(0);
    assert_eq!(folder.table("out/matches.csv").column("text"), ["it was nothing"].map(|_| "It was nothing"));
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    assert_eq!(run["inputs"][0]["bytes"], 15);
}

/// A table is not taken for a text in silence.
#[test]
fn a_table_on_standard_input_is_told_of() {
    let folder = Folder::new();
    let note = "it looks like a table and is read as one text: `--input-format csv` reads one text a row";
    let table = b"id,text\na,So it goes.\nb,I wonder.\n";
    assert!(folder.score_from(&["-"], table).ends(0).err.contains(note));
    folder.score_from(&["-", "-o", "out"], table).ends(0);
    assert!(folder.read("out/problems.csv").contains(note));
    for (arguments, input) in
        [(&["-", "--input-format", "csv"][..], &table[..]), (&["-"], b"It was, they say, nothing.\nText, and id.\n")]
    {
        assert!(!folder.score_from(arguments, input).ends(0).err.contains("looks like"), "{arguments:?}");
    }
    let tabs = b"id\ttext\na\tSo it goes.\nb\tI wonder.\n";
    assert!(folder.score_from(&["-"], tabs).ends(0).err.contains("`--input-format tsv`"));
}

/// What is given twice counts once, whatever it is called.
#[test]
fn a_file_that_is_given_twice_is_scored_once() {
    let folder =
        Folder::with(&[("in/a.txt", "I wonder."), ("in/b.txt", "So."), ("in/c.png", ""), ("d.txt", "It was nothing.")]);
    let run = folder.score(&["d.txt", "in/a.txt", "in/../d.txt", "in", "d.txt", "-o", "out"]).ends(0);
    assert_eq!(folder.table("out/documents.csv").column("id"), ["d", "a", "b"]);
    let problems = folder.table("out/problems.csv");
    let told: Vec<(&str, &str)> =
        (0..problems.rows.len()).map(|row| (problems.cell(row, "file"), problems.cell(row, "message"))).collect();
    assert_eq!(told[0], ("in/../d.txt", "the same file as d.txt: it is read once, and counts once"));
    assert_eq!(told[1].0, "in/a.txt");
    assert_eq!(told[2].0, "in/c.png");
    assert_eq!(told[3], ("d.txt", "given more than once: it is read once, and counts once"));
    assert!(run.err.contains("in/a.txt: given more than once"), "{}", run.err);
    let twice = folder.score_from(&["-", "-"], b"It was nothing.").ends(0);
    assert_eq!(Table::of(&twice.out).column("id"), ["stdin"]);
    assert!(twice.err.contains("-: given more than once"), "{}", twice.err);
}

/// Documents come in the order of the inputs; folders are sorted and searched to their depth.
#[test]
fn order_is_that_of_the_inputs() {
    let folder = Folder::with(&[
        ("in/b.txt", "B."),
        ("in/a/z.txt", "Z."),
        ("in/a/A.txt", "A."),
        ("in/c.csv", "id,text\n9,Nine.\n1,One.\n"),
        ("in/B.md", "B."),
        ("in/.hidden.txt", "No."),
        ("in/picture.png", "No."),
        ("x.txt", "X."),
        ("w.txt", "W."),
    ]);
    let ids = |arguments: &[&str]| {
        let documents = Table::of(&folder.score(arguments).ends(0).out);
        documents.column("id").iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&["x.txt", "in", "w.txt"]), ["x", "B", "a/A", "a/z", "b", "9", "1", "w"]);
    assert_eq!(ids(&["w.txt", "x.txt"]), ["w", "x"]);
    // Problems and the inputs of `run.json` keep the same order.
    folder.write("in/a.csv", "id,text\nr,a,b\n");
    folder.write("in/d.txt", "");
    folder.score(&["missing.txt", "in", "missing.csv", "-o", "out"]).ends(1);
    let problems = folder.table("out/problems.csv");
    let mut files = problems.column("file");
    files.dedup();
    assert_eq!(files, ["missing.txt", "in/a.csv", "in/c.csv", "in/d.txt", "in/picture.png", "missing.csv"]);
    let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
    let inputs = run["inputs"].as_array().unwrap().iter();
    let inputs: Vec<&str> = inputs.map(|input| input["file"].as_str().unwrap()).collect();
    assert_eq!(inputs, ["in/B.md", "in/a/A.txt", "in/a/z.txt", "in/a.csv", "in/b.txt", "in/c.csv", "in/d.txt"]);
}

/// The results of a run are no inputs of the next.
#[test]
fn results_are_not_read_again() {
    let folder =
        Folder::with(&[("in/a.txt", "I wonder."), ("in/deep/documents.csv", "id,text\nown,It was nothing.\n")]);
    for _ in 0..2 {
        folder.score(&["in", "-o", "in/out"]).ends(0);
        assert_eq!(folder.table("in/out/documents.csv").column("id"), ["a", "own"]);
    }
    folder.score(&["in", "-o", "in"]).ends(0);
    folder.score(&["in", "-o", "in"]).ends(0);
    assert_eq!(folder.table("in/documents.csv").column("id"), ["a", "own"]);
}

/// Who closes the pipe has seen enough: no panic, no complaint.
#[test]
fn a_closed_pipe_is_no_fault() {
    let folder = Folder::new();
    folder.write("t.csv", format!("text\n{}", "I wonder.\n".repeat(2000)));
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
    command.args(["score", "t.csv", "--format", "jsonl", "--lexicon", LEXICON]).current_dir(folder.path(""));
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && !err.contains("panic"), "{err}");
}

/// A cast says who is who in every document of a study; nothing is guessed of those it names.
#[test]
fn a_cast_names_the_narrators() {
    let talk = "Ann: I wonder, and I wonder.\nTom: It was nothing.\nAnn: I wonder.\n";
    let group = "Mod: Why?\nEve: I wonder.\nBob: It was nothing.\nMod: And?\nEve: So.\nBob: It was nothing.\n";
    let folder = Folder::with(&[("in/a.txt", talk), ("in/b.txt", talk), ("in/group.txt", group)]);
    folder.write("cast.csv", "Document,Speaker,Role\na.txt,Tom,participant\na.txt,Ann,interviewer\nb,Ann,narrator\n");
    folder.score(&["in/a.txt", "in/b.txt", "-o", "out", "--speakers", "cast.csv"]).ends(0);
    let documents = folder.table("out/documents.csv");
    assert_eq!(documents.column("id"), ["a", "b"]);
    assert_eq!(documents.column("dismissing_minimising_n"), ["1", "0"]);
    assert!(!folder.read("out/problems.csv").contains("narrator_doubtful"));
    assert!(folder.read("out/problems.csv").contains("as asked for"));
    folder.score(&["in/group.txt", "-o", "all", "--narrator", "*"]).ends(0);
    assert_eq!(folder.table("all/documents.csv").column("turns"), ["4"]);
    folder.write("bad.csv", "document,speaker,role\na,Tom,boss\n");
    let run = folder.score(&["in/a.txt", "--speakers", "bad.csv"]).ends(2);
    assert!(run.err.contains("bad.csv:2:1") && run.err.contains("no role"), "{}", run.err);
    folder.score(&["in/a.txt", "--speakers", "none.csv"]).ends(2);
}

/// What is asked for is printed, or it is said that it cannot be: nothing is passed over in silence.
#[test]
fn one_table_is_printed_or_refused() {
    let folder = Folder::with(&[(
        "a.txt",
        format!("Interviewer: Why?\nTom: {}\nInterviewer: And?\nTom: It was nothing.\n", "I wonder. ".repeat(60)),
    )]);
    folder.score(&["a.txt", "-o", "out"]).ends(0);
    folder.write("two.csv", "id,words\n1,10\n2,20\n");
    folder.run(&["norms", "build", "two.csv", "-o", "norms.json"]).ends(0);
    let table = folder.score(&["a.txt", "--format", "table", "--unit", "turn"]).ends(0).out;
    assert!(table.contains("a · Tom · turn 2") && table.contains("a · Tom · turn 4"), "{table}");
    let table = folder.score(&["a.txt", "--format", "table", "--unit", "turn", "--no-text"]).ends(0).out;
    assert!(table.contains("a · narrator · turn 2") && !table.contains("Tom"), "{table}");
    let refused: [(&[&str], &str); 6] = [
        (&["--format", "table", "--long"], "`--long` does not go with `--format table`"),
        (&["--format", "jsonl", "--unit", "turn"], "`--unit` does not go with `--format jsonl`"),
        (&["--format", "jsonl", "--long"], "`--long` does not go with `--format jsonl`"),
        (&["--format", "jsonl", "--norms", "norms.json"], "`--norms` does not go with `--format jsonl`"),
        (&["--unit", "turn", "--long"], "`--unit` and `--long` ask for two"),
        (&["--unit", "turn", "--norms", "norms.json"], "`--unit` and `--norms` ask for two"),
    ];
    for (arguments, told) in refused {
        let run = folder.score(&[&["a.txt"], arguments].concat()).ends(2);
        assert!(run.err.contains(told) && run.out.is_empty(), "{arguments:?}: {}", run.err);
        folder.score(&[&["a.txt", "-o", "all"], arguments].concat()).ends(0);
    }
}

/// Spreadsheets of much of Europe write semicolons or tabs, and not UTF-8.
#[test]
fn casts_are_read_as_spreadsheets_write_them() {
    let talk = "Zoë: I wonder, and I wonder.\nTom: It was nothing.\nZoë: I wonder.\n";
    let folder = Folder::with(&[("a.txt", talk)]);
    let cast =
        |sign: &str| "document,speaker,role\r\na.txt,Tom,participant\r\na.txt,Zoë,interviewer\r\n".replace(',', sign);
    let utf_16: Vec<u8> = [0xFEFF].into_iter().chain(cast("\t").encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = cast(";").chars().map(|c| u8::try_from(c).unwrap()).collect();
    for (name, bytes) in [
        ("commas", cast(",").into_bytes()),
        ("a mark", format!("\u{feff}{}", cast(";")).into_bytes()),
        ("UTF-16", utf_16),
        ("windows-1252", latin),
    ] {
        folder.write("cast.csv", bytes);
        folder.score(&["a.txt", "-o", "out", "--speakers", "cast.csv"]).ends(0);
        assert_eq!(folder.table("out/documents.csv").column("dismissing_minimising_n"), ["1"], "{name}");
        assert!(!folder.read("out/problems.csv").contains("doubt"), "{name}");
    }
    folder.write("cast.csv", b"%PDF-1.4");
    let run = folder.score(&["a.txt", "--speakers", "cast.csv"]).ends(2);
    assert!(run.err.contains("this is no text but a PDF file"), "{}", run.err);
}

#[test]
fn a_cast_that_names_other_documents_is_told_of() {
    let folder = Folder::with(&[("in/a.txt", "Ann: I wonder.\nTom: So.\n"), ("in/b.csv", "id,text\n7,I wonder.\n")]);
    folder.write(
        "cast.csv",
        "document,speaker,role\n7,Tom,narrator\n,Eve,other\na,Ann,narrator\np99,Ann,narrator\np99,Tom,other\n",
    );
    let run = folder.score(&["in", "-o", "out", "--speakers", "cast.csv"]).ends(0);
    let told = "1 document of this table of speakers is not among those that were read: “p99”";
    assert!(run.err.contains(&format!("cast.csv:5: {told}")), "{}", run.err);
    let problems = folder.table("out/problems.csv");
    let row = problems.row_with("kind", "speakers");
    assert_eq!((problems.cell(row, "severity"), problems.cell(row, "line")), ("doubt", "5"));
    folder.write("cast.csv", "document,speaker,role\n7,Tom,narrator\na.txt,Ann,narrator\n");
    folder.score(&["in", "-o", "out", "--speakers", "cast.csv"]).ends(0);
    assert!(folder.table("out/problems.csv").rows_with("kind", "speakers").is_empty());
}

#[test]
fn marks_of_open_files_are_no_participants() {
    let folder = Folder::with(&[("in/a.txt", "I wonder."), ("in/~$a.txt", "\u{5}Ann"), ("in/.~lock.a.txt#", ",Ann,")]);
    let run = folder.score(&["in", "-o", "out"]).ends(0);
    assert_eq!(folder.table("out/documents.csv").column("id"), ["a"]);
    assert!(run.err.contains("1 document, 1 match →"), "{}", run.err);
}

/// Where labels must not be told, their number is.
#[test]
fn without_texts_labels_are_counted() {
    let talk = "Tom: It was cold there.\nAnn: It was warm there.\nTom: It was cold, I say.\nAnn: Warm it was, no.\n";
    let folder = Folder::with(&[("a.txt", talk)]);
    let told = |more: &[&str]| folder.score(&[&["a.txt", "-o", "out"], more].concat()).ends(0).err;
    assert!(told(&[]).contains("chooses one of 2 labels: “Tom”, “Ann”"));
    assert!(told(&["--no-text"]).contains("“…” may not be the narrator: `--narrator` chooses one of 2 labels: “…”\n"));
}

#[test]
fn utf_32_is_told_of() {
    let folder = Folder::new();
    let big = |c: char| u32::from(c).to_be_bytes();
    let little = |c: char| u32::from(c).to_le_bytes();
    folder.write("big.txt", "\u{feff}I wonder.".chars().flat_map(big).collect::<Vec<u8>>());
    folder.write("little.txt", "\u{feff}I wonder.".chars().flat_map(little).collect::<Vec<u8>>());
    let run = folder.score(&["big.txt", "little.txt", "-o", "out"]).ends(1);
    assert_eq!(run.err.matches("a text in UTF-32, which is not read: save it as UTF-8").count(), 2, "{}", run.err);
    assert!(folder.table("out/documents.csv").column("id").is_empty(), "no word of it is scored");
}

#[test]
fn all_faults_of_a_lexicon_are_told_at_once() {
    let folder = Folder::with(&[
        (
            "lex/lexicon.toml",
            &b"name = \"x\"\nversion = \"1\"\nlanguage = \"en\"\nstemmer = \"english\"\ncolour = 1\n"[..],
        ),
        ("lex/lists/food.txt", b"caf\xe9\n"),
    ]);
    let run = folder.run(&["lexicon", "check", "lex"]).ends(2);
    assert!(run.out.contains("lex/lists/food.txt:1:4") && run.out.contains("not a UTF-8 text"), "{}", run.out);
    assert!(run.out.contains("lex/lexicon.toml:5:1"), "{}", run.out);
}

/// A marker file with one rule that has these fields.
fn marker(name: &str, id: &str, fields: &str) -> String {
    format!(
        "marker = \"{name}\"\ntitle = \"T\"\nabout = \"A.\"\nsources = [\"S\"]\n[[rule]]\nid = \"{id}\"\n{fields}\n"
    )
}

const MOODS: &str = "name = \"moods\"\nversion = \"1\"\nlanguage = \"en\"\nstemmer = \"english\"\n";

#[test]
fn a_lexicon_that_goes_on_from_the_built_in_one() {
    let fields = "match = \"@caregiver (was|seemed) (angry|cross)\"\ntense = \"past\"\nhits = [\"{My mother was angry}.\"]\nmisses = [\"I said no, my mother was not angry.\"]";
    let whom = "match = \"she (shouted|yelled)\"\nwhom = \"caregiver\"\nhits = [\"My mother came. {She shouted}.\"]\nmisses = [\"My landlady came. She shouted.\"]";
    let topics = "[[topic]]\nid = \"weather\"\nabout = \"A.\"\nmatch = \"weather\"\nhits = [\"How was the {weather}?\"]\nmisses = [\"Where?\"]\n";
    let folder = Folder::with(&[
        ("moods/lexicon.toml", MOODS.to_owned()),
        (
            "moods/markers/moods/anger.toml",
            marker("moods.anger", "moods-anger", &fields.replace("@caregiver", "my mother")),
        ),
        ("more/lexicon.toml", MOODS.to_owned()),
        (
            "more/markers/moods/anger.toml",
            marker("moods.anger", "moods-anger", &fields.replace("{My mother", "My {mother")),
        ),
        ("more/markers/moods/shouting.toml", marker("moods.shouting", "moods-shouting", whom)),
        ("more/topics.toml", topics.to_owned()),
        ("a.txt", "I: How was the weather?\nP: My mother came. She shouted.\n".to_owned()),
    ]);
    // Alone, nothing tells what is past.
    let alone = folder.run(&["lexicon", "check", "moods"]).ends(2);
    assert!(
        alone.out.contains("no-context") && alone.out.contains("lexicon check builtin my-lexicon"),
        "{}",
        alone.out
    );
    let lists = folder.run(&["lexicon", "check", "more"]).ends(2);
    assert!(
        lists.out.contains("unknown-list") && lists.out.contains("more/markers/moods/anger.toml:"),
        "{}",
        lists.out
    );
    let joined = folder.run(&["lexicon", "check", "builtin", "more"]).ends(0);
    assert!(joined.out.contains("2 markers, 2 rules") && joined.out.contains("all right"), "{}", joined.out);
    let shown = folder.run(&["lexicon", "show", "moods.shouting", "--lexicon", "builtin", "--lexicon", "more"]).ends(0);
    assert!(shown.out.contains("she (shouted|yelled)"), "{}", shown.out);
    folder.run(&["scale", "show", "reflective", "--lexicon", "builtin", "--lexicon", "more"]).ends(0);
    // The topics of both are asked about.
    folder.run(&["score", "a.txt", "--lexicon", "builtin", "--lexicon", "more", "-o", "out"]).ends(0);
    assert!(folder.read("out/sentences.csv").contains("weather"));
    assert_eq!(folder.table("out/documents.csv").number(0, "moods_shouting_n"), 1.0);
    // An id that the built-in lexicon has.
    let id = throughline::lexicon::parse(&throughline::lexicon::builtin()).unwrap().rules[0].id.clone();
    folder.write("more/markers/moods/shouting.toml", marker("moods.shouting", &id, whom));
    let twice = folder.run(&["lexicon", "check", "builtin", "more"]).ends(2);
    assert!(twice.out.contains("is already used in `builtin/markers/"), "{}", twice.out);
    // What stands in both.
    let both = folder.run(&["lexicon", "check", "more", "moods"]).ends(2);
    assert!(both.err.contains("duplicate-marker") && both.err.contains("marker = "), "{}", both.err);
}

#[test]
fn all_files_of_a_lexicon_are_checked() {
    let folder = Folder::with(&[
        ("lex/lexicon.toml", MOODS),
        ("lex/speakers.toml", "[roles]\n"),
        ("lex/privacy.toml", "[[kind]]\nname = 1\n"),
        ("none/notes.md", "x"),
        ("none/data.bin", "x"),
    ]);
    let run = folder.run(&["lexicon", "check", "lex"]).ends(2);
    for place in ["lex/speakers.toml:1:1", "lex/privacy.toml:2:"] {
        assert!(run.out.contains(place), "{place}: {}", run.out);
    }
    let none = folder.run(&["lexicon", "check", "none"]).ends(2);
    assert!(none.err.contains("this folder is no lexicon") && !none.out.contains("data.bin"), "{}", none.err);
}

#[test]
fn a_marker_in_a_wrong_folder_is_told() {
    let text = marker("moods.joy", "joy", "match = \"glad\"\nhits = [\"{glad}\"]\nmisses = [\"sad\"]");
    let folder =
        Folder::with(&[("lex/lexicon.toml", MOODS), ("lex/markers/joy.toml", text.as_str()), ("a.txt", "I was glad.")]);
    let run = folder.run(&["score", "a.txt", "--lexicon", "lex"]).ends(0);
    assert!(run.err.contains("unknown-file") && run.err.contains("lex/markers/joy.toml"), "{}", run.err);
}

#[test]
fn a_family_that_was_removed_is_told_once_a_file() {
    let folder = Folder::new();
    folder.run(&["lexicon", "export", "lex"]).ends(0);
    fs::remove_dir_all(folder.path("lex/markers/unresolved")).unwrap();
    let run = folder.run(&["lexicon", "check", "lex"]).ends(2);
    let n = run.out.matches("error[unknown-").count();
    assert!((3..25).contains(&n), "{n}: {}", run.out);
    assert!(run.out.contains("more places in this file name it") && !run.out.contains("[missing]"), "{}", run.out);
}

#[test]
fn one_slip_in_the_form_of_a_file_is_one_fault() {
    let fields = |pattern: &str| format!("match = {pattern}\nhits = [\"{{I was ashamed}}.\"]\nmisses = [\"No.\"]");
    let right = marker("moods.shame", "shame", &fields("\"I was @shame\""));
    let more = "[[rule]]\nid = \"more\"\nmatch = \"so sad\"\nhits = [\"{so sad}\"]\nmisses = [\"No.\"]\n";
    let cases = [
        (right.replace("[\"S\"]", "[\"S\""), "toml-syntax", "a ] may be missing"),
        (right.replace('"', "”"), "curly-quotes", "straight ones"),
        (right.replace("\"I was @shame\"", "\"/ashame\\w+/\" # @shame"), "toml-syntax", "in single ones, '…'"),
    ];
    for (text, code, help) in cases {
        let folder = Folder::with(&[
            ("lex/lexicon.toml", MOODS),
            ("lex/lists/shame.txt", "ashamed\n"),
            ("lex/markers/moods/shame.toml", &format!("{text}{more}")),
        ]);
        let run = folder.run(&["lexicon", "check", "lex"]).ends(2);
        // A list that only this file uses is not called unused.
        assert!(run.out.ends_with(": 1 error\n") && run.out.contains(code) && run.out.contains(help), "{}", run.out);
    }
}

#[test]
fn what_stops_a_rule_is_named() {
    let fields = "match = \"I was angry\"\nonly_near = \"mother\"\nhits = [\"{I was angry}.\", \"My mother knew it: {I am angry}.\"]\nmisses = [\"No.\"]";
    let folder = Folder::with(&[
        ("lex/lexicon.toml", MOODS.to_owned()),
        ("lex/markers/moods/anger.toml", marker("moods.anger", "anger", fields)),
    ]);
    let run = folder.run(&["lexicon", "check", "lex"]).ends(2);
    assert!(run.out.contains("its condition `only_near` stops it here"), "{}", run.out);
    assert!(run.out.contains("no condition stops it here: the pattern does not fit"), "{}", run.out);
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let folder = Folder::with(&[
        ("in/a.txt", "I wonder.".to_owned()),
        ("answers.csv", format!("id,text\nP1,{0}\nP2,{0}\n", "I wonder. ".repeat(60))),
    ]);
    fs::create_dir(folder.path("empty")).unwrap();
    let run = folder.run(&["kwic", "dismising", "in", "--lexicon", LEXICON]).ends(0);
    assert!(run.err.contains("did you mean the family `dismissing`?"), "{}", run.err);
    let run = folder.run(&["scale", "list", "--lexicon", "empty"]).ends(2);
    assert!(run.err.contains("lexicon.toml"), "{}", run.err);
    let run = folder.explain(&["answers.csv", "--document", "P9"], &[]).ends(1);
    assert!(run.err.contains("there is no document `P9` in it; there are `P1`, `P2`"), "{}", run.err);
    folder.score(&["answers.csv", "-o", "r"]).ends(0);
    let run = folder.run(&["norms", "build", "r", "r/documents.csv", "-o", "n.json", "--measure", "words"]).ends(0);
    assert!(run.err.contains("r/documents.csv is given more than once"), "{}", run.err);
    assert!(run.err.contains("1 measure of 2 documents"), "{}", run.err);
}

/// A folder and its table are one sample, however the folder is laid out.
#[test]
fn norms_count_a_table_once() {
    let folder = Folder::with(&[("in/a.txt", "I wonder. ".repeat(60)), ("in/b.txt", "So it was. ".repeat(60))]);
    for (layout, table) in [(&[][..], "documents.csv"), (&["--psych-ds"], "data/study-out_desc-documents_data.csv")] {
        let place = format!("s{}/out", layout.len());
        folder.score(&[&["in", "-o", &place], layout].concat()).ends(0);
        let table = format!("{place}/{table}");
        let twice = format!("./{place}");
        let run = folder.run(&["norms", "build", &place, &twice, &table, "-o", "norms.json"]).ends(0);
        assert_eq!(run.err.matches("is given more than once").count(), 2, "{}", run.err);
        assert!(run.err.contains(" of 2 documents"), "{}", run.err);
    }
}

/// A cast means what is looked up in it: a table by the names of its rows, a text by its own.
#[test]
fn a_cast_that_names_a_table_with_ids_is_told_of() {
    let talk = "Ann: I wonder.\nTom: It was nothing.\nAnn: I wonder.\n";
    let folder = Folder::with(&[("answers.csv", format!("id,text\np1,\"{talk}\"\n"))]);
    folder.write("numbered.csv", format!("text,age\n\"{talk}\",31\n"));
    folder.write("cast.csv", "document,speaker,role\nanswers.csv,Tom,narrator\n");
    let run = folder.score(&["answers.csv", "-o", "out", "--speakers", "cast.csv"]).ends(0);
    assert!(run.err.contains("not among those that were read: “answers.csv”"), "{}", run.err);
    folder.write("cast.csv", "document,speaker,role\np1,Tom,narrator\nnumbered:1,Tom,narrator\n");
    let run = folder.score(&["answers.csv", "numbered.csv", "-o", "out", "--speakers", "cast.csv"]).ends(0);
    assert!(!run.err.contains("not among those"), "{}", run.err);
    assert_eq!(folder.table("out/documents.csv").column("turns"), ["1", "1"]);
}

#[test]
fn explain_says_what_is_not_there() {
    let folder = Folder::with(&[("t.csv", "id,text\n"), ("u.csv", "id,text\na,So.\n"), ("w.csv", "id,text\na\n")]);
    let rows: String = (1..=7).map(|n| format!("r{n},So.\n")).collect();
    folder.write("v.csv", format!("id,text\n{rows}"));
    for (arguments, told) in [
        (&["t.csv"][..], "error: t.csv: there is a head and no row in it\n"),
        (&["t.csv", "--document", "a"], "error: t.csv: there is a head and no row in it\n"),
        (&["w.csv"], "error: w.csv: 1 field where the header has 2: mend the row\n"),
        (&["u.csv", "--document", "b"], "error: u.csv: there is no document `b` in it; there is `a`\n"),
        (
            &["v.csv", "--document", "b"],
            "error: v.csv: there is no document `b` in it; there are `r1`, `r2`, `r3`, `r4`, `r5` and 2 more\n",
        ),
    ] {
        assert_eq!(folder.explain(arguments, &[]).ends(1).err, told, "{arguments:?}");
    }
}

/// Results that were redacted are those of a run without texts: to make them again is to make the same.
#[test]
fn what_is_redacted_can_be_made_again() {
    let folder = Folder::with(&[("in/a.txt", "I wonder. It was nothing.")]);
    for more in [&[][..], &["--no-text"]] {
        folder.score(&[&["in", "-o", "out"], more].concat()).ends(0);
        folder.run(&["redact", "out"]).ends(0);
        folder.run(&["redact", "out"]).ends(0);
        let run: serde_json::Value = serde_json::from_str(&folder.read("out/run.json")).unwrap();
        let given = run["command"].as_array().unwrap();
        assert_eq!(given.iter().filter(|argument| *argument == "--no-text").count(), 1, "{given:?}");
        let again = folder.run(&["rerun", "out"]).out;
        assert!(again.contains("options   same") && again.contains("inputs    same       1 file\n"), "{again}");
    }
    folder.write("out/notes.csv", "mine\n1\n");
    let run = folder.run(&["redact", "out", "-o", "copy"]).ends(1);
    assert!(run.err.contains("\n1 file was left out:"), "{}", run.err);
}

/// What a spreadsheet puts before a head is no head, and what encoding a table is guessed to have is told.
#[test]
fn tables_of_a_study_as_spreadsheets_write_them() {
    let folder = Folder::with(&[("a.txt", "Zoë: I wonder.\nTom: It was nothing.\nZoë: I wonder.\n")]);
    for head in ["", "sep=;\r\n", "\r\nsep=;\n", "\n\n", "sep=|\n"] {
        let sign = if head.contains('|') { "|" } else { ";" };
        let cast = format!("{head}document;speaker;role\na;Tom;narrator\n").replace(';', sign);
        folder.write("cast.csv", cast);
        let run = folder.score(&["a.txt", "-o", "out", "--speakers", "cast.csv"]).ends(0);
        assert!(!run.err.contains("windows-1252"), "{}", run.err);
        assert_eq!(folder.table("out/documents.csv").column("turns"), ["1"], "{head:?}");
        folder.write("bad.csv", format!("{head}document;speaker;role\na;Tom;boss\n").replace(';', sign));
        let line = head.matches('\n').count() + 2;
        let run = folder.score(&["a.txt", "--speakers", "bad.csv"]).ends(2);
        assert!(run.err.contains(&format!("bad.csv:{line}:1")), "{head:?}: {}", run.err);
        let sample = format!("{head}id;words\n1;10\n2;20\n").replace(';', sign);
        folder.write("sample.csv", sample);
        let run = folder.run(&["norms", "build", "sample.csv", "-o", "norms.json"]).ends(0);
        assert!(run.err.contains("2 documents"), "{head:?}: {}", run.err);
    }
    folder.write("cast.csv", &b"document,speaker,role\na,Zo\xeb,narrator\n"[..]);
    let run = folder.score(&["a.txt", "-o", "out", "--speakers", "cast.csv"]).ends(0);
    assert!(run.err.contains("warning: cast.csv: read as windows-1252"), "{}", run.err);
    assert_eq!(folder.table("out/documents.csv").column("turns"), ["2"]);
    folder.write("sample.csv", &b"id,words\nZo\xeb,10\nTom,20\n"[..]);
    let run = folder.run(&["norms", "build", "sample.csv", "-o", "norms.json"]).ends(0);
    assert_eq!(run.err.matches("warning: sample.csv: read as windows-1252").count(), 1, "{}", run.err);
}
