/*!
Text of others in a page.

`maud` escapes `&`, `<`, `>` and quotation marks wherever a value goes in, by type: nothing is put in unescaped but by asking for it. What it leaves are characters
that are not allowed in HTML or that a reader cannot see; [`Told`] shows them as U+FFFD. Text that runs from right to left is not changed but isolated: names stand
in `<bdi>`, paragraphs have `dir="auto"`.

What quotes a text stands between [`OPEN`] and [`CLOSE`], comments that no escaped text can contain. So quotations can be taken out of a finished page: see [`without_text`].
*/

use maud::{Markup, PreEscaped, Render, html};

/// A text or name from outside.
#[derive(Clone, Copy)]
pub(super) struct Told<'a>(pub(super) &'a str);

impl Render for Told<'_> {
    fn render_to(&self, out: &mut String) {
        let mut rest = self.0;
        // Most texts have none of these, and then this is one look and one escape.
        while let Some(at) = rest.find(is_unseen) {
            rest[..at].render_to(out);
            out.push('\u{fffd}');
            rest = rest[at..].trim_start_matches(is_unseen);
        }
        rest.render_to(out);
    }
}

/// Controls but for tab and line feed, and code points that are no characters.
fn is_unseen(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || (c as u32) & 0xFFFE == 0xFFFE
        || ('\u{fdd0}'..='\u{fdef}').contains(&c)
}

/// A name from outside, which may run in another direction than what it stands in.
pub(super) fn name(text: &str) -> Markup {
    html! { bdi { (Told(text)) } }
}

const OPEN: &str = "<!--text-->";
/// Between the two stands what takes the place of the quotation when it is taken out.
const INSTEAD: &str = "<!--instead:";
const CLOSE: &str = ":text-->";

/// What quotes a text, and what may be said instead where texts are not to be told.
pub(super) fn quoting(no_text: bool, quotation: impl Render, instead: impl Render) -> Markup {
    if no_text {
        return html! { (instead) };
    }
    html! { (PreEscaped(OPEN)) (quotation) (PreEscaped(INSTEAD)) (instead) (PreEscaped(CLOSE)) }
}

/// A page without its quotations.
///
/// # Errors
/// What is wrong with the page, if a quotation has no end: then it is not one of ours, or is broken.
pub fn without_text(page: &str) -> Result<String, &'static str> {
    let mut out = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((before, quotation)) = rest.split_once(OPEN) {
        out.push_str(before);
        let (_, after) = quotation.split_once(INSTEAD).ok_or("a quotation in it has no end")?;
        let (instead, after) = after.split_once(CLOSE).ok_or("a quotation in it has no end")?;
        out.push_str(instead);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_a_text() {
        let table = [
            ("plain", "plain"),
            ("<b>&\"x\"", "&lt;b&gt;&amp;&quot;x&quot;"),
            ("a\u{0}b\u{1b}[1m\u{85}c", "a\u{fffd}b\u{fffd}[1m\u{fffd}c"),
            ("\r\u{7f}\u{0}", "\u{fffd}"),
            ("line\n\tnext", "line\n\tnext"),
            ("\u{fffe}\u{1ffff}", "\u{fffd}"),
            ("<!--text-->", "&lt;!--text--&gt;"),
            ("שלום 🙂", "שלום 🙂"),
        ];
        for (text, expected) in table {
            assert_eq!(Told(text).render().into_string(), expected, "{text:?}");
        }
    }

    #[test]
    fn quotations_can_be_taken_out() {
        let hostile = "<!--instead:x:text--><!--text-->";
        let page = html! { p { "before " (quoting(false, html! { b { (Told(hostile)) } }, "nothing")) " after" } };
        let page = page.into_string();
        assert!(page.contains("&lt;!--instead"));
        assert_eq!(without_text(&page).unwrap(), "<p>before nothing after</p>");
        assert_eq!(without_text("<p>none</p>").unwrap(), "<p>none</p>");
        assert!(without_text("<p><!--text-->broken").is_err());
        assert_eq!(quoting(true, "secret", "nothing").into_string(), "nothing");
    }
}
