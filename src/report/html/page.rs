/*!
The frame of every page: its head, what it says of itself above and below, and what a browser may do with it.

A page is one file: style and script stand in it. Its content security policy allows exactly these two, named by their hashes, and nothing else: no network, no form, no frame.
*/

use crate::lexicon::Definitions;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, Render, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

const GENERATOR: &str = concat!("Throughline ", env!("CARGO_PKG_VERSION"));

/// Whether a file that begins with `head` is a page of a report. 2,048 bytes are enough.
pub fn is_page(head: &[u8]) -> bool {
    let head = String::from_utf8_lossy(head);
    head.starts_with("<!DOCTYPE html>") && head.contains(r#"<meta name="generator" content="Throughline "#)
}

/// What every page says first, for every reader.
const NOT_A_VERDICT: &str = "This page counts cues in language. It does not diagnose, it names no attachment class, and it knows no norms: \
a number says how often something was said in this text, never what a person is. Read every number with the words behind it.";

/// A whole page. `title` is that of the window; `body` stands between head and foot.
pub(super) fn page(definitions: &Definitions, title: impl Render, body: impl Render) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content=(GENERATOR);
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                main #main { (body) }
                (foot(definitions))
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// The sentence that stands on every page.
pub(super) fn caution() -> Markup {
    html! { p.caution role="note" { (NOT_A_VERDICT) } }
}

fn foot(definitions: &Definitions) -> Markup {
    html! {
        footer {
            p {
                (GENERATOR) " · lexicon " (definitions.name) " " (definitions.version)
                " · " span.hash title="SHA-256 of the lexicon" { (definitions.hash) }
            }
            p { "The same input, lexicon and version give the same page. When and from what it was made stands in run.json." }
        }
    }
}

fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn style_and_script_cannot_end_their_element_early() {
        for text in [STYLE, SCRIPT] {
            assert!(!text.contains("</") && !text.contains("<!--"), "it would be cut there");
            assert!(!text.contains("http") && !text.contains("url(") && !text.contains("@import"), "no network");
            assert!(!text.contains('\r'), "the hash of the policy is that of line feeds");
        }
    }
}
