//! What a database's schema is, against what its history says it should be: pg_dump of both, object by object.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::runner;
use crate::shadow::{Shadow, ShadowError};

/// An object that is not as the history made it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "drift", rename_all = "snake_case")]
pub enum Drift {
    /// The history makes it, the database has it not.
    Missing {
        /// Kind and name.
        object: String,
        /// The SQL that would make it.
        sql: String,
    },
    /// The database has it, the history does not make it.
    Extra {
        /// Kind and name.
        object: String,
        /// The SQL that made it.
        sql: String,
    },
    /// Both have it, differently.
    Different {
        /// Kind and name.
        object: String,
        /// Lines of the history's alone.
        expected: Vec<String>,
        /// Lines of the database's alone.
        found: Vec<String>,
    },
}

/// Compares the database behind `url` with the history. Reads only.
pub async fn drift(url: &str) -> Result<Vec<Drift>, ShadowError> {
    let shadow = Shadow::replayed().await?;
    let program = shadow.program("pg_dump");
    let (ours, theirs) = (shadow.url(), url.to_owned());
    let both =
        move || -> Result<(String, String), ShadowError> { Ok((dump(&program, &ours)?, dump(&program, &theirs)?)) };
    let dumps = tokio::task::spawn_blocking(both).await.map_err(|error| ShadowError::Dump(error.to_string()))?;
    shadow.close().await?;
    let (expected, found) = dumps?;
    Ok(compare(&objects(&expected), &objects(&found)))
}

/// Replays the history, reverts all of it, and replays it again: what the way back does not undo, or the way there
/// does not make again, is named. Touches nobody's database.
pub async fn round_trip() -> Result<Vec<Drift>, ShadowError> {
    let shadow = Shadow::replayed().await?;
    let dumped = |shadow: &Shadow| {
        let (program, url) = (shadow.program("pg_dump"), shadow.url());
        tokio::task::spawn_blocking(move || dump(&program, &url))
    };
    let lost = |error: tokio::task::JoinError| ShadowError::Dump(error.to_string());
    let there = dumped(&shadow).await.map_err(lost)??;
    runner::down(&shadow.options(), 0, |_| {}).await?;
    let back = dumped(&shadow).await.map_err(lost)??;
    runner::up(&shadow.options(), |_| {}).await?;
    let again = dumped(&shadow).await.map_err(lost)??;
    shadow.close().await?;
    let left = objects(&back).into_iter().filter(|(object, _)| !is_bookkeeping(object));
    let mut found: Vec<Drift> = left.map(|(object, sql)| Drift::Extra { object, sql }).collect();
    found.extend(compare(&objects(&there), &objects(&again)));
    Ok(found)
}

/// The runner's own table, and the extension, which others may use.
fn is_bookkeeping(object: &str) -> bool {
    object.contains("schema_migrations")
        || object.starts_with("ops;")
        || object.contains("Schema: ops")
        || object.contains("EXTENSION")
}

/// The URL goes by environment: an argument could be read by everybody on the machine.
fn dump(program: &Path, url: &str) -> Result<String, ShadowError> {
    let wrong = |error: &dyn std::fmt::Display| ShadowError::Dump(error.to_string());
    let output = Command::new(program)
        .args(["--schema-only", "--no-owner", "--no-privileges", "--exclude-schema=pg_*"])
        .env("PGAPPNAME", "districts migrate drift")
        .arg(format!("--dbname={}", url_without_password(url)))
        .env("PGPASSWORD", password(url).unwrap_or_default())
        .output()
        .map_err(|error| wrong(&error))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(wrong(&words.lines().next().unwrap_or("pg_dump failed")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The user's part of `postgresql://user:password@host/…`.
fn user_part(url: &str) -> Option<(usize, usize)> {
    let start = url.find("://")? + 3;
    let end = start + url[start..].split(['/', '?']).next()?.rfind('@')?;
    Some((start, end))
}

fn password(url: &str) -> Option<String> {
    let (start, end) = user_part(url)?;
    let (_, password) = url[start..end].split_once(':')?;
    Some(percent_decoded(password))
}

fn url_without_password(url: &str) -> String {
    let Some((start, end)) = user_part(url) else { return url.to_owned() };
    let user = url[start..end].split(':').next().unwrap_or_default();
    format!("{}{user}{}", &url[..start], &url[end..])
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let raw = text.as_bytes();
    let mut at = 0;
    while at < raw.len() {
        let hex = (raw[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten();
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                at += 3;
            }
            None => {
                bytes.push(raw[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// pg_dump heads every object with `-- Name: …; Type: …; Schema: …`.
fn objects(dump: &str) -> BTreeMap<String, String> {
    let mut objects: BTreeMap<String, String> = BTreeMap::new();
    let mut current: Option<String> = None;
    for line in dump.lines() {
        if let Some(head) = line.strip_prefix("-- Name: ") {
            current = Some(head.split("; Owner").next().unwrap_or(head).to_owned());
            continue;
        }
        let is_noise = line.is_empty() || line.starts_with("--") || line.starts_with("\\") || line.starts_with("SET ");
        if let (Some(name), false) = (&current, is_noise) {
            let text = objects.entry(name.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        }
    }
    objects
}

fn compare(expected: &BTreeMap<String, String>, found: &BTreeMap<String, String>) -> Vec<Drift> {
    let mut all = Vec::new();
    for (object, sql) in expected {
        match found.get(object) {
            None => all.push(Drift::Missing { object: object.clone(), sql: sql.clone() }),
            Some(other) if !is_same(sql, other) => {
                let only = |ours: &str, theirs: &str| -> Vec<String> {
                    ours.lines()
                        .filter(|line| !theirs.lines().any(|other| plain(other) == plain(line)))
                        .map(str::to_owned)
                        .collect()
                };
                all.push(Drift::Different {
                    object: object.clone(),
                    expected: only(sql, other),
                    found: only(other, sql),
                });
            }
            Some(_) => {}
        }
    }
    let extra = found.iter().filter(|(object, _)| !expected.contains_key(*object));
    all.extend(extra.map(|(object, sql)| Drift::Extra { object: object.clone(), sql: sql.clone() }));
    all
}

/// The order of columns is history, not schema: a column added later stands last.
fn is_same(ours: &str, theirs: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(plain).collect();
        lines.sort();
        lines
    };
    sorted(ours) == sorted(theirs)
}

fn plain(line: &str) -> String {
    line.trim().trim_end_matches(',').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_argument() {
        let url = "postgresql://me:se%40cret@db.example.org:5432/x?sslmode=require";
        assert_eq!(url_without_password(url), "postgresql://me@db.example.org:5432/x?sslmode=require");
        assert_eq!(password(url).as_deref(), Some("se@cret"));
        assert_eq!(url_without_password("postgresql:///x?host=/tmp"), "postgresql:///x?host=/tmp");
    }

    #[test]
    fn objects_differ_by_what_they_are_not_by_the_order_of_columns() {
        let head = "--\n-- Name: t; Type: TABLE; Schema: public; Owner: -\n--\n\n";
        let one = objects(&format!("{head}CREATE TABLE t (\n    a integer,\n    b text\n);\n"));
        let other = objects(&format!("{head}CREATE TABLE t (\n    b text,\n    a integer\n);\n"));
        assert!(compare(&one, &other).is_empty());
        let third = objects(&format!("{head}CREATE TABLE t (\n    a bigint,\n    b text\n);\n"));
        assert!(
            matches!(&compare(&one, &third)[..], [Drift::Different { expected, .. }] if expected == &["    a integer,"])
        );
    }
}
