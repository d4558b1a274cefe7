/*!
From text to tokens.

The standard's own algorithm looks every character up in a table of thousands; most text is ASCII with a few typographic marks and Latin letters, for
which a table of 128 and a handful of comparisons give the same answer many times faster. So the scanner works piece by piece: a piece made of these
*known* characters alone, whose right neighbour is known too, is cut here; any other piece is handed, from its first character on, to
`unicode-segmentation`, which cuts one piece, and the scanner goes on behind it. That is sound because the standard's word boundaries do not depend on what
stands before the last boundary. A right neighbour must be known because a combining mark or a joiner would belong to the piece before it.

A bracket that holds a redacted name or a sound is looked for only at the bracket, and only a short way ahead, so that no text makes the search slow.
*/

use crate::document::{Token, TokenKind};
use crate::span::Span;
use unicode_segmentation::UnicodeSegmentation;

/// Brackets longer than this, in bytes with the brackets, are ordinary text.
const LONGEST_BRACKET: usize = 60;

/// Adds the tokens of `within` to `out`: every byte that is not white space belongs to exactly one, in order.
///
/// - Words and numbers are those of UAX #29.
/// - Placeholders are redacted names, known by form: `[NAME]`, `[PLACE 2]`, `<PERSON_1>`, `XXXX`, `xxx`, `____`, `P01`, and `***` beside a space.
///   A possessive ending belongs to them as it belongs to a name (`[NAME]'s`).
/// - Asides are brackets that hold no speech, known by form: `[laughs]`, `<cough>`, `((pause))`, `(crying)`, `(00:01:12)`, `(0.5)`; and the time
///   stamps of transcripts: `00:01:12` and `00:01:12.500` anywhere, `0:21` alone on a line, `#00:01:12-5#` anywhere.
/// - All else is punctuation; a run of one mark is one token.
///
/// A `within` that does not lie in `text` has no tokens.
pub fn tokens(text: &str, within: Span, out: &mut Vec<Token>) {
    tokens_as(text, within, &[], out);
}

/// The same, where it is known of some brackets what they are ([`Document::brackets`](crate::document::Document::brackets)), whatever their form.
pub fn tokens_as(text: &str, within: Span, known_brackets: &[(u32, TokenKind)], out: &mut Vec<Token>) {
    if text.get(within.range()).is_none() {
        return;
    }
    let end = within.end as usize;
    let text = &text[..end];
    let bytes = text.as_bytes();
    let span_start = within.start as usize;
    let mut at = span_start;
    while at < end {
        let byte = bytes[at];
        let class = class(byte);
        if class & SPACE != 0 {
            at += 1;
            continue;
        }
        if (class & DIGIT != 0 || byte == b'#')
            && let Some(stamp) = stamp(bytes, span_start, at)
        {
            out.push(Token { span: Span::new(at, stamp), kind: TokenKind::Aside });
            at = stamp;
            continue;
        }
        let piece = if class & CORE != 0 || matches!(known(bytes, at), Known::Letter) {
            word(text, at)
        } else if class & BRACKET != 0 {
            bracket(text, within.start as usize, at, known_brackets).or_else(|| marks(bytes, within.start as usize, at))
        } else {
            marks(bytes, within.start as usize, at)
        };
        at = match piece {
            Some(token) => {
                push(text, token, out);
                token.span.end as usize
            }
            None => standard(text, at, out),
        };
    }
}

/// Where a text may be cut from `from` on so that both parts have the tokens of the whole: at a line break, or at a space in running text to which no bracket before it can reach.
/// The place is that of the white space; without one it is the end.
pub(super) fn next_cut(text: &str, from: usize, end: usize) -> usize {
    let bytes = &text.as_bytes()[..end];
    let small = |at: usize| bytes.get(at).is_some_and(|&byte| class(byte) & LOWER != 0);
    let mut last_bracket = from;
    for (at, &byte) in bytes.iter().enumerate().skip(from) {
        match byte {
            b'\n' => return at,
            b' ' if at > last_bracket + LONGEST_BRACKET && small(at - 1) && small(at - 2) && small(at + 1) => {
                return at;
            }
            _ if class(byte) & BRACKET != 0 => last_bracket = at,
            _ => {}
        }
    }
    end
}

// The classes of bytes.
const LOWER: u8 = 1;
const UPPER: u8 = 1 << 1;
const DIGIT: u8 = 1 << 2;
const UNDERSCORE: u8 = 1 << 3;
const SPACE: u8 = 1 << 4;
const BRACKET: u8 = 1 << 5;
const HIGH: u8 = 1 << 6;
const LETTER: u8 = LOWER | UPPER;
/// What words are made of.
const CORE: u8 = LETTER | DIGIT | UNDERSCORE;

static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'a'..=b'z' => LOWER,
            b'A'..=b'Z' => UPPER,
            b'0'..=b'9' => DIGIT,
            b'_' => UNDERSCORE,
            b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r' => SPACE,
            b'[' | b'<' | b'(' => BRACKET,
            0x80.. => HIGH,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

fn class(byte: u8) -> u8 {
    CLASSES[byte as usize]
}

/// What stands at a place, as far as the quick way knows it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// ASCII, or the end of the text.
    Ascii,
    /// A Latin letter of two bytes.
    Letter,
    /// A typographic single quotation mark (three bytes), which within a word is an apostrophe.
    Apostrophe,
    /// A typographic double quotation mark, a dash or an ellipsis (three bytes).
    Mark,
    /// Anything else: a matter for the standard.
    Other,
}

fn known(bytes: &[u8], at: usize) -> Known {
    match (bytes.get(at), bytes.get(at + 1), bytes.get(at + 2)) {
        (None | Some(..0x80), ..) => Known::Ascii,
        // The letters of Latin-1 but for the signs of multiplication and division, and all of Latin Extended-A.
        (Some(0xC3), Some(second), _) if !matches!(second, 0x97 | 0xB7) => Known::Letter,
        (Some(0xC4 | 0xC5), ..) => Known::Letter,
        (Some(0xE2), Some(0x80), Some(0x98 | 0x99)) => Known::Apostrophe,
        (Some(0xE2), Some(0x80), Some(0x93 | 0x94 | 0x9C | 0x9D | 0xA6)) => Known::Mark,
        _ => Known::Other,
    }
}

/// The word at `at`, or nothing if the standard must be asked.
fn word(text: &str, at: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let mut end = at;
    // All classes that occur in it.
    let mut seen = 0;
    // The class of the last character.
    let mut last = 0;
    loop {
        while let Some(&byte) = bytes.get(end)
            && class(byte) & CORE != 0
        {
            last = class(byte);
            seen |= last;
            end += 1;
        }
        let (infix, len) = match known(bytes, end) {
            Known::Letter => {
                last = HIGH;
                seen |= HIGH;
                end += 2;
                continue;
            }
            Known::Ascii => (bytes.get(end).copied().unwrap_or(b' '), 1),
            Known::Apostrophe => (b'\'', 3),
            Known::Mark => break,
            Known::Other => return None,
        };
        let joins_letters = matches!(infix, b'\'' | b'.' | b':') && last & (LETTER | HIGH) != 0;
        let joins_digits = matches!(infix, b'\'' | b'.' | b',' | b';') && last & DIGIT != 0;
        if !joins_letters && !joins_digits {
            // The apostrophe ends the word only if nothing unknown hangs on it, which is seen when its own turn comes.
            break;
        }
        let next = bytes.get(end + len).map_or(0, |&byte| class(byte));
        match known(bytes, end + len) {
            Known::Letter if joins_letters => {}
            Known::Ascii if joins_letters && next & LETTER != 0 || joins_digits && next & DIGIT != 0 => {}
            Known::Other => return None,
            _ => break,
        }
        end += len;
    }
    let kind = word_kind(&bytes[at..end], seen);
    Some(Token { span: Span::new(at, end), kind })
}

/// What a word of known characters is, given the classes that occur in it.
fn word_kind(word: &[u8], seen: u8) -> TokenKind {
    let is_crossed = word.first().is_some_and(|byte| matches!(byte, b'x' | b'X'));
    if (is_crossed || seen & UPPER != 0 && seen & (DIGIT | UNDERSCORE) != 0) && is_placeholder(word) {
        TokenKind::Placeholder
    } else if seen & (LETTER | HIGH) != 0 {
        TokenKind::Word
    } else if seen & DIGIT != 0 {
        TokenKind::Number
    } else if word.len() >= 3 {
        // Nothing but underscores: a gap to be filled in.
        TokenKind::Placeholder
    } else {
        TokenKind::Punctuation
    }
}

/// Whether a word has the form of a redacted name: crossed out (`XX`, `xxx`), a code (`P01`, `INT1`) or an identifier (`NAME_1`), perhaps possessive.
fn is_placeholder(word: &[u8]) -> bool {
    // The ending takes two bytes, or four with a typographic apostrophe.
    let ending = [2, 4].iter().filter_map(|&len| word.len().checked_sub(len)).map(|at| possessive_len(word, at)).max();
    let word = &word[..word.len() - ending.unwrap_or(0)];
    if word.iter().all(|byte| matches!(byte, b'x' | b'X')) {
        return word.len() >= 3 || word == b"XX";
    }
    let letters = word.iter().take_while(|byte| byte.is_ascii_uppercase()).count();
    let digits = word.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let is_code = letters >= 1 && (1..=4).contains(&digits) && letters + digits == word.len();
    let is_identifier = word.contains(&b'_')
        && word.iter().any(u8::is_ascii_uppercase)
        && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b'_');
    is_code || is_identifier
}

/// Length of an apostrophe and one small letter at `at`, if that is all that is left of the word; otherwise 0.
fn possessive_len(bytes: &[u8], at: usize) -> usize {
    let apostrophe = match (bytes.get(at), known(bytes, at)) {
        (Some(b'\''), _) => 1,
        (_, Known::Apostrophe) => 3,
        _ => return 0,
    };
    let letter = at + apostrophe;
    let is_last = bytes.get(letter + 1).is_none_or(|&next| class(next) & (CORE | HIGH) == 0);
    if bytes.get(letter).is_some_and(u8::is_ascii_lowercase) && is_last { apostrophe + 1 } else { 0 }
}

/// The run of one known mark at `at`, or nothing if the standard must be asked.
fn marks(bytes: &[u8], from: usize, at: usize) -> Option<Token> {
    let len = match known(bytes, at) {
        Known::Ascii => 1,
        Known::Apostrophe | Known::Mark => 3,
        Known::Letter | Known::Other => return None,
    };
    let mark = &bytes[at..at + len];
    let mut end = at + len;
    // Brackets stand alone, so that each is looked at as the beginning of a placeholder or an aside.
    if class(mark[0]) & BRACKET == 0 {
        while bytes[end..].starts_with(mark) {
            end += len;
        }
    }
    if known(bytes, end) == Known::Other {
        // Something may hang on the last mark; the ones before it are safe.
        end -= len;
        if end == at {
            return None;
        }
    }
    let kind = if is_starred(bytes, from, at, end) { TokenKind::Placeholder } else { TokenKind::Punctuation };
    Some(Token { span: Span::new(at, end), kind })
}

/// Whether a run is of the form `***` in the place of a word: between white space or other marks, and not alone on its line, where it would part sections.
fn is_starred(bytes: &[u8], from: usize, at: usize, end: usize) -> bool {
    if bytes[at] != b'*' || end - at < 3 {
        return false;
    }
    let before = if at == from { b'\n' } else { bytes[at - 1] };
    let after = bytes.get(end).copied().unwrap_or(b'\n');
    class(before) & SPACE != 0 && class(after) & (CORE | HIGH) == 0 && (before == b' ' || after == b' ')
}

/// Where the time stamp that begins at `at` ends, if there is one: with hours (and perhaps frames) or between `#` wherever it stands, without hours only if its
/// line holds nothing else.
fn stamp(bytes: &[u8], from: usize, at: usize) -> Option<usize> {
    let is_fenced = bytes[at] == b'#';
    let start = at + usize::from(is_fenced);
    let is_line_start = at == from || bytes[at - 1] == b'\n';
    // In running text most numbers are no times, and need no more than a look.
    if !is_fenced && !is_line_start && !matches!(bytes.get(at + 1..at + 3), Some([b':', _] | [_, b':'])) {
        return None;
    }
    let digits =
        |at: usize| bytes.get(at..).unwrap_or_default().iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = start + digits(start);
    if !(1..=3).contains(&(end - start)) {
        return None;
    }
    let mut n_colons = 0;
    while bytes.get(end) == Some(&b':') && digits(end + 1) == 2 {
        end += 3;
        n_colons += 1;
    }
    // Parts of a second, but not the beginning of another time.
    let part = digits(end + 1);
    if n_colons > 0
        && matches!(bytes.get(end), Some(b'.' | b',' | b'-'))
        && (1..=3).contains(&part)
        && bytes.get(end + 1 + part) != Some(&b':')
    {
        end += 1 + part;
    }
    if is_fenced {
        return (n_colons > 0 && bytes.get(end) == Some(&b'#')).then_some(end + 1);
    }
    let rest = bytes.get(end..).unwrap_or_default();
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    let is_alone = is_line_start && n_colons == 1 && rest.trim_ascii().is_empty();
    let goes_on = match rest {
        [b':' | b'.' | b',' | b'\'', next, ..] => class(*next) & CORE != 0,
        [next, ..] => {
            class(*next) & (CORE | HIGH) != 0 && !matches!(known(bytes, end), Known::Apostrophe | Known::Mark)
        }
        [] => false,
    };
    (is_alone || matches!(n_colons, 2 | 3) && !goes_on).then_some(end)
}

/// The placeholder or aside that begins with the bracket at `at`, if there is one. What is `known` of it goes before its form.
fn bracket(text: &str, from: usize, at: usize, known: &[(u32, TokenKind)]) -> Option<Token> {
    let bytes = text.as_bytes();
    let open = bytes[at];
    let is_double = open == b'(' && bytes.get(at + 1) == Some(&b'(');
    let close = match open {
        b'[' => b']',
        b'<' => b'>',
        _ => b')',
    };
    let width = if is_double { 2 } else { 1 };
    let limit = bytes.len().min(at + LONGEST_BRACKET);
    let mut inner_end = at + width;
    loop {
        if inner_end >= limit {
            return None;
        }
        let byte = bytes[inner_end];
        if byte == close {
            break;
        }
        if byte == b'\n' || class(byte) & BRACKET != 0 {
            return None;
        }
        inner_end += 1;
    }
    let mut end = inner_end + width;
    if end > limit || is_double && bytes[inner_end + 1] != close {
        return None;
    }
    let inner = &text[at + width..inner_end];
    let kind = match open {
        b'[' => square(inner)?,
        b'<' => angle(inner)?,
        _ if is_double => (!inner.trim().is_empty()).then_some(TokenKind::Aside)?,
        _ => {
            let stands_alone = (at == from || class(bytes[at - 1]) & CORE == 0)
                && bytes.get(end).is_none_or(|&next| class(next) & CORE == 0);
            (stands_alone && is_round_aside(inner)).then_some(TokenKind::Aside)?
        }
    };
    let told = known.binary_search_by_key(&at, |&(start, _)| start as usize).map(|number| known[number].1);
    let kind = told.unwrap_or(kind);
    if kind == TokenKind::Placeholder {
        end += possessive_len(bytes, end);
    }
    Some(Token { span: Span::new(at, end), kind })
}

/// What a square bracket around `inner` is: a name redacted, if it is in capitals or an identifier; otherwise no speech.
fn square(inner: &str) -> Option<TokenKind> {
    if inner.trim().is_empty() {
        return None;
    }
    let mut has_lower = false;
    let mut has_upper = false;
    let mut is_coded = inner.trim().bytes().all(|byte| matches!(byte, b'x' | b'*'));
    let mut before = ' ';
    for c in inner.chars() {
        has_lower |= c.is_lowercase();
        has_upper |= c.is_uppercase();
        is_coded |= c == '_' || c.is_ascii_digit() && before.is_alphabetic();
        before = c;
    }
    let is_name = is_coded || has_upper && !has_lower;
    Some(if is_name { TokenKind::Placeholder } else { TokenKind::Aside })
}

/// What angle brackets around `inner` are. Less is allowed in them than in square ones, because `<` is also a sign.
fn angle(inner: &str) -> Option<TokenKind> {
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '\'' | ':' | '.'));
    let touches = name.starts_with(char::is_alphanumeric) && !name.ends_with(' ');
    if is_plain && touches { square(name) } else { None }
}

/// Whether round brackets around `inner` hold a sound (one word in small letters), a time or the length of a pause.
fn is_round_aside(inner: &str) -> bool {
    let is_sound = inner.chars().all(char::is_lowercase) && inner.chars().nth(2).is_some();
    let has_digit = inner.bytes().any(|byte| byte.is_ascii_digit());
    let is_clock = inner.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b','));
    let is_time = has_digit && is_clock && inner.contains([':', '.']);
    let is_pause = matches!(inner, "." | ".." | "..." | "…");
    is_sound || is_time || is_pause
}

/// Cuts the piece at `at` as the standard has it, and returns where it ends.
fn standard(text: &str, at: usize, out: &mut Vec<Token>) -> usize {
    let Some(piece) = text[at..].split_word_bounds().next() else {
        return text.len();
    };
    let end = at + piece.len();
    let is_letter = |c: char| c.is_alphabetic();
    let kind = if piece.chars().any(is_letter) {
        TokenKind::Word
    } else if piece.chars().any(char::is_alphanumeric) {
        TokenKind::Number
    } else {
        TokenKind::Punctuation
    };
    // White space outside ASCII, of which a mark that hangs on it may be left.
    let start = end - piece.trim_start().len();
    if start < end {
        push(text, Token { span: Span::new(start, end), kind }, out);
    }
    end
}

/// Adds a token, or lengthens the run of the same mark before it.
fn push(text: &str, token: Token, out: &mut Vec<Token>) {
    if token.kind == TokenKind::Punctuation
        && let Some(run) = out.last_mut()
        && run.kind == TokenKind::Punctuation
        && run.span.end == token.span.start
    {
        let mark = &text[token.span.range()];
        let before = &text[run.span.range()];
        let opens = class(mark.as_bytes()[0]) & BRACKET != 0;
        if !opens && before.len() >= mark.len() && before.starts_with(mark) && before.ends_with(mark) {
            run.span.end = token.span.end;
            return;
        }
    }
    out.push(token);
}
