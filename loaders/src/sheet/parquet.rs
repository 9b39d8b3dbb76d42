//! A Parquet file, for programs: numbers are numbers, and a NULL is none.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType};
use parquet::errors::ParquetError;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::{Column, Sheet};

/// Holds the table until it ends: a column is written whole.
pub(super) struct Parquet {
    out: Box<dyn Write>,
    columns: Vec<Column>,
    cells: Vec<Vec<Option<String>>>,
}

impl Parquet {
    pub fn new(out: Box<dyn Write>, columns: &[Column]) -> Self {
        Self { out, columns: columns.to_vec(), cells: vec![Vec::new(); columns.len()] }
    }

    fn encoded(&self) -> Result<Vec<u8>, ParquetError> {
        let fields = self.columns.iter().map(field).collect::<Result<_, _>>()?;
        let schema = Type::group_type_builder("table").with_fields(fields).build()?;
        let mut bytes = Vec::new();
        let mut file = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::default())?;
        let mut group = file.next_row_group()?;
        for (column, cells) in self.columns.iter().zip(&self.cells) {
            let Some(writer) = group.next_column()? else { break };
            match column.is_number {
                true => write::<DoubleType>(writer, cells, |cell| cell.parse().ok())?,
                false => write::<ByteArrayType>(writer, cells, |cell| Some(ByteArray::from(cell)))?,
            }
        }
        group.close()?;
        file.close()?;
        Ok(bytes)
    }
}

impl Sheet for Parquet {
    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        for (column, cell) in self.cells.iter_mut().zip(cells) {
            column.push((!cell.is_empty()).then(|| cell.clone()));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let bytes = self.encoded().map_err(io::Error::other)?;
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

fn field(column: &Column) -> Result<TypePtr, ParquetError> {
    let (physical, logical) =
        if column.is_number { (Physical::DOUBLE, None) } else { (Physical::BYTE_ARRAY, Some(LogicalType::String)) };
    Type::primitive_type_builder(&column.name, physical)
        .with_logical_type(logical)
        .with_repetition(Repetition::OPTIONAL)
        .build()
        .map(Arc::new)
}

/// The values that are there, and for every row whether there is one.
fn write<T: DataType>(
    mut writer: SerializedColumnWriter<'_>,
    cells: &[Option<String>],
    value: impl Fn(&str) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<Option<T::T>> = cells.iter().map(|cell| value(cell.as_deref()?)).collect();
    let levels: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.into_iter().flatten().collect();
    writer.typed::<T>().write_batch(&values, Some(&levels), None)?;
    writer.close()
}
