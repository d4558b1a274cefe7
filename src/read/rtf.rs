/*!
RTF: the words of the document, one paragraph a line.

Groups, control words and escapes are read as the specification (1.9.1) has them: `\u` with what stands behind it for old readers, `\'hh` in the code page of
the document or of its font, destinations that are not the body (fonts, styles, pictures, headers, footnotes, comments, field codes) left out, and so are
hidden and deleted text. Bold and tables are put together in `page`; the order of nested tables is that of the file.
*/

use super::page::Page;
use encoding_rs::{Encoding, WINDOWS_1252};

/// How deep groups may be nested; deeper ones are read as if they were not there.
const MAX_DEPTH: usize = 2000;

/// Destinations that are not words of the body.
const SKIPPED: [&str; 32] = [
    "fonttbl",
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "header",
    "headerl",
    "headerr",
    "headerf",
    "footer",
    "footerl",
    "footerr",
    "footerf",
    "footnote",
    "annotation",
    "atnid",
    "atnauthor",
    "fldinst",
    "object",
    "themedata",
    "listtable",
    "listoverridetable",
    "rsidtbl",
    "generator",
    "xmlnstbl",
    "datastore",
    "latentstyles",
    "mmathPr",
    "listtext",
    "pntext",
    "bkmkstart",
    "bkmkend",
];

/// The state of a group.
#[derive(Clone, Copy)]
struct Group {
    is_skipped: bool,
    is_hidden: bool,
    is_bold: bool,
    /// How many characters stand behind `\u` for readers that do not know it.
    n_replaced: usize,
    encoding: &'static Encoding,
}

/// The words of an RTF file.
pub(super) fn words(bytes: &[u8]) -> String {
    Rtf { bytes, at: 0, page: Page::new(), pending: Vec::new(), high: None }.read()
}

struct Rtf<'a> {
    bytes: &'a [u8],
    at: usize,
    page: Page,
    /// Bytes of the code page that are not yet decoded: a character may take two.
    pending: Vec<u8>,
    /// The first half of a character outside the first plane.
    high: Option<u16>,
}

impl Rtf<'_> {
    fn read(mut self) -> String {
        let first =
            Group { is_skipped: false, is_hidden: false, is_bold: false, n_replaced: 1, encoding: WINDOWS_1252 };
        let mut group = first;
        let mut groups: Vec<Group> = Vec::new();
        let mut too_deep = 0usize;
        // How many characters behind `\u` are still to be passed over.
        let mut n_passed = 0usize;
        let mut is_starred = false;
        let mut charsets: rustc_hash::FxHashMap<i32, &'static Encoding> = rustc_hash::FxHashMap::default();
        let (mut in_fonts, mut font, mut document) = (None, 0, WINDOWS_1252);
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'{' => {
                    self.flush(group);
                    n_passed = 0;
                    if groups.len() < MAX_DEPTH {
                        groups.push(group);
                    } else {
                        too_deep += 1;
                    }
                }
                b'}' => {
                    self.flush(group);
                    n_passed = 0;
                    if too_deep > 0 {
                        too_deep -= 1;
                    } else if let Some(outer) = groups.pop() {
                        group = outer;
                        if in_fonts.is_some_and(|depth| groups.len() < depth) {
                            in_fonts = None;
                        }
                    }
                }
                b'\\' => {
                    let is_shown = !group.is_skipped && !group.is_hidden;
                    match self.control() {
                        Control::Byte(byte) => {
                            if n_passed > 0 {
                                n_passed -= 1;
                            } else if is_shown {
                                self.high = None;
                                self.pending.push(byte);
                            }
                        }
                        Control::Sign(sign) => {
                            if n_passed > 0 {
                                n_passed -= 1;
                            } else if sign == '*' {
                                is_starred = true;
                                continue;
                            } else if is_shown {
                                self.push(group, sign);
                            }
                        }
                        Control::Word(word, value) => match word {
                            "u" => {
                                if is_shown && let Some(value) = value {
                                    self.flush(group);
                                    self.unit(group, value as u16);
                                }
                                n_passed = group.n_replaced;
                            }
                            "uc" => group.n_replaced = value.unwrap_or(1).clamp(0, 100) as usize,
                            "bin" => self.at = (self.at + value.unwrap_or(0).max(0) as usize).min(self.bytes.len()),
                            "ansicpg" => {
                                document = code_page(value.unwrap_or(1252));
                                group.encoding = document;
                                groups.iter_mut().for_each(|group| group.encoding = document);
                            }
                            "mac" => {
                                document = encoding_rs::MACINTOSH;
                                group.encoding = document;
                            }
                            "fonttbl" => {
                                in_fonts = Some(groups.len());
                                group.is_skipped = true;
                            }
                            "f" => {
                                font = value.unwrap_or(0);
                                if in_fonts.is_none() {
                                    self.flush(group);
                                    group.encoding = charsets.get(&font).copied().unwrap_or(document);
                                }
                            }
                            "fcharset" if in_fonts.is_some() => {
                                if let Some(encoding) = charset(value.unwrap_or(1)) {
                                    charsets.insert(font, encoding);
                                }
                            }
                            "v" | "deleted" => group.is_hidden = value != Some(0),
                            "b" | "plain" => {
                                self.flush(group);
                                group.is_bold = word == "b" && value != Some(0);
                                group.is_hidden &= word == "b";
                            }
                            "trowd" if is_shown => self.page.begin_first_cell(),
                            "upr" | "ud" if is_starred => {}
                            word if SKIPPED.contains(&word) || is_starred => group.is_skipped = true,
                            word => {
                                if is_shown {
                                    self.end(group, word);
                                }
                            }
                        },
                    }
                    is_starred = false;
                }
                b'\r' | b'\n' => {}
                _ if n_passed > 0 => n_passed -= 1,
                _ if group.is_skipped || group.is_hidden => {}
                _ => {
                    self.high = None;
                    self.pending.push(byte);
                }
            }
        }
        self.flush(group);
        self.page.finish()
    }

    /// The control that begins behind the backslash.
    fn control(&mut self) -> Control<'static> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let n_letters = rest.iter().take(40).take_while(|byte| byte.is_ascii_alphabetic()).count();
        if n_letters == 0 {
            let Some(&sign) = rest.first() else {
                return Control::Word("", None);
            };
            self.at += 1;
            if sign == b'\'' {
                let hex = rest.get(1..3).and_then(|hex| std::str::from_utf8(hex).ok());
                let Some(byte) = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) else {
                    return Control::Word("", None);
                };
                self.at += 2;
                return Control::Byte(byte);
            }
            return match sign {
                b'~' => Control::Sign('\u{a0}'),
                b'_' => Control::Sign('-'),
                b'-' => Control::Word("", None),
                b'\n' | b'\r' => Control::Sign('\n'),
                b'\\' | b'{' | b'}' | b'*' => Control::Sign(char::from(sign)),
                _ => Control::Word("", None),
            };
        }
        let word = rest.get(..n_letters).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default();
        let number = &rest[n_letters..];
        let is_negative = number.first() == Some(&b'-');
        let digits = &number[usize::from(is_negative)..];
        let n_digits = digits.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let value = std::str::from_utf8(&digits[..n_digits]).ok().and_then(|digits| digits.parse::<i64>().ok());
        let value = value.map(|value| if is_negative { -value } else { value } as i32);
        let mut len = n_letters;
        if value.is_some() {
            len += usize::from(is_negative) + n_digits;
        }
        // One space belongs to the control word.
        len += usize::from(rest.get(len) == Some(&b' '));
        self.at += len;
        Control::Word(known(word), value)
    }

    /// Half a character or a whole one, in UTF-16.
    fn unit(&mut self, group: Group, unit: u16) {
        let decoded = match (self.high.take(), unit) {
            (_, 0xD800..0xDC00) => {
                self.high = Some(unit);
                return;
            }
            (Some(high), 0xDC00..0xE000) => char::decode_utf16([high, unit]).next().and_then(Result::ok),
            (_, unit) => char::from_u32(u32::from(unit)),
        };
        self.page.is_bold = group.is_bold;
        self.page.push(decoded.filter(|&c| c != '\0').unwrap_or('\u{FFFD}').encode_utf8(&mut [0; 4]));
    }

    fn push(&mut self, group: Group, sign: char) {
        self.flush(group);
        self.page.is_bold = group.is_bold;
        match sign {
            '\n' => self.page.end_paragraph(),
            sign => self.page.push(sign.encode_utf8(&mut [0; 4])),
        }
    }

    /// Ends a line, a cell or a row where this control word does, or adds the character that it stands for.
    fn end(&mut self, group: Group, word: &str) {
        self.flush(group);
        match word {
            "par" | "sect" | "page" => self.page.end_paragraph(),
            "line" => self.page.end_line(),
            "cell" | "nestcell" => self.page.end_cell(),
            "row" | "nestrow" => self.page.end_row(),
            word => {
                if let Some(sign) = sign_of(word) {
                    self.push(group, sign);
                }
            }
        }
    }

    /// Decodes what is pending.
    fn flush(&mut self, group: Group) {
        if !self.pending.is_empty() {
            self.page.is_bold = group.is_bold;
            self.page.push(&group.encoding.decode_without_bom_handling(&self.pending).0);
            self.pending.clear();
        }
    }
}

/// What stands behind a backslash.
enum Control<'a> {
    Word(&'a str, Option<i32>),
    Byte(u8),
    Sign(char),
}

/// Control words that matter, as they are called here; the empty word for all others.
fn known(word: &str) -> &'static str {
    const WORDS: [&str; 30] = [
        "u",
        "uc",
        "bin",
        "ansicpg",
        "mac",
        "f",
        "fcharset",
        "v",
        "deleted",
        "plain",
        "b",
        "trowd",
        "upr",
        "ud",
        "par",
        "line",
        "tab",
        "cell",
        "nestcell",
        "row",
        "nestrow",
        "sect",
        "page",
        "emdash",
        "endash",
        "lquote",
        "rquote",
        "ldblquote",
        "rdblquote",
        "bullet",
    ];
    let all = || WORDS.iter().chain(&SKIPPED);
    all().find(|known| **known == word).copied().unwrap_or("other")
}

/// The character that a control word stands for.
fn sign_of(word: &str) -> Option<char> {
    Some(match word {
        "tab" => '\t',
        "emdash" => '—',
        "endash" => '–',
        "lquote" => '‘',
        "rquote" => '’',
        "ldblquote" => '“',
        "rdblquote" => '”',
        "bullet" => '•',
        _ => return None,
    })
}

/// The encoding of a Windows code page.
fn code_page(page: i32) -> &'static Encoding {
    match page {
        10000 => encoding_rs::MACINTOSH,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        65001 => encoding_rs::UTF_8,
        page => Encoding::for_label(format!("windows-{page}").as_bytes()).unwrap_or(WINDOWS_1252),
    }
}

/// The encoding of a font's character set, if it says one.
fn charset(number: i32) -> Option<&'static Encoding> {
    Some(match number {
        0 => WINDOWS_1252,
        77 => encoding_rs::MACINTOSH,
        128 => encoding_rs::SHIFT_JIS,
        129 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        177 => encoding_rs::WINDOWS_1255,
        178 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        238 => encoding_rs::WINDOWS_1250,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop, proptest};

    #[test]
    fn documents() {
        let cases: [(&str, &str); 16] = [
            (r"{\rtf1\ansi I: Where?\par P: In {\b Leeds}.\par}", "I: Where?\nP: In Leeds.\n"),
            (r"{\rtf1\ansi{\fonttbl{\f0 Times;}}{\info{\title T}}x}", "x"),
            (r"{\rtf1\ansi don\'92t \u8217?s \u8212\'97 x}", "don’t ’s — x"),
            (r"{\rtf1\uc0 a\u228b\uc2 c\u252\'fc\'fcd}", "aäbcüd"),
            (r"{\rtf1 \u-10179?\u-8694?}", "😊"),
            (r"{\rtf1 a{\*\generator x}b{\v hidden}c{\deleted gone}d}", "abcd"),
            (r"{\rtf1 a{\header h}{\footnote f}b{\field{\*\fldinst PAGE}{\fldrslt 3}}c}", "ab3c"),
            (r"{\rtf1 P\tab words\line more\~x\_y\{z\}}", "P\twords\nmore\u{a0}x-y{z}"),
            (r"{\rtf1\trowd I\cell Where?\cell\row}", "I\tWhere?\n"),
            (r"{\rtf1 {\b Ann} Where?\par{\b Tom:} In \b Leeds\b0  then.\par}", "Ann\tWhere?\nTom: In Leeds then.\n"),
            (r"{\rtf1\b Where was it?\b0  In Leeds.\par}", "Where was it?\nIn Leeds.\n"),
            (
                r"{\rtf1\trowd 0:01\cell It was in Leeds,\par by the river.\cell Tom\cell\trowd\row\trowd 0:02\cell And then we moved.\cell Tom\cell\row}",
                "0:01\tIt was in Leeds, by the river.\tTom\n0:02\tAnd then we moved.\tTom\n",
            ),
            (r"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0\fcharset238 A;}{\f1\fcharset204 B;}}\f0\'b3\f1\'e4}", "łд"),
            (r"{\rtf1 {\pict\bin3 }}}}x}", "x"),
            (r"{\rtf1 }}}x", "x"),
            (r"{\rtf1 \'zz \u", "zz "),
        ];
        for (rtf, want) in cases {
            assert_eq!(words(rtf.as_bytes()).trim_start_matches(' '), want, "{rtf}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(prop::sample::select(b"\\{}u'0-9aAfv* \nbinpar\xff".to_vec()), 0..200)) {
            words(&bytes);
        }
    }
}
