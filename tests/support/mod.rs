//! What the tests of the whole program share: a folder of one's own, the program run in it with a small lexicon, and its tables read back.
#![allow(dead_code, reason = "every test file uses a part of it")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "these tests meet the world")]

pub(crate) mod shapes;

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The lexicon of the tests: few markers, so that a person can say what must be found.
pub(crate) const LEXICON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lexicon");

/// The columns of `documents.csv` with this lexicon.
pub(crate) const DOCUMENTS_HEAD: &str = "id,file,words,sentences,turns,mean_turn_words,median_turn_words,questions,mean_answer_words,median_answer_words,pauses,inaudible,flags,\
balance_absolutism_n,balance_absolutism_rate,balance_absolutism_lo,balance_absolutism_hi,balance_absolutism_share,\
dismissing_lack_of_recall_n,dismissing_lack_of_recall_rate,dismissing_lack_of_recall_lo,dismissing_lack_of_recall_hi,dismissing_lack_of_recall_share,\
dismissing_minimising_n,dismissing_minimising_rate,dismissing_minimising_lo,dismissing_minimising_hi,dismissing_minimising_share,\
reflective_mental_states_n,reflective_mental_states_rate,reflective_mental_states_lo,reflective_mental_states_hi,reflective_mental_states_share,\
reflective_then_now_n,reflective_then_now_rate,reflective_then_now_lo,reflective_then_now_hi,reflective_then_now_share,\
balance_n,balance_rate,balance_lo,balance_hi,balance_share,\
dismissing_n,dismissing_rate,dismissing_lo,dismissing_hi,dismissing_share,\
reflective_n,reflective_rate,reflective_lo,reflective_hi,reflective_share,\
scale_reflective,scale_reflective_lo,scale_reflective_hi,scale_dismissing,scale_dismissing_lo,scale_dismissing_hi";

/// The markers of this lexicon.
pub(crate) const MARKERS: [&str; 5] = [
    "balance.absolutism",
    "dismissing.lack_of_recall",
    "dismissing.minimising",
    "reflective.mental_states",
    "reflective.then_now",
];

/// A folder that is gone when the test is over. The program runs in it.
pub(crate) struct Folder(tempfile::TempDir);

impl Folder {
    pub(crate) fn new() -> Folder {
        Folder(tempfile::tempdir().unwrap())
    }

    /// A folder with these files in it.
    pub(crate) fn with<B: AsRef<[u8]>>(files: &[(&str, B)]) -> Folder {
        let folder = Folder::new();
        for (name, bytes) in files {
            folder.write(name, bytes);
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file, and the folders it stands in.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn table(&self, name: &str) -> Table {
        Table::of(&self.read(name))
    }

    /// Names of all that stands in a folder.
    pub(crate) fn names(&self, name: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(self.path(name)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    /// Runs the program with exactly these arguments.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run(self.0.path(), arguments, b"", &[])
    }

    /// `throughline score …` with the lexicon of the tests.
    pub(crate) fn score(&self, arguments: &[&str]) -> Run {
        self.score_from(arguments, b"")
    }

    /// The same with no more than so many megabytes of memory, where the system can see to that.
    pub(crate) fn score_within(&self, megabytes: usize, arguments: &[&str]) -> Run {
        if !cfg!(target_os = "linux") {
            return self.score(arguments);
        }
        let script = format!("ulimit -v {}; exec \"$0\" \"$@\"", megabytes * 1000);
        let program = ["-c", &script, env!("CARGO_BIN_EXE_throughline"), "score", "--lexicon", LEXICON];
        run_program("sh", self.0.path(), &[&program, arguments].concat(), b"", &[])
    }

    /// The same with something on standard input.
    pub(crate) fn score_from(&self, arguments: &[&str], input: &[u8]) -> Run {
        let arguments = [&["score", "--lexicon", LEXICON], arguments].concat();
        run(self.0.path(), &arguments, input, &[])
    }

    /// `throughline explain …` with the lexicon of the tests, and with these variables.
    pub(crate) fn explain(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Run {
        let arguments = [&["explain", "--lexicon", LEXICON], arguments].concat();
        run(self.0.path(), &arguments, b"", variables)
    }
}

/// The files of the lexicon of the tests, by their paths in it.
pub(crate) fn lexicon_files() -> Vec<String> {
    let entries = walkdir::WalkDir::new(LEXICON).into_iter().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| entry.path().strip_prefix(LEXICON).unwrap().to_string_lossy().into_owned()).collect()
}

/// What became of a run.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// The same run, if it ended with this code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Run {
        assert_eq!(self.code, code, "{}", self.err);
        self
    }
}

fn run(folder: &Path, arguments: &[&str], input: &[u8], variables: &[(&str, &str)]) -> Run {
    run_program(env!("CARGO_BIN_EXE_throughline"), folder, arguments, input, variables)
}

fn run_program(program: &str, folder: &Path, arguments: &[&str], input: &[u8], variables: &[(&str, &str)]) -> Run {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "TERM"] {
        command.env_remove(variable);
    }
    command.envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        scope.spawn(|| stderr.read_to_end(&mut err).unwrap());
        // A program that does not read its input closes it: that is no fault.
        scope.spawn(move || stdin.write_all(input).is_ok());
        stdout.read_to_end(&mut out).unwrap();
    });
    let status = child.wait().unwrap();
    Run {
        code: status.code().unwrap_or(-1),
        out: String::from_utf8(out).unwrap(),
        err: String::from_utf8(err).unwrap(),
    }
}

/// A table as it was written.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn of(text: &str) -> Table {
        let mut records = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes()).into_records();
        let mut next = || records.next().map(|record| record.unwrap().iter().map(str::to_owned).collect());
        let head = next().unwrap_or_default();
        Table { head, rows: std::iter::from_fn(next).collect() }
    }

    #[track_caller]
    fn at(&self, column: &str) -> usize {
        let at = self.head.iter().position(|name| name == column);
        at.unwrap_or_else(|| panic!("no column {column} in {:?}", self.head))
    }

    #[track_caller]
    pub(crate) fn cell(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.at(column)]
    }

    #[track_caller]
    pub(crate) fn number(&self, row: usize, column: &str) -> f64 {
        self.cell(row, column).parse().unwrap_or_else(|_| panic!("{column}: {}", self.cell(row, column)))
    }

    /// All cells of a column.
    #[track_caller]
    pub(crate) fn column(&self, column: &str) -> Vec<&str> {
        let at = self.at(column);
        self.rows.iter().map(|row| row[at].as_str()).collect()
    }

    /// The rows with this in a column.
    #[track_caller]
    pub(crate) fn rows_with(&self, column: &str, value: &str) -> Vec<usize> {
        let at = self.at(column);
        (0..self.rows.len()).filter(|&row| self.rows[row][at] == value).collect()
    }

    /// The one row with this in a column.
    #[track_caller]
    pub(crate) fn row_with(&self, column: &str, value: &str) -> usize {
        let rows = self.rows_with(column, value);
        assert_eq!(rows.len(), 1, "rows with {column} = {value} in {:?}", self.rows);
        rows[0]
    }
}

/// Sends a program a signal, such as `-INT`.
#[cfg(unix)]
pub(crate) fn signal(child: &std::process::Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "kill {name}");
}
