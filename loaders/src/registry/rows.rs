//! Which rows are districts.

use super::declaration::{Declaration, RowRule};
use crate::table::{Row, Table};

/// The rows that remain, and how many were left out by a declared rule.
pub(super) fn keep_districts<'a>(table: &'a Table, declaration: &Declaration) -> (Vec<&'a Row>, usize) {
    let rules: Vec<(usize, &RowRule)> =
        declaration.drop.iter().filter_map(|rule| table.column(&rule.column).map(|column| (column, rule))).collect();
    let kept: Vec<&Row> =
        table.rows.iter().filter(|row| !rules.iter().any(|(column, rule)| applies(rule, row.cell(*column)))).collect();
    let dropped = table.rows.len() - kept.len();
    (kept, dropped)
}

fn applies(rule: &RowRule, cell: &str) -> bool {
    rule.is.iter().any(|value| cell.eq_ignore_ascii_case(value))
        || rule.starts.iter().any(|start| cell.starts_with(start.as_str()))
}
