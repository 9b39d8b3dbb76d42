//! Bytes into rows of cells, one file per format.

mod delimited;
mod json;
mod workbook;

use super::declaration::{Declaration, Format};
use crate::LoadError;
use crate::source::{Kind, Source};
use crate::table::Row;

/// The rows of a file as they stand in it; for JSON the first row is made from the keys.
pub(super) struct Grid {
    /// The rows, title rows and header included.
    pub rows: Vec<Row>,
    /// The sheet they came from.
    pub part: Option<String>,
}

/// Reads the file in the declared format, which its bytes must bear out.
pub(super) fn read_grid(file: &Source, declaration: &Declaration) -> Result<Grid, LoadError> {
    match (declaration.format, file.kind()) {
        (Format::Csv, Kind::Text) => delimited::read(file, declaration.delimiter),
        (Format::Json, Kind::Json) => json::read(file),
        (Format::Xlsx, Kind::Xlsx) => workbook::read(file, declaration.sheet.as_deref()),
        (Format::Csv, _) => Err(file.refuse("delimited text")),
        (Format::Json, _) => Err(file.refuse("JSON")),
        (Format::Xlsx, _) => Err(file.refuse("an Excel workbook (xlsx)")),
    }
}
