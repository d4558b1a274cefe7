//! Spreadsheets: the package is whole and the XML in it anything, or the bytes are the file.
#![no_main]

mod shared;

use throughline::read::Format;

const TYPES: &[u8] = b"<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>";
const RELATIONS: &[u8] = b"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"/xl/worksheets/sheet1.xml\" Id=\"rId1\"/><Relationship Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet2.xml\" Id=\"rId2\"/></Relationships>";
const BOOK: &str = "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>";
const SHEET: &str = "<worksheet><sheetData>";
const SPREADSHEET: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

target!(|bytes| {
    // Zip packages, and the containers of Excel before 2007.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        return shared::table(bytes, Format::Sheet);
    }
    let is_open = bytes.windows(7).any(|window| window == b"<table:");
    let packed = if is_open {
        shared::package(&[("mimetype", SPREADSHEET), ("META-INF/manifest.xml", b"<m/>"), ("content.xml", bytes)])
    } else {
        let [sheet, second, strings, styles, book] = shared::parts(bytes);
        shared::package(&[
            ("[Content_Types].xml", TYPES),
            ("xl/_rels/workbook.xml.rels", RELATIONS),
            ("xl/workbook.xml", &shared::xml(BOOK, book)),
            ("xl/worksheets/sheet1.xml", &shared::xml(SHEET, sheet)),
            ("xl/worksheets/sheet2.xml", &shared::xml(SHEET, second)),
            ("xl/sharedStrings.xml", &shared::xml("<sst>", strings)),
            ("xl/styles.xml", &shared::xml("<styleSheet>", styles)),
        ])
    };
    shared::table(&packed, Format::Sheet);
});
