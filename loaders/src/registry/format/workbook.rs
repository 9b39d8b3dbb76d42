//! Workbooks: xlsx, xls (BIFF) and ods.

use std::io::Cursor;

use calamine::{Data, Reader, Sheets, open_workbook_auto_from_rs};

use super::{COLUMN_LIMIT, Grid};
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
    let range = workbook
        .worksheet_range(&name)
        .map_err(|error| LoadError::Broken { spot: Spot::part(&file.path, &name), reason: error.to_string() })?;
    if range.width() > COLUMN_LIMIT {
        let reason = format!("it has {} columns, and {COLUMN_LIMIT} are the most a registry can have", range.width());
        return Err(LoadError::TooLarge { spot: Spot::part(&file.path, &name), reason });
    }
    let first_row = range.start().map_or(0, |(row, _)| row as usize);
    let first_column = range.start().map_or(0, |(_, column)| column as usize);
    let rows = range
        .rows()
        .enumerate()
        .map(|(index, cells)| {
            let padding = std::iter::repeat_n(String::new(), first_column);
            Row { number: first_row + index + 1, cells: padding.chain(cells.iter().map(text)).collect() }
        })
        .collect();
    Ok(Grid { rows, part: Some(name) })
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
