//! Which rows are districts.

use super::declaration::{Declaration, RowRule};
use crate::table::{Row, Table};

/// The rows that remain, and how many were left out by a declared rule.
pub(super) fn keep_districts<'a>(table: &'a Table, declaration: &'a Declaration) -> (Vec<&'a Row>, usize) {
    let find = |rules: &'a [RowRule]| -> Vec<(usize, &'a RowRule)> {
        rules.iter().filter_map(|rule| table.column(&rule.column).map(|column| (column, rule))).collect()
    };
    let (keep, drop) = (find(&declaration.keep), find(&declaration.drop));
    let holds = |row: &Row, (column, rule): &(usize, &RowRule)| applies(rule, row.cell(*column));
    let is_district = |row: &Row| keep.iter().all(|rule| holds(row, rule)) && !drop.iter().any(|rule| holds(row, rule));
    let kept: Vec<&Row> = table.rows.iter().filter(|row| is_district(row)).collect();
    let dropped = table.rows.len() - kept.len();
    (kept, dropped)
}

fn applies(rule: &RowRule, cell: &str) -> bool {
    rule.is.iter().any(|value| cell.eq_ignore_ascii_case(value))
        || rule.starts.iter().any(|start| cell.starts_with(start.as_str()))
}
