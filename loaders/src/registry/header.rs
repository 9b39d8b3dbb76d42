//! Where the table begins, and which column is which.

use std::path::Path;

use super::declaration::Declaration;
use super::field::Field;
use super::format::Grid;
use crate::LoadError;
use crate::fault::Spot;
use crate::source::Source;
use crate::table::{Row, Table, fold, matches};

/// How far down a header is looked for.
pub(super) const SEARCHED_ROWS: usize = 60;

/// The table of a file of any format whose header has this column.
pub(crate) fn read_table(file: &Source, column: &str) -> Result<Table, LoadError> {
    let mut columns = std::collections::BTreeMap::new();
    columns.insert(Field::Name, column.to_owned());
    let declaration = Declaration::bare(columns);
    cut(&file.path, super::format::read_grid(file, &declaration)?, &declaration)
}

/// Cuts the grid at its header: the declared row, or the first that has every mapped column.
pub(super) fn cut(file: &Path, grid: Grid, declaration: &Declaration) -> Result<Table, LoadError> {
    cut_at(file, grid, declaration).map(|(_, table)| table)
}

/// The same, with the number of the header's first row.
pub(super) fn cut_at(file: &Path, mut grid: Grid, declaration: &Declaration) -> Result<(usize, Table), LoadError> {
    let spot = grid.part.as_deref().map_or_else(|| Spot::of(file), |part| Spot::part(file, part));
    let wanted: Vec<&str> = mapped_columns(declaration);
    let index = match declaration.header_row {
        Some(number) => grid.rows.iter().position(|row| row.number == number),
        None => best_row(&grid.rows, &wanted),
    };
    let Some(index) = index else {
        let first = grid.rows.iter().find(|row| !row.is_empty()).map_or_else(String::new, |row| row.cells.join(", "));
        let beginning: String = first.chars().take(80).collect();
        let column = declaration.columns.get(&Field::Name).cloned().unwrap_or_default();
        let nearest =
            format!("; none of its first {SEARCHED_ROWS} rows is the declared header, the first is `{beginning}`");
        return Err(LoadError::MissingColumn { spot, column, nearest });
    };
    let body = grid.rows.split_off((index + 1).min(grid.rows.len()));
    let first = (index + 1).saturating_sub(declaration.header_rows);
    let header = joined(&grid.rows[first..]);
    let number = grid.rows[first].number;
    let mut table = Table::below_header(&header, body);
    table.fill_down(&declaration.fill_down.iter().filter_map(|name| table.column(name)).collect::<Vec<_>>());
    match wanted.iter().find(|column| table.column(column).is_none()) {
        None => Ok((number, table)),
        Some(missing) => {
            Err(LoadError::MissingColumn { spot, column: (*missing).to_owned(), nearest: nearest(missing, &table) })
        }
    }
}

/// The header of a table nobody declared: the row given, or the first of those with the most filled cells
/// that are words, with as wide a row below it. Where a row with several cells stands above it, also the two together:
/// `Superintendent` over `First` and `Last`. Each with the number of its last row and how many it takes.
pub(super) fn guess(mut grid: Grid, row: Option<usize>) -> Vec<(usize, usize, Table)> {
    let Some(index) = likeliest(&grid, row) else { return Vec::new() };
    let body = grid.rows.split_off(index + 1);
    let number = grid.rows[index].number;
    let is_over = index > 0 && (2..=grid.rows[index].filled()).contains(&grid.rows[index - 1].filled());
    let table =
        |count: usize, body| (number, count, Table::below_header(&joined(&grid.rows[index + 1 - count..]), body));
    let both = is_over.then(|| table(2, body.clone()));
    std::iter::once(table(1, body)).chain(both).collect()
}

fn likeliest(grid: &Grid, row: Option<usize>) -> Option<usize> {
    let is_word = |cell: &String| cell.chars().any(char::is_alphabetic) && cell.chars().count() <= 60;
    let score = |index: usize| {
        let filled = grid.rows[index].cells.iter().filter(|cell| is_word(cell)).count();
        let below =
            grid.rows.get(index + 1).map_or(0, |row| row.cells.iter().filter(|cell| !cell.trim().is_empty()).count());
        filled.min(below + 2)
    };
    if let Some(number) = row {
        return grid.rows.iter().position(|row| row.number == number);
    }
    let searched = 0..grid.rows.len().min(SEARCHED_ROWS);
    let most = searched.clone().map(score).max()?;
    // A row of text below the header may be as full as the header itself, hardly fuller.
    searched.into_iter().find(|index| score(*index) * 10 >= most * 9 && score(*index) > 1)
}

/// The header's cells, rows above joined to those below: `Grade 3` over `ELA` is `Grade 3 ELA`. A cell
/// that spans columns stands over the first of them and counts for the empty ones behind it.
fn joined(rows: &[Row]) -> Vec<String> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut header = vec![String::new(); width];
    for (level, row) in (1..).zip(rows) {
        let mut spanning = "";
        for (column, name) in header.iter_mut().enumerate() {
            let cell = row.cell(column);
            spanning = if cell.is_empty() && level < rows.len() { spanning } else { cell };
            *name = format!("{name} {spanning}").trim().to_owned();
        }
    }
    header
}

/// Every column the declaration reads. A name like `State (2)` means the second `State`.
fn mapped_columns(declaration: &Declaration) -> Vec<&str> {
    let parts = declaration.leaid.iter().filter_map(|part| part.column.as_deref());
    let rules = declaration.keep.iter().chain(&declaration.drop).map(|rule| rule.column.as_str());
    let year = declaration.year.as_deref();
    declaration.columns.values().map(String::as_str).chain(parts).chain(rules).chain(year).collect()
}

/// The row with the most of the wanted headers; the first of equals.
fn best_row(rows: &[Row], wanted: &[&str]) -> Option<usize> {
    let hits = |row: &Row| {
        let cells: Vec<String> = row.cells.iter().map(|cell| fold(cell)).collect();
        let stands = |name: &str| cells.iter().any(|cell| *cell == name || name.contains('*') && matches(name, cell));
        wanted.iter().filter(|name| stands(&fold(name))).count()
    };
    let scored = rows.iter().take(SEARCHED_ROWS).enumerate().map(|(index, row)| (hits(row), index));
    scored
        .max_by_key(|(count, index)| (*count, std::cmp::Reverse(*index)))
        .filter(|(count, _)| *count > 0)
        .map(|(_, index)| index)
}

fn nearest(missing: &str, table: &Table) -> String {
    const CLOSE: f64 = 0.75;
    let closeness = |header: &String| strsim::jaro_winkler(&fold(header), &fold(missing));
    let best = table.header.iter().map(|header| (closeness(header), header)).filter(|(score, _)| *score >= CLOSE);
    match best.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, header)) => format!("; the nearest is `{header}`"),
        None => format!(
            "; it has {}",
            table.header.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ),
    }
}
