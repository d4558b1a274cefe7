/*!
Who speaks where: speaker labels, and the turns they open.

A label stands at the beginning of a line: `Interviewer:`, `P1:`, `MARY SMITH:`, `[00:01:02] Speaker 1:`, `**I:**`, `Speaker 1 (00:12):`, `Q.`,
`P<tab>`, `[id1]`. Any word before a colon may look like one, so what looks like a label must also behave like one:

- labels the conventions know, or the user named, are speakers even if they occur but once;
- other labels (a few words, each capitalised, or letters with digits) are speakers if they come again and much of the text stands behind
  labels; where most of it does, one that occurs once is a speaker, too;
- words the conventions call no speakers (`Note:`, `Date:`, `Monday:`) never are; and where such a word stands in a run of short lines, the run
  is the head of a form (`Interviewer: Miss Robertson / Age: 77`), and the other labels in it are no speakers either;
- if half of the text or more stands before the first label, the text is no transcript.

What stands before the first label (title, date, place) belongs to nobody and is not scored. Lines and paragraphs without a label belong to the turn
they follow. A text without speakers is one turn of the narrator. Labels on lines of their own, without colon, are noticed but not read.
Which speaker is the narrator is decided in `narrator`. All of it is linear in the length of the text.
*/

use super::Options;
use super::conventions::{Known, base, label_key, push_label_key};
use super::narrator::{self, Voice};
use crate::document::{Document, Note, NoteKind, Role, Speaker, Turn};
use crate::span::Span;
use rustc_hash::FxHashMap;

/// The longest label, in bytes of its line, with time stamps.
const LABEL_BYTES: usize = 80;
/// The longest label in characters.
const LABEL_CHARS: usize = 40;
/// The most words in a label: "John A. and Ruby T. Lomax".
const LABEL_WORDS: usize = 6;
/// The longest line, in bytes, that may be a field of a form.
const FIELD_BYTES: usize = 90;

/// Finds turns and speakers of `document.text` and says in `document.notes` what was decided.
pub(super) fn find(document: &mut Document, options: &Options) {
    let text = document.text.as_str();
    if !text.bytes().any(|byte| byte.is_ascii_alphanumeric()) && !text.chars().any(char::is_alphanumeric) {
        document.notes.push(Note { kind: NoteKind::Empty, message: "there is no word in it".to_owned(), line: None });
        return;
    }
    let named = Named::new(options);
    let scan = Scan::new(text, options, &named);
    match accept(&scan, options, &named, text) {
        Accepted::Turns(opened, keys) => split(document, &opened, &keys, options),
        Accepted::None(note) => {
            document.notes.extend(note);
            if !options.narrator.is_empty() {
                let message = "no speaker labels were found; all of it is read as the narrator's".to_owned();
                document.notes.push(Note { kind: NoteKind::NarratorDoubtful, message, line: None });
            }
            document.speakers = vec![Speaker { label: String::new(), role: Role::Narrator }];
            document.turns = vec![Turn { span: trimmed(text, 0, text.len()), speaker: 0 }];
        }
    }
}

/// The part of `start..end` without white space at its ends.
pub(super) fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = text.get(start..end).unwrap_or_default();
    let start = start + part.len() - part.trim_start().len();
    Span::new(start, start + part.trim().len())
}

/// The keys of the labels the user named.
struct Named(Vec<(String, Role)>);

impl Named {
    fn new(options: &Options) -> Named {
        let keys =
            |labels: &[String], role| labels.iter().map(move |label| (label_key(label), role)).collect::<Vec<_>>();
        let mut named = keys(&options.narrator, Role::Narrator);
        named.extend(keys(&options.interviewer, Role::Interviewer));
        Named(named)
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(name, _)| name == key)
    }
}

/// How a label is set off from the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Colon,
    Tab,
    Brackets,
    Stop,
}

/// Something that looks like a label at the beginning of a line.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    /// Where its line begins.
    line: usize,
    /// Where its words begin.
    body: usize,
    /// Index into [`Scan::labels`].
    label: usize,
    sign: Sign,
    /// Whether it is a field of a form.
    is_field: bool,
    /// Whether the rest of its line looks like something said.
    is_speech: bool,
}

/// A label that may be a speaker's.
#[derive(Clone, Debug)]
struct Label {
    /// As it first stood.
    shown: String,
    key: String,
    /// Known to the conventions, or named by the user.
    is_known: bool,
    /// Half of a pair: known if the other half is there, too.
    is_half: bool,
}

/// All candidates of a text.
struct Scan {
    candidates: Vec<Candidate>,
    labels: Vec<Label>,
    /// Lines that begin a paragraph, or are candidates.
    n_units: usize,
    /// Short lines without a colon that look like names and come again.
    n_lone_names: usize,
}

impl Scan {
    fn new(text: &str, options: &Options, named: &Named) -> Scan {
        let mut scan = Scan { candidates: Vec::new(), labels: Vec::new(), n_units: 0, n_lone_names: 0 };
        let mut by_key: FxHashMap<String, usize> = FxHashMap::default();
        let mut lone: FxHashMap<String, usize> = FxHashMap::default();
        let mut key = String::new();
        // The run of short lines we are in: its first candidate, and whether one of its lines is a field of a form.
        let (mut run_start, mut run_is_form) = (0, false);
        let mut after_blank = true;
        let mut start = 0;
        while start < text.len() {
            let end = memchr::memchr(b'\n', text[start..].as_bytes()).map_or(text.len(), |at| start + at);
            let line = &text[start..end];
            let is_blank = line.len() < 200 && line.trim().is_empty();
            let mut is_in_run = !is_blank && line.len() <= FIELD_BYTES;
            let mut found = None;
            if !is_blank && let Some(mark) = mark(line) {
                let shown = line[mark.label.0..mark.label.1].trim();
                push_label_key(shown, &mut key);
                let known = options.conventions.known(&key, mark.is_form);
                let is_named = named.has(&key);
                if known == Some(Known::NotSpeaker) && !is_named {
                    run_is_form |= is_in_run && mark.sign == Sign::Colon;
                } else if is_named || known.is_some() || (mark.is_form && mark.is_apart) {
                    let base = base(&key);
                    let shown = if options.conventions.counts_turns(base) {
                        let kept = base.len();
                        key.truncate(kept);
                        shown.trim_end_matches(|c: char| {
                            c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '#' | '-')
                        })
                    } else {
                        shown
                    };
                    let label = *by_key.entry(key.clone()).or_insert_with(|| {
                        scan.labels.push(Label {
                            shown: shown.to_owned(),
                            is_known: is_named || known.is_some(),
                            is_half: options.conventions.is_half(&key),
                            key: key.clone(),
                        });
                        scan.labels.len() - 1
                    });
                    let said = line[mark.body..].trim();
                    let is_speech = said.is_empty() || looks_said(said);
                    is_in_run &= !(looks_finished(said));
                    found = Some(Candidate {
                        line: start,
                        body: start + mark.body,
                        label,
                        sign: mark.sign,
                        is_field: false,
                        is_speech,
                    });
                }
            } else if !is_blank && is_lone_name(line) {
                *lone.entry(line.trim_end_matches(|c: char| !c.is_alphabetic()).trim().to_owned()).or_default() += 1;
            }
            if !is_in_run {
                close_run(&mut scan.candidates, run_start, run_is_form);
                run_is_form = false;
                run_start = scan.candidates.len() + usize::from(found.is_some());
            }
            if !is_blank && (after_blank || found.is_some()) {
                scan.n_units += 1;
            }
            scan.candidates.extend(found);
            after_blank = is_blank;
            start = end + 1;
        }
        close_run(&mut scan.candidates, run_start, run_is_form);
        scan.n_lone_names = lone.values().filter(|&&n| n > 2).sum();
        scan
    }
}

fn close_run(candidates: &mut [Candidate], run_start: usize, is_form: bool) {
    if is_form {
        candidates.iter_mut().skip(run_start).for_each(|candidate| candidate.is_field = true);
    }
}

/// Whether this reads like speech rather than like the value of a field: a question, a sentence, or many words.
fn looks_said(said: &str) -> bool {
    let n_words = said.split_whitespace().take(8).count();
    looks_finished(said) || n_words >= 8 || said.starts_with(|c: char| c.is_lowercase())
}

/// Whether this is a question, an exclamation, or a sentence with its full stop.
fn looks_finished(said: &str) -> bool {
    said.len() > FIELD_BYTES
        || memchr::memchr2(b'?', b'!', said.as_bytes()).is_some()
        || (said.trim_end_matches(['"', '”', '\'', '’', ')', '*']).ends_with(['.', '…'])
            && said.split_whitespace().take(5).count() >= 4)
}

/// Which candidates open turns.
enum Accepted {
    /// The candidates in order, and the keys of their labels.
    Turns(Vec<Candidate>, Vec<Label>),
    /// Nobody: one turn. Perhaps a doubt.
    None(Option<Note>),
}

fn accept(scan: &Scan, options: &Options, named: &Named, text: &str) -> Accepted {
    let mut why_not = None;
    for signs in [&[Sign::Colon, Sign::Tab, Sign::Brackets][..], &[Sign::Stop]] {
        let mut counts = vec![0usize; scan.labels.len()];
        let of_sign = || scan.candidates.iter().filter(|c| signs.contains(&c.sign) && !c.is_field);
        of_sign().for_each(|candidate| counts[candidate.label] += 1);
        let is_there = |key: &str| {
            scan.labels.iter().zip(&counts).any(|(label, &n)| n > 0 && label.is_half && base(&label.key) == key)
        };
        let paired: Vec<&str> = options
            .conventions
            .pairs()
            .iter()
            .filter(|pair| is_there(&pair.interviewer) && is_there(&pair.narrator))
            .flat_map(|pair| [pair.interviewer.as_str(), pair.narrator.as_str()])
            .collect();
        let is_known: Vec<bool> = scan
            .labels
            .iter()
            .map(|label| {
                let is_paired = label.is_half && paired.contains(&base(&label.key));
                // A single letter before a full stop may be anything; only both roles together say that it is a speaker.
                is_paired || (label.is_known && (signs != [Sign::Stop] || named.has(&label.key)))
            })
            .collect();
        let n_known: usize = of_sign().filter(|candidate| is_known[candidate.label]).count();
        let n_repeated: usize = of_sign().filter(|c| is_known[c.label] || counts[c.label] > 1).count();
        let n_all: usize = counts.iter().sum();
        let n_formed = counts.iter().zip(&is_known).filter(|&(&n, &known)| !known && n > 1).count();
        let share = |n: usize| n as f64 / scan.n_units.max(1) as f64;
        let takes_repeated = signs != [Sign::Stop]
            && (n_known > 0 && share(n_repeated) >= 0.1 || share(n_repeated) >= if n_formed > 1 { 0.2 } else { 0.5 });
        let takes_single = takes_repeated && share(n_all) >= 0.6;
        let is_taken: Vec<bool> =
            (0..counts.len()).map(|at| is_known[at] || (takes_repeated && counts[at] > 1) || takes_single).collect();
        let opened: Vec<Candidate> = of_sign().filter(|candidate| is_taken[candidate.label]).copied().collect();
        let Some(first) = opened.first() else {
            continue;
        };
        if !opened.iter().any(|candidate| candidate.is_speech) {
            // Nothing behind these labels is speech: fields of a form.
            continue;
        }
        let is_named = opened.iter().any(|candidate| named.has(&scan.labels[candidate.label].key));
        if !is_named && (share(opened.len()) < 0.02 || first.line > 600 && first.line * 2 > text.len()) {
            let message = format!(
                "labels like `{}` were found, but they are too few for a transcript; all of it is read as the narrator's",
                scan.labels[first.label].shown
            );
            why_not = Some(doubt(message));
            continue;
        }
        return Accepted::Turns(opened, scan.labels.clone());
    }
    if why_not.is_none() && scan.n_lone_names >= 6 && scan.n_lone_names * 5 > scan.n_units {
        let message = "speakers seem to stand on lines of their own, which is not understood; all of it is read as the narrator's: \
                       put a colon behind each name";
        why_not = Some(doubt(message.to_owned()));
    }
    Accepted::None(why_not)
}

fn doubt(message: String) -> Note {
    Note { kind: NoteKind::NarratorDoubtful, message, line: None }
}

/// Cuts the text at the labels and decides who is the narrator.
fn split(document: &mut Document, opened: &[Candidate], labels: &[Label], options: &Options) {
    let text = document.text.as_str();
    let mut voices: Vec<Voice> = Vec::new();
    let mut speaker_of = vec![usize::MAX; labels.len()];
    let mut turns = Vec::with_capacity(opened.len());
    for (at, candidate) in opened.iter().enumerate() {
        let end = opened.get(at + 1).map_or(text.len(), |next| next.line);
        let span = trimmed(text, candidate.body, end);
        if span.is_empty() {
            continue;
        }
        let (Some(speaker), Some(label)) = (speaker_of.get_mut(candidate.label), labels.get(candidate.label)) else {
            continue;
        };
        if *speaker == usize::MAX {
            *speaker = voices.len();
            voices.push(Voice::new(&label.shown));
        }
        voices[*speaker].hear(&text[span.range()]);
        turns.push(Turn { span, speaker: *speaker });
    }
    let head = opened.first().map_or("", |first| &text[..first.line]);
    let (roles, notes) = narrator::choose(&voices, head, options);
    document.turns = turns;
    document.speakers =
        voices.into_iter().zip(roles).map(|(voice, role)| Speaker { label: voice.label, role }).collect();
    document.notes.extend(notes);
}

/// What looks like a label at the beginning of a line.
struct Mark {
    /// Where the label stands in the line.
    label: (usize, usize),
    /// Where what is said begins in the line.
    body: usize,
    sign: Sign,
    /// Whether the label has the form of a name: capitalised words, or letters with digits.
    is_form: bool,
    /// Whether white space or the end of the line follows the sign.
    is_apart: bool,
}

/// Reads the label of a line, if it may have one. Looks at the first `LABEL_BYTES` bytes only.
fn mark(line: &str) -> Option<Mark> {
    let mut cut = line.len().min(LABEL_BYTES + 40);
    while !line.is_char_boundary(cut) {
        cut -= 1;
    }
    let head = &line[..cut];
    // Most lines of most texts have none of the signs of a label: leave early.
    let has_sign = memchr::memchr3(b':', b'\t', b'[', head.as_bytes()).is_some()
        || head.trim_start_matches(['*', ' ']).as_bytes().get(1..3).is_some_and(|next| next.contains(&b'.'));
    if !has_sign {
        return None;
    }
    let mut at = skip_opening(head);
    if let Some(mark) = bracketed(head, at) {
        return Some(mark);
    }
    while let Some(next) = time_stamp(head, at) {
        at = next;
    }
    at += head[at..].len() - head[at..].trim_start_matches(['*', '_', ' ', '\t']).len();
    let start = at;
    let mut end = None;
    for (offset, c) in head[start..].char_indices() {
        let here = start + offset;
        if here < at {
            continue;
        }
        match c {
            ':' | '：' => return finish(line, start, end.unwrap_or(here), here + c.len_utf8(), Sign::Colon),
            '\t' => return finish(line, start, end.unwrap_or(here), here + 1, Sign::Tab),
            '[' | '(' if end.is_none() && here > start => {
                // A time or an aside between the label and the colon.
                let close = if c == '[' { b']' } else { b')' };
                let length = memchr::memchr(close, head[here..].as_bytes())?;
                end = Some(here);
                at = here + length + 1;
            }
            '*' | '_' | ' ' if end.is_some() => {}
            // Markdown's end of bold, before the colon.
            '*' if here > start => end = Some(here),
            _ if end.is_some() => return None,
            '.' if here == start + head[start..].chars().next()?.len_utf8()
                && head[here + 1..].starts_with([' ', '\t']) =>
            {
                // A single letter and a full stop: "Q. ". Not a name such as "A. Smith:".
                return match memchr::memchr(b':', head[here..].as_bytes()) {
                    Some(colon) if is_name(&head[start..here + colon]) => {
                        finish(line, start, here + colon, here + colon + 1, Sign::Colon)
                    }
                    _ => finish(line, start, here, here + 1, Sign::Stop),
                };
            }
            c if c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '\'' | '’' | '&' | '#' | '_' | '/') => {}
            _ => return None,
        }
    }
    None
}

/// Past white space and Markdown's signs of a quotation, a list or bold.
fn skip_opening(head: &str) -> usize {
    head.len() - head.trim_start_matches([' ', '\t', '>', '*', '_', '\u{feff}', '\u{a0}']).len()
}

/// A label in brackets: `[id1] hello`. Only letters with digits, so that no aside is one.
fn bracketed(head: &str, at: usize) -> Option<Mark> {
    let inner = head[at..].strip_prefix('[')?;
    let length = memchr::memchr(b']', inner.as_bytes())?;
    let label = &inner[..length];
    let has = |what: fn(&char) -> bool| label.chars().any(|c| what(&c));
    let is_form = has(|c| c.is_alphabetic())
        && has(|c| c.is_ascii_digit())
        && label.starts_with(char::is_alphabetic)
        && label.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        && label.chars().count() <= 16;
    let body = at + 1 + length + 1;
    let rest = head.get(body..)?;
    if !is_form || rest.trim_start().starts_with(':') || !rest.starts_with(' ') {
        return None;
    }
    Some(Mark { label: (at + 1, at + 1 + length), body, sign: Sign::Brackets, is_form, is_apart: true })
}

/// Past a time stamp at `at`: `00:01:02`, `[00:12]`, `(1:02:03.500)`, with a dash behind it perhaps.
fn time_stamp(head: &str, at: usize) -> Option<usize> {
    let rest = head.get(at..)?;
    let inner = rest.trim_start_matches(['[', '(', '{', '<']);
    let length =
        inner.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',' | b';')).count();
    let stamp = &inner[..length];
    let is_time = stamp.len() >= 4
        && stamp.starts_with(|c: char| c.is_ascii_digit())
        && stamp.ends_with(|c: char| c.is_ascii_digit())
        && stamp.contains(':');
    if !is_time {
        return None;
    }
    let behind = &inner[length..];
    let behind = behind.trim_start_matches([']', ')', '}', '>']).trim_start_matches([' ', '\t', '-', '–', '—', '*']);
    Some(head.len() - behind.len())
}

/// The mark, if what stands between `start` and `end` may be a label.
fn finish(line: &str, start: usize, end: usize, sign_end: usize, sign: Sign) -> Option<Mark> {
    let label = line.get(start..end)?.trim_end_matches(['*', '_', ' ']);
    let rest = line.get(sign_end..)?;
    let is_apart = rest.is_empty() || rest.starts_with([' ', '\t', '*', '_', '\u{a0}']);
    if label.is_empty()
        || label.chars().take(LABEL_CHARS + 1).count() > LABEL_CHARS
        || label.split_whitespace().take(LABEL_WORDS + 1).count() > LABEL_WORDS
        || !label.chars().any(char::is_alphabetic)
        || (!is_apart
            && rest.starts_with(|c: char| !c.is_alphabetic() && !matches!(c, '"' | '“' | '\'' | '‘' | '…' | '[' | '(')))
    {
        return None;
    }
    let body = sign_end + rest.len() - rest.trim_start_matches(['*', '_', ' ', '\t', '\u{a0}']).len();
    Some(Mark { label: (start, start + label.len()), body, sign, is_form: is_name(label), is_apart })
}

/// Whether it has the form of a name or a code: the first and last word begin with a capital or are letters with digits; small words between them
/// are short ("and", "de").
fn is_name(label: &str) -> bool {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let is_capital =
        |word: &str| word.trim_start_matches(['\'', '’', '-']).starts_with(|c: char| c.is_uppercase() || c == '#');
    let is_end = |word: &str| is_capital(word) || has_digit(word);
    let mut words = label.split_whitespace();
    let Some(first) = words.next() else {
        return false;
    };
    let is_first = is_capital(first) || (has_digit(first) && first.starts_with(char::is_alphabetic));
    let mut last = first;
    let mut is_middle_good = true;
    for word in words {
        last = word;
        is_middle_good &= is_end(word) || word == "&" || word.chars().count() <= 3;
    }
    is_first && is_end(last) && is_middle_good && label.split_whitespace().take(LABEL_WORDS + 1).count() <= LABEL_WORDS
}

/// Whether the line is nothing but something like a name, and perhaps a time: how Otter marks its turns.
fn is_lone_name(line: &str) -> bool {
    if line.len() > 60 {
        return false;
    }
    let name = line
        .trim()
        .trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ' ' | '[' | ']' | '(' | ')'));
    (1..=4).contains(&name.split_whitespace().count())
        && is_name(name)
        && name.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '.'))
}
