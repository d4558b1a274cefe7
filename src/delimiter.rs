/*!
Which sign divides the columns of a table of text, and where its head stands.
*/

/// The sign that divides the columns of this header, and its name: the comma, unless another clearly does.
pub(crate) fn delimiter(header: &str) -> (u8, &'static str) {
    let mut is_quoted = false;
    let (mut commas, mut semicolons, mut tabs) = (0usize, 0usize, 0usize);
    for byte in header.bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => commas += 1,
            b';' if !is_quoted => semicolons += 1,
            b'\t' if !is_quoted => tabs += 1,
            _ => {}
        }
    }
    if tabs > commas && tabs >= semicolons {
        (b'\t', "tabs")
    } else if semicolons > commas {
        (b';', "semicolons")
    } else {
        (b',', "commas")
    }
}

/// Where the head of a table begins, in bytes, and the sign that divides its columns: behind empty lines and Excel's `sep=;`, which has the last word.
pub(crate) fn head(text: &str) -> (usize, u8) {
    let mut start = 0;
    let mut told = None;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\r', '\n']);
        match bare.strip_prefix("sep=").map(str::as_bytes) {
            Some(&[sign]) if told.is_none() => told = Some(sign),
            _ if bare.trim().is_empty() => {}
            _ => return (start, told.unwrap_or_else(|| delimiter(bare).0)),
        }
        start += line.len();
    }
    (start, told.unwrap_or(b','))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads() {
        for (text, start, sign) in [
            ("", 0, b','),
            ("a,b\n1,2", 0, b','),
            ("a;b,c;d\n", 0, b';'),
            ("\"a;b;c\",d\n", 0, b','),
            ("\n \r\na\tb\n", 4, b'\t'),
            ("sep=;\r\na,b;c,d\n", 7, b';'),
            ("\nsep=\t\n\na,b\n", 8, b'\t'),
            ("sep=::\na,b\n", 0, b','),
            ("sep=;\nsep=,\n", 6, b';'),
            ("sep=;", 5, b';'),
        ] {
            assert_eq!(head(text), (start, sign), "{text:?}");
        }
    }
}
