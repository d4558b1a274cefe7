//! How well the built-in lexicon agrees with the project's own coded narratives, so that no change makes it worse unseen.
//!
//! `tests/gold.csv` holds the figures of `corpus/gold/test`, three decimals, as of the last change of them. It is no goal and no threshold: a change of the
//! lexicon that changes figures renews it, and the difference shows in the commit. The sentences themselves are left unread (see `corpus/gold/README.md`).
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its corpus")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use throughline::analyzer::Analyzer;
use throughline::evaluate::{self, Bootstrap, Coded, Row, Tally};
use throughline::lexicon::{self, File};

const HEAD: &str = "level,name,support,precision,recall,f1";
const RENEW: &str = "UPDATE_GOLD=1 cargo test --test all gold::";

#[test]
fn figures_are_those_of_the_table() {
    let path = root().join("tests/gold.csv");
    let found = table(&figures());
    if std::env::var_os("UPDATE_GOLD").is_some() {
        fs::write(&path, found).unwrap();
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let changes = changes(&expected, &found);
    assert!(
        changes.is_empty() && expected == found,
        "the figures on corpus/gold/test are not those of tests/gold.csv:\n{}\n\
         If this is what the change was meant to do, renew the table with `{RENEW}` and commit it together with the change.\n\
         If figures fell, look for the reason in corpus/gold/train (`throughline evaluate corpus/gold/train --errors FAMILY`), never in corpus/gold/test.",
        changes.join("\n")
    );
}

#[test]
fn a_drop_is_seen() {
    let line = |f1: &str| format!("{HEAD}\nfamily,earned,12,0.900,0.800,{f1}\n");
    assert!(changes(&line("0.847"), &line("0.847")).is_empty());
    assert_eq!(changes(&line("0.847"), &line("0.646")), ["family earned: f1 0.847 → 0.646"]);
    assert_eq!(changes(&line("0.847"), HEAD), ["family earned: is gone"]);
    assert_eq!(changes(HEAD, &line("0.847")), ["family earned: is new"]);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[test]
fn every_coded_narrative_can_be_read() {
    let analyzer = Analyzer::built_in().unwrap();
    let all = ["train", "test", "indirect"].map(|folder| coded(&analyzer, folder)).into_iter().flatten();
    let mut names: Vec<String> = all.map(|coded| coded.document.id).collect();
    names.sort();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "two documents of one name");
}

/// The coded narratives of a folder.
fn coded(analyzer: &Analyzer, folder: &str) -> Vec<Coded> {
    let folder = root().join("corpus/gold").join(folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jsonl"));
    paths.sort();
    assert!(!paths.is_empty(), "no coded narratives in {}", folder.display());
    let files = paths.iter().map(|path| File {
        path: path.file_name().unwrap().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).unwrap(),
    });
    let (coded, faults) = evaluate::read(&files.collect::<Vec<File>>(), analyzer.definitions());
    assert!(faults.is_empty(), "`throughline evaluate {}` tells what is wrong with them: {faults:?}", folder.display());
    coded
}

/// The figures of the built-in lexicon on the test side of the coded narratives.
fn figures() -> Vec<Row> {
    let analyzer = Analyzer::new(lexicon::parse(&lexicon::builtin()).unwrap()).unwrap();
    let coded = coded(&analyzer, "test");
    let mut worker = analyzer.worker();
    let judged: Vec<_> = coded.into_iter().map(|coded| evaluate::judge(&analyzer, &mut worker, coded)).collect();
    let no_intervals = Bootstrap { resamples: 0, seed: 0 };
    evaluate::figures(&Tally::new(analyzer.definitions(), &judged), no_intervals)
}

/// One line a row: what it is about, how often it was coded, precision, recall and F1.
fn table(rows: &[Row]) -> String {
    let mut table = format!("{HEAD}\n");
    for row in rows {
        let support = row.counts.map_or("NA".to_owned(), |counts| counts.support.to_string());
        let _ = write!(table, "{},{},{support}", row.level.name(), row.name);
        for figure in &row.figures[..3] {
            let _ = match figure {
                Some(figure) => write!(table, ",{:.3}", figure.value),
                None => write!(table, ",NA"),
            };
        }
        table.push('\n');
    }
    table
}

/// Every cell that changed, in words.
fn changes(before: &str, after: &str) -> Vec<String> {
    let columns: Vec<&str> = HEAD.split(',').skip(2).collect();
    let [before, after] = [before, after].map(|table| -> BTreeMap<String, Vec<&str>> {
        let cells = table.lines().skip(1).map(|line| line.split(',').collect::<Vec<&str>>());
        cells.map(|cells| (cells[..2.min(cells.len())].join(" "), cells.into_iter().skip(2).collect())).collect()
    });
    let mut changes = Vec::new();
    for (name, old) in &before {
        match after.get(name) {
            None => changes.push(format!("{name}: is gone")),
            Some(new) if new != old => {
                let cells = columns.iter().zip(old.iter().zip(new)).filter(|(_, (old, new))| old != new);
                let cells: Vec<String> = cells.map(|(column, (old, new))| format!("{column} {old} → {new}")).collect();
                changes.push(format!("{name}: {}", cells.join(", ")));
            }
            Some(_) => {}
        }
    }
    changes.extend(after.keys().filter(|name| !before.contains_key(*name)).map(|name| format!("{name}: is new")));
    changes
}
