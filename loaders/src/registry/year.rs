//! Which year a file is of, by what it says of itself: last year's file must not replace this year's.

use super::declaration::Declaration;
use super::format::Grid;
use crate::table::Table;

/// Years that a registry can be of.
const YEARS: std::ops::RangeInclusive<u16> = 1990..=2100;

/// The year in the declared column, or of the newest of columns a year. A school year counts by the year it ends in.
pub(super) fn of_table(table: &Table, declaration: &Declaration) -> Option<u16> {
    if let Some(column) = declaration.year.as_deref().and_then(|name| table.column(name)) {
        return table.rows.iter().filter_map(|row| latest_in(row.cell(column))).max();
    }
    let a_year_each = declaration.columns.values().filter(|name| name.contains('*'));
    a_year_each.filter_map(|name| latest_in(&table.header[table.column(name)?])).max()
}

/// The latest year in the rows above row `header_row`.
pub(super) fn above(grid: &Grid, header_row: usize) -> Option<u16> {
    let title = grid.rows.iter().take_while(|row| row.number < header_row);
    title.flat_map(|row| &row.cells).filter_map(|cell| latest_in(cell)).max()
}

/// The latest year that a text names: `2024-25` and `2024-2025` are 2025, `10/20/2023` is 2023.
pub fn latest_in(text: &str) -> Option<u16> {
    let numbers: Vec<(usize, &str)> = digits(text);
    let mut latest = None;
    for (index, (at, number)) in numbers.iter().enumerate() {
        let Some(year) = (number.len() == 4).then(|| number.parse::<u16>().ok()).flatten() else { continue };
        if !YEARS.contains(&year) {
            continue;
        }
        let next = numbers.get(index + 1).filter(|(next_at, short)| {
            let between = &text[at + 4..*next_at];
            short.len() == 2
                && matches!(between.trim(), "-" | "–" | "/")
                && short.parse::<u16>() == Ok((year + 1) % 100)
        });
        latest = latest.max(Some(if next.is_some() { year + 1 } else { year }));
    }
    latest
}

/// Runs of digits with their places.
fn digits(text: &str) -> Vec<(usize, &str)> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_digit(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                runs.push((from, &text[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::latest_in;

    #[test]
    fn years_are_read_as_people_write_them() {
        assert_eq!(latest_in("School Year 2024-25"), Some(2025));
        assert_eq!(latest_in("2024-2025 Directory"), Some(2025));
        assert_eq!(latest_in("as of 10/20/2023 4:15"), Some(2023));
        assert_eq!(latest_in("Phone 512-555-2024-99"), Some(2024));
        assert_eq!(latest_in("FY2022"), Some(2022));
        assert_eq!(latest_in("id 20250"), None);
    }
}
