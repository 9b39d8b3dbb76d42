//! Which rows are districts, and which speak for theirs.

use super::declaration::{Declaration, RowRule};
use super::field::Field;
use crate::table::{Row, Table};

/// The rows that remain, and how many were left out: by a declared rule, or as the heading of a section or a note, which has
/// one cell where a district has its id and its name.
pub(super) fn keep_districts<'a>(table: &'a Table, declaration: &'a Declaration) -> (Vec<&'a Row>, usize) {
    let (keep, drop) = (Rules::find(table, &declaration.keep), Rules::find(table, &declaration.drop));
    let has_ids = declaration.columns.contains_key(&Field::StateDistrictId);
    let is_heading = |row: &Row| row.filled() == 1;
    let is_district = |row: &Row| keep.all_hold(row) && !drop.any_holds(row) && !(has_ids && is_heading(row));
    let kept: Vec<&Row> = table.rows.iter().filter(|row| is_district(row)).collect();
    let dropped = table.rows.len() - kept.len();
    (kept, dropped)
}

/// Rules and the columns they look at.
pub(super) struct Rules<'a>(Vec<(usize, &'a RowRule)>);

impl<'a> Rules<'a> {
    pub fn find(table: &Table, rules: &'a [RowRule]) -> Self {
        Self(rules.iter().filter_map(|rule| table.column(&rule.column).map(|column| (column, rule))).collect())
    }

    /// True without any.
    pub fn all_hold(&self, row: &Row) -> bool {
        self.0.iter().all(|(column, rule)| applies(rule, row.cell(*column)))
    }

    fn any_holds(&self, row: &Row) -> bool {
        self.0.iter().any(|(column, rule)| applies(rule, row.cell(*column)))
    }
}

fn applies(rule: &RowRule, cell: &str) -> bool {
    rule.is.iter().any(|value| cell.eq_ignore_ascii_case(value))
        || rule.starts.iter().any(|start| cell.starts_with(start.as_str()))
}
