//! Cells that a list's writer merged over several rows: a reader finds them in the first alone.

use crate::table::{Row, Table};

/// Least share of the rows without a name, and of cells that such a row has.
const LEAST_SHARE: f64 = 0.2;
const FEWEST_CELLS: usize = 2;

/// The columns to fill from above: the name's, where many rows have other cells and no name, and those that are empty
/// wherever it is.
pub(super) fn columns(table: &Table, name: usize) -> Vec<usize> {
    let below = |row: &&Row| row.cell(name).is_empty() && row.filled() >= FEWEST_CELLS;
    let nameless: Vec<&Row> = table.rows.iter().filter(below).collect();
    if (nameless.len() as f64) < LEAST_SHARE * table.rows.len() as f64 || nameless.is_empty() {
        return Vec::new();
    }
    let is_merged = |column: &usize| nameless.iter().all(|row| row.cell(*column).is_empty());
    let holds = |column: &usize| table.rows.iter().any(|row| !row.cell(*column).is_empty());
    (0..table.header.len()).filter(is_merged).filter(holds).collect()
}
