/*!
Tiers of annotations: ELAN (`.eaf`) and Praat (`.TextGrid`), long, short and in UTF-16.

A tier is one speaker's line of time. What is said is taken from the tiers that depend on no other, each named by its participant, or else by itself, in the
order of time; pieces of one speaker that follow each other are one turn. Tiers whose names say that they hold sounds, gestures or notes (a list of
the conventions) are left out, and so are tiers of single words where there are others.
*/

use super::conventions::{Conventions, label_key};
use super::file::refused;
use super::xml::{Piece, Walk, attribute, left_out, walk};

use super::spoken::Utterance;
use super::{Problem, encoding};
use crate::document::{Note, NoteKind};
use rustc_hash::FxHashMap;

/// One tier.
#[derive(Default)]
struct Tier {
    /// The participant, or the tier's own name.
    label: String,
    /// Words by which it may be known to hold no speech.
    names: Vec<String>,
    has_participant: bool,
    /// Begins and what is said, in the order of the file.
    pieces: Vec<(f64, String)>,
}

/// What is said in an ELAN file, and what is to be noted.
pub(super) fn elan(xml: &str, conventions: &Conventions) -> Result<(Vec<Utterance>, Vec<Note>), Problem> {
    let mut slots: FxHashMap<String, f64> = FxHashMap::default();
    let mut tiers: Vec<Tier> = Vec::new();
    // Where we are: the last time that was known, the beginning of the annotation, its text.
    let (mut last, mut begin, mut said) = (0.0, None, None::<String>);
    let mut is_dependent = false;
    let mut n_lost = 0usize;
    let n_left_out = walk(xml, |piece| {
        match piece {
            Piece::Start("TIME_SLOT", element) => {
                // A slot without a time lies somewhere behind the one before it.
                last = attribute(element, "TIME_VALUE").parse().unwrap_or(last);
                slots.insert(attribute(element, "TIME_SLOT_ID"), last);
            }
            Piece::Start("TIER", element) => {
                is_dependent = !attribute(element, "PARENT_REF").is_empty();
                let (id, participant) = (attribute(element, "TIER_ID"), attribute(element, "PARTICIPANT"));
                let has_participant = !participant.trim().is_empty();
                let names = vec![id.clone(), attribute(element, "LINGUISTIC_TYPE_REF")];
                let label = if has_participant { participant } else { id };
                tiers.push(Tier { label, names, has_participant, pieces: Vec::new() });
                last = 0.0;
            }
            Piece::Start("ALIGNABLE_ANNOTATION", element) if !is_dependent => {
                let slot = slots.get(&attribute(element, "TIME_SLOT_REF1"));
                n_lost += usize::from(slot.is_none());
                last = slot.copied().unwrap_or(last);
                begin = Some(last);
            }
            Piece::Start("ANNOTATION_VALUE", _) => said = Some(String::new()),
            Piece::Text(text, "ANNOTATION_VALUE") => {
                if let Some(said) = &mut said {
                    said.push_str(text);
                }
            }
            Piece::End("ANNOTATION_VALUE") => {
                if let (Some(begin), Some(tier), Some(said)) = (begin, tiers.last_mut(), said.take()) {
                    tier.pieces.push((begin, said));
                }
            }
            Piece::End("ALIGNABLE_ANNOTATION") => begin = None,
            _ => {}
        }
        Walk::On
    })?;
    let lost = (n_lost > 0).then(|| {
        let (noun, verb, it) =
            if n_lost == 1 { ("annotation", "points", "it stands") } else { ("annotations", "point", "they stand") };
        let message = format!("{n_lost} {noun} {verb} to a time that is not in the file; {it} behind the one before");
        Note { kind: NoteKind::Incomplete, message, line: None }
    });
    Ok((in_time(tiers, conventions)?, lost.into_iter().chain(left_out(n_left_out)).collect()))
}

/// Whether this text is a TextGrid.
pub(super) fn is_text_grid(text: &str) -> bool {
    let head: String = text.chars().take(200).collect();
    head.contains("ooTextFile") && head.contains("TextGrid")
}

/// What is said in a TextGrid.
pub(super) fn text_grid(text: &str, conventions: &Conventions) -> Result<Vec<Utterance>, Problem> {
    let mut values = Values { rest: text };
    let broken = || refused("the TextGrid is damaged or cut short: save it again in Praat");
    // Kind and class of the file, then its times.
    values.text().ok_or_else(broken)?;
    values.text().ok_or_else(broken)?;
    values.number().ok_or_else(broken)?;
    values.number().ok_or_else(broken)?;
    let n_tiers = values.number().unwrap_or_default();
    let mut tiers = Vec::new();
    for _ in 0..n_tiers as usize {
        let kind = values.text().ok_or_else(broken)?;
        let name = values.text().ok_or_else(broken)?;
        values.number().ok_or_else(broken)?;
        values.number().ok_or_else(broken)?;
        let n = values.number().ok_or_else(broken)?;
        let is_interval = kind == "IntervalTier";
        let mut tier = Tier { label: name.clone(), names: vec![name], ..Tier::default() };
        for _ in 0..n as usize {
            let begin = values.number().ok_or_else(broken)?;
            if is_interval {
                values.number().ok_or_else(broken)?;
            }
            let said = values.text().ok_or_else(broken)?;
            if is_interval {
                tier.pieces.push((begin, said));
            }
        }
        tiers.push(tier);
    }
    in_time(tiers, conventions)
}

/// The values of a TextGrid, without the names that the long form puts before them.
struct Values<'a> {
    rest: &'a str,
}

impl Values<'_> {
    /// The next text in quotation marks.
    fn text(&mut self) -> Option<String> {
        let start = memchr::memchr(b'"', self.rest.as_bytes())?;
        self.rest = &self.rest[start + 1..];
        let mut text = String::new();
        loop {
            let end = memchr::memchr(b'"', self.rest.as_bytes())?;
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end + 1..];
            if !self.rest.starts_with('"') {
                return Some(text);
            }
            text.push('"');
            self.rest = &self.rest[1..];
        }
    }

    /// The next number that stands alone: not `[1]`, not within a text.
    fn number(&mut self) -> Option<f64> {
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.starts_with('"') {
                return None;
            }
            let end = self.rest.find(|c: char| c.is_whitespace()).unwrap_or(self.rest.len());
            let word = &self.rest[..end];
            if word.is_empty() {
                return None;
            }
            self.rest = &self.rest[end..];
            if let Ok(number) = word.parse::<f64>() {
                return Some(number).filter(|number| number.is_finite());
            }
        }
    }
}

/// The pieces of the tiers that hold speech, in the order of time.
fn in_time(mut tiers: Vec<Tier>, conventions: &Conventions) -> Result<Vec<Utterance>, Problem> {
    tiers.retain(|tier| tier.pieces.iter().any(|(_, said)| !said.trim().is_empty()));
    if tiers.iter().any(|tier| tier.has_participant) {
        tiers.retain(|tier| tier.has_participant);
    }
    let has_word = |tier: &Tier, list: &[String]| {
        tier.names.iter().any(|name| {
            let key = label_key(name);
            list.contains(&key)
                || key.split(|c: char| !c.is_alphanumeric()).any(|word| list.iter().any(|known| known == word))
        })
    };
    for list in [&conventions.other_tiers, &conventions.word_tiers] {
        if tiers.iter().any(|tier| !has_word(tier, list)) {
            tiers.retain(|tier| !has_word(tier, list));
        }
    }
    if tiers.is_empty() {
        return Err(refused("there is no tier with words in it"));
    }
    // One tier without a participant is a text without speakers.
    if let [tier] = tiers.as_mut_slice()
        && !tier.has_participant
    {
        tier.label.clear();
    }
    let mut pieces: Vec<(f64, Utterance)> = Vec::new();
    for tier in tiers {
        let speaker = tier.label;
        pieces.extend(tier.pieces.into_iter().map(|(begin, said)| {
            let mut text = said;
            encoding::unify_line_breaks(&mut text);
            (begin, Utterance { speaker: speaker.clone(), text: text.replace('\n', " ") })
        }));
    }
    pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
    pieces.retain(|(_, utterance)| !utterance.text.trim().is_empty());
    Ok(pieces.into_iter().map(|(_, utterance)| utterance).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(utterances: &[Utterance]) -> String {
        utterances.iter().map(|said| format!("{}: {}", said.speaker, said.text)).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn text_grids() {
        let conventions = Conventions::default();
        let short = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\n0\n9\n<exists>\n3\n\"IntervalTier\"\n\"P\"\n0\n9\n2\n0\n3\n\"\"\n3\n9\n\"In \"\"Leeds\"\".\"\n\"IntervalTier\"\n\"I\"\n0\n9\n1\n0\n3\n\"Where?\"\n\"TextTier\"\n\"events\"\n0\n9\n1\n4\n\"x\"\n";
        assert_eq!(shown(&text_grid(short, &conventions).unwrap()), "I: Where? | P: In \"Leeds\".");
        let long = "File type = \"ooTextFile\"\nObject class = \"TextGrid\"\n\nxmin = 0 \nxmax = 9 \ntiers? <exists> \nsize = 2 \nitem []: \n    item [1]:\n        class = \"IntervalTier\" \n        name = \"Ann\" \n        xmin = 0 \n        xmax = 9 \n        intervals: size = 1 \n        intervals [1]:\n            xmin = 0 \n            xmax = 9 \n            text = \"In 12\nLeeds.\" \n    item [2]:\n        class = \"IntervalTier\" \n        name = \"Ann - phones\" \n        xmin = 0 \n        xmax = 9 \n        intervals: size = 1 \n        intervals [1]:\n            xmin = 0 \n            xmax = 9 \n            text = \"L\" \n";
        assert_eq!(shown(&text_grid(long, &conventions).unwrap()), ": In 12 Leeds.");
        for cut in [30, 60, 90, short.len() - 20] {
            assert!(text_grid(&short[..cut], &conventions).is_err(), "{cut}");
        }
    }

    #[test]
    fn elan_files() {
        let annotation = |slot: &str, said: &str| {
            format!(
                "<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID=\"a\" TIME_SLOT_REF1=\"{slot}\" TIME_SLOT_REF2=\"t\"><ANNOTATION_VALUE>{said}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
            )
        };
        let slots = "<TIME_ORDER><TIME_SLOT TIME_SLOT_ID=\"t1\" TIME_VALUE=\"0\"/><TIME_SLOT TIME_SLOT_ID=\"t2\" TIME_VALUE=\"900\"/><TIME_SLOT TIME_SLOT_ID=\"t3\"/></TIME_ORDER>";
        let file = |tiers: &str| format!("<ANNOTATION_DOCUMENT>{slots}{tiers}</ANNOTATION_DOCUMENT>");
        let two = file(&format!(
            "<TIER TIER_ID=\"a\" PARTICIPANT=\"Tom\">{}{}</TIER><TIER TIER_ID=\"b\" PARTICIPANT=\"Ann\">{}</TIER><TIER TIER_ID=\"c\" PARTICIPANT=\"Tom\" PARENT_REF=\"a\">{}</TIER>",
            annotation("t2", "In Leeds &amp; York."),
            annotation("t3", "Yes."),
            annotation("t1", "Where?"),
            annotation("t1", "gloss")
        ));
        let (found, note) = elan(&two, &Conventions::default()).unwrap();
        assert_eq!(shown(&found), "Ann: Where? | Tom: In Leeds & York. | Tom: Yes.");
        assert!(note.is_empty());
        let lost =
            file(&format!("<TIER TIER_ID=\"text\">{}{}</TIER>", annotation("t2", "One."), annotation("t9", "Two.")));
        let (found, note) = elan(&lost, &Conventions::default()).unwrap();
        assert_eq!((shown(&found).as_str(), !note.is_empty()), (": One. | : Two.", true));
        assert!(elan(&file(""), &Conventions::default()).is_err());
    }
}
