/*!
An entry of a dictionary → an entry of a list, with a text that it must find and one that it must not.
*/

/// An entry as a list says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// As it stands in the list.
    pub(super) pattern: String,
    /// A text that it finds as a whole.
    pub(super) sample: String,
    /// What it finds beside or in place of what the dictionary says; empty if nothing.
    pub(super) note: &'static str,
}

/// Says an entry of a dictionary, in which `*` stands for any letters and, as quanteda writes, `?` for one.
///
/// # Errors
/// Why a list cannot say it.
pub(super) fn said(entry: &str) -> Result<Said, &'static str> {
    let entry = entry.trim().to_lowercase().replace('’', "'");
    let mut note = "";
    let entry = if entry.contains('_') && !entry.contains(' ') {
        note = "read as a phrase, with spaces for `_`";
        entry.replace('_', " ")
    } else {
        entry
    };
    let mut patterns: Vec<String> = Vec::new();
    let mut samples: Vec<String> = Vec::new();
    for word in entry.split_whitespace() {
        if word.chars().all(|c| matches!(c, '*' | '?')) {
            return Err("a word that may be any word cannot stand in a list; write a rule with a gap (`_`) by hand");
        }
        let is_of_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '-' | '.' | '*' | '?');
        if !word.chars().all(is_of_word) || !word.contains(char::is_alphanumeric) {
            return Err("punctuation, emoticons and signs are no words, and lists hold words");
        }
        // A full stop at the end is a mark of its own in texts.
        let word = match word.strip_suffix('.') {
            Some(rest) if !rest.contains('.') => rest,
            _ => word,
        };
        // Hyphens separate words in texts.
        let parts: Vec<&str> = word.split('-').filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 {
            note = "finds the words with a hyphen and with a space between them";
        }
        for part in parts {
            let (stem, is_prefix) = match part.strip_suffix('*') {
                Some(stem) => (stem.trim_end_matches('*'), true),
                None => (part, false),
            };
            if stem.is_empty() {
                return Err(
                    "a word that may be any word cannot stand in a list; write a rule with a gap (`_`) by hand",
                );
            }
            if stem.contains(['*', '?']) {
                if stem.contains('.') {
                    return Err("`*` and `?` cannot stand in a word with full stops");
                }
                let whole = if is_prefix { format!("{stem}*") } else { stem.to_owned() };
                patterns.push(format!("/{}/", whole.replace('*', ".*").replace('?', ".")));
                samples.push(whole.replace('*', "").replace('?', "e"));
            } else {
                patterns.push(if is_prefix { format!("{stem}*") } else { stem.to_owned() });
                samples.push(stem.to_owned());
            }
        }
    }
    if patterns.is_empty() {
        return Err("there is no word in it");
    }
    Ok(Said { pattern: patterns.join(" "), sample: samples.join(" "), note })
}

/// A text near to the entries of a list in which none of them is found: a word that has one of theirs in it, or a part of one.
pub(super) fn miss(entries: &[Said]) -> String {
    let first_words = entries.iter().map(|entry| entry.sample.split(' ').next().unwrap_or_default());
    let candidates = first_words.flat_map(|word| {
        let mut shorter = word.to_owned();
        shorter.pop();
        [format!("x{word}"), format!("{word}x"), shorter]
    });
    let mut candidates = candidates.filter(|word| word.len() > 1 && word.chars().all(char::is_alphabetic));
    candidates
        .find(|word| !entries.iter().any(|entry| may_find(&entry.pattern, word)))
        .unwrap_or_else(|| "…".to_owned())
}

/// Whether the first word of a pattern may find this word: rather too often yes than once too seldom.
fn may_find(pattern: &str, word: &str) -> bool {
    let first = pattern.split(' ').next().unwrap_or_default();
    if let Some(expression) = first.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return regex::Regex::new(&format!("^(?:{expression})$")).is_ok_and(|expression| expression.is_match(word));
    }
    match first.strip_suffix('*') {
        Some(stem) => word.starts_with(stem),
        None => word == first,
    }
}
