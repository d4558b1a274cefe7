/*!
Parquet → rows of cells, to be read like those of any other table.

The library's rows are taken as they come, row group by row group and page by page, so that a file of any size needs little memory. Pages are unpacked here and
not by the library: what a page becomes has a bound, and Zstandard is read without a library in C. Numbers, dates and truth values are written as people
write them, what is missing is an empty cell; columns of lists and of structures are passed over and told of.

The library may panic on a broken file and knows no bound of time: it works on a thread of its own, a little ahead of who reads the rows.
*/

use super::Problem;
use super::apart::THREAD;
use super::delimited::{MAX_RECORD, Record, problem, too_long};
use super::file::refused;
use super::packed::MAX_WINDOW;
use crate::document::quoted;
use bytes::Bytes;
use parquet::basic::{Compression, Repetition};
use parquet::bloom_filter::Sbbf;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, FileReader, Length, RowGroupReader, SerializedPageReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The most that a page may become when it is unpacked, in bytes.
const MAX_PAGE: usize = 256 * 1024 * 1024;
/// How long the next rows may take, in seconds.
const MAX_SECONDS: u64 = 120;
/// Rows are handed over when there are so many, or so many bytes of them.
const BATCH_ROWS: usize = 64;
const BATCH_BYTES: usize = 1 << 20;
/// How many rows the library looks ahead in each column. Every one holds a text.
const AHEAD: usize = 32;
/// How many columns a note names at most.
const NAMED_COLUMNS: usize = 8;

/// What can be read from any place of it: the table of contents of a Parquet file is at its end.
pub trait Anywhere: Read + Seek + Send {}

impl<T: Read + Seek + Send> Anywhere for T {}

/// The rows of a file.
pub(super) struct Rows {
    /// The names of its columns.
    pub(super) names: Vec<String>,
    /// What is to be noted about columns that are not read.
    pub(super) note: Option<String>,
    receiver: Receiver<Message>,
    batch: std::vec::IntoIter<Record>,
    n_rows: usize,
    is_over: bool,
}

/// What the thread says.
enum Message {
    /// The names of the columns that are read, and of those that are not.
    Head(Vec<String>, Vec<String>),
    Rows(Vec<Record>),
    /// Why there is nothing more.
    Fault(String),
    End,
}

impl Rows {
    /// Begins to read a file.
    ///
    /// # Errors
    /// If it is no Parquet, broken, encrypted, or without a column that can be read.
    pub(super) fn open(source: Box<dyn Anywhere>) -> std::result::Result<Rows, Problem> {
        // Rows are handed from hand to hand: while some are scored the next are read, and no more wait.
        let (sender, receiver) = sync_channel(0);
        let thread = std::thread::Builder::new().name(THREAD.to_owned()).spawn(move || {
            let last = match read(source, &sender) {
                Ok(()) => Message::End,
                Err(error) => Message::Fault(told(&error)),
            };
            // Who waited may have given up.
            let _ = sender.send(last);
        });
        let fault = |what: &str| refused(&format!("{}: write it again, or save the table as .csv", unreadable(what)));
        thread.map_err(|error| fault(&error.to_string()))?;
        let mut rows =
            Rows { names: Vec::new(), note: None, receiver, batch: Vec::new().into_iter(), n_rows: 0, is_over: false };
        match rows.receive() {
            Message::Head(names, others) if names.is_empty() => Err(refused(&format!(
                "there is no column of texts or numbers in it{}",
                if others.is_empty() { "" } else { ", only columns of lists or structures: make one row of each item" }
            ))),
            Message::Head(names, others) => {
                rows.names = names;
                rows.note = (!others.is_empty()).then(|| passed_over(&others));
                Ok(rows)
            }
            Message::Fault(what) => Err(fault(&what)),
            Message::Rows(_) | Message::End => Err(fault("it has no head")),
        }
    }

    /// The next row, in `record`; `None` at the end. The line of a record is the number of the row, from 1.
    pub(super) fn read(&mut self, record: &mut Record) -> Option<std::result::Result<(), Problem>> {
        loop {
            if let Some(next) = self.batch.next() {
                self.n_rows += 1;
                *record = next;
                record.line = self.n_rows;
                let is_too_long = record.size() > MAX_RECORD;
                return Some(if is_too_long { Err(too_long(self.n_rows)) } else { Ok(()) });
            }
            if self.is_over {
                return None;
            }
            match self.receive() {
                Message::Rows(rows) => self.batch = rows.into_iter(),
                Message::Fault(what) => {
                    self.is_over = true;
                    let message = format!("{}; this row and those after it are not read", unreadable(&what));
                    return Some(Err(problem(self.n_rows + 1, &message)));
                }
                Message::Head(..) | Message::End => self.is_over = true,
            }
        }
    }

    fn receive(&self) -> Message {
        self.receiver.recv_timeout(Duration::from_secs(MAX_SECONDS)).unwrap_or_else(|error| {
            Message::Fault(match error {
                RecvTimeoutError::Timeout => "it took more than two minutes".to_owned(),
                RecvTimeoutError::Disconnected => "it is damaged".to_owned(),
            })
        })
    }
}

fn unreadable(what: &str) -> String {
    format!("the Parquet file cannot be read ({what})")
}

fn passed_over(others: &[String]) -> String {
    let more = if others.len() > NAMED_COLUMNS { " and more" } else { "" };
    let named: Vec<String> = others.iter().take(NAMED_COLUMNS).map(|name| quoted(name)).collect();
    format!("columns of lists, structures or bytes are not read: {}{more}", named.join(", "))
}

/// What is wrong, in words of ours where they are known.
fn told(error: &ParquetError) -> String {
    let text = error.to_string();
    let text =
        ["Parquet error: ", "External: ", "EOF: "].iter().fold(&*text, |text, kind| text.trim_start_matches(kind));
    if text.contains("ncrypt") {
        return "it is encrypted: write it without encryption".to_owned();
    }
    if text.contains("Corrupt footer") || text.contains("too small") {
        return "it does not end like one: it was cut short, or is something else".to_owned();
    }
    // One line, and not the contents of a cell.
    let line = text.lines().next().unwrap_or_default();
    line.split(". Bytes:").next().unwrap_or_default().chars().take(160).collect()
}

/// Reads all rows and sends them.
fn read(mut source: Box<dyn Anywhere>, sender: &SyncSender<Message>) -> Result<()> {
    let length = source.seek(SeekFrom::End(0))?;
    let file = Arc::new(File { source: Arc::new(Mutex::new(source)), length });
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&*file)?;
    let root = metadata.file_metadata().schema();
    let (kept, others): (Vec<_>, Vec<_>) = root.get_fields().iter().cloned().partition(|field| is_cell(field));
    let names = |fields: &[Arc<Type>]| fields.iter().map(|field| field.name().to_owned()).collect::<Vec<_>>();
    let is_sent = |message| sender.send(message).is_ok();
    if !is_sent(Message::Head(names(&kept), names(&others))) || kept.is_empty() {
        return Ok(());
    }
    let wanted = Type::group_type_builder(root.name()).with_fields(kept).build()?;
    let pages = Pages { file, metadata };
    let rows = RowIter::from_file_into(Box::new(pages)).project(Some(wanted))?.with_batch_size(AHEAD);
    let mut batch: Vec<Record> = Vec::new();
    let mut n_bytes = 0;
    for row in rows {
        let row = match row {
            Ok(row) => row,
            Err(error) => {
                is_sent(Message::Rows(batch));
                return Err(error);
            }
        };
        let mut record = Record::default();
        for (_, field) in row.get_column_iter() {
            record.push(shown(field).as_bytes());
        }
        n_bytes += record.size();
        batch.push(record);
        if batch.len() >= BATCH_ROWS || n_bytes >= BATCH_BYTES {
            n_bytes = 0;
            if !is_sent(Message::Rows(std::mem::take(&mut batch))) {
                return Ok(());
            }
        }
    }
    is_sent(Message::Rows(batch));
    Ok(())
}

/// Whether a column holds one value a row that can be written into a cell.
fn is_cell(field: &Type) -> bool {
    field.is_primitive() && field.get_basic_info().repetition() != Repetition::REPEATED
}

/// A value as a person would type it.
fn shown(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        // A column of whole numbers in which one is missing becomes one of decimals in pandas.
        Field::Double(number) => decimal(*number),
        Field::Float(number) => decimal(f64::from(*number)),
        other => other.to_string(),
    }
}

fn decimal(number: f64) -> String {
    if number.is_nan() {
        String::new()
    } else if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        number.to_string()
    }
}

/// The file, for several readers at once.
struct File {
    source: Arc<Mutex<Box<dyn Anywhere>>>,
    length: u64,
}

/// The file from a place on.
struct Part {
    source: Arc<Mutex<Box<dyn Anywhere>>>,
    at: u64,
}

impl Read for Part {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut source = self.source.lock().map_err(|_| io::Error::other("it is damaged"))?;
        source.seek(SeekFrom::Start(self.at))?;
        let n = source.read(buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

impl Length for File {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for File {
    type T = BufReader<Part>;

    fn get_read(&self, start: u64) -> Result<BufReader<Part>> {
        Ok(BufReader::new(Part { source: self.source.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.length) {
            return Err(ParquetError::EOF("it was cut short".to_owned()));
        }
        let mut bytes = vec![0; length];
        Part { source: self.source.clone(), at: start }.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// The file as the library reads it, but for the unpacking of pages.
struct Pages {
    file: Arc<File>,
    metadata: ParquetMetaData,
}

impl FileReader for Pages {
    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    fn num_row_groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    fn get_row_group(&self, at: usize) -> Result<Box<dyn RowGroupReader + '_>> {
        Ok(Box::new(Group { file: self.file.clone(), metadata: self.metadata.row_group(at) }))
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_file(projection, self)
    }
}

/// A row group.
struct Group<'a> {
    file: Arc<File>,
    metadata: &'a RowGroupMetaData,
}

impl RowGroupReader for Group<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, at: usize) -> Result<Box<dyn PageReader>> {
        let column = self.metadata.column(at);
        let codec = column.compression();
        // Told that they are not packed, the library gives pages as they stand.
        let column = column.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
        let n_rows = usize::try_from(self.metadata.num_rows())?;
        let inner = SerializedPageReader::new(self.file.clone(), &column, n_rows, None)?;
        Ok(Box::new(Unpacking { inner, codec }))
    }

    fn get_column_bloom_filter(&self, _at: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>> {
        RowIter::from_row_group(projection, self)
    }
}

/// The pages of a column, unpacked.
struct Unpacking {
    inner: SerializedPageReader<File>,
    codec: Compression,
}

impl Iterator for Unpacking {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Result<Page>> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Unpacking {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.inner.get_next_page()?;
        page.map(|page| unpacked(page, self.codec)).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }
}

fn unpacked(mut page: Page, codec: Compression) -> Result<Page> {
    match &mut page {
        Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => *buf = inflated(buf, codec)?.into(),
        // Here the levels stand before what is packed, as they are.
        Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, is_compressed: true, .. } => {
            let n_levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
            let (levels, values) =
                buf.split_at_checked(n_levels).ok_or_else(|| ParquetError::EOF("a page is cut short".to_owned()))?;
            // A page of missing values alone holds nothing that was packed.
            let values = if values.is_empty() { Vec::new() } else { inflated(values, codec)? };
            *buf = [levels, &values].concat().into();
        }
        Page::DataPageV2 { .. } => {}
    }
    Ok(page)
}

/// What these bytes were before they were packed.
fn inflated(bytes: &[u8], codec: Compression) -> Result<Vec<u8>> {
    let damaged = |error: &dyn std::fmt::Display| ParquetError::General(format!("a page cannot be unpacked: {error}"));
    let too_long = || ParquetError::General("a page of more than 256 MiB".to_owned());
    let mut unpacked = Vec::new();
    let mut take = |source: &mut dyn Read| {
        let n = source.take(MAX_PAGE as u64 + 1).read_to_end(&mut unpacked).map_err(|error| damaged(&error))?;
        if n > MAX_PAGE { Err(too_long()) } else { Ok(()) }
    };
    match codec {
        Compression::UNCOMPRESSED => take(&mut &*bytes)?,
        Compression::SNAPPY => {
            let length = snap::raw::decompress_len(bytes).map_err(|error| damaged(&error))?;
            if length > MAX_PAGE {
                return Err(too_long());
            }
            unpacked = snap::raw::Decoder::new().decompress_vec(bytes).map_err(|error| damaged(&error))?;
        }
        Compression::GZIP(_) => take(&mut flate2::read::MultiGzDecoder::new(bytes))?,
        Compression::ZSTD(_) => {
            let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(bytes, MAX_WINDOW);
            take(&mut decoder.map_err(|error| damaged(&error))?)?;
        }
        other => {
            let name = other.to_string();
            let name = name.split('(').next().unwrap_or_default();
            return Err(ParquetError::General(format!(
                "it is packed with {name}; SNAPPY, GZIP, ZSTD and NONE can be read"
            )));
        }
    }
    Ok(unpacked)
}
