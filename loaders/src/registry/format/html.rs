//! Tables of web pages, which agencies like to call `.xls`.

use scraper::{ElementRef, Html, Selector};

use super::Grid;
use crate::LoadError;
use crate::source::{Source, decode};
use crate::table::Row;

/// A page with fewer rows in its largest table is a page, not a table.
const FEWEST_ROWS: usize = 3;

/// The rows of the page's largest table; `expected` says what an ordinary page was taken for.
pub(super) fn read(file: &Source, expected: &str) -> Result<Grid, LoadError> {
    let page = Html::parse_document(&decode(&file.bytes));
    let (Ok(table), Ok(row), Ok(cell)) = (Selector::parse("table"), Selector::parse("tr"), Selector::parse("th, td"))
    else {
        return Err(LoadError::broken(&file.path, "its selectors do not parse"));
    };
    let tables = page.select(&table).map(|table| table.select(&row).collect::<Vec<ElementRef<'_>>>());
    let largest = tables.max_by_key(Vec::len).filter(|rows| rows.len() >= FEWEST_ROWS);
    let Some(largest) = largest else { return Err(file.refuse(expected)) };
    let rows = (1..).zip(largest).map(|(number, row)| Row { number, cells: row.select(&cell).map(text).collect() });
    Ok(Grid { rows: rows.collect(), part: None })
}

fn text(cell: ElementRef<'_>) -> String {
    cell.text().collect::<Vec<_>>().join(" ").replace('\u{a0}', " ").split_whitespace().collect::<Vec<_>>().join(" ")
}
