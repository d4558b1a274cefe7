//! Compiles the built-in lexicon while the program is built, so that the program need not do it at every start.
//!
//! A lexicon with faults does not stop the build: then the image is empty, and the program reads the files itself and shows the faults as those of any lexicon.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    missing_docs,
    reason = "modules of the library, of which this needs a part"
)]
#![allow(clippy::disallowed_methods, reason = "a build has files and an environment")]

#[path = "src/context/mod.rs"]
mod context;
#[path = "src/diagnostic.rs"]
mod diagnostic;
#[path = "src/document.rs"]
mod document;
#[path = "src/hands.rs"]
mod hands;
#[path = "src/lexicon/mod.rs"]
mod lexicon;
#[path = "src/matcher/mod.rs"]
mod matcher;
#[path = "src/pattern/mod.rs"]
mod pattern;
#[path = "src/segment/mod.rs"]
mod segment;
#[path = "src/span.rs"]
mod span;

use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in [
        "build.rs",
        "lexicons/en",
        "src/context",
        "src/diagnostic.rs",
        "src/document.rs",
        "src/hands.rs",
        "src/lexicon",
        "src/matcher",
        "src/pattern",
        "src/segment",
        "src/span.rs",
    ] {
        println!("cargo::rerun-if-changed={path}");
    }
    let image = match lexicon::parse(&lexicon::builtin()) {
        Ok(definitions) => {
            let (matcher, faults) = matcher::Matcher::new(&definitions);
            if faults.is_empty() { postcard::to_stdvec(&(definitions.for_use(), matcher))? } else { Vec::new() }
        }
        Err(_) => Vec::new(),
    };
    if image.is_empty() {
        println!("cargo::warning=the built-in lexicon has faults; `throughline lexicon check` shows them");
    }
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("lexicon.image"), image)?;
    Ok(())
}
