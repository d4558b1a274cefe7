/*!
What the formats made of XML or HTML have in common: entities, and names without their prefix.

Only the entities of HTML and numbers are known. Entities that a file declares itself are never looked up, so that no file can make much out of little or
reach outside itself.
*/

/// The character that the entity at the beginning of `text` stands for, and the entity's length in bytes. `None` if it is none.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix('&')?;
    let end = memchr::memchr(b';', body.as_bytes()).filter(|&end| (1..=32).contains(&end))?;
    Some((character(&body[..end])?, end + 2))
}

/// What a name or number between `&` and `;` stands for.
pub(super) fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return char::from_u32(code).filter(|&c| c != '\0');
    }
    let resolved = quick_xml::escape::resolve_html5_entity(name)?;
    let mut chars = resolved.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// The text with its entities resolved; those that are not known stay.
pub(super) fn resolved(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match entity(rest) {
            Some((c, len)) => {
                out.push(c);
                rest = &rest[len..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
