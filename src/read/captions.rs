/*!
Captions: WebVTT (Zoom, Teams, Stream, YouTube), SubRip, the lines of Whisper and of lyrics files.

Cues give who speaks (`<v Name>`, or a label in the text) and what is said. Numbers, times, styles and notes are left out; tags of the format are, too,
and signs that are none (`<3`, `<cough>`) stay. Cues are read in the order of the file, also where they overlap.

A file is known by its content: `-->` between two times, or a time in brackets before every line.
*/

use super::label::is_name_form;
use super::spoken::Utterance;
use std::borrow::Cow;

/// Blocks of WebVTT that hold no speech.
const BLOCKS: [&str; 5] = ["WEBVTT", "NOTE", "STYLE", "REGION", "X-TIMESTAMP-MAP"];
/// Tags of WebVTT, SubRip and their kin.
const TAGS: [&str; 10] = ["c", "i", "b", "u", "s", "v", "ruby", "rt", "lang", "font"];
/// The longest tag, in bytes.
const LONGEST_TAG: usize = 200;
/// How many lines of a text are looked at to see whether it is captions.
const LOOKED_AT: usize = 60;

/// Whether this text is captions.
pub(super) fn is_captions(text: &str) -> bool {
    if text.trim_start().starts_with("WEBVTT") {
        return true;
    }
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    is_timing(first) || (is_counter(first) && is_timing(second)) || is_stamped(text)
}

/// Whether a time in brackets opens every line, as `[00:12.345]words` or `[00:12 --> 00:15] words`.
fn is_stamped(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LOOKED_AT).peekable();
    lines.peek().is_some() && lines.all(|line| stamped(line).is_some() || is_lyrics_tag(line))
}

/// `[ar:Name]`, `[length: 3:20]`: the head of a lyrics file.
fn is_lyrics_tag(line: &str) -> bool {
    let tag = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).and_then(|inner| inner.split_once(':'));
    tag.is_some_and(|(name, _)| (2..=6).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// What stands behind the time in brackets that opens a line: a time with a fraction, or two times.
fn stamped(line: &str) -> Option<&str> {
    let (stamp, rest) = line.strip_prefix('[')?.split_once(']')?;
    let is_one = || is_time(stamp) && stamp.contains(['.', ',']);
    (is_timing(stamp) || is_one()).then_some(rest)
}

/// Whether a line is the number of a cue.
fn is_counter(line: &str) -> bool {
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a line is `00:01.000 --> 00:02.000`, with settings behind it perhaps.
fn is_timing(line: &str) -> bool {
    let Some((from, to)) = line.split_once("-->") else {
        return false;
    };
    is_time(from.trim()) && to.split_whitespace().next().is_some_and(is_time)
}

/// Whether it is a time: `1:02`, `00:01.000`, `00:00:01,5`.
pub(super) fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let parts = clock.split(':').count();
    let is_number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    (2..=3).contains(&parts)
        && clock.split(':').all(is_number)
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is said in the captions, cue by cue.
pub(super) fn utterances(text: &str) -> Vec<Utterance> {
    if !text.contains("-->") || is_stamped(text) {
        let lines = text.lines().map(str::trim).filter(|line| !is_lyrics_tag(line));
        return lines
            .map(|line| without_dash(stamped(line).unwrap_or(line).trim_start()))
            .map(|said| Utterance { text: plain(said).trim().to_owned(), ..Utterance::default() })
            .filter(|utterance| !utterance.text.is_empty())
            .collect();
    }
    // Captions that are made while one speaks say again what stands on the screen; they carry times within their lines.
    let is_rolling = text.contains("<00:");
    let mut found = Vec::new();
    let mut before = String::new();
    let cues = cues(text);
    let has_names = has_names(&cues);
    for mut cue in cues {
        if has_names && !cue.is_empty() {
            found.push(Utterance { speaker: cue.remove(0).to_owned(), text: plain(&cue.join(" ")).trim().to_owned() });
            continue;
        }
        let mut said: Vec<Utterance> = Vec::new();
        for line in cue {
            for piece in voices(line) {
                let words = plain(&piece.text).trim().to_owned();
                if words.is_empty() || is_rolling && words == before {
                    continue;
                }
                before.clone_from(&words);
                match said.last_mut() {
                    Some(last) if piece.speaker.is_empty() => {
                        last.text.push(' ');
                        last.text.push_str(&words);
                    }
                    _ => said.push(Utterance { speaker: piece.speaker, text: words }),
                }
            }
        }
        found.extend(said);
    }
    found
}

/// What is said without the dash that some programs put before the name of who says it.
fn without_dash(said: &str) -> &str {
    let named = said.strip_prefix("- ").filter(|rest| rest.split_once(':').is_some_and(|(name, _)| is_name_form(name)));
    named.unwrap_or(said)
}

/// The lines of every cue.
fn cues(text: &str) -> Vec<Vec<&str>> {
    let mut cues: Vec<Vec<&str>> = Vec::new();
    let mut block: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        if !line.is_empty() {
            block.push(line);
            continue;
        }
        let starts = |line: &str| BLOCKS.iter().any(|word| line.starts_with(word));
        let has_timing = block.iter().take(2).any(|line| is_timing(line));
        if !has_timing && block.first().is_some_and(|first| starts(first)) {
            block.clear();
            continue;
        }
        for (at, &line) in block.iter().enumerate() {
            let next_is_timing = block.get(at + 1).is_some_and(|next| is_timing(next));
            if is_timing(line) {
                cues.push(Vec::new());
            } else if next_is_timing && (at == 0 || is_counter(line)) {
                // The number or name of the cue.
            } else if let Some(cue) = cues.last_mut() {
                cue.push(line);
            }
        }
        block.clear();
    }
    cues
}

/// Whether the first line of every cue is a name, as in the Word files of Teams: few names, and words below each.
fn has_names(cues: &[Vec<&str>]) -> bool {
    let is_name = |cue: &Vec<&str>| {
        cue.len() > 1 && cue[0].len() <= 60 && is_name_form(cue[0]) && !cue[0].ends_with(['.', '?', '!', ',', ':'])
    };
    let mut names: Vec<&str> = cues.iter().filter_map(|cue| cue.first().copied()).collect();
    names.sort_unstable();
    names.dedup();
    cues.len() > 2 && cues.iter().all(is_name) && names.len() * 2 <= cues.len() + 1 && names.len() > 1
}

/// A line cut at its voice tags: `<v Ann>Where?</v>`.
fn voices(line: &str) -> Vec<Utterance> {
    let mut found = Vec::new();
    let mut rest = line;
    let mut speaker = String::new();
    while let Some(at) = rest.find("<v") {
        let behind = &rest[at + 2..];
        let Some((tag, after)) = behind.split_once('>').filter(|_| behind.starts_with([' ', '.', '\t'])) else {
            break;
        };
        found.push(Utterance { speaker: std::mem::take(&mut speaker), text: rest[..at].to_owned() });
        speaker = plain(tag.split_once([' ', '\t']).map_or("", |(_, name)| name)).trim().to_owned();
        rest = after;
    }
    found.push(Utterance { speaker, text: rest.to_owned() });
    found.retain(|utterance| !utterance.text.trim().is_empty());
    found
}

/// The words without tags and with entities resolved.
fn plain(line: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'<', b'&', b'{', line.as_bytes()).is_none() {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = memchr::memchr3(b'<', b'&', b'{', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let skipped = match rest.as_bytes()[0] {
            b'<' => tag_len(rest),
            b'{' if rest.starts_with("{\\") => memchr::memchr(b'}', near(rest)).map(|end| end + 1),
            b'{' => None,
            _ => super::xml::entity(rest).map(|(c, len)| {
                out.push(c);
                len
            }),
        };
        let kept = skipped.is_none();
        let len = skipped.unwrap_or(1);
        if kept {
            out.push_str(&rest[..len]);
        }
        rest = &rest[len..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The bytes in which a tag that opens here must end. No tag is longer, and nobody looks farther: a line may be nothing but openings.
fn near(rest: &str) -> &[u8] {
    rest.as_bytes().get(..LONGEST_TAG).unwrap_or(rest.as_bytes())
}

/// The length of the tag that opens here, if it is one of the format.
fn tag_len(rest: &str) -> Option<usize> {
    let end = memchr::memchr(b'>', near(rest))?;
    let inner = rest[1..end].trim_start_matches('/');
    let name = inner.split([' ', '.', '=']).next().unwrap_or_default();
    (TAGS.contains(&name) || is_time(inner)).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        let said = |utterance: &Utterance| format!("{}: {}", utterance.speaker, utterance.text);
        utterances(text).iter().map(said).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn captions_of_every_kind() {
        let cases = [
            (
                "Zoom",
                "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nAnn: Where?\n\n2\n00:00:02.000 --> 00:00:04.000\nTom: In Leeds.",
                ": Ann: Where? | : Tom: In Leeds.",
            ),
            (
                "Teams",
                "WEBVTT\n\na0/1-0\n00:01.000 --> 00:02.000\n<v Ann Lee>Where\nwere you?</v>\n\na0/2-0\n00:02.000 --> 00:04.000\n<v Tom>In Leeds.</v>",
                "Ann Lee: Where were you? | Tom: In Leeds.",
            ),
            (
                "two voices in a cue",
                "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>Where?</v> <v Tom>Here.",
                "Ann: Where? | Tom: Here.",
            ),
            (
                "SubRip",
                "1\n00:00:01,000 --> 00:00:02,000\n<i>In Leeds</i>,\n{\\an8}it was.\n\n2\n00:00:02,000 --> 00:00:04,000\nYes.",
                ": In Leeds, it was. | : Yes.",
            ),
            (
                "no blank line between",
                "1\n00:00:01,000 --> 00:00:02,000\nIn 1950\n2\n00:00:02,000 --> 00:00:04,000\nYes.",
                ": In 1950 | : Yes.",
            ),
            (
                "a blank line within",
                "1\n00:00:01,000 --> 00:00:02,000\nIn\n\nLeeds.\n\n2\n00:00:02,000 --> 00:00:04,000\nYes.",
                ": In Leeds. | : Yes.",
            ),
            (
                "notes and styles",
                "WEBVTT - a title\nKind: captions\n\nNOTE\nmade by hand\n\nSTYLE\n::cue {}\n\n00:01.000 --> 00:02.000 align:start\nHi &amp; bye <3 <cough>",
                ": Hi & bye <3 <cough>",
            ),
            (
                "rolling",
                "WEBVTT\n\n00:01.000 --> 00:02.000\nso we<00:00:01.500><c> went</c>\n\n00:02.000 --> 00:03.000\nso we went\n\n00:03.000 --> 00:04.000\nso we went\nto<00:00:03.500><c> York</c>",
                ": so we went | : to York",
            ),
            (
                "said twice",
                "WEBVTT\n\n00:01.000 --> 00:02.000\nYeah.\n\n00:02.000 --> 00:03.000\nYeah.",
                ": Yeah. | : Yeah.",
            ),
            (
                "Whisper",
                "[00:01.000 --> 00:02.000]  In Leeds,\n[00:02.000 --> 00:03.000]  it was.",
                ": In Leeds, | : it was.",
            ),
            (
                "a dash and a name",
                "[00:00:01.00] - Ann: Where?\n[00:00:02.00] - Tom: Here.",
                ": Ann: Where? | : Tom: Here.",
            ),
            ("a dash alone", "[00:00:01.00] - Where?\n[00:00:02.00] - Here.", ": - Where? | : - Here."),
            ("lyrics", "[ar:Ann]\n[00:01.00]In Leeds,\n[00:02.00]\n[00:02.50]it was.", ": In Leeds, | : it was."),
        ];
        for (name, text, want) in cases {
            assert!(is_captions(text), "{name}");
            assert_eq!(shown(text), want, "{name}");
        }
    }

    #[test]
    fn what_is_no_captions() {
        let cases = [
            "",
            "I was born.",
            "1\n2\n3",
            "[00:01:02] Ann: Where?\n[00:01:05] Tom: Here.",
            "[laughs] Yes.",
            "a --> b",
            "Ann  0:21\nHello.",
        ];
        for text in cases {
            assert!(!is_captions(text), "{text}");
        }
    }
}
