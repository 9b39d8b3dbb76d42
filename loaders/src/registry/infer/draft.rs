//! An inferred declaration as it is written.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::field::Field;
use super::choice::Chosen;
use super::{Found, Hints};

/// What a declaration is written from.
pub(super) struct Draft<'a> {
    pub state: &'a str,
    pub path: &'a Path,
    pub hints: &'a Hints,
    pub found: &'a Found,
    pub chosen: &'a Chosen,
    pub columns: &'a BTreeMap<Field, usize>,
}

impl Draft<'_> {
    /// The declaration's text. Whatever is not mapped is ignored by name: the day another column appears it warns.
    pub fn toml(&self) -> String {
        let Chosen { table, keep, speaks, rule, .. } = self.chosen;
        let file = self.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let title = quoted(&format!("Inferred from {file}"));
        let mut text = format!("state = {}\ntitle = {title}\npublisher = \"unknown\"\n", quoted(self.state));
        if let Some(sheet) = &self.found.sheet {
            text.push_str(&format!("sheet = {}\n", quoted(sheet)));
        }
        if self.hints.header_row.is_some() || self.found.header_rows > 1 {
            text.push_str(&format!("header_row = {}\n", self.found.header_row));
        }
        if self.found.header_rows > 1 {
            text.push_str(&format!("header_rows = {}\n", self.found.header_rows));
        }
        text.push_str(&format!("ignore = [{}]\n", self.ignored().join(", ")));
        if !self.found.merged.is_empty() {
            let merged = self.found.merged.iter().map(|column| quoted(&table.header[*column]));
            text.push_str(&format!("fill_down = [{}]\n", merged.collect::<Vec<_>>().join(", ")));
        }
        let collapses = rule.as_ref().is_some_and(|rule| rule.repeats || speaks.is_some());
        text.push_str(if collapses {
            "collapse = true # a district stands on several rows\n"
        } else {
            "collapse = false\n"
        });
        text.push_str(&rule.as_ref().map_or_else(String::new, |rule| rule.toml(table)));
        text.extend(keep.iter().map(|filter| filter.toml("keep", table)));
        text.extend(speaks.iter().map(|filter| filter.toml("speaks", table)));
        text.push_str("\n[columns]\n");
        for (field, column) in self.columns {
            text.push_str(&format!("{} = {}\n", field.word(), quoted(&table.header[*column])));
        }
        let count = rule.as_ref().map_or(table.rows.len(), |rule| rule.districts);
        text.push_str(&format!("\n[expect]\ndistricts = [{}, {}]\nbad_share = 0.1\n", count / 2, count * 2));
        text
    }

    fn ignored(&self) -> Vec<String> {
        let Chosen { table, keep, speaks, rule, .. } = self.chosen;
        let is_used = |column: usize| {
            self.columns.values().any(|at| *at == column)
                || rule.as_ref().is_some_and(|rule| rule.uses(column))
                || keep.iter().chain(speaks).any(|filter| filter.column == column)
        };
        let header = table.header.iter().enumerate();
        header.filter(|(column, _)| !is_used(*column)).map(|(_, header)| quoted(header)).collect()
    }
}

/// A TOML string.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(fold_line(text)).to_string()
}

fn fold_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
