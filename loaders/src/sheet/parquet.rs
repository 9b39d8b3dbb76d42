//! A Parquet file, for programs: numbers are numbers, and a NULL is none.

use std::io::{self, Write};

use polars::prelude::{Column as Series, DataFrame, NamedFrom as _, ParquetWriter, Series as Values};

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
}

impl Sheet for Parquet {
    fn row(&mut self, cells: &[String]) -> io::Result<()> {
        for (column, cell) in self.cells.iter_mut().zip(cells) {
            column.push((!cell.is_empty()).then(|| cell.clone()));
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        let series = self.columns.iter().zip(&self.cells).map(|(column, cells)| series(column, cells));
        let rows = self.cells.first().map_or(0, Vec::len);
        let mut table = DataFrame::new(rows, series.collect()).map_err(io::Error::other)?;
        let mut bytes = Vec::new();
        ParquetWriter::new(&mut bytes).finish(&mut table).map_err(io::Error::other)?;
        self.out.write_all(&bytes)?;
        self.out.flush()
    }
}

fn series(column: &Column, cells: &[Option<String>]) -> Series {
    let name = column.name.as_str().into();
    if column.is_number {
        let numbers: Vec<Option<f64>> = cells.iter().map(|cell| cell.as_deref()?.parse().ok()).collect();
        return Values::new(name, numbers).into();
    }
    let texts: Vec<Option<&str>> = cells.iter().map(Option::as_deref).collect();
    Values::new(name, texts).into()
}
