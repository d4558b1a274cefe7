//! E-books: the package is whole; its list of contents and its chapters are anything, with a NUL between them.
#![no_main]

mod shared;

const CONTAINER: &[u8] = b"<container><rootfiles><rootfile full-path=\"c.opf\"/></rootfiles></container>";
const CONTENTS: &str = "<package><manifest><item id=\"a\" href=\"a.xhtml\"/><item id=\"b\" href=\"b%2Exhtml\"/></manifest><spine><itemref idref=\"a\"/><itemref idref=\"b\"/></spine>";

target!(|bytes| {
    if bytes.starts_with(b"PK\x03\x04") {
        return shared::file(bytes);
    }
    let [contents, first, second] = shared::parts(bytes);
    shared::file(&shared::package(&[
        ("mimetype", b"application/epub+zip"),
        ("META-INF/container.xml", CONTAINER),
        ("c.opf", &shared::xml(CONTENTS, contents)),
        ("a.xhtml", &shared::xml("<html><body>", first)),
        ("b.xhtml", &shared::xml("<html><body>", second)),
    ]));
});
