//! Studies: every statistic against another program's, and the commands as their users meet them.
//!
//! `tests/study/expected.csv` holds what scipy, statsmodels, scikit-learn, pingouin, krippendorff and irrCAC make of the tables beside it, with the function that gave each value;
//! `make.py` wrote all of them. `tests/study/runs/` holds small folders (sections `== path`), commands (`== throughline …`) and what they print;
//! `UPDATE_GOLDEN=1 cargo test --test all study::` writes that. Read it aloud.
#![cfg(feature = "cli")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "these tests meet the world")]

use crate::support::{self, Folder};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use throughline::study::{
    self, Agreement, Asked, Bootstrap, Estimate, FIGURES, Flag, Norms, Reliabilities, Table, UnitKind,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/study")
}

fn table(name: &str) -> Table {
    Table::parse(&fs::read_to_string(folder().join(name)).unwrap(), name).unwrap()
}

/// What other programs say, and what is left to be compared.
struct Expected(BTreeMap<String, (f64, f64)>);

impl Expected {
    fn read() -> Expected {
        let table = table("expected.csv");
        let column = |name: &str| table.column(name).unwrap();
        let (name, value, tolerance) = (column("name"), column("value"), column("tolerance"));
        let number = |row, column| table.cell(row, column).unwrap().parse::<f64>().unwrap();
        let rows = 0..table.n_rows();
        Expected(
            rows.map(|row| (table.cell(row, name).unwrap().to_owned(), (number(row, value), number(row, tolerance))))
                .collect(),
        )
    }

    /// Compares and takes out.
    fn check(&mut self, name: &str, found: impl Into<Option<f64>>) {
        let (value, tolerance) = self.0.remove(name).unwrap_or_else(|| panic!("nothing is expected of {name}"));
        let found = found.into().unwrap_or_else(|| panic!("{name}: none"));
        assert!((found - value).abs() <= tolerance.max(1e-9), "{name}: {found}, other programs say {value}");
    }
}

fn low(estimate: Option<Estimate>) -> Option<f64> {
    estimate.and_then(|estimate| estimate.interval).map(|(low, _)| low)
}

fn high(estimate: Option<Estimate>) -> Option<f64> {
    estimate.and_then(|estimate| estimate.interval).map(|(_, high)| high)
}

#[test]
fn statistics_are_those_of_other_programs() {
    let mut expected = Expected::read();
    let bootstrap = Bootstrap { resamples: 4000, seed: 1 };

    let (before, after) = (table("before.csv"), table("after.csv"));
    let given = "measure,reliability,source\nx,0.8,made up\n";
    let given = Reliabilities::read(&Table::parse(given, "given.csv").unwrap()).unwrap();
    let compared = study::compare(&before, &after, "id", &[], &given, bootstrap).unwrap();
    assert_eq!((compared.measures.len(), compared.n_persons), (1, 24));
    let changed = &compared.measures[0];
    let change = changed.change.unwrap();
    expected.check("mean_change", change.value);
    expected.check("mean_change_lo", change.low);
    expected.check("mean_change_hi", change.high);
    expected.check("sd_before", changed.before.sd);
    expected.check("correlation", changed.correlation);
    expected.check("g", changed.effect.map(|effect| effect.value));
    expected.check("g_lo", low(changed.effect));
    expected.check("g_hi", high(changed.effect));
    let first = &changed.persons[0];
    assert_eq!(first.id, "p01");
    expected.check("rci_p01", first.index);
    expected.check("change_p01_lo", first.interval.map(|(low, _)| low));
    expected.check("change_p01_hi", first.interval.map(|(_, high)| high));
    expected.check("rises", changed.count(Flag::Rise) as f64);
    expected.check("falls", changed.count(Flag::Fall) as f64);
    let unknown = study::compare(&before, &after, "id", &[], &Reliabilities::default(), bootstrap).unwrap();
    expected.check("reliability_within", unknown.measures[0].reliability.as_ref().map(|of| of.value));

    let norms = Norms::build(&[before], &[], None).unwrap();
    for value in [0.3, 0.4881, 0.95] {
        let name = format!("{value:.4}");
        let standing = norms.of("scale_x").unwrap().standing(value).unwrap();
        assert_eq!(standing.n, 24);
        expected.check(&format!("z_{name}"), standing.z);
        expected.check(&format!("percentile_{name}"), standing.percentile);
        expected.check(&format!("percentile_{name}_lo"), standing.interval.0);
        expected.check(&format!("percentile_{name}_hi"), standing.interval.1);
    }

    let asked = Asked { names: &[], categories: &[], unit: None, units: None, bootstrap };
    let labels = study::agreement(&table("coder-a.csv"), &table("coder-b.csv"), &asked).unwrap();
    let values = study::agreement(&table("rater-a.csv"), &table("rater-b.csv"), &asked).unwrap();
    let line = |of: &Agreement, name: &str, unit: UnitKind| {
        of.lines.iter().find(|line| line.name == name && line.unit == unit).unwrap().clone()
    };
    let names: Vec<String> = expected.0.keys().cloned().collect();
    for name in names {
        let parts: Vec<&str> = name.split(':').collect();
        let (found, figure) = match parts.as_slice() {
            ["kind", "confusion_full_full"] => {
                let cell = values.confusions.iter().find(|cell| cell.a == "full" && cell.b == "full").unwrap();
                expected.check(&name, cell.n as f64);
                continue;
            }
            ["sentence", label, figure] => (line(&labels, label, UnitKind::Sentence), *figure),
            ["document", label, figure] => (line(&labels, label, UnitKind::Document), *figure),
            [measure, figure] => (line(&values, measure, UnitKind::Document), *figure),
            _ => panic!("{name}"),
        };
        let of = |name: &str| found.figures[FIGURES.iter().position(|known| *known == name).unwrap()];
        match figure.split_once('_') {
            Some((figure, "lo")) => expected.check(&name, low(of(figure))),
            Some((figure, _)) => expected.check(&name, high(of(figure))),
            None => expected.check(&name, of(figure).map(|figure| figure.value)),
        }
    }
    assert!(expected.0.is_empty(), "not compared: {:?}", expected.0.keys());
}

/// Of two that may mean one measure that of its column is used, and the other is not called used.
#[test]
fn one_reliability_is_used() {
    let wave = Table::parse("id,scale_x,z_rate\na,25,1\nb,32.5,2\nc,40,4\n", "wave.csv").unwrap();
    let given = "measure,reliability,source\nscale_x,0.8,one\nx,0.7,other\ny,0.5,third\nz,0.6,fourth\n";
    let given = Reliabilities::read(&Table::parse(given, "given.csv").unwrap()).unwrap();
    let names = ["scale_x", "z_rate"].map(str::to_owned);
    let compared = study::compare(&wave, &wave, "id", &names, &given, Bootstrap::default()).unwrap();
    let sources: Vec<_> =
        compared.measures.iter().flat_map(|of| &of.reliability).map(|of| of.source.as_str()).collect();
    assert_eq!(sources, ["one", "fourth"]);
    assert_eq!(given.unused(&compared), ["x", "y"]);
}

/// Jacobson & Truax (1991) work with s = 7.5 and r = .80: an error of the difference of 4.74, so that 15 points are an index of 3.16.
#[test]
fn reliable_change_is_that_of_its_authors() {
    // The values 25, 32.5 and 40 have a standard deviation of 7.5.
    let before = Table::parse("id,x\na,25\nb,32.5\nc,40\n", "before.csv").unwrap();
    let after = Table::parse("id,x\na,25\nb,47.5\nc,35\n", "after.csv").unwrap();
    let given = Table::parse("measure,reliability,source\nx,0.8,their example\n", "given.csv").unwrap();
    let given = Reliabilities::read(&given).unwrap();
    let compared = study::compare(&before, &after, "id", &[], &given, Bootstrap::default()).unwrap();
    let found: Vec<_> = compared.measures[0]
        .persons
        .iter()
        .map(|person| (format!("{:.2}", person.index.unwrap()), person.flag()))
        .collect();
    let want = [("0.00", Flag::None), ("3.16", Flag::Rise), ("-1.05", Flag::None)];
    assert_eq!(found, want.map(|(index, flag)| (index.to_owned(), Some(flag))));
}

/// A row a label says the same as a row a unit, if somebody says what was looked at; who is first changes nothing but names.
#[test]
fn tables_of_either_kind_say_the_same() {
    let bootstrap = Bootstrap { resamples: 200, seed: 1 };
    let (a, b, long) = (table("coder-a.csv"), table("coder-b.csv"), table("coder-b-long.csv"));
    let asked = |units| Asked { names: &[], categories: &[], unit: None, units, bootstrap };
    let whole = study::agreement(&a, &b, &asked(None)).unwrap();
    assert_eq!(study::agreement(&a, &long, &asked(None)).unwrap(), whole);
    assert_eq!(study::agreement(&a, &long, &asked(Some(&b))).unwrap(), whole);
    assert!(study::agreement(&long, &long, &asked(None)).is_err(), "nobody says what was looked at");
    let turned = study::agreement(&b, &a, &asked(None)).unwrap();
    for (line, other) in whole.lines.iter().zip(&turned.lines) {
        for (figure, other) in line.figures.iter().flatten().zip(other.figures.iter().flatten()) {
            assert!((figure.value - other.value).abs() < 1e-9, "{}", line.name);
        }
    }
    let own = study::agreement(&a, &a, &asked(None)).unwrap();
    assert!(own.disagreements.is_empty() && own.lines.iter().all(|line| line.figures[0].unwrap().value == 1.0));
}

/// The same seed gives the same intervals, another seed others.
#[test]
fn intervals_hang_on_the_seed_alone() {
    let with = |seed| {
        let bootstrap = Bootstrap { resamples: 200, seed };
        let asked = Asked { names: &[], categories: &[], unit: None, units: None, bootstrap };
        study::agreement(&table("coder-a.csv"), &table("coder-b.csv"), &asked).unwrap().lines
    };
    assert_eq!(with(1), with(1));
    assert_ne!(with(1), with(2));
}

#[test]
fn runs_look_as_agreed() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut wrong = Vec::new();
    for path in goldens() {
        let golden = fs::read_to_string(&path).unwrap();
        let folder = Folder::new();
        let mut found = String::new();
        for section in golden.split("== ").skip(1) {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let _ = writeln!(found, "== {title}");
            let Some(command) = title.strip_prefix("throughline ") else {
                folder.write(title, body);
                found.push_str(body);
                continue;
            };
            let run = folder.run(&command.split(' ').collect::<Vec<_>>());
            for line in run.out.lines() {
                let _ = writeln!(found, "{}", line.trim_end());
            }
            if !run.err.is_empty() {
                found.push_str("-- standard error\n");
            }
            for line in run.err.trim_end().lines() {
                let _ = writeln!(found, "{}", line.trim_end());
            }
            let _ = writeln!(found, "-- exit code {}", run.code);
        }
        if found == golden {
            continue;
        }
        if update {
            fs::write(&path, found).unwrap();
        } else {
            wrong.push(format!("{}: expected\n{golden}\nfound\n{found}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fault_has_a_golden_file() {
    let names: BTreeSet<String> =
        goldens().iter().map(|path| path.file_stem().unwrap().to_string_lossy().into_owned()).collect();
    let mut codes = BTreeSet::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/study")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        for opening in ["Diagnostic::error(", ".fault(", ".fault_of_head("] {
            for rest in code.split(opening).skip(1) {
                let quoted = rest.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
                codes.extend(quoted.map(str::to_owned));
            }
        }
    }
    assert!(codes.len() > 10, "{codes:?}");
    for code in codes {
        let path = folder().join(format!("runs/fault-{code}.txt"));
        assert!(names.contains(&format!("fault-{code}")), "{code} has no golden file");
        assert!(fs::read_to_string(path).unwrap().contains(&format!("[{code}]")), "{code} is not in its golden file");
    }
}

/// A whole study as a user does it: two waves scored, norms made, a document placed among them, the program held against a coder.
#[test]
fn a_study_from_end_to_end() {
    let folder = Folder::new();
    for (wave, more) in [("before", ""), ("after", "Looking back, it was cold. ")] {
        for person in ["p1", "p2", "p3"] {
            let minimising = "It was no big deal. ".repeat(if person == "p1" { 12 } else { 1 });
            let text =
                format!("{minimising}{more}{}", "We moved to another town in the spring of that year. ".repeat(20));
            folder.write(&format!("{wave}/{person}.txt"), text);
        }
    }
    for wave in ["before", "after"] {
        let run = folder.run(&["score", wave, "-o", &format!("r-{wave}"), "--lexicon", support::LEXICON]);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let run = folder.run(&["compare", "r-before", "r-after", "-o", "study"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let changes = folder.table("study/changes.csv");
    assert_eq!(changes.rows.len(), 6, "two scales of three persons");
    assert!(folder.read("study/groups.csv").contains("estimated from the intervals within each text"));

    folder.write("given.csv", "measure;reliability;source\nreflectiv;0,8;made up\nscale_dismissing;0,7;made up\n");
    let run = folder.run(&["compare", "r-before", "r-after", "--reliability", "given.csv", "--format", "table"]);
    assert!(
        run.err.contains("the reliability of `reflectiv` is not used") && run.err.contains("`reflective`?"),
        "{}",
        run.err
    );
    assert!(!run.err.contains("dismissing") && !run.out.contains("-0.00"), "{}{}", run.err, run.out);

    let run = folder.run(&["norms", "build", "r-before", "-o", "norms.json"]);
    assert!(run.code == 0 && run.err.contains("norms of 3 documents are rough"), "{}", run.err);
    assert!(!folder.read("norms.json").contains("p1"), "no name of a document");
    let score = ["score", "before/p1.txt", "--norms", "norms.json", "--lexicon", support::LEXICON];
    let run = folder.run(&score);
    assert!(
        run.out.starts_with("document,measure,value,z,percentile,percentile_lo,percentile_hi,norm_n\n"),
        "{}",
        run.out
    );
    // The highest of three: two below and itself.
    assert!(run.out.contains(",83.3,"), "{}", run.out);
    let run = folder.run(&[&score[..], &["-o", "r-norms"]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(folder.read("r-norms/norms.csv").lines().count(), 3);
    let run = folder.run(&["score", "before/p1.txt", "--norms", "norms.json"]);
    assert!(run.err.contains("made with another lexicon"), "{}", run.err);

    // What the program found, against itself without one document's matches.
    let run = folder.run(&["agreement", "r-before", "r-before/matches.csv", "--unit", "sentence"]);
    assert!(
        run.code == 0 && run.out.contains("marker,dismissing.minimising,sentence,74,14,14,14,1.0000"),
        "{}",
        run.out
    );
    let run =
        folder.run(&["agreement", "r-before/documents.csv", "r-after/documents.csv", "--measure", "scale_dismissing"]);
    assert!(run.code == 0 && run.out.contains("measure,scale_dismissing,document,3,NA"), "{}{}", run.out, run.err);
}

fn goldens() -> Vec<PathBuf> {
    let entries = fs::read_dir(folder().join("runs")).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}
