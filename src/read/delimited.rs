/*!
Records of CSV and TSV, as a stream, with the line on which each begins.

Written here rather than taken from the `csv` crate because people must be told *what is wrong on which line* (where a quote was opened that is never closed), because
one broken record must not take the rest of a 10 GB file with it, and because TSV files come with and without quoting. Quoting is that of RFC 4180: a
field that begins with `"` ends with `"`, and `""` stands for one; a `"` within a bare field is itself.

In a table with tabs a quote that makes no sense is taken literally, and so is one that would swallow a line break *and* a tab.
*/

use super::Problem;
use super::encoding::Stream;
use std::io::{self, BufRead};

/// The longest record, or line, in bytes. What is longer is a problem and is passed over without being held.
pub(super) const MAX_RECORD: usize = 64 * 1024 * 1024;

/// How many bytes may be read again for the sake of quotes that were never closed, beyond those read at all, so that the work stays linear.
const MAX_AGAIN: usize = 16 * 1024 * 1024;

const BEHIND: &str = "something stands behind the closing quotation mark of a field: double the quotation marks within it, or mend the row";

/// One record: its fields, end to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    text: Vec<u8>,
    /// Where each field ends in `text`.
    ends: Vec<usize>,
    /// The line on which it begins, from 1.
    pub(super) line: usize,
}

impl Record {
    /// The number of fields.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The field at `at`, from 0; empty past the end. Always whole characters, since it was cut at ASCII signs, or made of strings.
    pub(super) fn field(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.ends.get(before).copied().unwrap_or(self.text.len()));
        let end = self.ends.get(at).copied().unwrap_or(self.text.len());
        std::str::from_utf8(self.text.get(start..end).unwrap_or_default()).unwrap_or_default()
    }

    /// All fields.
    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.field(at))
    }

    /// The bytes of all fields.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }

    /// Ends a field with these bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.text.extend_from_slice(bytes);
        self.ends.push(self.text.len());
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

/// Lines of a stream, with a cap on their length.
pub(super) struct Lines {
    stream: Stream,
    /// Bytes to be read before the stream, and how far they are read.
    again: Vec<u8>,
    again_at: usize,
    /// The line that comes next, from 1.
    next: usize,
    /// Bytes read so far, and bytes moved to be read again.
    n_read: usize,
    n_again: usize,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// It was added, with its line feed if it has one.
    Read,
    /// It was too long, and passed over.
    TooLong,
    /// There is none.
    End,
}

impl Lines {
    /// The lines of a stream.
    pub(super) fn new(stream: Stream) -> Lines {
        Lines { stream, again: Vec::new(), again_at: 0, next: 1, n_read: 0, n_again: 0 }
    }

    /// The number of the line that comes next, from 1.
    pub(super) fn next_number(&self) -> usize {
        self.next
    }

    /// The stream the lines come from.
    pub(super) fn stream(&mut self) -> &mut Stream {
        &mut self.stream
    }

    /// Adds the next line to `into`, unless that would make it longer than [`MAX_RECORD`].
    pub(super) fn read(&mut self, into: &mut Vec<u8>) -> io::Result<Line> {
        let start = into.len();
        let mut is_too_long = false;
        let mut is_any = false;
        loop {
            let (is_again, bytes) = match self.again.get(self.again_at..) {
                Some(rest) if !rest.is_empty() => (true, rest),
                _ => (false, self.stream.fill_buf()?),
            };
            if bytes.is_empty() {
                break;
            }
            is_any = true;
            let feed = memchr::memchr(b'\n', bytes);
            let n = feed.map_or(bytes.len(), |at| at + 1);
            self.n_read += n;
            is_too_long |= into.len() + n > MAX_RECORD;
            if !is_too_long {
                into.extend_from_slice(bytes.get(..n).unwrap_or_default());
            } else {
                into.truncate(start);
            }
            if is_again {
                self.again_at += n;
            } else {
                self.stream.consume(n);
            }
            if feed.is_some() {
                break;
            }
        }
        self.next += usize::from(is_any);
        Ok(match (is_any, is_too_long) {
            (false, _) => Line::End,
            (true, true) => Line::TooLong,
            (true, false) => Line::Read,
        })
    }

    /// Gives lines back, to be read again; `n` is their number. Refuses, and says so, when too much was read again already.
    fn give_back(&mut self, bytes: &[u8], n: usize) -> bool {
        let rest = self.again.get(self.again_at..).unwrap_or_default();
        self.n_again += bytes.len() + rest.len();
        if self.n_again > MAX_AGAIN + self.n_read {
            return false;
        }
        self.again = [bytes, rest].concat();
        self.again_at = 0;
        self.next -= n.min(self.next - 1);
        true
    }
}

/// The records of a table.
pub(super) struct Records {
    lines: Lines,
    /// The sign between fields.
    pub(super) delimiter: u8,
    /// The lines of the record being read.
    raw: Vec<u8>,
}

impl Records {
    /// The records of these lines.
    pub(super) fn new(lines: Lines, delimiter: u8) -> Records {
        Records { lines, delimiter, raw: Vec::new() }
    }

    /// The stream the records come from.
    pub(super) fn stream(&mut self) -> &mut Stream {
        self.lines.stream()
    }

    /// The next line as it is, for a look at the header; it will be read again. `None` if it is too long.
    pub(super) fn peek(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        match self.lines.read(&mut line)? {
            Line::TooLong => return Ok(None),
            Line::Read => _ = self.lines.give_back(&line, 1),
            Line::End => {}
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    /// Passes over one line.
    pub(super) fn skip_line(&mut self) -> io::Result<()> {
        self.raw.clear();
        self.lines.read(&mut self.raw).map(|_| ())
    }

    /// The next record, in `record`; `None` at the end. Empty lines are passed over. A problem has no row number yet.
    pub(super) fn read(&mut self, record: &mut Record) -> Option<Result<(), Problem>> {
        self.raw.clear();
        while self.raw.iter().all(|&byte| byte == b'\n' || byte == b' ') {
            self.raw.clear();
            record.line = self.lines.next_number();
            match self.lines.read(&mut self.raw) {
                Err(error) => return Some(Err(stopped(&error, record.line))),
                Ok(Line::End) => return None,
                Ok(Line::TooLong) => return Some(Err(too_long(record.line))),
                Ok(Line::Read) => {}
            }
        }
        let first_line = self.raw.len();
        let mut n_lines = 1;
        let mut cutter = Cutter { at: 0, state: State::Begin, opened: 0 };
        record.clear();
        let message = loop {
            match cutter.cut(&self.raw, self.delimiter, record) {
                Cut::Whole if n_lines > 1 && self.is_literal(record) => break BEHIND.to_owned(),
                Cut::Whole => return Some(Ok(())),
                Cut::Behind => break BEHIND.to_owned(),
                Cut::Open => {}
            }
            match self.lines.read(&mut self.raw) {
                Err(error) => return Some(Err(stopped(&error, record.line))),
                Ok(Line::Read) => n_lines += 1,
                Ok(Line::TooLong) => {
                    let most = MAX_RECORD >> 20;
                    break format!("a quotation mark opens a field here that is longer than {most} MiB: close it");
                }
                Ok(Line::End) => {
                    break "a quotation mark opens a field here that is never closed: close it, or double it"
                        .to_owned();
                }
            }
        };
        // The rows behind the first line are read anew, as if its quotation mark were not there.
        let is_given_back = n_lines == 1 || self.lines.give_back(&self.raw[first_line..], n_lines - 1);
        if self.delimiter == b'\t' && is_given_back {
            record.clear();
            let line = self.raw[..first_line].strip_suffix(b"\n").unwrap_or(&self.raw[..first_line]);
            for field in line.split(|&byte| byte == b'\t') {
                record.push(field);
            }
            return Some(Ok(()));
        }
        // Where the fault shows later than the row begins, the line that opens the quotation is where to look.
        let opened = record.line + memchr::memchr_iter(b'\n', &self.raw[..cutter.opened]).count();
        let message = match (is_given_back, n_lines) {
            (false, _) => format!("{message}; the {n_lines} lines from here on were passed over"),
            (true, n) if n > 1 && message == BEHIND => {
                format!(
                    "a quotation mark opens a field here that does not end well (line {}): close it, or double it",
                    record.line + n - 1
                )
            }
            _ => message,
        };
        Some(Err(problem(opened, &message)))
    }

    /// In a table with tabs: whether a field has swallowed whole rows.
    fn is_literal(&self, record: &Record) -> bool {
        self.delimiter == b'\t' && record.text.contains(&b'\t')
    }
}

/// Cuts a record into fields, and goes on where it stopped when more lines are there.
struct Cutter {
    at: usize,
    /// Where the last quotation was opened.
    opened: usize,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At the beginning of a field.
    Begin,
    /// Within a field in quotation marks.
    Quoted,
}

/// How far a [`Cutter`] came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// The record is whole.
    Whole,
    /// A quotation mark is still open.
    Open,
    /// Something stands behind a closing quotation mark.
    Behind,
}

impl Cutter {
    fn cut(&mut self, raw: &[u8], delimiter: u8, record: &mut Record) -> Cut {
        loop {
            let rest = raw.get(self.at..).unwrap_or_default();
            if self.state == State::Begin {
                if rest.first() == Some(&b'"') {
                    self.state = State::Quoted;
                    self.opened = self.at;
                    self.at += 1;
                    continue;
                }
                let n = memchr::memchr2(delimiter, b'\n', rest).unwrap_or(rest.len());
                record.push(&rest[..n]);
                if rest.get(n) != Some(&delimiter) {
                    return Cut::Whole;
                }
                self.at += n + 1;
                continue;
            }
            let Some(n) = memchr::memchr(b'"', rest) else {
                record.text.extend_from_slice(rest);
                self.at = raw.len();
                return Cut::Open;
            };
            record.text.extend_from_slice(&rest[..n]);
            self.at += n + 1;
            let behind = raw.get(self.at..).unwrap_or_default();
            if behind.first() == Some(&b'"') {
                record.text.push(b'"');
                self.at += 1;
                continue;
            }
            let n_spaces = behind.iter().take_while(|&&byte| byte == b' ').count();
            record.push(&[]);
            self.state = State::Begin;
            match behind.get(n_spaces) {
                None | Some(b'\n') => return Cut::Whole,
                Some(&byte) if byte == delimiter => self.at += n_spaces + 1,
                Some(_) => return Cut::Behind,
            }
        }
    }
}

/// A problem on a line.
pub(super) fn problem(line: usize, message: &str) -> Problem {
    Problem { row: None, line: Some(line), message: message.to_owned() }
}

/// A row or line that is longer than [`MAX_RECORD`].
pub(super) fn too_long(line: usize) -> Problem {
    let most = MAX_RECORD >> 20;
    problem(line, &format!("longer than {most} MiB, which is more than is read as one row: passed over"))
}

/// The source failed.
pub(super) fn stopped(error: &io::Error, line: usize) -> Problem {
    problem(line, &format!("reading stopped here: {error}"))
}
