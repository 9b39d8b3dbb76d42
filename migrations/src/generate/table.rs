//! A table that changed: its columns and checks, line by line of its `CREATE TABLE`, and the `ALTER TABLE` between.

use crate::schema::{Object, first_name, plain};

/// A column as pg_dump writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    name: String,
    kind: String,
    default: Option<String>,
    generated: Option<String>,
    is_required: bool,
}

/// A column that another was called before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rename {
    pub table: String,
    pub from: String,
    pub to: String,
}

/// What lies between two forms of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TableChange {
    pub statements: Vec<String>,
    /// Columns to become required once rows have a value.
    pub required: Vec<String>,
    /// Columns that were there and are gone or another now.
    pub changed: Vec<String>,
    /// What loses data, in words.
    pub losses: Vec<String>,
}

/// None when something other than columns, checks and storage differs, such as how it is partitioned.
pub(super) fn change(old: &Object, new: &Object, renames: &[Rename]) -> Option<TableChange> {
    let table = format!("{}.{}", new.schema, new.name);
    let (old_lines, old_tail) = body(&old.sql)?;
    let (new_lines, new_tail) = body(&new.sql)?;
    let storage = super::storage::change(&table, &old_tail, &new_tail)?;
    let (mut before, old_checks) = parts(&old_lines);
    let (after, new_checks) = parts(&new_lines);
    let mut change = TableChange::default();
    for rename in renames.iter().filter(|rename| rename.table == table) {
        let is_new = !before.iter().any(|column| column.name == rename.to);
        if let (true, Some(column)) = (is_new, before.iter_mut().find(|column| column.name == rename.from)) {
            change.statements.push(format!("ALTER TABLE {table} RENAME COLUMN {} TO {};", rename.from, rename.to));
            column.name.clone_from(&rename.to);
            change.changed.push(rename.from.clone());
        }
    }
    for check in old_checks.iter().filter(|check| !new_checks.contains(check)) {
        let name = first_name(check.trim_start_matches("CONSTRAINT "));
        change.statements.push(format!("ALTER TABLE {table} DROP CONSTRAINT {name};"));
    }
    for column in before.iter().filter(|column| !after.iter().any(|other| other.name == column.name)) {
        change.losses.push(format!("drops the column {table}.{} with its data", column.name));
        change.changed.push(column.name.clone());
        change.statements.push(format!("ALTER TABLE {table} DROP COLUMN {};", column.name));
    }
    for column in &after {
        match before.iter().find(|other| other.name == column.name) {
            None => add(&table, column, &mut change),
            Some(other) if other != column => {
                if other.kind != column.kind || other.generated != column.generated {
                    change.changed.push(column.name.clone());
                }
                alter(&table, other, column, &mut change);
            }
            Some(_) => {}
        }
    }
    for check in new_checks.iter().filter(|check| !old_checks.contains(check)) {
        change.statements.push(format!("ALTER TABLE {table} ADD {check};"));
    }
    change.statements.extend(storage);
    Some(change)
}

fn add(table: &str, column: &Column, change: &mut TableChange) {
    let is_late = column.is_required && column.default.is_none() && column.generated.is_none();
    let mut line = format!("{} {}", column.name, column.kind);
    if let Some(default) = &column.default {
        line.push_str(&format!(" DEFAULT {default}"));
    }
    if let Some(generated) = &column.generated {
        line.push_str(&format!(" GENERATED ALWAYS AS {generated}"));
    }
    if column.is_required && !is_late {
        line.push_str(" NOT NULL");
    }
    change.statements.push(format!("ALTER TABLE {table} ADD COLUMN {line};"));
    if is_late {
        change.required.push(column.name.clone());
    }
}

fn alter(table: &str, old: &Column, new: &Column, change: &mut TableChange) {
    let name = &new.name;
    if old.generated != new.generated {
        change.losses.push(format!("makes the column {table}.{name} anew"));
        change.statements.push(format!("ALTER TABLE {table} DROP COLUMN {name};"));
        add(table, new, change);
        return;
    }
    let mut say = |words: String| change.statements.push(format!("ALTER TABLE {table} ALTER COLUMN {name} {words};"));
    if old.kind != new.kind {
        if old.default.is_some() {
            say("DROP DEFAULT".to_owned());
        }
        say(format!("TYPE {0} USING {name}::{0}", new.kind));
    }
    if old.default != new.default || (old.kind != new.kind && new.default.is_some()) {
        match &new.default {
            Some(default) => say(format!("SET DEFAULT {default}")),
            None => say("DROP DEFAULT".to_owned()),
        }
    }
    match (old.is_required, new.is_required) {
        (true, false) => say("DROP NOT NULL".to_owned()),
        (false, true) => change.required.push(name.clone()),
        _ => {}
    }
    if old.kind != new.kind {
        change.losses.push(format!("rewrites {table}.{name} from {} to {}", old.kind, new.kind));
    }
}

/// The lines between the brackets, and what follows them.
fn body(sql: &str) -> Option<(Vec<String>, String)> {
    let (_, rest) = sql.split_once("(\n")?;
    let (inside, tail) = rest.split_once("\n)").or_else(|| rest.strip_prefix(')').map(|tail| ("", tail)))?;
    Some((inside.lines().map(plain).collect(), tail.trim().to_owned()))
}

fn parts(lines: &[String]) -> (Vec<Column>, Vec<String>) {
    let (checks, columns): (Vec<&String>, Vec<&String>) =
        lines.iter().partition(|line| line.starts_with("CONSTRAINT "));
    (columns.into_iter().map(|line| column(line)).collect(), checks.into_iter().cloned().collect())
}

/// `name type [DEFAULT x | GENERATED ALWAYS AS (x) STORED] [NOT NULL]`, as pg_dump orders them.
fn column(line: &str) -> Column {
    let name = first_name(line);
    let mut rest = line[name.len()..].trim();
    let is_required = rest.ends_with(" NOT NULL");
    rest = rest.strip_suffix(" NOT NULL").unwrap_or(rest);
    let (mut kind, mut default, mut generated) = (rest, None, None);
    if let Some((left, right)) = rest.split_once(" GENERATED ALWAYS AS ") {
        (kind, generated) = (left, Some(right.to_owned()));
    } else if let Some((left, right)) = rest.split_once(" DEFAULT ") {
        (kind, default) = (left, Some(right.to_owned()));
    }
    Column { name: name.to_owned(), kind: kind.to_owned(), default, generated, is_required }
}
