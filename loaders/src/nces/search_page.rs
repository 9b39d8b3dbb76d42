//! What the NCES district search serves as ".xls": a web page with one table. It carries county and locale,
//! which the directory file lacks.

use std::path::Path;

use crate::fault::Spot;
use crate::registry::read_table;
use crate::source::Source;
use crate::{BadRow, LoadError};

/// One LEA of the page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchedLea {
    /// NCES id, 7 digits.
    pub nces_id: String,
    /// County as published, `Grays Harbor County`.
    pub county: Option<String>,
    /// Locale code of the Census, such as `33`.
    pub locale_code: Option<String>,
    /// Students of the year the page names.
    pub students: Option<i32>,
}

/// The page.
#[derive(Debug)]
pub struct SearchPage {
    /// The LEAs, in the page's order.
    pub leas: Vec<SearchedLea>,
    /// Rows that could not be used.
    pub bad_rows: Vec<BadRow>,
    /// Name of the file, without its folder.
    pub file_name: String,
    /// SHA-256 of the file.
    pub checksum: String,
}

const ID: &str = "NCES District ID";

/// Reads a saved result of the district search.
pub fn read_search_page(path: &Path) -> Result<SearchPage, LoadError> {
    let file = Source::read(path)?;
    let table = read_table(&file, ID)?;
    let column = |name: &str| table.column(name).or_else(|| table.column(&format!("{name}*")));
    let Some(id_column) = column(ID) else {
        return Err(LoadError::MissingColumn { spot: Spot::of(path), column: ID.to_owned(), nearest: String::new() });
    };
    let text = |row: &crate::table::Row, name: &str| {
        let cell = column(name).map_or("", |at| row.cell(at));
        (!matches!(cell, "" | "†" | "–" | "‡" | "-" | "N/A")).then(|| cell.to_owned())
    };
    let mut page =
        SearchPage { leas: Vec::new(), bad_rows: Vec::new(), file_name: file.file_name(), checksum: file.checksum };
    for row in &table.rows {
        match super::nces_id(row.cell(id_column).to_owned(), row.number - 2) {
            Ok(nces_id) => page.leas.push(SearchedLea {
                nces_id,
                county: text(row, "County Name"),
                locale_code: text(row, "Locale Code"),
                students: text(row, "Students").and_then(|count| whole(&count)),
            }),
            Err(bad) => page.bad_rows.push(BadRow { column: ID.to_owned(), ..*bad }),
        }
    }
    Ok(page)
}

/// `3304.00000` is a whole number here.
fn whole(text: &str) -> Option<i32> {
    let number: f64 = text.replace(',', "").parse().ok()?;
    (number >= 0.0 && number.fract() == 0.0 && number < f64::from(i32::MAX)).then_some(number as i32)
}
