/*!
Who speaks where: speaker labels, and the turns they open.

A label stands at the beginning of a line: `Interviewer:`, `P1:`, `MARY SMITH:`, `[00:01:02] Speaker 1:`, `**I:**`, `Speaker 1 (00:12):`, `Q.`,
`Q1.`, `P<tab>`, `[id1]`, `[Ann Lee]:`, `**Ann Lee** words`, `Ann Lee — words`, `Ann Lee 00:01:10 words`. Any word before a colon may look like one, so what looks like a label must also behave like one:

- labels the conventions know, or the user named, are speakers even if they occur but once;
- other labels (a few words, each capitalised, or letters with digits) are speakers if they come again and much of the text stands behind
  labels; where most of it does, one that occurs once is a speaker, too;
- words the conventions call no speakers (`Note:`, `Date:`, `Monday:`) never are; and where such a word stands in a run of short lines, the run
  is the head of a form (`Interviewer: Miss Robertson / Age: 77`), and the other labels in it are no speakers either;
- signs that set off many other things (dashes, brackets, bold without a colon) make speakers only of labels that come again, of several who
  take turns in most paragraphs and of whom one asks, or of two that are known;
- a time between label and words makes a speaker where the times of the text are in order;
- if half of the text or more stands before the first label, the text is no transcript.

What stands before the first label (title, date, place) belongs to nobody and is not scored. Lines and paragraphs without a label belong to the turn
they follow. A text without speakers is one turn of the narrator.

Where there are no labels at all, paragraphs in bold that ask are the interviewer's (`questions`).

Labels may stand on lines of their own, with a time (`Ann Lee  0:21`, or the time on the next line) or without. Those with times are speakers if there are
several; those without must come again, at the beginning of a paragraph or behind a finished line. A time on a line of its own at either end of a turn is left out of it.
Which speaker is the narrator is decided in `narrator`. All of it is linear in the length of the text.
*/

use super::Options;
use super::conventions::{Known, base, label_key, push_label_key};
use super::label::{Mark, Sign, Stamp, is_name_form, is_time_alone, lone, mark};
use super::narrator::{self, EVERYONE, Voice};
use super::questions::{self, Part};
use crate::document::{Document, Note, NoteKind, Role, Speaker, Turn, quoted};
use crate::span::Span;
use rustc_hash::FxHashMap;

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
        Accepted::None(_) if let Some(parts) = questions::find(text) => by_questions(document, &parts),
        Accepted::None(note) => {
            document.notes.extend(note);
            if options.narrator.iter().any(|label| label != EVERYONE) {
                let message = "no speaker labels were found; all of it is read as the narrator's".to_owned();
                document.notes.push(Note { kind: NoteKind::NarratorDoubtful, message, line: None });
            }
            document.speakers = vec![Speaker { label: String::new(), role: Role::Narrator }];
            document.turns = vec![Turn { span: trimmed(text, 0, text.len()), speaker: 0 }];
        }
    }
}

/// Turns of an interview without labels, whose questions are known by bold.
fn by_questions(document: &mut Document, parts: &[Part]) {
    let speaker = |role| Speaker { label: String::new(), role };
    document.speakers = vec![speaker(Role::Interviewer), speaker(Role::Narrator)];
    document.turns = parts.iter().map(|part| Turn { span: part.span, speaker: usize::from(!part.asks) }).collect();
    let message = "there are no labels: paragraphs in bold or italics are read as the interviewer's questions, what stands between them as the narrator's";
    document.notes.push(Note { kind: NoteKind::Narrator, message: message.to_owned(), line: None });
}

/// The part of `start..end` without white space at its ends.
pub(super) fn trimmed(text: &str, start: usize, end: usize) -> Span {
    let part = text.get(start..end).unwrap_or_default();
    let start = start + part.len() - part.trim_start().len();
    Span::new(start, start + part.trim().len())
}

/// The span without lines at its ends that are nothing but a time.
fn without_times(text: &str, mut span: Span) -> Span {
    loop {
        let said = &text[span.range()];
        let (first, last) = (said.find('\n').unwrap_or(said.len()), said.rfind('\n').map_or(0, |at| at + 1));
        let (mut start, mut end) = (0, said.len());
        if is_time_alone(&said[..first]) {
            start = first;
        }
        if last >= start && is_time_alone(&said[last..]) {
            end = last;
        }
        if (start, end) == (0, said.len()) {
            return span;
        }
        span = trimmed(text, span.start as usize + start, span.start as usize + end.max(start));
    }
}

/// The keys of the labels the user named.
struct Named(Vec<(String, Role)>);

impl Named {
    fn new(options: &Options) -> Named {
        let keys =
            |labels: &[String], role| labels.iter().map(move |label| (label_key(label), role)).collect::<Vec<_>>();
        let mut named = keys(&options.narrator, Role::Narrator);
        named.extend(keys(&options.interviewer, Role::Interviewer));
        named.extend(keys(&options.other, Role::Other));
        Named(named)
    }

    fn has(&self, key: &str) -> bool {
        self.0.iter().any(|(name, _)| name == key)
    }
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
    /// Whether it stands on a line of its own, beside or above a time.
    has_time: bool,
    /// Whether it stands beside a time but not next to it, so that it must come again.
    is_loose: bool,
    /// The time that sets it off from the words, where one does.
    time: Option<Stamp>,
    /// Whether something is asked in its line.
    asks: bool,
}

/// A label that may be a speaker's.
#[derive(Clone, Debug)]
struct Label {
    /// As it first stood.
    shown: String,
    key: String,
    /// Known to the conventions, or named by the user.
    is_known: bool,
    /// Begins with a small letter, as words within a sentence do: must come again to count.
    is_small: bool,
    /// Half of a pair: known if the other half is there, too.
    is_half: bool,
    /// Half of a pair that is no speaker's by itself (`Part:`, `Subject:`).
    is_shy: bool,
}

/// All candidates of a text.
struct Scan {
    candidates: Vec<Candidate>,
    labels: Vec<Label>,
    /// Lines that begin a paragraph, or are candidates.
    n_units: usize,
}

impl Scan {
    fn new(text: &str, options: &Options, named: &Named) -> Scan {
        let mut scan = Scan { candidates: Vec::new(), labels: Vec::new(), n_units: 0 };
        let mut labels = Labels::default();
        // The run of short lines we are in: its first candidate, and whether one of its lines is a field of a form.
        let (mut run_start, mut run_is_form) = (0, false);
        let mut after_blank = true;
        // Whether the line before is a time alone, or looks like the end of something said.
        let (mut after_time, mut after_end) = (false, true);
        let mut start = 0;
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
            let line = &text[start..end];
            let is_blank = line.len() < 200 && line.trim().is_empty();
            let mut is_in_run = !is_blank && line.len() <= FIELD_BYTES;
            let mut found = None;
            if !is_blank && let Some(mark) = mark(line) {
                match labels.look_up(line[mark.label.0..mark.label.1].trim(), &mark, options, named) {
                    Seen::NotSpeaker => run_is_form |= is_in_run && mark.sign == Sign::Colon,
                    Seen::Nothing => {}
                    Seen::Label(label) => {
                        let said = line[mark.body..].trim();
                        is_in_run &= !looks_finished(said);
                        found = Some(Candidate {
                            line: start,
                            body: start + mark.body,
                            label,
                            sign: mark.sign,
                            is_field: false,
                            is_speech: said.is_empty() || looks_said(said),
                            has_time: false,
                            is_loose: false,
                            time: mark.time,
                            asks: memchr::memchr(b'?', said.as_bytes()).is_some(),
                        });
                    }
                }
            }
            let is_time = found.is_none() && !is_blank && is_time_alone(line);
            if is_time && let Some(last) = scan.candidates.last_mut().filter(|last| last.body == start) {
                last.has_time = true;
            } else if found.is_none()
                && !is_blank
                && !is_time
                && let Some(lone) = lone(line)
                && !(lone.is_loose && options.conventions.is_sound(&line[lone.label.0..lone.label.1]))
            {
                let label = &line[lone.label.0..lone.label.1];
                let has_time = lone.has_time || after_time;
                let mark = Mark {
                    label: lone.label,
                    body: line.len(),
                    sign: Sign::Line,
                    is_form: is_name_form(label),
                    is_apart: has_time || after_blank || after_end,
                    time: None,
                };
                if let Seen::Label(label) = labels.look_up(label, &mark, options, named) {
                    let body = (end + 1).min(text.len());
                    found = Some(Candidate {
                        line: start,
                        body,
                        label,
                        sign: Sign::Line,
                        is_field: false,
                        is_speech: true,
                        has_time,
                        is_loose: lone.is_loose,
                        time: None,
                        asks: false,
                    });
                }
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
            (after_time, after_end) = (is_time, found.is_none() && looks_ended(line));
            start = end + 1;
        }
        close_run(&mut scan.candidates, run_start, run_is_form);
        scan.labels = labels.all;
        scan
    }
}

/// The labels met so far.
#[derive(Default)]
struct Labels {
    all: Vec<Label>,
    /// What is known of a key, so that a label costs one look-up when it comes again.
    by_key: FxHashMap<String, Seen>,
    key: String,
}

/// What is known of something that looks like a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// Index into the labels.
    Label(usize),
    /// No speaker by the conventions.
    NotSpeaker,
    /// Words before a colon.
    Nothing,
}

impl Labels {
    fn look_up(&mut self, shown: &str, mark: &Mark, options: &Options, named: &Named) -> Seen {
        push_label_key(shown, &mut self.key);
        let has_form = mark.is_form && mark.is_apart;
        match self.by_key.get(&self.key) {
            Some(&Seen::Label(at)) => {
                let is_known = self.all.get(at).is_some_and(|label| label.is_known);
                return if is_known || has_form { Seen::Label(at) } else { Seen::Nothing };
            }
            Some(&Seen::NotSpeaker) if !matches!(mark.sign, Sign::Brackets | Sign::Colon) => return Seen::NotSpeaker,
            _ => {}
        }
        let is_named = named.has(&self.key);
        let known = options.conventions.known(&self.key, mark.is_form);
        let is_none = known == Some(Known::NotSpeaker) && !is_named && mark.sign != Sign::Brackets;
        let is_shy = is_none && mark.sign == Sign::Colon && options.conventions.is_half(&self.key);
        if is_none && !is_shy {
            self.by_key.insert(self.key.clone(), Seen::NotSpeaker);
            return Seen::NotSpeaker;
        }
        let is_known = is_named || matches!(known, Some(Known::Role(_)));
        if !is_known && !has_form {
            return Seen::Nothing;
        }
        let base = base(&self.key);
        let (key, shown) = if options.conventions.counts_turns(base) {
            // "Q1", "Q2" are one speaker.
            let is_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | '#' | '-' | '_');
            (base, shown.trim_end_matches(is_number))
        } else {
            (self.key.as_str(), shown)
        };
        let seen = match self.by_key.get(key) {
            Some(&Seen::Label(at)) => Seen::Label(at),
            _ => {
                self.all.push(Label {
                    shown: shown.to_owned(),
                    key: key.to_owned(),
                    is_known,
                    is_small: !is_named && shown.starts_with(char::is_lowercase),
                    is_half: options.conventions.is_half(key),
                    is_shy,
                });
                Seen::Label(self.all.len() - 1)
            }
        };
        self.by_key.insert(key.to_owned(), seen);
        self.by_key.insert(self.key.clone(), seen);
        seen
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
    looks_finished(said)
        || said.ends_with(['.', '…', '"', '”'])
        || n_words >= 8
        || said.starts_with(|c: char| c.is_lowercase())
        || runs_on(said)
}

/// Whether these are four words or more, most of them small, as in a sentence whose full stop nobody wrote; names, places and titles have capitals.
fn runs_on(said: &str) -> bool {
    let behind_the_first = || said.split_whitespace().skip(1);
    let n_small = behind_the_first().filter(|word| word.starts_with(|c: char| c.is_lowercase())).count();
    n_small >= 3 && n_small * 4 > behind_the_first().count() * 3
}

/// Whether the line ends as something said does.
fn looks_ended(line: &str) -> bool {
    line.trim_end().ends_with(['.', '?', '!', '…', '"', '”', '’', '\'', ')', ']', '-', '–', '—'])
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
    let n_timed = scan.candidates.iter().filter(|candidate| candidate.has_time).count();
    let (usual, stop, line) = (&[Sign::Colon, Sign::Tab, Sign::Brackets][..], &[Sign::Stop][..], &[Sign::Line][..]);
    let (weak, time) = (&[Sign::Weak][..], &[Sign::Time][..]);
    for signs in if n_timed > 2 { [line, time, usual, stop, weak] } else { [time, usual, stop, weak, line] } {
        let is_stop = signs == stop || signs == weak;
        if signs == time {
            match by_times(scan) {
                Some(opened) => return Accepted::Turns(opened, scan.labels.clone()),
                None => continue,
            }
        }
        if signs == line {
            match on_lines(scan, named, n_timed) {
                Some(opened) => return Accepted::Turns(opened, scan.labels.clone()),
                None => continue,
            }
        }
        let mut counts = vec![0usize; scan.labels.len()];
        let of_sign = || scan.candidates.iter().filter(|c| signs.contains(&c.sign) && !c.is_field);
        of_sign().for_each(|candidate| counts[candidate.label] += 1);
        // Words that are more often the name of a field are speakers only where they say something.
        let mut said = vec![0usize; scan.labels.len()];
        of_sign().filter(|candidate| candidate.is_speech).for_each(|candidate| said[candidate.label] += 1);
        for at in 0..counts.len() {
            if scan.labels[at].is_shy && said[at] * 2 <= counts[at] {
                counts[at] = 0;
            }
        }
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
            .zip(&counts)
            .map(|(label, &n)| {
                let is_paired = label.is_half && paired.contains(&base(&label.key));
                // A single letter before a full stop may be anything; only both roles, and both again, say that it is a speaker.
                let is_known = label.is_known && (signs != stop || named.has(&label.key));
                (is_paired || is_known) && (n > 1 || !(label.is_small || is_stop))
            })
            .collect();
        let is_none = |at: usize| scan.labels[at].is_shy && !is_known[at];
        (0..counts.len()).filter(|&at| is_none(at)).for_each(|at| counts[at] = 0);
        if signs == weak && is_known.iter().filter(|&&known| known).count() < 2 {
            match dialogue(scan) {
                Some(opened) => return Accepted::Turns(opened, scan.labels.clone()),
                None => continue,
            }
        }
        let n_known: usize = of_sign().filter(|candidate| is_known[candidate.label]).count();
        let n_repeated: usize = of_sign().filter(|c| is_known[c.label] || counts[c.label] > 1).count();
        let n_all: usize = counts.iter().sum();
        let n_formed = counts.iter().zip(&is_known).filter(|&(&n, &known)| !known && n > 1).count();
        let share = |n: usize| n as f64 / scan.n_units.max(1) as f64;
        let takes_repeated = !is_stop
            && (n_known > 0 && share(n_repeated) >= 0.1 || share(n_repeated) >= if n_formed > 1 { 0.2 } else { 0.5 });
        let takes_single = takes_repeated && share(n_all) >= 0.6;
        let is_taken: Vec<bool> = (0..counts.len())
            .map(|at| !is_none(at) && (is_known[at] || (takes_repeated && counts[at] > 1) || takes_single))
            .collect();
        let opened: Vec<Candidate> = of_sign().filter(|candidate| is_taken[candidate.label]).copied().collect();
        let Some(first) = opened.first() else {
            continue;
        };
        if !opened.iter().any(|candidate| candidate.is_speech) {
            // Nothing behind these labels is speech: fields of a form.
            continue;
        }
        let is_named = opened.iter().any(|candidate| named.has(&scan.labels[candidate.label].key));
        if !is_named
            && (share(opened.len()) < if is_stop { 0.2 } else { 0.02 }
                || first.line > 600 && first.line * 2 > text.len())
        {
            let message = format!(
                "labels like {} were found, but they are too few for a transcript; all of it is read as the narrator's",
                quoted(&scan.labels[first.label].shown)
            );
            why_not = (opened.len() > 2).then(|| doubt(message));
            continue;
        }
        return Accepted::Turns(opened, scan.labels.clone());
    }
    Accepted::None(why_not)
}

/// The labels on lines of their own that open turns, if they do.
///
/// With times beside them (`n_timed`) they are believed; without, labels that are known or come again are, if there are at least two of them.
fn on_lines(scan: &Scan, named: &Named, n_timed: usize) -> Option<Vec<Candidate>> {
    let lines = || scan.candidates.iter().filter(|candidate| candidate.sign == Sign::Line && !candidate.is_field);
    let mut counts = vec![0usize; scan.labels.len()];
    lines().for_each(|candidate| counts[candidate.label] += 1);
    if n_timed > 1 {
        let stands = |candidate: &&Candidate| !candidate.is_loose || counts[candidate.label] > 1;
        let opened: Vec<Candidate> = lines().filter(|one| one.has_time).filter(stands).copied().collect();
        return (!opened.is_empty()).then_some(opened);
    }
    let is_taken: Vec<bool> = (scan.labels.iter().zip(&counts))
        .map(|(label, &n)| {
            let is_told = named.has(&label.key) || label.is_known && label.key.len() > 3;
            n > usize::from(!is_told) && (label.is_known || !label.is_small)
        })
        .collect();
    let opened: Vec<Candidate> = lines().filter(|candidate| is_taken[candidate.label]).copied().collect();
    let n_labels = is_taken.iter().filter(|&&taken| taken).count();
    // In an interview speakers take turns; a line that comes again in prose has other lines around it.
    let changes = opened.windows(2).filter(|pair| pair[0].label != pair[1].label).count();
    let is_dialogue = n_labels > 1 && (changes + 1) * 10 >= opened.len() * 6 && opened.len() * 4 >= scan.n_units;
    (is_dialogue && opened.len() > 2).then_some(opened)
}

/// The labels behind which a time stands, if they open turns: several of them, most of what begins a paragraph, and their times in order, as a
/// recording has them and verses and diaries have not. Times that may be something else (`8:28`) ask for two speakers and a question as well.
fn by_times(scan: &Scan) -> Option<Vec<Candidate>> {
    let opened: Vec<Candidate> =
        scan.candidates.iter().filter(|c| c.sign == Sign::Time && !c.is_field).copied().collect();
    let is_in_order = opened.windows(2).all(|pair| pair[0].time.map(|t| t.seconds) <= pair[1].time.map(|t| t.seconds));
    let is_plain = opened.iter().all(|candidate| candidate.time.is_some_and(|time| time.is_plain));
    (opened.len() > 2
        && is_in_order
        && opened.len() * 2 >= scan.n_units
        && (is_plain || is_dialogue(scan, &opened, 2) && opened.iter().any(|candidate| candidate.asks)))
    .then_some(opened)
}

/// The labels before weak signs that come again, if they are speakers: at least two who take turns in most paragraphs, and one of them asks.
fn dialogue(scan: &Scan) -> Option<Vec<Candidate>> {
    let mut counts = vec![0usize; scan.labels.len()];
    let weak = || scan.candidates.iter().filter(|candidate| candidate.sign == Sign::Weak && !candidate.is_field);
    weak().for_each(|candidate| counts[candidate.label] += 1);
    let opened: Vec<Candidate> = weak().filter(|candidate| counts[candidate.label] > 1).copied().collect();
    let n_asking = opened.iter().filter(|candidate| candidate.asks).count();
    (opened.len() > 3 && n_asking * 10 >= opened.len() && is_dialogue(scan, &opened, 2)).then_some(opened)
}

/// Whether several speakers take turns, and begin at least one in `per_units` of the paragraphs.
fn is_dialogue(scan: &Scan, opened: &[Candidate], per_units: usize) -> bool {
    let changes = opened.windows(2).filter(|pair| pair[0].label != pair[1].label).count();
    changes > 1 && (changes + 1) * 10 >= opened.len() * 6 && opened.len() * per_units >= scan.n_units
}

fn doubt(message: String) -> Note {
    Note { kind: NoteKind::NarratorDoubtful, message, line: None }
}

/// How many numbers behind a label show that they count turns.
const COUNTED: usize = 3;

/// The same candidates and labels, with one label a speaker where numbers behind the labels count turns: `I1:`, `R1:`, `I2:`, `R2:`, of two speakers or
/// more, never going back.
fn one_a_speaker(opened: &[Candidate], labels: &[Label]) -> (Vec<Candidate>, Vec<Label>) {
    let (mut opened, mut labels) = (opened.to_vec(), labels.to_vec());
    let mut first: FxHashMap<String, (usize, usize)> = FxHashMap::default();
    let mut seen = vec![false; labels.len()];
    let mut last = 0u32;
    for candidate in &opened {
        let key = labels[candidate.label].key.as_str();
        let stem = base(key);
        let number = key[stem.len()..].trim_matches(|c: char| !c.is_ascii_digit()).parse::<u32>();
        let Some(number) = number.ok().filter(|&number| number >= last) else { return (opened, labels) };
        last = number;
        let known = first.entry(stem.to_owned()).or_insert((candidate.label, 0));
        known.1 += usize::from(!std::mem::replace(&mut seen[candidate.label], true));
    }
    if first.len() < 2 || first.len() > 4 || first.values().any(|&(_, n_numbers)| n_numbers < COUNTED) {
        return (opened, labels);
    }
    for candidate in &mut opened {
        candidate.label = first.get(base(&labels[candidate.label].key)).map_or(candidate.label, |known| known.0);
    }
    for label in &mut labels {
        label.key.truncate(base(&label.key).len());
        let is_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '#' | '-' | '_');
        label.shown.truncate(label.shown.trim_end_matches(is_number).len());
    }
    (opened, labels)
}

/// Cuts the text at the labels and decides who is the narrator.
fn split(document: &mut Document, opened: &[Candidate], labels: &[Label], options: &Options) {
    let text = document.text.as_str();
    let (opened, labels) = &one_a_speaker(opened, labels);
    let mut voices: Vec<Voice> = Vec::new();
    let mut speaker_of = vec![usize::MAX; labels.len()];
    let mut turns = Vec::with_capacity(opened.len());
    for (at, candidate) in opened.iter().enumerate() {
        let end = opened.get(at + 1).map_or(text.len(), |next| next.line);
        let span = without_times(text, trimmed(text, candidate.body, end));
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
