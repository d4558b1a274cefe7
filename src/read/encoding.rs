/*!
Bytes → text: which encoding it is, and line feeds as the only line breaks.

People send what their computers make: UTF-8 with and without byte order mark, "Unicode" of old Windows programs (UTF-16), the windows-1252 of
a spreadsheet's CSV, Mac Roman from a transcript of 2004, and now and then a Word file with the wrong ending. The rule is short and the same
for whole files ([`decode`]) and for streams ([`Stream`]), and whatever had to be guessed is noted:

1. a known beginning of another kind of file (zip, PDF, pictures …): no text;
2. a byte order mark; that of UTF-32, which hardly anything writes, is told of and not read;
3. many NULs, at odd places: UTF-16LE, at even places: UTF-16BE, at both: no text; many control characters: no text;
4. valid UTF-8; also UTF-8 in which a few bytes are broken, if at least as many characters outside ASCII are valid as are broken;
5. `Õ` between small letters (`donÕt`): Mac Roman; else windows-1252.

This is not a general detector of encodings: the program reads English, where these are what occurs.
*/

use crate::document::{Note, NoteKind};
use encoding_rs::{CoderResult, Decoder, Encoding, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, BufRead, Read};

/// How much of a stream is looked at to find its encoding, and how much is read at a time.
const SNIFF: usize = 64 * 1024;

/// What the bytes are.
struct Guess {
    /// `None` for bytes that are no text.
    encoding: Option<&'static Encoding>,
    /// Bytes of the byte order mark.
    bom: usize,
    note: Option<Note>,
}

/// The whole of a file as text, with line feeds as the only line breaks; empty if it is no text. What was guessed is added to `notes`.
pub(crate) fn decode(bytes: Vec<u8>, notes: &mut Vec<Note>) -> String {
    let guess = guess(&bytes, true);
    notes.extend(guess.note);
    let Some(encoding) = guess.encoding else {
        return String::new();
    };
    let mut text = if encoding == UTF_8 {
        utf_8(bytes, guess.bom)
    } else {
        encoding.decode_without_bom_handling(bytes.get(guess.bom..).unwrap_or_default()).0.into_owned()
    };
    unify_line_breaks(&mut text);
    text
}

/// Valid bytes become the text as they are, without a copy; broken ones become U+FFFD.
fn utf_8(mut bytes: Vec<u8>, bom: usize) -> String {
    bytes.drain(..bom);
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// CRLF, lone CR, form feed and vertical tab become line feeds.
pub(crate) fn unify_line_breaks(text: &mut String) {
    if memchr::memchr3(b'\r', 0x0B, 0x0C, text.as_bytes()).is_none() {
        return;
    }
    let mut bytes = std::mem::take(text).into_bytes();
    let kept = unify(&mut bytes, &mut false);
    bytes.truncate(kept);
    // Only whole ASCII bytes were changed or left out, so the text is still valid.
    *text = String::from_utf8(bytes).unwrap_or_default();
}

/// Unifies line breaks in place and says how many bytes are left. `after_cr` says whether the byte before these was a CR.
fn unify(bytes: &mut [u8], after_cr: &mut bool) -> usize {
    let (mut from, mut to) = (0, 0);
    while from < bytes.len() {
        let byte = bytes[from];
        if !(byte == b'\n' && *after_cr) {
            bytes[to] = if matches!(byte, b'\r' | 0x0B | 0x0C) { b'\n' } else { byte };
            to += 1;
        }
        *after_cr = byte == b'\r';
        from += 1;
    }
    to
}

/// NULs and other control characters but tab and line feed become spaces, with a note.
pub(super) fn clean_controls(text: &mut String, notes: &mut Vec<Note>) {
    let is_control = |byte: u8| byte < 0x20 && byte != b'\t' && byte != b'\n';
    // A fold without a way out, so that it runs over many bytes at a time.
    if !text.as_bytes().chunks(4096).any(|chunk| chunk.iter().fold(false, |any, &byte| any | is_control(byte))) {
        return;
    }
    let mut bytes = std::mem::take(text).into_bytes();
    let first = bytes.iter().position(|&byte| is_control(byte)).unwrap_or_default();
    let line = memchr::memchr_iter(b'\n', &bytes[..first]).count() + 1;
    let mut n = 0usize;
    for byte in &mut bytes {
        if is_control(*byte) {
            *byte = b' ';
            n += 1;
        }
    }
    *text = String::from_utf8(bytes).unwrap_or_default();
    let what = if n == 1 { "1 control character was".to_owned() } else { format!("{n} control characters were") };
    notes.push(Note { kind: NoteKind::Encoding, message: format!("{what} read as a space"), line: Some(line) });
}

/// Beginnings of files that are no text: what they are, and what to do.
const MAGIC: [(&[u8], &str, &str); 9] = [
    (b"PK\x03\x04", "a Word, OpenDocument or zip file", "save it as plain text (UTF-8)"),
    (b"%PDF-", "a PDF file", "save it as plain text (UTF-8)"),
    (b"{\\rtf", "an RTF file", "save it as plain text (UTF-8)"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old Word or Excel file", "save it as plain text or CSV (UTF-8)"),
    (b"\x89PNG", "a picture", "it has to be typed out"),
    (b"\xFF\xD8\xFF", "a picture", "it has to be typed out"),
    (b"\x1F\x8B", "a gzip file", "unpack it first"),
    (b"ID3", "a sound file", "it has to be transcribed first"),
    (b"RIFF", "a sound or video file", "it has to be transcribed first"),
];

fn guess(bytes: &[u8], is_whole: bool) -> Guess {
    for (magic, what, advice) in MAGIC {
        // Three plain letters may begin a text, but not before a byte that no text has.
        let is_binary = !magic.is_ascii() || magic.len() > 4 || bytes.iter().take(64).any(|&byte| byte < 9);
        if bytes.starts_with(magic) && is_binary {
            return no_text(&format!("this is no text but {what}: {advice}"));
        }
    }
    if bytes.starts_with(b"\xFF\xFE\0\0") || bytes.starts_with(b"\0\0\xFE\xFF") {
        return no_text("this is a text in UTF-32, which is not read: save it as UTF-8");
    }
    for (mark, encoding) in [(&b"\xEF\xBB\xBF"[..], UTF_8), (b"\xFF\xFE", UTF_16LE), (b"\xFE\xFF", UTF_16BE)] {
        if let Some(rest) = bytes.strip_prefix(mark) {
            let is_broken = encoding == UTF_8 && is_whole && std::str::from_utf8(rest).is_err();
            let note = is_broken.then(broken_utf_8);
            return Guess { encoding: Some(encoding), bom: mark.len(), note };
        }
    }
    let head = bytes.get(..SNIFF).unwrap_or(bytes);
    let nuls = |first: usize| head.iter().skip(first).step_by(2).filter(|&&byte| byte == 0).count();
    // Most texts have none.
    let has_nul = memchr::memchr(0, head).is_some();
    let (even, odd) = if has_nul { (nuls(0), nuls(1)) } else { (0, 0) };
    let half = head.len() / 4;
    if odd > half && even * 8 < odd {
        return guessed(UTF_16LE, "read as UTF-16LE, which it seems to be: it has no byte order mark");
    }
    if even > half && odd * 8 < even {
        return guessed(UTF_16BE, "read as UTF-16BE, which it seems to be: it has no byte order mark");
    }
    let is_odd = |byte: u8| byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0B | 0x0C);
    // In chunks whose count fits a byte, so that many bytes are counted at a time.
    let n_odd_in = |chunk: &[u8]| usize::from(chunk.iter().map(|&byte| u8::from(is_odd(byte))).sum::<u8>());
    let n_odd: usize = head.chunks(usize::from(u8::MAX)).map(n_odd_in).sum();
    if n_odd > 3 && n_odd * 20 > head.len() {
        return no_text("this is no text, but bytes of some other kind: save it as plain text (UTF-8)");
    }
    // The end of a sniffed head may cut a character in two.
    let (bytes, slack) = if is_whole { (bytes, 0) } else { (head, 4) };
    match std::str::from_utf8(bytes) {
        Ok(_) => return Guess { encoding: Some(UTF_8), bom: 0, note: None },
        Err(error) if bytes.len() - error.valid_up_to() < slack => {
            return Guess { encoding: Some(UTF_8), bom: 0, note: None };
        }
        Err(_) => {}
    }
    let (mut valid, mut broken) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        valid += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    if valid >= broken {
        return Guess { encoding: Some(UTF_8), bom: 0, note: Some(broken_utf_8()) };
    }
    let (encoding, message) = eight_bit(bytes);
    guessed(encoding, message)
}

/// Mac Roman has its apostrophe where windows-1252 has `Õ`, which no English text has between small letters.
fn eight_bit(bytes: &[u8]) -> (&'static Encoding, &'static str) {
    let is_between_letters = |window: &[u8], middle: u8| matches!(window, [before, byte, after] if *byte == middle && before.is_ascii_lowercase() && after.is_ascii_lowercase());
    let count = |middle| bytes.windows(3).filter(|window| is_between_letters(window, middle)).count();
    if count(0xD5) > count(0x92) {
        (
            MACINTOSH,
            "read as Mac Roman, which it seems to be: it is not UTF-8, and its apostrophes are those of an old Mac",
        )
    } else {
        (WINDOWS_1252, "read as windows-1252: it is not UTF-8; if letters look wrong, save it as UTF-8")
    }
}

fn guessed(encoding: &'static Encoding, message: &str) -> Guess {
    Guess { encoding: Some(encoding), bom: 0, note: Some(encoding_note(message)) }
}

fn no_text(message: &str) -> Guess {
    Guess { encoding: None, bom: 0, note: Some(encoding_note(message)) }
}

/// Writes an apostrophe for every backtick and acute accent between two letters (`didn´t`), as keyboards without one have people type, and returns how many there were.
/// Characters keep their number, and so their positions.
pub(super) fn mend_apostrophes(text: &mut String) -> usize {
    let bytes = text.as_bytes();
    if memchr::memchr(b'`', bytes).is_none() && memchr::memmem::find(bytes, "´".as_bytes()).is_none() {
        return 0;
    }
    let mut mended = String::with_capacity(text.len());
    let mut n = 0;
    let mut before = ' ';
    // Whether a backtick opened something on this line that the next one closes, as in Markdown's `word`s.
    let mut is_open = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let is_inner = before.is_alphabetic() && chars.peek().is_some_and(|next| next.is_alphabetic());
        let closes = c == '`' && is_open;
        let stands_for_one = matches!(c, '`' | '´') && is_inner && !closes;
        is_open = match c {
            '`' => !is_open && !before.is_alphabetic(),
            '´' | '\n' | '\'' => false,
            _ => is_open,
        };
        n += usize::from(stands_for_one);
        mended.push(if stands_for_one { '\'' } else { c });
        before = c;
    }
    if n > 0 {
        *text = mended;
    }
    n
}

/// What is told of so many apostrophes that were written for other signs.
pub(super) fn mended(n: usize) -> Option<Note> {
    let times = if n == 1 { "once".to_owned() } else { format!("{n} times") };
    let message = format!("a backtick or an acute accent between letters is read as an apostrophe ({times})");
    (n > 0).then_some(Note { kind: NoteKind::Format, message, line: None })
}

fn broken_utf_8() -> Note {
    encoding_note("some bytes are not valid UTF-8 and were read as \u{FFFD}")
}

fn encoding_note(message: &str) -> Note {
    Note { kind: NoteKind::Encoding, message: message.to_owned(), line: None }
}

/// A stream of bytes in any of the encodings above, read as UTF-8 with line feeds as the only line breaks. Holds a few
/// hundred KiB, however long the stream is.
///
/// A stream that began as ASCII may show only late what it is; until then it counts as UTF-8, and the first byte that does not fit decides.
pub(super) struct Stream {
    source: Box<dyn Read + Send>,
    /// Bytes as they came.
    raw: Vec<u8>,
    /// Where the bytes that are not yet decoded begin.
    raw_at: usize,
    is_at_end: bool,
    /// `None` if this is no text, or nothing but ASCII so far.
    decoder: Option<Decoder>,
    /// Whether the encoding is UTF-8 only because nothing but ASCII was seen.
    is_ascii: bool,
    /// Decoded bytes, and where those not yet consumed begin and end.
    text: Vec<u8>,
    at: usize,
    end: usize,
    after_cr: bool,
    /// The last byte that was decoded as ASCII.
    before: u8,
    /// Whether everything is decoded.
    is_done: bool,
    /// Whether broken bytes were told of.
    is_noted: bool,
    /// What was guessed so far, to be taken by the reader.
    pub(super) notes: Vec<Note>,
}

impl Stream {
    /// Looks at the beginning of the stream. Fails as the source fails.
    pub(super) fn new(mut source: Box<dyn Read + Send>) -> io::Result<Stream> {
        let mut raw = vec![0; SNIFF];
        let mut n = 0;
        let mut is_at_end = false;
        while n < raw.len() && !is_at_end {
            let got = read_some(&mut *source, &mut raw[n..])?;
            is_at_end = got == 0;
            n += got;
        }
        raw.truncate(n);
        let guess = guess(&raw, is_at_end);
        let is_ascii = guess.bom == 0 && guess.encoding == Some(UTF_8) && raw.is_ascii();
        Ok(Stream {
            source,
            raw_at: guess.bom,
            is_noted: guess.note.is_some(),
            is_done: guess.encoding.is_none(),
            raw,
            is_at_end,
            decoder: guess.encoding.map(Encoding::new_decoder_without_bom_handling),
            is_ascii,
            text: vec![0; 2 * SNIFF],
            at: 0,
            end: 0,
            after_cr: false,
            before: b' ',
            notes: guess.note.into_iter().collect(),
        })
    }

    /// Whether this is no text at all; then it reads as empty, and a note says why.
    pub(super) fn is_no_text(&self) -> bool {
        self.is_done
    }

    /// Decodes some more into `text`. Returns whether there may be more to come.
    fn refill(&mut self) -> io::Result<bool> {
        (self.at, self.end) = (0, 0);
        if self.raw_at >= self.raw.len() && !self.is_at_end {
            self.read_more()?;
        }
        if self.is_ascii {
            let raw = self.raw.get(self.raw_at..).unwrap_or_default();
            let n = Encoding::ascii_valid_up_to(raw).min(self.text.len());
            if n == 0 && !raw.is_empty() {
                self.look_again()?;
                return Ok(true);
            }
            self.text[..n].copy_from_slice(&raw[..n]);
            self.before = raw[..n].last().copied().unwrap_or(self.before);
            self.raw_at += n;
            self.end = n;
            self.is_done = self.is_at_end && self.raw_at >= self.raw.len();
        } else if let Some(decoder) = &mut self.decoder {
            let raw = self.raw.get(self.raw_at..).unwrap_or_default();
            let (result, n_read, n_written, is_broken) = decoder.decode_to_utf8(raw, &mut self.text, self.is_at_end);
            self.raw_at += n_read;
            self.end = n_written;
            self.is_done = self.is_at_end && result == CoderResult::InputEmpty;
            if is_broken && self.notes.is_empty() && !self.is_noted {
                self.notes.push(broken_utf_8());
            }
            self.is_noted |= is_broken;
        }
        let text = &mut self.text[..self.end];
        if self.after_cr || memchr::memchr3(b'\r', 0x0B, 0x0C, text).is_some() {
            self.end = unify(text, &mut self.after_cr);
        }
        Ok(!self.is_done)
    }

    /// The first byte outside ASCII: what are these, from here on?
    fn look_again(&mut self) -> io::Result<()> {
        self.is_ascii = false;
        let mut rest = self.raw.split_off(self.raw_at);
        while rest.len() < SNIFF && !self.is_at_end {
            self.read_more()?;
            rest.extend_from_slice(&self.raw);
        }
        // The letter before the first strange byte may say what that is.
        rest.insert(0, self.before);
        let guess = guess(&rest, self.is_at_end);
        (self.raw, self.raw_at) = (rest, 1);
        self.is_noted |= guess.note.is_some();
        self.notes.extend(guess.note);
        self.decoder = Some(guess.encoding.unwrap_or(WINDOWS_1252).new_decoder_without_bom_handling());
        Ok(())
    }

    /// The next bytes of the source take the place of those in `raw`.
    fn read_more(&mut self) -> io::Result<()> {
        self.raw.resize(SNIFF, 0);
        let n = read_some(&mut *self.source, &mut self.raw)?;
        self.raw.truncate(n);
        self.raw_at = 0;
        self.is_at_end = n == 0;
        Ok(())
    }
}

impl BufRead for Stream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        // A piece may be all line break and unify to nothing, hence the loop.
        while self.at >= self.end && !self.is_done {
            self.refill()?;
        }
        Ok(self.text.get(self.at..self.end).unwrap_or_default())
    }

    fn consume(&mut self, n: usize) {
        self.at = (self.at + n).min(self.end);
    }
}

impl Read for Stream {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(into)?;
        self.consume(n);
        Ok(n)
    }
}

/// Reads once, and again if a signal came between.
fn read_some(source: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
