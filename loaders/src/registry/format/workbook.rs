//! Workbooks: xlsx, xls (BIFF) and ods.

use std::io::Cursor;

use calamine::{Cell, Data, DataRef, Reader, Sheets, XlsxError, open_workbook_auto_from_rs};

use super::{CELL_LIMIT, COLUMN_LIMIT, Grid, too_many_cells};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::{Kind, Source};
use crate::table::Row;

pub(super) fn read(file: &Source, sheet: Option<&str>) -> Result<Grid, LoadError> {
    let mut workbook = open(file)?;
    let names = workbook.sheet_names();
    let name = match sheet {
        None => names.first().cloned().ok_or_else(|| LoadError::broken(&file.path, "the workbook has no sheet"))?,
        Some(wanted) => {
            names.iter().find(|name| name.trim().eq_ignore_ascii_case(wanted.trim())).cloned().ok_or_else(|| {
                LoadError::broken(
                    &file.path,
                    format!(
                        "there is no sheet `{wanted}`; it has {}",
                        names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                    ),
                )
            })?
        }
    };
    let spot = Spot::part(&file.path, &name);
    let cells = used_cells(&mut workbook, &name)
        .map_err(|error| LoadError::Broken { spot: spot.clone(), reason: error.to_string() })?;
    Ok(Grid { rows: rows(spot, cells)?, part: Some(name) })
}

/// A cell that holds something: its row and column, from 0, and its text.
type Used = (u32, u32, String);

/// The cells one by one where the format allows: two of them at the ends of a sheet span seventeen billion.
fn used_cells(workbook: &mut Sheets<Cursor<&Vec<u8>>>, name: &str) -> Result<Vec<Used>, calamine::Error> {
    match workbook {
        Sheets::Xlsx(book) => match book.worksheet_cells_reader(name) {
            Ok(mut cells) => all(|| cells.next_cell()),
            // A chart.
            Err(XlsxError::NotAWorksheet(_)) => Ok(Vec::new()),
            Err(error) => Err(error.into()),
        },
        Sheets::Xlsb(book) => {
            let mut cells = book.worksheet_cells_reader(name)?;
            all(|| cells.next_cell())
        }
        // At most 65,536 rows of 256 columns, and a hundred million cells.
        Sheets::Xls(_) | Sheets::Ods(_) => {
            let range = workbook.worksheet_range(name)?;
            let (row, column) = range.start().unwrap_or_default();
            let at = |(r, c, cell): (usize, usize, &Data)| (row + r as u32, column + c as u32, text(cell));
            Ok(range.used_cells().map(at).collect())
        }
    }
}

fn all<'a, E: Into<calamine::Error>>(
    mut next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, E>,
) -> Result<Vec<Used>, calamine::Error> {
    let mut cells = Vec::new();
    while let Some(cell) = next().map_err(Into::into)? {
        let text = match cell.get_value() {
            DataRef::Empty => continue,
            DataRef::SharedString(text) => (*text).to_owned(),
            other => text(&Data::from(other.clone())),
        };
        let (row, column) = cell.get_position();
        cells.push((row, column, text));
    }
    Ok(cells)
}

/// Whole rows, all equally wide, from the first of the sheet to the last that holds something.
fn rows(spot: Spot, cells: Vec<Used>) -> Result<Vec<Row>, LoadError> {
    let most = |part: fn(&Used) -> u32| cells.iter().map(part).max().map_or(0, |most| most as usize + 1);
    let (height, width) = (most(|cell| cell.0), most(|cell| cell.1));
    if width > COLUMN_LIMIT {
        let reason = format!("it has {width} columns, and {COLUMN_LIMIT} are the most a registry can have");
        return Err(LoadError::TooLarge { spot, reason });
    }
    if height * width > CELL_LIMIT {
        return Err(too_many_cells(spot, height, width));
    }
    let row = |number: usize| Row { number, cells: vec![String::new(); width] };
    let mut rows: Vec<Row> = (1..=height).map(row).collect();
    for (row, column, text) in cells {
        rows[row as usize].cells[column as usize] = text;
    }
    Ok(rows)
}

/// Names of the sheets.
pub(super) fn sheets(file: &Source) -> Result<Vec<String>, LoadError> {
    Ok(open(file)?.sheet_names())
}

fn open(file: &Source) -> Result<Sheets<Cursor<&Vec<u8>>>, LoadError> {
    if matches!(file.kind(), Kind::Xlsx | Kind::Ods) {
        file.refuse_bomb()?;
    }
    open_workbook_auto_from_rs(Cursor::new(&file.bytes)).map_err(|error| LoadError::broken(&file.path, reason(&error)))
}

/// The reader's words, and what an encrypted workbook looks like to it.
fn reason(error: &calamine::Error) -> String {
    let words = error.to_string();
    let is_locked = ["assword", "ncrypt"].iter().any(|word| words.contains(word));
    if is_locked {
        "the workbook is protected by a password".to_owned()
    } else {
        format!("the workbook is damaged or encrypted: {words}")
    }
}

/// A whole number is written without `.0`: it is an id or a count, and Excel knows no integers.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Float(number) => number.to_string(),
        Data::Int(number) => number.to_string(),
        Data::Bool(value) => value.to_string(),
        other => other.to_string(),
    }
}
