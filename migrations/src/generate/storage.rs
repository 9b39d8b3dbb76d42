//! How a table is stored, in what pg_dump writes behind its columns: `WITH (fillfactor='70')`, and a line for what is
//! set of a column, such as `ALTER TABLE ONLY t ALTER COLUMN c SET STORAGE PLAIN;`.

use std::collections::{BTreeMap, BTreeSet};

/// What stands behind a table's columns.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tail {
    parameters: BTreeMap<String, String>,
    of_columns: BTreeSet<String>,
    /// Anything else: partitions, inheritance.
    rest: Vec<String>,
}

/// The statements from one form to the other; none where more differs than this file knows.
pub(super) fn change(table: &str, old: &str, new: &str) -> Option<Vec<String>> {
    let (old, new) = (parse(old), parse(new));
    if old.rest != new.rest {
        return None;
    }
    let mut statements = Vec::new();
    for line in old.of_columns.difference(&new.of_columns) {
        let is_set_anew = new.of_columns.iter().any(|other| what_is_set(other) == what_is_set(line));
        if !is_set_anew {
            statements.push(unset(line)?);
        }
    }
    let gone: Vec<&str> =
        old.parameters.keys().filter(|name| !new.parameters.contains_key(*name)).map(String::as_str).collect();
    if !gone.is_empty() {
        statements.push(format!("ALTER TABLE {table} RESET ({});", gone.join(", ")));
    }
    let come: Vec<String> = new
        .parameters
        .iter()
        .filter(|(name, value)| old.parameters.get(*name) != Some(value))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    if !come.is_empty() {
        statements.push(format!("ALTER TABLE {table} SET ({});", come.join(", ")));
    }
    statements.extend(new.of_columns.difference(&old.of_columns).cloned());
    Some(statements)
}

fn parse(tail: &str) -> Tail {
    let mut parsed = Tail::default();
    for line in tail.lines().map(str::trim).filter(|line| !matches!(*line, "" | ";")) {
        let inside = line.strip_prefix("WITH (").and_then(|rest| rest.trim_end_matches(';').strip_suffix(')'));
        if let Some(parameters) = inside {
            let pairs = parameters.split(", ").filter_map(|pair| pair.split_once('='));
            parsed.parameters = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        } else if line.starts_with("ALTER TABLE ") && line.contains(" ALTER COLUMN ") && line.ends_with(';') {
            parsed.of_columns.insert(line.to_owned());
        } else {
            parsed.rest.push(line.trim_end_matches(';').to_owned());
        }
    }
    parsed
}

/// A line up to what is set, without its value: `ALTER TABLE ONLY t ALTER COLUMN c SET STORAGE`.
fn what_is_set(line: &str) -> &str {
    let value = line.trim_end_matches(';').rfind(' ').unwrap_or(line.len());
    &line[..value]
}

/// The way back to what a column has of itself.
fn unset(line: &str) -> Option<String> {
    let what = what_is_set(line);
    let of_itself = match what.rsplit(' ').next()? {
        "STORAGE" | "COMPRESSION" => "DEFAULT",
        "STATISTICS" => "-1",
        _ => return None,
    };
    Some(format!("{what} {of_itself};"))
}

#[cfg(test)]
mod tests {
    use super::change;

    const BEFORE: &str =
        "\nWITH (fillfactor='70', autovacuum_enabled='false');\nALTER TABLE ONLY s.t ALTER COLUMN a SET STORAGE PLAIN;";

    #[test]
    fn parameters_and_columns_go_and_come() {
        let after = "\nWITH (fillfactor='80');\nALTER TABLE ONLY s.t ALTER COLUMN b SET STATISTICS 200;";
        let expected = [
            "ALTER TABLE ONLY s.t ALTER COLUMN a SET STORAGE DEFAULT;",
            "ALTER TABLE s.t RESET (autovacuum_enabled);",
            "ALTER TABLE s.t SET (fillfactor='80');",
            "ALTER TABLE ONLY s.t ALTER COLUMN b SET STATISTICS 200;",
        ];
        assert_eq!(change("s.t", BEFORE, after).unwrap(), expected);
        let other = BEFORE.replace("PLAIN", "MAIN");
        let expected = ["ALTER TABLE ONLY s.t ALTER COLUMN a SET STORAGE MAIN;"];
        assert_eq!(change("s.t", BEFORE, &other).unwrap(), expected);
    }

    #[test]
    fn partitions_are_no_matter_of_storage() {
        assert_eq!(change("s.t", ";", "\nPARTITION BY LIST (a);"), None);
        assert_eq!(change("s.t", ";", BEFORE).map(|statements| statements.len()), Some(2));
    }
}
