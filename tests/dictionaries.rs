//! Dictionaries of other programs: imported, checked, and scored with, alone and beside another lexicon.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, reason = "these tests meet the world")]

use crate::support::{Folder, LEXICON, Table};

fn dictionary(name: &str) -> String {
    format!("{}/tests/dictionaries/{name}", env!("CARGO_MANIFEST_DIR"))
}

const TEXT: &str = "I was gladly over the moon. \"I am furious,\" she said. He was not fed up, was he? I wonder.\n";

/// How often each marker was found, of those that were.
fn found(table: &Table) -> Vec<String> {
    let columns = table.head.iter().filter(|name| name.ends_with("_n") && name.matches('_').count() > 1);
    let counts = columns.map(|name| (name, table.number(0, name)));
    counts.filter(|(_, count)| *count > 0.0).map(|(name, count)| format!("{name} {count}")).collect()
}

#[test]
fn every_format_is_imported_and_scores() {
    let folder = Folder::with(&[("a.txt", TEXT)]);
    let cases: [(&str, &[&str]); 4] = [
        ("moods.dic", &["moods_anger_n 2", "moods_joy_n 2", "moods_pronoun_n 3"]),
        ("moods.dicx", &["moods_anger_n 2", "moods_joy_n 2"]),
        ("moods.yaml", &["moods_anger_n 2", "moods_joy_n 2"]),
        (
            "moods.csv",
            &["moods_mood_minus_1_5_n 1", "moods_mood_minus_3_n 1", "moods_mood_plus_2_n 1", "moods_mood_plus_3_n 1"],
        ),
    ];
    for (name, expected) in cases {
        let told = folder.run(&["lexicon", "import", &dictionary(name), "-o", name]).ends(0);
        assert!(told.out.contains("entries in"), "{name}: {}", told.out);
        let checked = folder.run(&["lexicon", "check", name]).ends(0);
        assert!(checked.out.contains("all right"), "{name}: {}", checked.out);
        let out = format!("{name}-out");
        folder.run(&["score", "a.txt", "--lexicon", name, "-o", &out]).ends(0);
        assert_eq!(found(&folder.table(&format!("{out}/documents.csv"))), expected, "{name}");
        // Beside another lexicon, in either order.
        for lexicons in [[LEXICON, name], [name, LEXICON]] {
            let [first, second] = lexicons;
            folder.run(&["score", "a.txt", "--lexicon", first, "--lexicon", second, "-o", "both"]).ends(0);
            let table = folder.table("both/documents.csv");
            let mut beside = found(&table);
            beside.retain(|column| column.starts_with("moods_"));
            assert_eq!(beside, expected, "{lexicons:?}");
            assert_eq!(table.number(0, "reflective_mental_states_n"), 1.0, "{lexicons:?}");
            assert!(folder.read("both/run.json").contains("throughline-tests"), "{lexicons:?}");
        }
    }
    // The weights add up to a scale, where there are words enough.
    let filling = "The road went down to the river and up again. ".repeat(12);
    folder.write("long.txt", format!("{TEXT}{filling}"));
    folder.run(&["score", "long.txt", "--lexicon", "moods.csv", "-o", "long"]).ends(0);
    let table = folder.table("long/documents.csv");
    let expected = (2.0 + 3.0 - 3.0 - 1.5) * 1000.0 / table.number(0, "words");
    assert!((table.number(0, "scale_moods_mood") - expected).abs() < 0.001);
}

#[test]
fn a_dictionary_for_another_language_scores_texts_in_it() {
    let german = "Meine Mutter war oft traurig, und mein Vater war glücklich, wenn er am Abend nach Hause kam. Wir Kinder spielten draußen am Fluss. ";
    let folder = Folder::with(&[
        ("gefühle.csv", "word;category\nglücklich;pos\ntraurig;neg\n".to_owned()),
        ("a.txt", german.repeat(6)),
    ]);
    let told =
        folder.run(&["lexicon", "import", "gefühle.csv", "-o", "de", "--name", "moods", "--language", "de"]).ends(0);
    assert!(told.out.contains("read as a row a word (column `word`) with its category (`category`)"), "{}", told.out);
    folder.run(&["score", "a.txt", "--lexicon", "de", "-o", "out"]).ends(0);
    assert_eq!(found(&folder.table("out/documents.csv")), ["moods_neg_n 6", "moods_pos_n 6"]);
    // The watch over the language is that of the built-in lexicon.
    folder.run(&["score", "a.txt", "-o", "english"]).ends(1);
}

#[test]
fn what_cannot_be_said_is_told_by_line() {
    let folder = Folder::new();
    let file = dictionary("moods.dic");
    let told = folder.run(&["lexicon", "import", &file, "-o", "moods", "--source", "Nobody (2020)"]).ends(0);
    for (line, what) in [(15, "signs are no words"), (17, "has no category")] {
        assert!(told.err.contains(what) && told.err.contains(&format!("moods.dic:{line}:")), "{what}: {}", told.err);
        assert!(folder.read("moods/IMPORT.md").contains(&format!("| {line} |")), "{what}");
    }
    assert!(folder.read("moods/markers/moods/joy.toml").contains("Nobody (2020)"));
    // What is not empty is not written over.
    assert!(folder.run(&["lexicon", "import", &file, "-o", "moods"]).ends(2).err.contains("not empty"));
}

#[test]
fn what_is_no_dictionary_is_refused() {
    let folder = Folder::with(&[("plain.doc", "glad"), ("empty.csv", ""), ("broken.yaml", "a: [b\n")]);
    let cases = [
        (dictionary("spelling.dic"), "spelling dictionary"),
        ("plain.doc".to_owned(), "--format"),
        ("missing.dic".to_owned(), "missing.dic"),
        ("empty.csv".to_owned(), "empty"),
        ("broken.yaml".to_owned(), "broken.yaml:"),
    ];
    for (file, told) in cases {
        let run = folder.run(&["lexicon", "import", &file, "-o", "out"]).ends(2);
        assert!(run.err.contains(told), "{file}: {}", run.err);
        assert!(!folder.path("out").exists(), "{file}");
    }
}

#[test]
fn lexicons_that_do_not_go_together() {
    let folder = Folder::with(&[("a.txt", TEXT)]);
    folder.run(&["lexicon", "import", &dictionary("moods.yaml"), "-o", "moods"]).ends(0);
    let run = folder.run(&["score", "a.txt", "--lexicon", "moods", "--lexicon", "moods"]).ends(2);
    assert!(run.err.contains("duplicate-marker") && run.err.contains("moods/markers/moods/anger.toml"), "{}", run.err);
    folder
        .run(&["lexicon", "import", &dictionary("moods.yaml"), "-o", "mine", "--name", "mine", "--language", "de"])
        .ends(0);
    let run = folder.run(&["score", "a.txt", "--lexicon", LEXICON, "--lexicon", "mine"]).ends(2);
    assert!(run.err.contains("other-language"), "{}", run.err);
    // A fault of the second is shown where it stands.
    folder.write("moods/markers/moods/bad.toml", "marker = 1\n");
    let run = folder.run(&["score", "a.txt", "--lexicon", LEXICON, "--lexicon", "moods"]).ends(2);
    assert!(run.err.contains("moods/markers/moods/bad.toml:1:"), "{}", run.err);
}
