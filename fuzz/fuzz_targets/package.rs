//! Word and OpenDocument: the package is whole and the XML in it anything, that of styles behind a NUL; or the bytes are the package.
#![no_main]

mod shared;

const WORD: &str = "<w:document xmlns:w=\"w\"><w:body>";
const OPEN: &str = "<office:document-content><office:body><office:text>";

target!(|bytes| {
    if bytes.starts_with(b"PK\x03\x04") {
        return shared::file(bytes);
    }
    let [words, styles] = shared::parts(bytes);
    let styles = shared::xml("<styles>", styles);
    // Words of OpenDocument are in elements of `text`.
    let is_open = words.windows(6).any(|window| window == b"<text:");
    shared::file(&if is_open {
        shared::package(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", &shared::xml(OPEN, words)),
            ("styles.xml", &styles),
        ])
    } else {
        shared::package(&[("word/document.xml", &shared::xml(WORD, words)), ("word/styles.xml", &styles)])
    });
});
