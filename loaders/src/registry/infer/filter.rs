//! Which rows are districts, in a file that has schools and offices too: the column whose values tell them apart.

use std::collections::BTreeMap;

use super::draft::quoted;
use super::known::KnownLeas;
use crate::table::Table;

/// A column with more different values than this tells no kinds apart.
const MOST_VALUES: usize = 60;
/// Least share of a value's rows that must be LEAs.
const LEAST_SHARE: f64 = 0.7;
/// Least share of all rows that are LEAs which the chosen values must cover.
const LEAST_COVER: f64 = 0.7;

const NAMES: &str = "most of these rows are LEAs by name";

/// Rows whose cell in one column has one of these values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RowFilter {
    pub column: usize,
    pub values: Vec<String>,
    /// How they were told.
    pub reason: &'static str,
}

impl RowFilter {
    /// The rule as a declaration writes it, under `keep` or `speaks`.
    pub fn toml(&self, key: &str, table: &Table) -> String {
        let values: Vec<String> = self.values.iter().map(|value| quoted(value)).collect();
        let (column, reason) = (quoted(&table.header[self.column]), self.reason);
        format!("\n[[{key}]]\ncolumn = {column}\nis = [{}]\nreason = \"inferred: {reason}\"\n", values.join(", "))
    }

    /// The table with only these rows.
    pub fn apply(&self, table: &Table) -> Table {
        let is_kept = |cell: &str| self.values.iter().any(|value| value.eq_ignore_ascii_case(cell));
        let rows = table.rows.iter().filter(|row| is_kept(row.cell(self.column))).cloned().collect();
        Table { header: table.header.clone(), rows }
    }
}

/// The filter, when most rows are no LEAs and some column says which are.
pub(super) fn find(table: &Table, name: usize, known: &KnownLeas) -> Option<RowFilter> {
    let is_lea: Vec<bool> = table.rows.iter().map(|row| known.is_known_name(row.cell(name))).collect();
    by_rows(table, name, &is_lea)
}

/// The same, where it is known which rows are LEAs.
pub(super) fn by_rows(table: &Table, name: usize, is_lea: &[bool]) -> Option<RowFilter> {
    let all = is_lea.iter().filter(|is| **is).count();
    if all == 0 || all * 2 > table.rows.len() {
        return None;
    }
    let candidates = (0..table.header.len()).filter(|column| *column != name);
    let mut best: Option<(usize, RowFilter)> = None;
    for column in candidates {
        let Some((covered, filter)) = by_column(table, column, is_lea) else { continue };
        let is_better = best.as_ref().is_none_or(|(most, _)| covered > *most);
        if covered as f64 >= LEAST_COVER * all as f64 && is_better {
            best = Some((covered, filter));
        }
    }
    best.map(|(_, filter)| filter)
}

fn by_column(table: &Table, column: usize, is_lea: &[bool]) -> Option<(usize, RowFilter)> {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (row, is_lea) in table.rows.iter().zip(is_lea) {
        let entry = counts.entry(row.cell(column)).or_default();
        *entry = (entry.0 + 1, entry.1 + usize::from(*is_lea));
        if counts.len() > MOST_VALUES {
            return None;
        }
    }
    let good =
        counts.iter().filter(|(value, (rows, leas))| !value.is_empty() && *leas as f64 >= LEAST_SHARE * *rows as f64);
    let (mut covered, mut kept, mut values) = (0, 0, Vec::new());
    for (value, (rows, leas)) in good {
        (covered, kept) = (covered + leas, kept + rows);
        values.push((*value).to_owned());
    }
    (!values.is_empty() && kept < table.rows.len()).then_some((covered, RowFilter { column, values, reason: NAMES }))
}
