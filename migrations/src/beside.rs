//! What of a database is none of its history's: schemas and extensions that a hosting service or another program
//! keeps beside ours, and the schema it puts our extensions into.

use std::collections::BTreeSet;

use crate::schema::Object;

/// The objects that the history answers for, and what the others are: `schema auth`, `publication all_tables`.
pub(crate) fn ours(expected: &[Object], found: Vec<Object>) -> (Vec<Object>, Vec<String>) {
    let schemas: BTreeSet<&str> = expected.iter().map(|object| object.schema.as_str()).collect();
    let is_ours = |object: &Object| match (object.kind.as_str(), object.schema.as_str()) {
        ("SCHEMA", _) => schemas.contains(object.name.as_str()),
        (_, "-") => expected.iter().any(|other| other.head == object.head) || is_right_on(object, &schemas),
        (_, schema) => schemas.contains(schema),
    };
    let (ours, others): (Vec<Object>, Vec<Object>) = found.into_iter().partition(is_ours);
    let named = |object: &Object| match (object.kind.as_str(), object.schema.as_str()) {
        ("COMMENT" | "ACL", "-") => None,
        (kind, "-") => Some(format!("{} {}", kind.to_lowercase(), object.name)),
        (_, schema) => Some(format!("schema {schema}")),
    };
    let beside: BTreeSet<String> = others.iter().filter_map(named).collect();
    (as_expected(expected, &schemas, ours), beside.into_iter().collect())
}

/// What is granted on a schema of ours has itself no schema.
fn is_right_on(object: &Object, schemas: &BTreeSet<&str>) -> bool {
    object.kind == "ACL" && object.name.strip_prefix("SCHEMA ").is_some_and(|schema| schemas.contains(schema))
}

/// Extensions in another schema than the history put them into are the same extensions, unless that schema is the
/// history's too: then what is called by it may be ours.
fn as_expected(expected: &[Object], schemas: &BTreeSet<&str>, mut found: Vec<Object>) -> Vec<Object> {
    let moved: Vec<(String, String)> = found
        .iter()
        .filter(|object| object.kind == "EXTENSION")
        .filter_map(|object| {
            let other = expected.iter().find(|other| other.head == object.head)?;
            Some((schema_of_extension(object)?, schema_of_extension(other)?))
                .filter(|(here, there)| here != there && !schemas.contains(here.as_str()))
        })
        .collect();
    for (here, there) in &moved {
        for object in &mut found {
            object.sql = requalified(&object.sql, here, there);
            if object.kind == "EXTENSION" {
                object.sql = object.sql.replace(&format!("WITH SCHEMA {here};"), &format!("WITH SCHEMA {there};"));
            }
        }
    }
    found
}

/// `extensions.vector` as `public.vector`, and `my_extensions.vector` as it is.
fn requalified(sql: &str, here: &str, there: &str) -> String {
    let mut whole = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(&format!("{here}.")) {
        let (before, after) = (&rest[..at], &rest[at + here.len()..]);
        let is_part = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '"'));
        whole.extend([before, if is_part { here } else { there }]);
        rest = after;
    }
    whole + rest
}

fn schema_of_extension(extension: &Object) -> Option<String> {
    let (_, rest) = extension.sql.split_once(" WITH SCHEMA ")?;
    Some(rest.split(';').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::requalified;

    #[test]
    fn only_the_whole_name_of_a_schema_is_another() {
        let sql = "a extensions.vector(3), b my_extensions.x, extensions.y";
        assert_eq!(requalified(sql, "extensions", "public"), "a public.vector(3), b my_extensions.x, public.y");
    }
}
