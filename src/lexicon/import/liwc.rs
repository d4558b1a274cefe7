/*!
LIWC `.dic`, as LIWC 2007 and 2015 and their followers write it:

```text
%
1    funct
31    affect (Affective Processes)
%
abandon*    31
a lot    1
like    (02 134)125/464
kind    <of>131/125
```

Seen in the wild: spaces for tabs, indented categories, names in brackets, blank lines, comments behind `//`, one number for two categories, entries twice. The last two
lines above are conditions of LIWC 2007: behind a word of category 2 or 134 it is 125, else 464; before *of* it is 131, else 125.
*/

use super::{Condition, Dictionary, Entry, Remark};
use regex::Regex;
use std::collections::BTreeMap;

pub(super) fn read(text: &str) -> Result<Dictionary, Remark> {
    refuse_hunspell(text)?;
    let mut dictionary = Dictionary::default();
    let mut numbers: BTreeMap<u32, usize> = BTreeMap::new();
    let mut n_marks = 0;
    for (at, whole) in text.lines().enumerate() {
        let line = at + 1;
        let content = whole.split("//").next().unwrap_or_default().trim();
        // A mark may share its line with the first category.
        let content = match content.strip_prefix('%') {
            Some(rest) if n_marks < 2 => {
                n_marks += 1;
                rest.trim()
            }
            _ => content,
        };
        if content.is_empty() {
            continue;
        }
        match n_marks {
            0 => {
                return Err(Remark {
                    line,
                    code: "no-header",
                    message: "the file does not begin with its categories between two lines of `%`".to_owned(),
                    hint: "a LIWC dictionary begins with `%`, then a line for each category with its number and name, then `%`".to_owned(),
                });
            }
            1 => category(&mut dictionary, &mut numbers, content, line),
            _ => entry(&mut dictionary, &numbers, content, line),
        }
    }
    if n_marks < 2 {
        return Err(Remark {
            line: 1,
            code: "no-header",
            message: "the second `%`, behind the categories, is missing".to_owned(),
            hint: "write a line with `%` between categories and words".to_owned(),
        });
    }
    Ok(dictionary)
}

/// Spelling dictionaries have the same ending, and no categories.
fn refuse_hunspell(text: &str) -> Result<(), Remark> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default().trim();
    let is_counted = !first.is_empty() && first.bytes().all(|byte| byte.is_ascii_digit());
    let rest: Vec<&str> = lines.take(200).collect();
    let has_flags = |line: &&&str| line.split_once('/').is_some_and(|(word, _)| !word.contains(['\t', ' ', '(']));
    let is_flagged = !text.contains('%') && rest.len() > 3 && rest.iter().filter(has_flags).count() * 3 > rest.len();
    if is_counted || is_flagged {
        return Err(Remark {
            line: 1,
            code: "spelling-dictionary",
            message: "this is a spelling dictionary (Hunspell): a list of words without categories".to_owned(),
            hint: "there is nothing in it to be counted; a LIWC dictionary begins with `%` and its categories"
                .to_owned(),
        });
    }
    Ok(())
}

/// A line between the marks: a number and a name, in either order.
fn category(dictionary: &mut Dictionary, numbers: &mut BTreeMap<u32, usize>, content: &str, line: usize) {
    let (first, rest) = content.split_once(char::is_whitespace).unwrap_or((content, ""));
    let (last_of, last) = content.rsplit_once(char::is_whitespace).unwrap_or(("", content));
    let (number, name) = match (first.parse::<u32>(), last.parse::<u32>()) {
        (Ok(number), _) if !rest.trim().is_empty() => (number, rest.trim()),
        (_, Ok(number)) if !last_of.trim().is_empty() => (number, last_of.trim()),
        _ => {
            let message = format!("`{content}` is no category: a number and a name");
            dictionary.remark(
                line,
                "bad-category",
                message,
                "its words are left out, unless they have other categories",
            );
            return;
        }
    };
    let (short, title) = match name.split_once('(') {
        Some((short, title)) if !short.trim().is_empty() => (short.trim(), title.trim_end_matches(')').trim()),
        _ => (name, ""),
    };
    if let Some(&known) = numbers.get(&number) {
        let known = dictionary.categories[known].path.join(" ");
        if known != short {
            let message = format!("the number {number} is already that of `{known}`; `{short}` cannot be told from it");
            dictionary.remark(
                line,
                "duplicate-category",
                message,
                "give it a number of its own, and the words that belong to it",
            );
        }
        return;
    }
    let own = dictionary.category(&[short.to_owned()]);
    dictionary.categories[own].title = title.to_owned();
    numbers.insert(number, own);
}

/// A line behind the marks: a word or phrase and numbers.
fn entry(dictionary: &mut Dictionary, numbers: &BTreeMap<u32, usize>, content: &str, line: usize) {
    let (term, rest) = split(content);
    if rest.is_empty() {
        dictionary.leave_out(
            line,
            "no-category",
            format!("`{term}` has no category"),
            "left out; write the numbers behind it",
        );
        return;
    }
    let (conditions, mut rest) = conditions(rest, numbers);
    for (categories, condition) in conditions {
        for number in categories {
            match (numbers.get(&number), &condition) {
                (Some(&own), Some(condition)) => {
                    let entry = Entry { condition: Some(condition.clone()), ..Entry::new(term, line) };
                    dictionary.categories[own].entries.push(entry);
                }
                _ => unknown(dictionary, term, &number.to_string(), line),
            }
        }
    }
    rest = rest.replace(['(', ')', '/', ','], " ");
    for number in rest.split_whitespace() {
        match number.parse::<u32>().ok().and_then(|number| numbers.get(&number)) {
            Some(&own) => {
                let entries = &mut dictionary.categories[own].entries;
                if entries.last().is_none_or(|last| last.line != line || last.text != term) {
                    entries.push(Entry::new(term, line));
                }
            }
            None => unknown(dictionary, term, number, line),
        }
    }
}

fn unknown(dictionary: &mut Dictionary, term: &str, number: &str, line: usize) {
    let message = format!("`{term}` has the category `{number}`, which is none of the categories between the marks");
    dictionary.leave_out(line, "unknown-category", message, "left out of it; its other categories are read");
}

/// The term and what stands behind it. Phrases have spaces in them, so without a tab numbers and brackets at the end are what stands behind.
fn split(content: &str) -> (&str, &str) {
    if let Some((term, rest)) = content.split_once('\t') {
        return (term.trim(), rest.trim());
    }
    let is_code = |word: &str| {
        word.starts_with(['(', '<'])
            || word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'(' | b')'))
    };
    let mut end = content.len();
    for (at, _) in content.match_indices(char::is_whitespace) {
        let word = content[at..].split_whitespace().next().unwrap_or_default();
        if is_code(word) && content[at..].split_whitespace().all(|word| is_code(word) || word.contains('>')) {
            end = at;
            break;
        }
    }
    (content[..end].trim(), content[end..].trim())
}

type Conditioned = (Vec<u32>, Option<Condition>);

/// The conditions of LIWC 2007, with the numbers that they give; and what is left when they are taken out. A condition on an unknown category is none.
fn conditions(rest: &str, numbers: &BTreeMap<u32, usize>) -> (Vec<Conditioned>, String) {
    let after = Regex::new(r"\(([\d\s]+)\)\s*(\d+)\s*/\s*(\d+)");
    let before = Regex::new(r"<([^<>]+)>\s*(\d+)\s*/\s*(\d+)");
    let (Ok(after), Ok(before)) = (after, before) else { return (Vec::new(), rest.to_owned()) };
    let mut found: Vec<Conditioned> = Vec::new();
    for groups in after.captures_iter(rest) {
        let of: Option<Vec<usize>> =
            groups[1].split_whitespace().map(|number| numbers.get(&number.parse().ok()?).copied()).collect();
        let number = |at: usize| groups[at].parse().into_iter().collect::<Vec<u32>>();
        found.push((number(2), of.clone().map(Condition::After)));
        found.push((number(3), of.map(Condition::NotAfter)));
    }
    for groups in before.captures_iter(rest) {
        let word = groups[1].trim().to_owned();
        let number = |at: usize| groups[at].parse().into_iter().collect::<Vec<u32>>();
        found.push((number(2), Some(Condition::Before(word.clone()))));
        found.push((number(3), Some(Condition::NotBefore(word))));
    }
    let rest = after.replace_all(rest, " ");
    (found, before.replace_all(&rest, " ").into_owned())
}
