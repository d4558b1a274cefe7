/*!
The tables of a result folder as Parquet files: the rows of the CSV tables with the types that `columns` gives them.

They are made of the CSV tables when these are whole, so that the two cannot differ, and a row group at a time, so that memory stays flat. `NA` is a missing
value; texts are the cells of the CSV, with the apostrophe in front of what a spreadsheet would run. Whole numbers are INT64, decimals DOUBLE, texts
UTF-8 strings; a column that is never `NA` is required.
*/

use super::columns::{Column, Kind};
use super::csv::ABSENT;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaDataReader;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::ChunkReader;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};
use std::io::{self, Read, Write};
use std::sync::Arc;

/// A row group is written when it has so many cells, or so many bytes of text.
const GROUP_CELLS: usize = 1 << 20;
const GROUP_BYTES: usize = 16 << 20;

/// What the head of a file says.
#[derive(Clone, Debug)]
pub struct Head {
    schema: TypePtr,
    /// Program and lexicon, as [`made_by`](super::made_by) gives them.
    made_by: String,
}

impl Head {
    /// The head of a table with these columns.
    ///
    /// # Errors
    /// None but faults of the program.
    pub fn of(columns: &[Column], made_by: String) -> io::Result<Head> {
        let field = |column: &Column| {
            let physical = match column.kind {
                Kind::Name | Kind::Text | Kind::Choice(_) => Physical::BYTE_ARRAY,
                Kind::Integer(_) => Physical::INT64,
                Kind::Number(..) => Physical::DOUBLE,
            };
            let is_text = physical == Physical::BYTE_ARRAY;
            // A text is never missing: an empty one is nothing.
            let may_be_absent = column.may_be_absent && !is_text;
            let field = Type::primitive_type_builder(&column.name, physical)
                .with_repetition(if may_be_absent { Repetition::OPTIONAL } else { Repetition::REQUIRED })
                .with_logical_type(is_text.then_some(LogicalType::String));
            field.build().map(Arc::new)
        };
        let fields = columns.iter().map(field).collect::<Result<_, _>>().map_err(failed)?;
        let schema = Type::group_type_builder("table").with_fields(fields).build().map_err(failed)?;
        Ok(Head { schema: Arc::new(schema), made_by })
    }

    /// The head of a file that is there.
    ///
    /// # Errors
    /// If it is no Parquet file, or none of this program.
    pub fn read(file: &impl ChunkReader) -> io::Result<Head> {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(file).map_err(failed)?;
        let metadata = metadata.file_metadata();
        let made_by = metadata.created_by().unwrap_or_default();
        if !made_by.starts_with(env!("CARGO_PKG_NAME")) {
            return Err(io::Error::other("it is no result of this program"));
        }
        Ok(Head { schema: metadata.schema_descr().root_schema_ptr(), made_by: made_by.to_owned() })
    }
}

/// Writes a CSV table of this program as Parquet.
///
/// # Errors
/// What `csv` or `out` says, and a table that has other columns than the head.
pub fn table(head: &Head, csv: impl Read, out: impl Write + Send) -> io::Result<()> {
    let fields = head.schema.get_fields();
    let mut reader = csv::Reader::from_reader(csv);
    let names = fields.iter().map(|field| field.name());
    if !reader.headers().map_err(io::Error::other)?.iter().eq(names) {
        return Err(other_columns());
    }
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by(head.made_by.clone()).build();
    let mut writer = SerializedFileWriter::new(out, head.schema.clone(), Arc::new(properties)).map_err(failed)?;
    let mut cells: Vec<Cells> = fields.iter().map(|field| Cells::of(field)).collect();
    let (mut n_rows, mut n_bytes) = (0, 0);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(io::Error::other)? {
        for (cells, cell) in cells.iter_mut().zip(&record) {
            cells.push(cell)?;
        }
        n_rows += 1;
        n_bytes += record.as_slice().len();
        if n_rows * cells.len() >= GROUP_CELLS || n_bytes >= GROUP_BYTES {
            group(&mut writer, &mut cells)?;
            (n_rows, n_bytes) = (0, 0);
        }
    }
    if n_rows > 0 {
        group(&mut writer, &mut cells)?;
    }
    writer.close().map_err(failed)?;
    Ok(())
}

/// Writes what was collected as a row group.
fn group<W: Write + Send>(writer: &mut SerializedFileWriter<W>, cells: &mut [Cells]) -> io::Result<()> {
    let mut group = writer.next_row_group().map_err(failed)?;
    for cells in cells {
        let column = group.next_column().map_err(failed)?;
        cells.write(column.ok_or_else(other_columns)?).map_err(failed)?;
    }
    group.close().map_err(failed)?;
    Ok(())
}

/// The cells of a column in a row group. Levels say which are there; there are none where all are.
enum Cells {
    Texts(Vec<ByteArray>),
    Integers(Vec<i64>, Option<Vec<i16>>),
    Numbers(Vec<f64>, Option<Vec<i16>>),
}

impl Cells {
    fn of(field: &Type) -> Cells {
        let levels = field.is_optional().then(Vec::new);
        match field.get_physical_type() {
            Physical::INT64 => Cells::Integers(Vec::new(), levels),
            Physical::DOUBLE => Cells::Numbers(Vec::new(), levels),
            _ => Cells::Texts(Vec::new()),
        }
    }

    fn push(&mut self, cell: &str) -> io::Result<()> {
        match self {
            Cells::Texts(texts) => {
                texts.push(cell.into());
                Ok(())
            }
            Cells::Integers(numbers, levels) => add(numbers, levels, cell),
            Cells::Numbers(numbers, levels) => add(numbers, levels, cell),
        }
    }

    fn write(&mut self, column: SerializedColumnWriter) -> Result<(), ParquetError> {
        match self {
            Cells::Texts(texts) => write::<ByteArrayType>(column, std::mem::take(texts), &mut None),
            Cells::Integers(numbers, levels) => write::<Int64Type>(column, std::mem::take(numbers), levels),
            Cells::Numbers(numbers, levels) => write::<DoubleType>(column, std::mem::take(numbers), levels),
        }
    }
}

fn add<T: std::str::FromStr>(numbers: &mut Vec<T>, levels: &mut Option<Vec<i16>>, cell: &str) -> io::Result<()> {
    if let Some(levels) = levels {
        levels.push(i16::from(cell != ABSENT));
        if cell == ABSENT {
            return Ok(());
        }
    }
    let number = cell.parse().map_err(|_| io::Error::other("a table holds a cell that is no number"))?;
    numbers.push(number);
    Ok(())
}

fn write<T: DataType>(
    mut column: SerializedColumnWriter,
    values: Vec<T::T>,
    levels: &mut Option<Vec<i16>>,
) -> Result<(), ParquetError> {
    let levels = levels.as_mut().map(std::mem::take);
    column.typed::<T>().write_batch(&values, levels.as_deref(), None)?;
    column.close()
}

fn other_columns() -> io::Error {
    io::Error::other("the table has other columns than its head: a fault of the program")
}

/// What the library says, as what it was if it is about writing.
fn failed(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error.to_string()),
        },
        error => io::Error::other(error.to_string()),
    }
}
