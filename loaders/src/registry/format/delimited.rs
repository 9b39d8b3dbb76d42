//! Delimited text.

use super::{CELL_LIMIT, COLUMN_LIMIT, Grid, ROW_LIMIT_BYTES, too_many_cells};
use crate::LoadError;
use crate::fault::Spot;
use crate::source::{Source, decode};
use crate::table::Row;

/// Separators tried, most usual first.
const SEPARATORS: &[char] = &[',', '\t', ';', '|'];
/// How much of a file is looked at to find its separator.
const SAMPLE_CHARACTERS: usize = 8192;

pub(super) fn read(file: &Source, delimiter: Option<char>) -> Result<Grid, LoadError> {
    let text = decode(&file.bytes);
    let separator = delimiter.unwrap_or_else(|| likely_separator(&text));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(separator).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let (mut rows, mut cells) = (Vec::new(), 0);
    for record in reader.records() {
        let record = record.map_err(|error| LoadError::broken(&file.path, error))?;
        let number =
            record.position().map_or(rows.len() + 1, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
        let spot = || Spot { row: Some(number), ..Spot::of(&file.path) };
        if record.len() > COLUMN_LIMIT {
            let reason =
                format!("it has {} columns, and {COLUMN_LIMIT} are the most a registry can have", record.len());
            return Err(LoadError::TooLarge { spot: spot(), reason });
        }
        if record.as_slice().len() > ROW_LIMIT_BYTES {
            let reason = format!("it is longer than {ROW_LIMIT_BYTES} bytes; a quote may be open that nothing closes");
            return Err(LoadError::TooLarge { spot: spot(), reason });
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.iter().any(|cell| cell.contains('\0')) {
            return Err(LoadError::Broken { spot: spot(), reason: "it has NUL bytes, which text does not".to_owned() });
        }
        cells += record.len();
        if cells > CELL_LIMIT {
            return Err(too_many_cells(spot(), rows.len(), record.len()));
        }
        rows.push(Row { number, cells: record.iter().map(str::to_owned).collect() });
    }
    Ok(Grid { rows, part: None })
}

/// The separator that stands most often in the first lines.
fn likely_separator(text: &str) -> char {
    let count = |separator: char| text.chars().take(SAMPLE_CHARACTERS).filter(|c| *c == separator).count();
    SEPARATORS.iter().copied().rev().max_by_key(|separator| count(*separator)).unwrap_or(',')
}
