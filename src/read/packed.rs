/*!
Packed files: gzip and Zstandard, known by their first bytes and unpacked on the way. The bound on what is unpacked is that of the reader behind.
*/

use std::io::{self, Cursor, Read};

const GZIP: [u8; 2] = [0x1F, 0x8B];
const ZSTANDARD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// The largest window of Zstandard that is allowed, in bytes: what its own program allows unless asked.
pub(super) const MAX_WINDOW: u64 = 128 * 1024 * 1024;

/// Whether these bytes are packed.
pub(super) fn is_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&GZIP) || bytes.starts_with(&ZSTANDARD)
}

/// The bytes that are packed in `source`, or those of `source` itself if it is not packed.
///
/// # Errors
/// As the source fails, and if it is no such file but for its first bytes.
pub fn unpacked(mut source: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut head = [0; 4];
    let mut n = 0;
    while n < head.len() {
        match source.read(&mut head[n..]) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let whole = Cursor::new(head[..n].to_vec()).chain(source);
    if head[..n].starts_with(&GZIP) {
        return Ok(Box::new(flate2::read::MultiGzDecoder::new(whole)));
    }
    if head[..n].starts_with(&ZSTANDARD) {
        let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(whole, MAX_WINDOW);
        return Ok(Box::new(decoder.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?));
    }
    Ok(Box::new(whole))
}
