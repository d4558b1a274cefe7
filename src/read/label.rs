/*!
What looks like a speaker's label at the beginning of a line: pure form, one line at a time.

Time stamps, Markdown's stars and marks of quotation may stand before a label, a time or an aside in brackets behind it, and a time in brackets before the words. Whether it *is* a label is
for `turns` to say, which sees all of the text.
*/

use super::captions::is_time;
use crate::span;

/// The longest label, in bytes of its line, with time stamps.
const LABEL_BYTES: usize = 80;
/// The longest label in characters.
const LABEL_CHARS: usize = 40;
/// The longest label before a weak sign, in bytes.
const WEAK_BYTES: usize = 24;
/// The most words in a label: "John A. and Ruby T. Lomax".
const LABEL_WORDS: usize = 6;
/// How a label is set off from the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// `P: words`
    Colon,
    /// `P<tab>words`
    Tab,
    /// `[p1] words`
    Brackets,
    /// `P. words`
    Stop,
    /// `P`, or `P  0:21`, with the words on the next line.
    Line,
    /// `P - words`, `[P] words`, `**P** words`: a sign that sets off many other things.
    Weak,
    /// `P 00:01:10 words`, `P [00:12] words`: a time that sets the label off.
    Time,
}

/// What looks like a label at the beginning of a line.
pub(super) struct Mark {
    /// Where the label stands in the line.
    pub(super) label: (usize, usize),
    /// Where what is said begins in the line.
    pub(super) body: usize,
    pub(super) sign: Sign,
    /// Whether the label has the form of a name: capitalised words, or letters with digits.
    pub(super) is_form: bool,
    /// Whether white space or the end of the line follows the sign.
    pub(super) is_apart: bool,
    /// The time that sets the label off, where one does.
    pub(super) time: Option<Stamp>,
}

/// A time beside a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    /// Seconds since the recording began.
    pub(super) seconds: u32,
    /// Whether it can be nothing but a time: hours, minutes and seconds, or brackets around it. `8:28` may be a verse.
    pub(super) is_plain: bool,
}

/// Reads the label of a line, if it may have one. Looks at the first `LABEL_BYTES` bytes only.
pub(super) fn mark(line: &str) -> Option<Mark> {
    let head = &line[..span::floor(line, LABEL_BYTES + 40)];
    // Most lines of most texts have none of the signs of a label: leave early.
    let has_sign = memchr::memchr3(b':', b'\t', b'[', head.as_bytes()).is_some()
        || head.trim_start_matches(['*', ' ']).as_bytes().get(1..5).is_some_and(|next| next.contains(&b'.'))
        || head.contains('：');
    let numbered = past_number(head, skip_opening(head));
    if let Some(mark) = bold(line, head).or_else(|| weak(line, head, numbered)) {
        return Some(mark);
    }
    if !has_sign {
        return None;
    }
    let listed = past_item(head, numbered);
    // What stands in a list may be anything.
    let of_list = |mark: Mark| if listed > numbered { Mark { sign: Sign::Weak, ..mark } } else { mark };
    bracketed(head, numbered).or_else(|| plain(line, head, listed).map(of_list)).or_else(|| timed(line, head, numbered))
}

/// A label before a colon, a tab or a full stop, behind a time perhaps.
fn plain(line: &str, head: &str, mut at: usize) -> Option<Mark> {
    while let Some(next) = time_stamp(head, at) {
        at = next;
    }
    at += head[at..].len() - head[at..].trim_start_matches(['*', '_', ' ', '\t']).len();
    let start = at;
    let code = code_len(&head[start..]);
    let short = abbreviation_len(&head[start..]).map(|length| start + length);
    let initials = initials_len(&head[start..]).map(|length| start + length - 1);
    let mut end = None;
    for (offset, c) in head[start..].char_indices() {
        let here = start + offset;
        if here < at {
            continue;
        }
        match c {
            ':' | '：' => {
                // One colon or two.
                let n_colons = if head[here..].starts_with("::") { 2 } else { 1 };
                return finish(line, start, end.unwrap_or(here), here + n_colons * c.len_utf8(), Sign::Colon);
            }
            '\t' => return finish(line, start, end.unwrap_or(here), here + 1, Sign::Tab),
            '[' | '(' | '{' | '<' if end.is_none() && here > start => {
                // A time or an aside between the label and the colon.
                let close = match c {
                    '[' => b']',
                    '(' => b')',
                    '{' => b'}',
                    _ => b'>',
                };
                let length = memchr::memchr(close, &head.as_bytes()[here..])?;
                end = Some(here);
                at = here + length + 1;
            }
            '*' | '_' | ' ' | '\u{a0}' if end.is_some() => {}
            // Markdown's end of bold, before the colon.
            '*' if here > start => end = Some(here),
            _ if end.is_some() => return None,
            '.' if here == start + code && head[here + 1..].starts_with([' ', '\t']) => {
                // A single letter, perhaps with a number, and a full stop: "Q. ", "Q1. ". Not a name such as "A. Smith:".
                return match memchr::memchr(b':', &head.as_bytes()[here..]) {
                    Some(colon) if is_name(&head[start..here + colon]) => {
                        finish(line, start, here + colon, here + colon + 1, Sign::Colon)
                    }
                    _ => finish(line, start, here, here + 1, Sign::Stop),
                };
            }
            '.' if Some(here) == short && !head[here..].contains(':') && head[here + 1..].starts_with([' ', '\t']) => {
                // "Th. ", "Int. ": some letters and a full stop.
                return finish(line, start, here, here + 1, Sign::Stop);
            }
            '.' if Some(here) == initials && !head[here..].contains(':') => {
                // "A.L. words": initials with a full stop behind each set off many other things.
                let body = head.len() - head[here + 1..].trim_start_matches([' ', '\t', '*']).len();
                return (body < line.len()).then(|| weak_mark(head, (start, here + 1), body, Sign::Weak, None));
            }
            c if c.is_alphanumeric()
                || matches!(c, ' ' | '\u{a0}' | '.' | '-' | '\'' | '’' | '&' | '#' | '_' | '/') => {}
            _ => return None,
        }
    }
    None
}

/// The bytes of the letter that begins the text, with a number of at most three digits behind it.
fn code_len(text: &str) -> usize {
    let letter = text.chars().next().map_or(0, char::len_utf8);
    letter + text[letter..].bytes().take(3).take_while(u8::is_ascii_digit).count()
}

/// Where the full stop behind the two to four letters stands that begin the text.
fn abbreviation_len(text: &str) -> Option<usize> {
    let n = text.chars().take(5).take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum::<usize>();
    (text[n..].starts_with('.') && (2..=4).contains(&text[..n].chars().count())).then_some(n)
}

/// The bytes of the two or three initials that begin the text, each with a full stop, if a space stands behind them.
fn initials_len(text: &str) -> Option<usize> {
    let pairs = text.as_bytes().chunks_exact(2).take(4);
    let n = pairs.take_while(|pair| pair[0].is_ascii_uppercase() && pair[1] == b'.').count();
    ((2..=3).contains(&n) && text[2 * n..].starts_with([' ', '\t'])).then_some(2 * n)
}

/// A label in Markdown's bold, without any other sign: `**Ann Lee** words`.
fn bold(line: &str, head: &str) -> Option<Mark> {
    let start = head.len() - head.trim_start_matches([' ', '\t', '>']).len();
    let inner = head[start..].strip_prefix("**").or_else(|| head[start..].strip_prefix("__"))?;
    let length = inner.find(&head[start..start + 2])?;
    let (label, behind) = (inner[..length].trim_end(), &inner[length + 2..]);
    let is_label = behind.starts_with([' ', '\t', '\u{a0}'])
        && length <= LABEL_CHARS
        && label.starts_with(char::is_alphabetic)
        && label.chars().all(is_of_label);
    let said = behind.trim_start_matches([' ', '\t', '\u{a0}']);
    // Other signs behind it are for other readers.
    if !is_label || said.is_empty() || said.starts_with([':', '-', '–', '—', '[', '(', '|']) || starts_with_time(said)
    {
        return None;
    }
    let label = (start + 2, start + 2 + label.len());
    let body = head.len() - said.len();
    (body <= line.len()).then(|| weak_mark(head, label, body, Sign::Weak, None))
}

/// A label set off by a time: `Ann Lee 00:01:10 words`, `SPEAKER 1 [00:12] words`, `Ann Lee, 0:21: words`, `Speaker 1 at 00:12: words`.
fn timed(line: &str, head: &str, at: usize) -> Option<Mark> {
    let is_stamp = |c: char| matches!(c, '[' | '(' | '{' | '<') || c.is_ascii_digit();
    let mut from = at;
    while let Some(offset) = head[from..].find(is_stamp) {
        let here = from + offset;
        let before = head[at..here].trim_end_matches([' ', '\t', '*', '_', '\u{a0}']);
        let label = before.trim_end_matches(SEPARATORS);
        let (label, is_loose) = without_small_word(label);
        if label.len() > LABEL_CHARS || !label.chars().all(is_of_label) {
            return None;
        }
        if here > at
            && head[..here].ends_with([' ', '\t', '\u{a0}', '*'])
            && label.starts_with(char::is_alphabetic)
            && let Some(mut body) = time_stamp(head, here)
        {
            let end = here + stamp_len(&head[here..])?;
            let time = stamp(&head[here..end])?;
            // A colon behind the time is that of the label, unless the time may be a verse.
            let is_set_off = is_loose || before.ends_with(',') || time.is_plain;
            let colon = head[end..].trim_start_matches([' ', '\u{a0}']);
            if is_set_off && colon.starts_with(':') {
                return finish(line, at, at + label.len(), head.len() - colon.len() + 1, Sign::Colon);
            }
            while let Some(next) = time_stamp(head, body) {
                body = next;
            }
            let body = head.len() - head[body..].trim_start_matches([':', '|', ' ', '\t']).len();
            let is_said = body < line.trim_end().len();
            return is_said.then(|| weak_mark(head, (at, at + label.len()), body, Sign::Time, Some(time)));
        }
        // Digits of a label: "Speaker 1 00:12".
        from = here + 1;
    }
    None
}

/// What may stand between a label and its time.
const SEPARATORS: [char; 13] = [' ', '\t', '*', '_', '|', ',', '-', '–', '—', '·', '•', '@', '\u{a0}'];

/// The label without a small word before the time ("Ann Lee at"), and whether there was one.
fn without_small_word(label: &str) -> (&str, bool) {
    match label.rsplit_once(' ') {
        Some((before, word))
            if (1..=3).contains(&word.len())
                && word.bytes().all(|byte| byte.is_ascii_lowercase())
                && is_name(before.trim_end()) =>
        {
            (before.trim_end(), true)
        }
        _ => (label, false),
    }
}

/// Whether a time begins the text, in brackets or not.
fn starts_with_time(text: &str) -> bool {
    time_stamp(text, 0).is_some()
}

/// The time that a stretch of a line holds.
fn stamp(text: &str) -> Option<Stamp> {
    let is_in_brackets = text.starts_with(BRACKETS);
    let digits = text.trim_start_matches(BRACKETS);
    let length = digits.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b':').count();
    let mut seconds = 0u32;
    let mut n_parts = 0;
    for part in digits[..length].split(':').filter(|part| !part.is_empty()) {
        seconds = seconds.checked_mul(60)?.checked_add(part.parse().ok()?)?;
        n_parts += 1;
    }
    (n_parts > 1).then_some(Stamp { seconds, is_plain: is_in_brackets || n_parts > 2 })
}

/// What may stand in a label.
fn is_of_label(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '#' | '\'' | '’' | '-' | '&')
}

fn weak_mark(head: &str, label: (usize, usize), body: usize, sign: Sign, time: Option<Stamp>) -> Mark {
    Mark { label, body, sign, is_form: is_name(&head[label.0..label.1]), is_apart: true, time }
}

/// Past white space and Markdown's signs of a quotation, a list or bold.
fn skip_opening(head: &str) -> usize {
    head.len() - head.trim_start_matches([' ', '\t', '>', '*', '_', '\u{feff}', '\u{a0}']).len()
}

/// Past the sign of a list or of direct speech: `- I: words`, `• I: words`.
fn past_item(head: &str, at: usize) -> usize {
    let item = ["- ", "– ", "— ", "• "].iter().find_map(|sign| head[at..].strip_prefix(sign));
    item.map_or(at, |rest| head.len() - rest.trim_start_matches([' ', '*', '_']).len())
}

/// Past the number of a turn or the seconds at which it begins: `12. I: words`, `12<tab>I<tab>words`, `[12.5] I: words`.
fn past_number(head: &str, at: usize) -> usize {
    let rest = &head[at..];
    if let Some(length) = seconds_len(rest) {
        return at + length;
    }
    let n_digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let behind = &rest[n_digits..];
    let is_number = (1..=4).contains(&n_digits)
        && (behind.starts_with(['.', ')']) && behind[1..].starts_with([' ', '\t'])
            || behind.starts_with(['\t'])
            || behind.starts_with("  "));
    if is_number { at + n_digits + behind.len() - behind.trim_start_matches(['.', ')', ' ', '\t']).len() } else { at }
}

/// The bytes of the seconds that begin the text, with the white space behind them: `[12.5]`, `(12.5s)`, `[12.5s - 17.0s]`, `12.5` with a tab or a space.
fn seconds_len(text: &str) -> Option<usize> {
    let number = |text: &'_ str| {
        let n = text.bytes().take_while(u8::is_ascii_digit).count();
        let fraction =
            text[n..].strip_prefix(['.', ',']).map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
        let length = if fraction > 0 { n + 1 + fraction } else { n };
        ((1..=6).contains(&n)).then(|| (length + usize::from(text[length..].starts_with('s')), fraction > 0))
    };
    let inner = text.strip_prefix(['[', '(', '{', '<']);
    let (length, has_fraction) = number(inner.unwrap_or(text))?;
    let mut behind = &inner.unwrap_or(text)[length..];
    let second = behind.trim_start_matches([' ', '-', '–', '>', ':']);
    if inner.is_some()
        && second.len() < behind.len()
        && let Some((length, _)) = number(second)
    {
        behind = &second[length..];
    }
    let behind = match inner {
        Some(_) => behind.strip_prefix([']', ')', '}', '>'])?,
        // A bare number is seconds if it has a fraction.
        None if has_fraction => behind,
        None => return None,
    };
    let rest = behind.trim_start_matches([' ', '\t', '-', '–', ':', '|', '*', '\u{a0}']);
    (rest.len() < behind.len()).then(|| text.len() - rest.len())
}

/// A label set off by a sign that sets off many other things: `P - words`, `P> words`, `[P] words`, `[P]: words`, `<P> words`, `(P) words`,
/// `{P} words`, behind a time perhaps.
fn weak(line: &str, head: &str, mut at: usize) -> Option<Mark> {
    while let Some(next) = time_stamp(head, at) {
        at = next;
    }
    let rest = head.get(at..)?;
    let open = rest.chars().next().filter(|c| matches!(c, '[' | '<' | '(' | '{'));
    let start = usize::from(open.is_some());
    // A hyphen or an apostrophe within a word is part of a name.
    let inner = &rest[start..];
    let is_joined = |at: usize| {
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        is_letter(inner[..at].chars().next_back()) && is_letter(inner[at..].chars().nth(1))
    };
    let is_good = |at: usize, c: char| {
        c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '#') || matches!(c, '-' | '\'' | '’') && is_joined(at)
    };
    let length = inner.char_indices().find(|&(at, c)| !is_good(at, c)).map(|(at, _)| at);
    let length = length.filter(|length| (1..=WEAK_BYTES).contains(length))?;
    let label = inner[..length].trim_end_matches(['*', ' ']);
    let behind = inner[length..].trim_start_matches('*');
    let closed = |close: char| behind.strip_prefix(close).map(|behind| behind.strip_prefix(':').unwrap_or(behind));
    let behind = match open {
        Some('[') => closed(']'),
        Some('<') => closed('>'),
        Some('{') => closed('}'),
        Some(_) => closed(')'),
        None => behind.strip_prefix(['-', '–', '—', '>', ')', '=', ';', '/', '|']),
    }?;
    // A long dash without a space sets off names in capitals: SMITH—Where?
    let is_tight = inner[length..].starts_with('—')
        && label.len() > 1
        && label.chars().all(|c| c.is_uppercase() || !c.is_alphabetic())
        && behind.starts_with(char::is_alphabetic);
    if !(is_tight || behind.starts_with([' ', '\t'])) || !label.starts_with(char::is_alphabetic) {
        return None;
    }
    let body = head.len() - behind.trim_start_matches([' ', '\t', '*']).len();
    // Letters with digits in square brackets have a rule of their own.
    if open == Some('[') && label.bytes().any(|byte| byte.is_ascii_digit()) || body > line.len() {
        return None;
    }
    // A time behind the dash is no speech, and has a rule of its own.
    if starts_with_time(&head[body..]) {
        return None;
    }
    Some(weak_mark(head, (at + start, at + start + label.len()), body, Sign::Weak, None))
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
    if !is_form || rest.trim_start().starts_with(':') || !rest.starts_with(' ') || is_time_alone(rest) {
        return None;
    }
    Some(Mark { label: (at + 1, at + 1 + length), body, sign: Sign::Brackets, is_form, is_apart: true, time: None })
}

/// What may open a time.
const BRACKETS: [char; 5] = ['[', '(', '{', '<', '#'];

/// Past a time stamp at `at`, with a dash behind it perhaps.
fn time_stamp(head: &str, at: usize) -> Option<usize> {
    let rest = head.get(at..)?;
    let behind = &rest[stamp_len(rest)?..];
    let behind = if behind.starts_with([',', '.']) && behind[1..].starts_with(' ') { &behind[1..] } else { behind };
    let behind = behind.trim_start_matches([' ', '\t', '-', '–', '—', '*', '|', '>']);
    Some(head.len() - behind.len())
}

/// The bytes of the time stamp that begins the text: `00:01:02`, `[00:12]`, `(1:02:03.500)`, `#00:01:02-5#`, `[12/05/2023, 10:30]`, `[12.50 - 14.00]`.
fn stamp_len(text: &str) -> Option<usize> {
    let inner = text.trim_start_matches(BRACKETS);
    let clock = &inner[date_len(inner)..];
    let length =
        clock.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b',' | b';')).count();
    let stamp = clock[..length].trim_end_matches([':', '.', ',', ';']);
    let is_time = stamp.len() >= 4 && stamp.starts_with(|c: char| c.is_ascii_digit()) && stamp.contains(':');
    let mut behind = &clock[stamp.len()..];
    if !is_time {
        behind = past_seconds(inner).filter(|_| text.starts_with('['))?;
    }
    if text.starts_with('#') {
        // f4 and its kin put tenths of a second behind a hyphen.
        behind = behind.trim_start_matches(|c: char| c == '-' || c.is_ascii_digit());
        behind = behind.strip_prefix('#')?;
    }
    behind = past_half_of_day(behind);
    // Brackets may have been opened before another time: `(00:01 - 00:04)`.
    let behind = behind.trim_start_matches([']', ')', '}', '>']);
    Some(text.len() - behind.len())
}

/// Past the two letters that say which half of the day a time is in, by their form: `10:30 PM`, `10:30 a.m.`.
fn past_half_of_day(behind: &str) -> &str {
    let letters = behind.trim_start_matches([' ', '\u{202f}', '\u{a0}']);
    let mut rest = letters;
    for wanted in [&['a', 'p', 'A', 'P'], &['m', 'm', 'M', 'M']] {
        let Some(next) = rest.strip_prefix(wanted) else { return behind };
        rest = next.strip_prefix('.').unwrap_or(next);
    }
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == ':') { behind } else { rest }
}

/// The bytes of a date before a time: `12/05/2023, `.
fn date_len(text: &str) -> usize {
    let length = text.bytes().take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'/' | b'.' | b'-')).count();
    let (date, behind) = text.split_at(length);
    let n_parts = date.split(['/', '.', '-']).filter(|part| (1..=4).contains(&part.len())).count();
    let time = behind.trim_start_matches([',', ' ']);
    if n_parts == 3 && (6..=10).contains(&length) && time.len() < behind.len() { text.len() - time.len() } else { 0 }
}

/// What stands behind two numbers of seconds: `12.50 - 14.00`.
fn past_seconds(text: &str) -> Option<&str> {
    let number = |text: &'_ str| {
        let length = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
        (length > 2 && text[1..length].contains('.')).then_some(length)
    };
    let behind = &text[number(text)?..];
    let second = behind.trim_start_matches([' ', '-', '–', '>']);
    (second.len() < behind.len()).then_some(())?;
    Some(&second[number(second)?..]).filter(|behind| behind.starts_with(']'))
}

/// The mark, if what stands between `start` and `end` may be a label.
fn finish(line: &str, start: usize, end: usize, sign_end: usize, sign: Sign) -> Option<Mark> {
    let label = line.get(start..end)?.trim_end_matches(['*', '_', ' ', '\u{a0}']);
    let rest = line.get(sign_end..)?;
    let is_wide = line[..sign_end].ends_with('：');
    let is_apart = sign == Sign::Tab || is_wide || rest.is_empty() || rest.starts_with([' ', '\t', '*', '_', '\u{a0}']);
    if label.is_empty()
        || label.chars().take(LABEL_CHARS + 1).count() > LABEL_CHARS
        || label.split_whitespace().take(LABEL_WORDS + 1).count() > LABEL_WORDS
        || !label.chars().any(char::is_alphabetic)
        || (!is_apart
            && rest.starts_with(|c: char| !c.is_alphabetic() && !matches!(c, '"' | '“' | '\'' | '‘' | '…' | '[' | '(')))
    {
        return None;
    }
    let opening = ['*', '_', ' ', '\t', '\u{a0}'];
    let mut said = rest.trim_start_matches(opening);
    // A time before the words: in brackets, or in a column of its own.
    while let Some(length) = stamp_len(said)
        && (said.starts_with(BRACKETS) || sign == Sign::Tab && said[length..].starts_with('\t'))
    {
        said = said[length..].trim_start_matches(opening).trim_start_matches([':', '-', '–', '|', ' ']);
    }
    let body = line.len() - said.len();
    Some(Mark { label: (start, start + label.len()), body, sign, is_form: is_name(label), is_apart, time: None })
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

/// A line that is nothing but a label, and perhaps a time: how Otter, Teams and many typists mark their turns.
pub(super) struct Lone {
    /// Where the label stands in the line.
    pub(super) label: (usize, usize),
    /// Whether a time stands beside it.
    pub(super) has_time: bool,
    /// Whether brackets or a small word stand between them, so that the label must come again.
    pub(super) is_loose: bool,
}

/// Reads such a line, if it may be one: `Ann Lee  0:21`, `SPEAKER 1 [00:12]`, `[00:00:12] Tom`, `**Interviewer**`.
pub(super) fn lone(line: &str) -> Option<Lone> {
    let end = line.trim_end_matches([' ', '\t', '*', '_', '\u{a0}', ':']).len();
    let at = skip_opening(line.get(..end)?);
    let at = at + line[at..end].len() - line[at..end].trim_start_matches(['#', ' ', '*']).len();
    let first = line[at..].chars().next()?;
    if end > LABEL_BYTES || !(first.is_alphabetic() || first.is_ascii_digit() || matches!(first, '[' | '(')) {
        return None;
    }
    let mut start = at;
    while let Some(next) = time_stamp(&line[..end], start) {
        start = next;
    }
    let mut stop = end;
    while let Some(next) = time_behind(&line[start..stop]) {
        stop = start + next;
    }
    let has_time = start > at || stop < end;
    let label = line[start..stop].trim_start_matches(SEPARATORS);
    start = stop - label.len();
    let mut label = label.trim_end_matches(SEPARATORS).trim_end_matches(':');
    let mut is_loose = false;
    if has_time {
        // "Ann Lee (Acme)", "[Ann Lee]", "Ann Lee at".
        if let Some((before, _)) = label.strip_suffix(')').and_then(|inner| inner.rsplit_once(" (")) {
            label = before.trim_end();
            is_loose = true;
        }
        if let Some(inner) =
            label.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')).filter(|name| is_name(name))
        {
            (label, start) = (inner, start + 1);
            is_loose = true;
        }
        let (name, has_word) = without_small_word(label);
        (label, is_loose) = (name, is_loose || has_word);
    }
    let is_good = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'' | '’' | '.' | '&' | '#' | '_');
    let n_words = label.split_whitespace().take(LABEL_WORDS + 1).count();
    let is_finished = label.ends_with('.') && !has_time && label.len() > 4;
    (label.chars().any(char::is_alphabetic)
        && label.chars().all(is_good)
        && label.chars().count() <= LABEL_CHARS
        && n_words <= if has_time { LABEL_WORDS } else { 4 }
        && !is_finished)
        .then_some(Lone { label: (start, start + label.len()), has_time, is_loose })
}

/// Where the time that ends `text` begins, in brackets or not.
fn time_behind(text: &str) -> Option<usize> {
    let text = text.trim_end_matches([' ', '\t', '*', '_', '\u{a0}']);
    let start = match text.as_bytes().last()? {
        b']' => text.rfind('[')?,
        b')' => text.rfind('(')?,
        b'0'..=b'9' => {
            text.rfind([' ', '\t', '\u{a0}']).map(|at| at + if text[at..].starts_with('\u{a0}') { 2 } else { 1 })?
        }
        _ => return None,
    };
    // A stretch of time: `00:01 - 00:05`, `00:01 --> 00:05`.
    let start = match text[..start].trim_end().trim_end_matches(['-', '–', '>']) {
        before if before.len() < text[..start].trim_end().len() => time_behind(before).unwrap_or(start),
        _ => start,
    };
    let inner = text.get(start..)?.trim_matches(['[', ']', '(', ')', ' ']);
    let is_all_time = inner.split(['-', '–', '>', ' ']).filter(|part| !part.is_empty()).all(is_time);
    (is_all_time && inner.contains(':')).then_some(start)
}

/// Whether the line is nothing but a time.
pub(super) fn is_time_alone(line: &str) -> bool {
    line.len() <= 40 && line.contains(':') && time_behind(&format!(" {}", line.trim())).is_some_and(|start| start <= 1)
}

/// The label of a line that [`lone`] reads has the form of a name.
pub(super) fn is_name_form(label: &str) -> bool {
    is_name(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_on_lines_of_their_own() {
        let cases = [
            ("Ann Lee  0:21  ", Some(("Ann Lee", true))),
            ("SPEAKER 1 [00:12]", Some(("SPEAKER 1", true))),
            ("Speaker 1 (00:12)", Some(("Speaker 1", true))),
            ("[00:00:12] Tom", Some(("Tom", true))),
            ("00:12 Tom", Some(("Tom", true))),
            ("**Ann Lee** 0:21", Some(("Ann Lee", true))),
            ("Ann Lee | 00:01 - 00:05", Some(("Ann Lee", true))),
            ("**Interviewer**", Some(("Interviewer", false))),
            ("P1", Some(("P1", false))),
            ("J.S.", Some(("J.S.", false))),
            ("In Leeds.", None),
            ("It was five past 10:21", Some(("It was five past", true))),
            ("Where were you?", None),
            ("0:21", None),
            ("- a list", None),
        ];
        for (line, want) in cases {
            let got = lone(line).map(|lone| (&line[lone.label.0..lone.label.1], lone.has_time));
            assert_eq!(got, want, "{line}");
        }
        for line in ["0:21", "[00:00:12]", "(1:02:03.5)", "00:01 --> 00:02", " 00:12 "] {
            assert!(is_time_alone(line), "{line}");
        }
        for line in ["10", "Ann 0:21", "", "[laughs]", "8:28 10"] {
            assert!(!is_time_alone(line), "{line}");
        }
    }
}
