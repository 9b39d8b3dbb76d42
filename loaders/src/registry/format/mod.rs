//! Bytes into rows of cells, one file per format. The format is found from the bytes; a declaration
//! that names one must agree with them.

mod dbase;
mod delimited;
mod html;
mod json;
mod workbook;
mod xml;

use super::declaration::{Declaration, Format};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::{Kind, Source};
use crate::table::Row;

/// Excel's own limit is 16,384; a registry has a few dozen.
pub(super) const COLUMN_LIMIT: usize = 2_000;
/// Cells of a table, empty ones included: what its memory is made of. A row for every school of the country, in 200 columns,
/// has as many.
const CELL_LIMIT: usize = 20_000_000;
/// A row longer than this is no row of a registry.
const ROW_LIMIT_BYTES: usize = 16 << 20;

/// The rows of a file as they stand in it; for JSON the first row is made from the keys.
pub(super) struct Grid {
    /// The rows, title rows and header included.
    pub rows: Vec<Row>,
    /// The sheet they came from.
    pub part: Option<String>,
}

/// Reads the file, or the one data file inside a zip or gzip.
pub(super) fn read_grid(file: &Source, declaration: &Declaration) -> Result<Grid, LoadError> {
    if file.is_packed() {
        return read_plain(&file.unpacked()?, declaration);
    }
    read_plain(file, declaration)
}

/// The sheets of a workbook, in its order; none for any other file.
pub(super) fn sheets(file: &Source) -> Result<Vec<String>, LoadError> {
    // Once: what is packed in itself has no end.
    let unpacked = file.is_packed().then(|| file.unpacked()).transpose()?;
    let file = unpacked.as_ref().unwrap_or(file);
    match file.kind() {
        Kind::Xlsx | Kind::Ods | Kind::OldOffice => workbook::sheets(file),
        _ => Ok(Vec::new()),
    }
}

/// The refusal of a table whose empty cells alone would fill the memory.
fn too_many_cells(spot: Spot, rows: usize, columns: usize) -> LoadError {
    let reason =
        format!("it has {rows} rows of {columns} columns; {CELL_LIMIT} cells are the most a registry can have");
    LoadError::TooLarge { spot, reason }
}

fn read_plain(file: &Source, declaration: &Declaration) -> Result<Grid, LoadError> {
    let found = format_of(file.kind());
    let expected = declaration.format.map_or("a table of any known format", words);
    let Some(format) = found.filter(|found| declaration.format.is_none_or(|declared| declared == *found)) else {
        return Err(file.refuse(expected));
    };
    match format {
        Format::Csv => delimited::read(file, declaration.delimiter),
        Format::Json => json::read(file, declaration.records.as_deref()),
        Format::Workbook => workbook::read(file, declaration.sheet.as_deref()),
        Format::Html => html::read(file, expected),
        Format::Dbase => dbase::read(file),
        Format::Xml => xml::read(file, declaration.records.as_deref()),
    }
}

fn format_of(kind: Kind) -> Option<Format> {
    match kind {
        Kind::Text => Some(Format::Csv),
        Kind::Json => Some(Format::Json),
        Kind::Xlsx | Kind::Ods | Kind::OldOffice => Some(Format::Workbook),
        Kind::Html => Some(Format::Html),
        Kind::Dbase => Some(Format::Dbase),
        Kind::Xml => Some(Format::Xml),
        Kind::Zip | Kind::Gzip | Kind::Pdf | Kind::Docx | Kind::Pptx | Kind::Empty | Kind::Binary => None,
    }
}

fn words(format: Format) -> &'static str {
    match format {
        Format::Csv => "delimited text",
        Format::Json => "JSON",
        Format::Workbook => "a workbook (xlsx, xls or ods)",
        Format::Html => "a web page with a table",
        Format::Dbase => "a dBase table (dbf)",
        Format::Xml => "XML",
    }
}
