/*!
CHAT (`.cha`, TalkBank): what is said on the main tiers, in the words of a person.

Codes, times and dependent tiers are left out, and so is what the speaker took back to say it again, or better: words before `[/]`, `[//]`, `[///]` and `[/?]`, as
CLAN leaves them out, so that nothing is told twice. A false start (`[/-]`) stays, with a dash where it broke off: it was not said again. Pauses, sounds and what could not be heard become notes in brackets, as in other transcripts;
`(be)cause` is read as the whole word and `gonna [: going to]` as what stands in the bracket.
*/

use super::Conventions;
use super::conventions::label_key;
use super::spoken::Utterance;
use rustc_hash::FxHashMap;

/// Signs of prosody and overlap that are no part of a word.
const SIGNS: &[char] = &[
    '↑', '↓', '⇗', '↗', '→', '↘', '⇘', '∞', '≈', '≋', '≡', '∙', '⌈', '⌉', '⌊', '⌋', '∆', '∇', '⁎', '⁇', '°', '◉', '▁',
    '▔', '☺', '♋', '∬', '⁑', '↫', 'ˈ', 'ˌ', '^', '\u{21AB}', '‹', '›', '〔', '〕', '\u{2191}',
];

/// Whether this text is CHAT.
pub(super) fn is_chat(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty()).take(20);
    lines.any(|line| line == "@Begin" || line.starts_with("@UTF8"))
}

/// What is said in a CHAT file.
pub(super) fn utterances(text: &str, conventions: &Conventions) -> Vec<Utterance> {
    let inaudible = conventions.inaudible.first().map_or("", String::as_str);
    let mut tiers: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.chars().next() {
            Some('\t' | ' ') => {
                if let Some((_, said)) = tiers.last_mut() {
                    said.push(' ');
                    said.push_str(line.trim());
                }
            }
            Some('*' | '@' | '%') => {
                let (name, said) = line.split_once(':').unwrap_or((line, ""));
                tiers.push((name.trim().to_owned(), said.trim().to_owned()));
            }
            _ => {}
        }
    }
    let labels = tiers
        .iter()
        .find(|(name, _)| name == "@Participants")
        .map_or_else(FxHashMap::default, |(_, list)| labels(list, conventions));
    let mut found = Vec::new();
    for (name, said) in &tiers {
        let Some(code) = name.strip_prefix('*') else {
            continue;
        };
        let label = labels.get(code).map_or(code, String::as_str);
        found.push(Utterance { speaker: label.to_owned(), text: plain(said, inaudible) });
    }
    found
}

/// The codes of the participants with the labels they are shown by: the role, where only the role says who it is and nobody shares it.
fn labels(list: &str, conventions: &Conventions) -> FxHashMap<String, String> {
    let participants: Vec<(&str, &str)> = list
        .split(',')
        .filter_map(|entry| {
            let mut words = entry.split_whitespace();
            let code = words.next()?;
            Some((code, words.last().unwrap_or(code)))
        })
        .collect();
    let mut n_of_role: FxHashMap<&str, usize> = FxHashMap::default();
    participants.iter().for_each(|&(_, role)| *n_of_role.entry(role).or_default() += 1);
    let label = |&(code, role): &(&str, &str)| {
        let is_known = |label: &str| conventions.known(&label_key(label), true).is_some();
        let is_alone = n_of_role.get(role) == Some(&1);
        let shown = if !is_known(code) && is_known(role) && is_alone { role } else { code };
        (code.to_owned(), shown.to_owned())
    };
    // Of a code that comes twice the first is meant.
    participants.iter().rev().map(label).collect()
}

/// The words of a main tier.
fn plain(said: &str, inaudible: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    // Where the group that was closed last begins, and whether nothing stands behind it yet; where groups that are open begin.
    let mut scope: Option<usize> = None;
    let mut open: Vec<usize> = Vec::new();
    let mut rest = said;
    loop {
        rest = rest.trim_start();
        let Some(first) = rest.chars().next() else {
            break;
        };
        if first == '\u{15}' {
            // The time of the utterance in the recording.
            rest = rest[1..].split_once('\u{15}').map_or("", |(_, after)| after);
        } else if first == '[' {
            let (code, after) = rest[1..].split_once(']').unwrap_or((&rest[1..], ""));
            let begins = scope.unwrap_or(out.len().saturating_sub(1));
            bracket(code.trim(), begins, &mut out);
            rest = after;
        } else if first == '<' {
            open.push(out.len());
            scope = None;
            rest = &rest[1..];
        } else if first == '>' {
            scope = open.pop().map(|begins| begins.min(out.len()));
            rest = &rest[1..];
        } else {
            scope = None;
            let end =
                rest.find(|c: char| c.is_whitespace() || matches!(c, '[' | '<' | '>' | '\u{15}')).unwrap_or(rest.len());
            let (token, after) = rest.split_at(end);
            rest = after;
            if let Some(word) = word(token, inaudible) {
                match out.last_mut() {
                    // Marks belong to the word before them.
                    Some(last)
                        if word.starts_with(['.', ',', '?', '!', ';', ':', '…'])
                            && !word.contains(char::is_alphanumeric) =>
                    {
                        last.push_str(&word);
                    }
                    _ => out.push(word),
                }
            }
        }
    }
    out.join(" ")
}

/// A code in brackets behind words. What it is about begins at `begins`: a group, or the word before it.
fn bracket(code: &str, begins: usize, out: &mut Vec<String>) {
    if matches!(code, "/" | "//" | "///" | "/?") {
        out.truncate(begins);
    } else if code == "/-" {
        out.push("–".to_owned());
    } else if let Some(instead) = code.strip_prefix(": ").or_else(|| code.strip_prefix(":: ")) {
        out.truncate(begins);
        out.push(instead.trim().to_owned());
    } else if let Some(sound) = code.strip_prefix("=!") {
        out.push(format!("[{}]", sound.trim()));
    }
}

/// A token of the main tier as a word, or nothing.
fn word(token: &str, inaudible: &str) -> Option<String> {
    match token {
        "xxx" | "yyy" | "www" | "xx" | "yy" => return (!inaudible.is_empty()).then(|| format!("[{inaudible}]")),
        "+..." | "+..?" => return Some(if token.ends_with('?') { "?".to_owned() } else { "...".to_owned() }),
        "&" => return Some(token.to_owned()),
        "‡" | "„" => return Some(",".to_owned()),
        _ => {}
    }
    if token.starts_with('+') {
        // Ends that are broken off or quoted; beginnings that join on say nothing.
        let is_question = token.contains('?');
        let is_broken = token.contains('/');
        let is_end = token.ends_with(['.', '?', '!']);
        let mark = match (is_question, is_broken) {
            (true, _) => "?",
            (false, true) => "–",
            (false, false) => ".",
        };
        return is_end.then(|| mark.to_owned());
    }
    if token.starts_with('(') && token.ends_with(')') && !token.contains(char::is_alphabetic) {
        return Some(token.to_owned());
    }
    if let Some(sound) = token.strip_prefix("&=") {
        return Some(format!("[{}]", sound.replace([':', '_'], " ")));
    }
    if let Some(fragment) = token.strip_prefix("&+").or_else(|| token.strip_prefix("&~")) {
        return Some(format!("{fragment}-"));
    }
    if token.starts_with("&*") || token.starts_with("&{") || token.starts_with("&}") {
        return None;
    }
    let token = token.strip_prefix("&-").or_else(|| token.strip_prefix('&')).unwrap_or(token);
    if token.starts_with('0') && !token[1..].starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')) {
        // Words that were not said.
        return None;
    }
    let token = token.split_once('@').map_or(token, |(word, _)| word);
    let mut word = String::with_capacity(token.len());
    let mut chars = token.chars().peekable();
    while let Some(c) = chars.next() {
        let is_inside = word.ends_with(char::is_alphabetic);
        match c {
            '(' | ')' => {}
            '_' => word.push(' '),
            // The length of a sound.
            ':' if is_inside && chars.peek().is_none_or(|next| next.is_alphabetic() || *next == ':') => {}
            c if SIGNS.contains(&c) => {}
            c => word.push(c),
        }
    }
    (!word.trim().is_empty()).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn main_tiers() {
        let cases = [
            ("I went (.) home .\u{15}0_1200\u{15}", "I went (.) home."),
            ("<I want> [//] I wanted &-um the [/] the &+d dog .", "I wanted um the d- dog."),
            ("<she was> [/] <she was> [//] she is here .", "she is here."),
            ("it was <my <own> [/] own> [//] her own .", "it was her own."),
            ("<and then he> [/-] I do not know .", "and then he – I do not know."),
            ("<I went> [?] [/] I went home .", "I went home."),
            ("yes <no> [>] [//] maybe .", "yes maybe."),
            ("&=laughs xxx (be)cause gonna [: going to] go .", "[laughs] [inaudible] because going to go."),
            (
                "no:: ‡ it 's ice_cream@c [* s:r] and 0the cat [=! crying] +...",
                "no, it 's ice cream and cat [crying]...",
            ),
            ("why +/?", "why?"),
            ("so I +/.", "so I –"),
            ("+\" come here ! [+ exc]", "come here!"),
            ("well , (0.5) in 2004 , yes ?", "well, (0.5) in 2004, yes?"),
        ];
        for (said, want) in cases {
            assert_eq!(plain(said, "inaudible"), want, "{said}");
        }
    }

    #[test]
    fn speakers_by_code_or_role() {
        let file = "@UTF8\n@Begin\n@Participants:\tSUB P07 Participant, INV Ann Investigator, REL Relative\n*INV:\twhere ?\n%mor:\tx\n*SUB:\tin\n\tLeeds .\n@End\n";
        assert!(is_chat(file));
        let found = utterances(file, &Conventions::default());
        let shown: Vec<String> = found.iter().map(|said| format!("{}: {}", said.speaker, said.text)).collect();
        assert_eq!(shown, ["INV: where?", "Participant: in Leeds."]);
    }
}
