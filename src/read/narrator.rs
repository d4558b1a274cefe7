/*!
Whose life is told: which speaker of a labelled transcript is the narrator.

The rules, in order; the first that says something decides, and a note says which it was:

1. whom the user named (`--narrator`, `--interviewer`, the cast of the study; every label equal to it but for case); `*` names everyone who does not ask:
   all but those whom the other rules find to be the interviewer, and, of three and more none of whom is known to ask, whoever asks most of the questions
   and has no label of a narrator;
2. a label the conventions call a narrator's (`P`, `Participant 3`, `A` beside `Q`); of several, the one with most words, with a doubt;
3. a label the conventions call an interviewer's: the narrator is the other one; of several others the one whom the heading names, or the
   one with most words, with a doubt if that is less than 60 % of all words. Abbreviations mean several things (`R` asks as researcher and answers as
   respondent), so between two of at most three letters questions have the last word (`asks_after_all`), and a note says so;
4. the heading names a speaker: "Interview with Fountain Hughes";
5. words and questions: of those who speak at least a tenth of the words, the one with most words whose share of questions (question marks per
   100 words) is not the highest. In doubt if that is less than 60 % of the words, or if nobody asks less than the narrator's own share;
6. one label alone is the narrator's, unless it is an interviewer's.

With several narrators only one is scored, because a document is one life: the others are named in the note, to be scored by `--narrator`.
It is not guessed from what is said beyond that.
*/

use super::Options;
use super::conventions::{Known, base, label_key};
use crate::document::{Note, NoteKind, Role, quoted};

/// The least share of the words by which a guessed narrator is beyond doubt.
const CLEAR_SHARE: f64 = 0.6;
/// The longest abbreviation, in characters, without the number behind it.
const ABBREVIATION: usize = 3;
/// Who says less than this share of the words is not considered where words and questions decide.
const LEAST_SHARE: f64 = 0.1;
/// How many lines of the heading are read.
const HEADING_LINES: usize = 30;
/// How many labels a note names at most.
const NAMED_LABELS: usize = 8;

/// What stands for everyone who does not ask.
pub(super) const EVERYONE: &str = "*";
/// How many questions someone asks at least who is found by them among three and more.
const LEAST_QUESTIONS: usize = 2;

/// One speaker and what was heard of him or her.
#[derive(Clone, Debug)]
pub(super) struct Voice {
    /// The label as it first stood.
    pub(super) label: String,
    key: String,
    /// Words, roughly: stretches without white space.
    n_words: usize,
    /// Question marks.
    n_questions: usize,
}

impl Voice {
    /// A speaker who has said nothing yet.
    pub(super) fn new(label: &str) -> Voice {
        Voice { label: label.to_owned(), key: label_key(label), n_words: 0, n_questions: 0 }
    }

    /// Counts what is said in a turn.
    pub(super) fn hear(&mut self, said: &str) {
        let mut after_space = true;
        for &byte in said.as_bytes() {
            let is_space = byte <= b' ';
            self.n_words += usize::from(after_space && !is_space);
            after_space = is_space;
        }
        self.n_questions += memchr::memchr_iter(b'?', said.as_bytes()).count();
    }

    fn asking(&self) -> f64 {
        100.0 * self.n_questions as f64 / self.n_words.max(1) as f64
    }
}

/// The role of every voice, and notes on how it was found. `heading` is what stands before the first label.
pub(super) fn choose(voices: &[Voice], heading: &str, options: &Options) -> (Vec<Role>, Vec<Note>) {
    let mut notes = Vec::new();
    let mut roles = conventional(voices, options);
    let mut narrators = matching(voices, &options.narrator, &mut notes);
    let interviewers = matching(voices, &options.interviewer, &mut notes);
    let asides = matching(voices, &options.other, &mut Vec::new());
    for &at in &interviewers {
        roles[at] = Role::Interviewer;
    }
    for &at in &asides {
        roles[at] = Role::Other;
    }
    if options.narrator.iter().any(|label| label == EVERYONE) {
        narrators = everyone(voices, heading, &mut roles, &asides, &narrators, options, &mut notes);
    }
    if narrators.is_empty() {
        find(voices, heading, &mut roles, &asides, options, &mut notes);
        return (roles, notes);
    }
    for role in roles.iter_mut().filter(|role| **role == Role::Narrator) {
        *role = Role::Other;
    }
    narrators.iter().for_each(|&at| roles[at] = Role::Narrator);
    notes.push(told(format!("the narrator is {}, as asked for", list(voices, &narrators))));
    (roles, notes)
}

/// Everyone who does not ask, and whom the user `named` besides. What is known of the voices is in `roles` and `asides`; who is found to ask, comes into `roles`.
fn everyone(
    voices: &[Voice],
    heading: &str,
    roles: &mut [Role],
    asides: &[usize],
    named: &[usize],
    options: &Options,
    notes: &mut Vec<Note>,
) -> Vec<usize> {
    let mut found = roles.to_vec();
    let mut found_notes = Vec::new();
    find(voices, heading, &mut found, asides, options, &mut found_notes);
    let is_free = |at: usize| !asides.contains(&at) && !named.contains(&at);
    // Where several labels are narrators', the rules above choose one of them: here none of them asks.
    let tellers = (0..voices.len()).filter(|&at| roles[at] == Role::Narrator && is_free(at)).count();
    let asks = |at: usize| found[at] == Role::Interviewer && is_free(at) && (tellers < 2 || roles[at] == found[at]);
    let mut askers: Vec<usize> = (0..voices.len()).filter(|&at| asks(at)).collect();
    if let ([_, _], &[asker], true) = (voices, askers.as_slice(), found_notes.iter().any(is_doubt)) {
        let teller = 1 - asker;
        let label = quoted(&voices[asker].label);
        // Of two who speak and ask about as much, both may tell.
        let is_asker = voices[asker].asking() > voices[teller].asking() || share(voices, teller) >= CLEAR_SHARE;
        if roles[asker] != Role::Interviewer && !is_asker {
            askers.clear();
            notes.push(doubt(format!("{label} may be the interviewer and is scored: `--interviewer` says who asks")));
        } else {
            notes.push(doubt(format!(
                "{label} may not be the interviewer and is not scored: `--narrator` with every label scores both"
            )));
        }
    } else if askers.is_empty() && voices.len() > 2 {
        askers = asker_of_many(voices, &|at| is_free(at) && roles[at] != Role::Narrator, notes).into_iter().collect();
    }
    for &at in askers.iter().filter(|&&at| roles[at] != Role::Interviewer) {
        notes.push(told(format!(
            "{} is read as the interviewer, who asks {:.1} questions in 100 words",
            quoted(&voices[at].label),
            voices[at].asking()
        )));
    }
    askers.iter().for_each(|&at| roles[at] = Role::Interviewer);
    (0..voices.len()).filter(|at| !askers.contains(at) && !asides.contains(at)).collect()
}

/// Of three and more voices none of whom is known to ask, the one who asks most of the questions. Where nobody does, it is told, unless nobody `may_ask`.
fn asker_of_many(voices: &[Voice], may_ask: &dyn Fn(usize) -> bool, notes: &mut Vec<Note>) -> Option<usize> {
    let n_questions: usize = voices.iter().map(|voice| voice.n_questions).sum();
    let n_words: usize = voices.iter().map(|voice| voice.n_words).sum();
    let least = (n_words as f64 * LEAST_SHARE) as usize;
    let most = (0..voices.len()).filter(|&at| may_ask(at)).max_by_key(|&at| voices[at].n_questions)?;
    let asker = &voices[most];
    let is_clear = asker.n_questions >= LEAST_QUESTIONS
        && asker.n_questions as f64 >= CLEAR_SHARE * n_questions as f64
        && voices
            .iter()
            .all(|voice| voice.key == asker.key || voice.n_words < least || voice.asking() < asker.asking());
    if !is_clear {
        let message = "nobody is known to ask, and all are scored: `--interviewer` says who asks";
        notes.push(doubt(message.to_owned()));
    }
    is_clear.then_some(most)
}

/// Finds the narrator where the user named none, and turns `roles` into what was found.
fn find(
    voices: &[Voice],
    heading: &str,
    roles: &mut [Role],
    asides: &[usize],
    options: &Options,
    notes: &mut Vec<Note>,
) {
    let with =
        |role: Role| (0..voices.len()).filter(|at| roles[*at] == role && !asides.contains(at)).collect::<Vec<_>>();
    let (by_name, askers, others) = (with(Role::Narrator), with(Role::Interviewer), with(Role::Other));
    let n_told = notes.len();
    let chosen = match (by_name.as_slice(), askers.as_slice(), others.as_slice()) {
        ([], [], []) => None,
        (&[one], _, _) => {
            notes.push(told(format!("the narrator is {}: the label says so", quoted(&voices[one].label))));
            Some(one)
        }
        ([], [], &[one]) => {
            notes.push(told(format!("the narrator is {}, the only speaker", quoted(&voices[one].label))));
            Some(one)
        }
        ([], [], others) => Some(guess(voices, others, heading, options, notes)),
        ([], askers, []) => {
            let message =
                format!("only {} can be told apart, who asks: nobody is read as the narrator", list(voices, askers));
            notes.push(doubt(message));
            None
        }
        ([], _, &[one]) => {
            notes.push(told(format!(
                "the narrator is {}: the other label is an interviewer's",
                quoted(&voices[one].label)
            )));
            Some(one)
        }
        (by_label, _, others) => {
            let several = if by_label.is_empty() { others } else { by_label };
            let one = named_in(heading, voices, several, options).unwrap_or_else(|| most_words(voices, several));
            let share = share(voices, one);
            notes.push(told(format!(
                "the narrator is {}, one of several it may be, who says {:.0} % of the words",
                quoted(&voices[one].label),
                100.0 * share
            )));
            // Beside an interviewer known by the label, a few words of a third person are no reason for doubt.
            if !by_label.is_empty() || share < CLEAR_SHARE {
                let rest: Vec<usize> = several.iter().copied().filter(|&at| at != one).collect();
                notes.push(doubt(format!(
                    "only {} of several possible narrators is scored: `--narrator` with {} scores {}",
                    quoted(&voices[one].label),
                    quoted(rest.first().map_or("", |&at| &voices[at].label)),
                    if rest.len() == 1 {
                        "the other".to_owned()
                    } else {
                        format!("another of {}", counted(voices, &rest))
                    },
                )));
            }
            Some(one)
        }
    };
    let chosen = chosen.map(|at| after_all(voices, at, roles, options, notes, n_told));
    for (at, role) in roles.iter_mut().enumerate() {
        if Some(at) == chosen {
            *role = Role::Narrator;
        } else if *role == Role::Narrator {
            *role = Role::Other;
        }
    }
    // Where nobody but the narrator and one more speaks, the one more asks; with several it is not known who does.
    if let (Some(_), [], true) = (chosen, askers.as_slice(), voices.len() == 2) {
        for role in roles.iter_mut().filter(|role| **role == Role::Other) {
            *role = Role::Interviewer;
        }
    }
}

/// The narrator by the label `at`, or the one beside who is an interviewer by the label, if both labels are abbreviations and the questions say that
/// it is the other way round. What was told of the choice before stands behind `n_told` notes.
fn after_all(
    voices: &[Voice],
    at: usize,
    roles: &mut [Role],
    options: &Options,
    notes: &mut Vec<Note>,
    n_told: usize,
) -> usize {
    let is_named = |voice: &Voice| {
        let named = options.narrator.iter().chain(&options.interviewer).chain(&options.other);
        named.map(|label| label_key(label)).any(|key| key == voice.key)
    };
    let is_short = |voice: &Voice| base(&voice.key).chars().count() <= ABBREVIATION && !is_named(voice);
    let askers: Vec<usize> = (0..voices.len()).filter(|&other| roles[other] == Role::Interviewer).collect();
    let &[asker] = askers.as_slice() else { return at };
    if (0..voices.len()).any(|third| third != at && third != asker && share(voices, third) >= LEAST_SHARE) {
        return at;
    }
    let (teller, other) = (&voices[at], &voices[asker]);
    if at == asker || !is_short(teller) || !is_short(other) {
        return at;
    }
    let conventions = &options.conventions;
    let pair = conventions
        .pairs()
        .iter()
        .find(|pair| pair.interviewer == base(&other.key) && pair.narrator == base(&teller.key));
    let is_open = pair.is_some_and(|pair| pair.is_open);
    if asks_after_all(teller, other, is_open) {
        notes.truncate(n_told);
        notes.push(told(format!(
            "{asker} asks {} of {} questions, so the narrator is {}, though the labels often mean the reverse; `--narrator` with {asker} turns it round",
            teller.n_questions,
            teller.n_questions + other.n_questions,
            quoted(&other.label),
            asker = quoted(&teller.label)
        )));
        roles[at] = Role::Interviewer;
        return asker;
    }
    if is_open && teller.n_questions > 0 && teller.n_questions * 2 > other.n_questions {
        let message = format!(
            "{} and {} ask about as much, and either may be the narrator: `--narrator` says who is",
            quoted(&teller.label),
            quoted(&other.label)
        );
        notes.push(doubt(message));
    }
    at
}

/// Whether the one whose label is a narrator's asks, and the one whose label is an interviewer's does not. Labels that are `is_open` to both readings need
/// less to be turned round than others.
fn asks_after_all(teller: &Voice, asker: &Voice, is_open: bool) -> bool {
    let (least, times) = if is_open { (2, 2) } else { (3, 4) };
    teller.n_questions >= least
        && teller.n_questions >= times * asker.n_questions
        && (is_open || teller.n_words < asker.n_words)
}

/// What the conventions say of each label; `Other` where they say nothing.
fn conventional(voices: &[Voice], options: &Options) -> Vec<Role> {
    let conventions = &options.conventions;
    let mut roles: Vec<Option<Role>> = vec![None; voices.len()];
    for pair in conventions.pairs() {
        let is_there = |key: &str| voices.iter().any(|voice| base(&voice.key) == key);
        if is_there(&pair.interviewer) && is_there(&pair.narrator) {
            for (voice, role) in voices.iter().zip(&mut roles) {
                let base = base(&voice.key);
                if base == pair.interviewer {
                    role.get_or_insert(Role::Interviewer);
                } else if base == pair.narrator {
                    role.get_or_insert(Role::Narrator);
                }
            }
        }
    }
    voices
        .iter()
        .zip(roles)
        .map(|(voice, paired)| match (paired, conventions.known(&voice.key, true)) {
            (Some(role), _) | (None, Some(Known::Role(role))) => role,
            _ => Role::Other,
        })
        .collect()
}

/// The voices with one of these labels. A label nobody has is noted, with those there are.
fn matching(voices: &[Voice], labels: &[String], notes: &mut Vec<Note>) -> Vec<usize> {
    let mut found = Vec::new();
    for label in labels.iter().filter(|label| *label != EVERYONE) {
        let key = label_key(label);
        let before = found.len();
        found.extend((0..voices.len()).filter(|&at| voices[at].key == key));
        if found.len() == before {
            let all: Vec<usize> = (0..voices.len()).collect();
            notes.push(doubt(format!("nobody is labelled {}; there are {}", quoted(label), counted(voices, &all))));
        }
    }
    found
}

/// Rules 4 and 5.
fn guess(voices: &[Voice], among: &[usize], heading: &str, options: &Options, notes: &mut Vec<Note>) -> usize {
    let share = |at: usize| share(voices, at);
    if let Some(at) = named_in(heading, voices, among, options) {
        notes.push(told(format!("the narrator is {}, whom the heading names", quoted(&voices[at].label))));
        return at;
    }
    let total: usize = voices.iter().map(|voice| voice.n_words).sum();
    let least = (total as f64 * LEAST_SHARE) as usize;
    let heard: Vec<usize> = among.iter().copied().filter(|&at| voices[at].n_words >= least).collect();
    let heard = if heard.is_empty() { among.to_vec() } else { heard };
    let most_asking = heard.iter().map(|&at| voices[at].asking()).fold(0.0, f64::max);
    let least_asking = heard.iter().map(|&at| voices[at].asking()).fold(f64::INFINITY, f64::min);
    let telling: Vec<usize> = heard.iter().copied().filter(|&at| voices[at].asking() < most_asking).collect();
    let at = most_words(voices, if telling.is_empty() { &heard } else { &telling });
    let is_clear = share(at) >= CLEAR_SHARE && voices[at].asking() <= least_asking;
    let message = format!(
        "the narrator is guessed to be {}, who says {:.0} % of the words and asks {:.1} questions in 100 words",
        quoted(&voices[at].label),
        100.0 * share(at),
        voices[at].asking()
    );
    notes.push(told(message));
    if !is_clear {
        let message = format!(
            "{} may not be the narrator: `--narrator` chooses one of {}",
            quoted(&voices[at].label),
            counted(voices, among)
        );
        notes.push(doubt(message));
    }
    at
}

/// The one whom a line of the heading names behind words such as "interview with", if it is one.
fn named_in(heading: &str, voices: &[Voice], among: &[usize], options: &Options) -> Option<usize> {
    let mut named = None;
    let lines = heading.lines().filter(|line| !line.trim().is_empty() && line.len() < 400).take(HEADING_LINES);
    for line in lines {
        let line = line.to_lowercase();
        let Some(behind) =
            options.conventions.headings.iter().find_map(|words| Some(line.split_once(words.as_str())?.1))
        else {
            continue;
        };
        let behind = label_key(behind);
        for &at in among {
            let key = voices[at].key.as_str();
            let has_whole_word = behind.match_indices(key).any(|(from, _)| {
                let is_edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
                is_edge(behind[..from].chars().next_back()) && is_edge(behind[from + key.len()..].chars().next())
            });
            if has_whole_word && named.is_some_and(|other| other != at) {
                return None;
            }
            if has_whole_word {
                named = Some(at);
            }
        }
    }
    named
}

/// The share of all words that this one says.
fn share(voices: &[Voice], at: usize) -> f64 {
    let total: usize = voices.iter().map(|voice| voice.n_words).sum();
    voices[at].n_words as f64 / total.max(1) as f64
}

/// Of several with equally many words the one who speaks first.
fn most_words(voices: &[Voice], among: &[usize]) -> usize {
    let mut best = among.first().copied().unwrap_or_default();
    for &at in among {
        if voices[at].n_words > voices[best].n_words {
            best = at;
        }
    }
    best
}

/// How many labels there are, and which: where they must not be told, their number is.
fn counted(voices: &[Voice], among: &[usize]) -> String {
    let noun = if among.len() == 1 { "label" } else { "labels" };
    format!("{} {noun}: {}", among.len(), list(voices, among))
}

/// The labels, for a message.
fn list(voices: &[Voice], among: &[usize]) -> String {
    let mut text = among.iter().take(NAMED_LABELS).map(|&at| quoted(&voices[at].label)).collect::<Vec<_>>().join(", ");
    if among.len() > NAMED_LABELS {
        text.push_str(&format!(" and {} more", among.len() - NAMED_LABELS));
    }
    text
}

fn told(message: String) -> Note {
    Note { kind: NoteKind::Narrator, message, line: None }
}

fn is_doubt(note: &Note) -> bool {
    note.kind == NoteKind::NarratorDoubtful
}

fn doubt(message: String) -> Note {
    Note { kind: NoteKind::NarratorDoubtful, message, line: None }
}
