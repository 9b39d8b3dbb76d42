//! From one schema to another: what goes, in the reverse of the order in which it was made, then what comes.
//!
//! Every statement that makes something is PostgreSQL's own, out of pg_dump; ours are the drops and the changes of
//! tables. What comes of it is proved by whoever applies it, never trusted.

use std::collections::BTreeSet;

use super::table::{self, Rename};
use crate::schema::{Object, first_name, is_same};

/// The way from one schema to another.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Plan {
    /// In one transaction, in this order.
    pub statements: Vec<String>,
    /// New indexes on tables that were there.
    pub indexes: Vec<String>,
    /// New foreign keys of tables that were there: table and name, added without looking at the rows.
    pub keys: Vec<(String, String)>,
    /// Table and column to become required.
    pub required: Vec<(String, String)>,
    /// What loses data, in words.
    pub losses: Vec<String>,
}

/// Plans the way from `old` to `new`. An error names what cannot be planned.
///
/// An `online` plan keeps apart what would lock a table with rows; another does everything at once.
pub(super) fn plan(old: &[Object], new: &[Object], renames: &[Rename], online: bool) -> Result<Plan, String> {
    let mut plan = Plan::default();
    let of = |objects: &[Object], head: &str| objects.iter().find(|object| object.head == head).cloned();
    let mut altered = Vec::new();
    let mut dropped: BTreeSet<&str> = BTreeSet::new();
    let mut touched: Vec<Touched> = Vec::new();
    for object in old {
        match of(new, &object.head) {
            Some(other) if is_same(&object.sql, &other.sql) => {}
            Some(other) if object.kind == "TABLE" => {
                let change = table::change(object, &other, renames).ok_or_else(|| {
                    format!(
                        "{} changed in more than columns, checks and storage (partitioning, inheritance)",
                        object.name
                    )
                })?;
                // What a view stands on may grow, not change.
                if !change.changed.is_empty() {
                    let columns = change.changed.clone();
                    touched.push(Touched { relation: format!("{}.{}", object.schema, object.name), columns });
                }
                altered.push((object.head.clone(), change));
            }
            _ => {
                dropped.insert(object.head.as_str());
                let whole = || Touched { relation: format!("{}.{}", object.schema, object.name), columns: Vec::new() };
                touched.extend(is_relation(object).then(whole));
            }
        }
    }
    recreate_views(old, &mut touched, &mut dropped);
    let gone_tables: Vec<String> = old
        .iter()
        .filter(|object| object.kind == "TABLE" && dropped.contains(object.head.as_str()))
        .filter_map(Object::table)
        .collect();
    for object in old.iter().rev().filter(|object| dropped.contains(object.head.as_str())) {
        let goes_along = object.kind != "TABLE" && object.table().is_some_and(|table| gone_tables.contains(&table));
        if !goes_along {
            plan.statements.extend(drop_statement(object)?);
        }
        if object.kind == "TABLE" {
            plan.losses.push(format!("drops the table {}.{} with its data", object.schema, object.name));
        }
    }
    let had: BTreeSet<String> = old.iter().filter(|object| object.kind == "TABLE").filter_map(Object::table).collect();
    for object in new {
        let is_new = !old.iter().any(|other| other.head == object.head) || dropped.contains(object.head.as_str());
        if let Some(at) = altered.iter().position(|(head, _)| *head == object.head) {
            let (_, change) = altered.swap_remove(at);
            let name = format!("{}.{}", object.schema, object.name);
            plan.statements.extend(change.statements);
            for column in change.required {
                match online {
                    true => plan.required.push((name.clone(), column)),
                    false => plan.statements.push(format!("ALTER TABLE {name} ALTER COLUMN {column} SET NOT NULL;")),
                }
            }
            plan.losses.extend(change.losses);
        } else if is_new {
            let is_on_old = object.table().is_some_and(|table| had.contains(&table) && !gone_tables.contains(&table));
            come(object, is_on_old && online, &mut plan);
        }
    }
    Ok(plan)
}

fn is_relation(object: &Object) -> bool {
    matches!(object.kind.as_str(), "VIEW" | "MATERIALIZED VIEW" | "TABLE")
}

/// A relation that changes: some columns, or, where none is named, all of it.
struct Touched {
    relation: String,
    columns: Vec<String>,
}

impl Touched {
    fn is_under(&self, sql: &str) -> bool {
        let is_used = self.columns.is_empty() || self.columns.iter().any(|column| mentions(sql, column));
        mentions(sql, &self.relation) && is_used
    }
}

/// A view over something that changes is made anew, and so are those over it.
fn recreate_views<'a>(old: &'a [Object], touched: &mut Vec<Touched>, dropped: &mut BTreeSet<&'a str>) {
    for view in old.iter().filter(|object| object.kind.ends_with("VIEW")) {
        if touched.iter().any(|one| one.is_under(&view.sql)) {
            let name = format!("{}.{}", view.schema, view.name);
            for own in old.iter().filter(|own| own.kind == "COMMENT" || own.kind == "INDEX") {
                let is_comment = own.kind == "COMMENT" && own.schema == view.schema && own.name.ends_with(&view.name);
                if is_comment || own.table().as_ref() == Some(&name) {
                    dropped.insert(own.head.as_str());
                }
            }
            dropped.insert(view.head.as_str());
            touched.push(Touched { relation: name, columns: Vec::new() });
        }
    }
}

fn mentions(sql: &str, name: &str) -> bool {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    sql.match_indices(name).any(|(at, _)| !is_part(sql.as_bytes().get(at + name.len())))
}

fn come(object: &Object, is_apart: bool, plan: &mut Plan) {
    match object.kind.as_str() {
        "INDEX" if is_apart => plan.indexes.push(object.sql.clone()),
        "FK CONSTRAINT" if is_apart => {
            let table = object.table().unwrap_or_default();
            let name = object.name[first_name(&object.name).len()..].trim().to_owned();
            plan.statements
                .push(format!("{} NOT VALID;", object.sql.trim_end_matches(';').trim_end_matches(" NOT VALID")));
            plan.keys.push((table, name));
        }
        _ => plan.statements.push(object.sql.clone()),
    }
}

/// Nothing for what goes with its owner.
fn drop_statement(object: &Object) -> Result<Option<String>, String> {
    let Object { kind, name, schema, sql, .. } = object;
    let table = format!("{schema}.{}", first_name(name));
    let own = name[first_name(name).len()..].trim();
    let statement = match kind.as_str() {
        "SEQUENCE" if sql.starts_with("ALTER TABLE") => match sql.split_once(" ADD GENERATED") {
            Some((column, _)) => format!("{column} DROP IDENTITY;"),
            None => return Ok(None),
        },
        "TABLE" | "VIEW" | "MATERIALIZED VIEW" | "INDEX" | "SEQUENCE" | "TYPE" | "DOMAIN" | "FUNCTION"
        | "PROCEDURE" | "AGGREGATE" | "STATISTICS" | "COLLATION" => format!("DROP {kind} {schema}.{name};"),
        "SCHEMA" | "EXTENSION" => format!("DROP {kind} {name};"),
        "CONSTRAINT" | "FK CONSTRAINT" | "CHECK CONSTRAINT" => format!("ALTER TABLE {table} DROP CONSTRAINT {own};"),
        "DEFAULT" => format!("ALTER TABLE {table} ALTER COLUMN {own} DROP DEFAULT;"),
        "TRIGGER" | "POLICY" | "RULE" => format!("DROP {kind} {own} ON {table};"),
        "ROW SECURITY" => format!("ALTER TABLE {schema}.{name} DISABLE ROW LEVEL SECURITY;"),
        "COMMENT" => match sql.split_once(" IS '") {
            // The comment of something that goes along goes along.
            Some((what, _)) => format!("{what} IS NULL;"),
            None => return Ok(None),
        },
        "SEQUENCE OWNED BY" | "TABLE ATTACH" | "INDEX ATTACH" => return Ok(None),
        _ => return Err(format!("{name} is a {kind}: write this change by hand (`generate --empty`)")),
    };
    Ok(Some(statement))
}
