//! A schema as pg_dump tells it: every object with the SQL that makes it, in an order in which they can be made.

use std::path::Path;
use std::process::Command;

use crate::shadow::ShadowError;

/// One object of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Name, kind and schema as pg_dump heads it: what makes it the same object in two dumps.
    pub head: String,
    /// `TABLE`, `INDEX`, `FK CONSTRAINT`, …
    pub kind: String,
    /// Its name; `table name` for what belongs to a table.
    pub name: String,
    /// Its schema; `-` for what has none.
    pub schema: String,
    /// The SQL that makes it.
    pub sql: String,
}

impl Object {
    /// The table it belongs to, with its schema, if it belongs to one.
    pub fn table(&self) -> Option<String> {
        let in_schema = |name: &str| format!("{}.{name}", self.schema);
        match self.kind.as_str() {
            "TABLE" => Some(in_schema(&self.name)),
            "INDEX" => {
                let after = self.sql.split_once(" ON ")?.1;
                Some(after.trim_start_matches("ONLY ").split_whitespace().next()?.to_owned())
            }
            "CONSTRAINT" | "FK CONSTRAINT" | "CHECK CONSTRAINT" | "DEFAULT" | "TRIGGER" | "POLICY" | "RULE" => {
                Some(in_schema(first_name(&self.name)))
            }
            // An identity column's.
            "SEQUENCE" => self.sql.strip_prefix("ALTER TABLE ")?.split_whitespace().next().map(str::to_owned),
            "ROW SECURITY" => Some(in_schema(&self.name)),
            "COMMENT" => {
                let (of, name) = self.name.split_once(' ')?;
                match of {
                    "TABLE" => Some(in_schema(name)),
                    "COLUMN" => Some(in_schema(name.split('.').next()?)),
                    "CONSTRAINT" | "TRIGGER" | "POLICY" => Some(in_schema(name.rsplit(" ON ").next()?)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// `orders` of `orders orders_pkey`; a quoted name may hold blanks.
pub(crate) fn first_name(text: &str) -> &str {
    if let Some(rest) = text.strip_prefix('"') {
        return rest.find('"').map_or(text, |end| &text[..end + 2]);
    }
    text.split(' ').next().unwrap_or(text)
}

/// Reads the schema behind `url`. The password goes by environment: an argument could be read by everybody on the
/// machine.
pub fn dump(pg_dump: &Path, url: &str) -> Result<Vec<Object>, ShadowError> {
    let wrong = |error: &dyn std::fmt::Display| ShadowError::Dump(error.to_string());
    let output = Command::new(pg_dump)
        .args(["--schema-only", "--no-owner", "--no-privileges", "--exclude-schema=pg_*"])
        .env("PGAPPNAME", "districts migrate")
        .arg(format!("--dbname={}", without_password(url)))
        .env("PGPASSWORD", password(url).unwrap_or_default())
        .output()
        .map_err(|error| wrong(&error))?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        return Err(wrong(&words.lines().next().unwrap_or("pg_dump failed")));
    }
    Ok(objects(&String::from_utf8_lossy(&output.stdout)))
}

/// pg_dump heads every object with `-- Name: …; Type: …; Schema: …; Owner: …` between two empty comments.
pub fn objects(dump: &str) -> Vec<Object> {
    let blocks = dump.split("\n--\n-- Name: ").skip(1);
    blocks.filter_map(object).filter(|object| !object.sql.is_empty()).collect()
}

fn object(block: &str) -> Option<Object> {
    let (head, rest) = block.split_once('\n')?;
    let head = head.split("; Owner").next()?;
    let mut parts = head.rsplitn(3, "; ");
    let (schema, kind, name) = (parts.next()?, parts.next()?, parts.next()?);
    let body = rest.strip_prefix("--\n").unwrap_or(rest).split("\n--\n-- PostgreSQL database dump complete").next()?;
    let is_setting = |line: &&str| !line.starts_with("SET default_") && !line.starts_with('\\');
    let sql = body.lines().filter(is_setting).collect::<Vec<_>>().join("\n").trim().to_owned();
    Some(Object {
        head: head.to_owned(),
        kind: kind.strip_prefix("Type: ")?.to_owned(),
        name: name.to_owned(),
        schema: schema.strip_prefix("Schema: ")?.to_owned(),
        sql,
    })
}

/// The runner's own schema, and the extensions, which others may use.
pub fn is_bookkeeping(object: &Object) -> bool {
    object.schema == "ops" || (object.kind == "SCHEMA" && object.name == "ops") || object.name == "SCHEMA ops"
}

/// The order of columns is history, not schema: a column added later stands last.
pub fn is_same(ours: &str, theirs: &str) -> bool {
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(plain).filter(|line| !line.is_empty()).collect();
        lines.sort();
        lines
    };
    sorted(ours) == sorted(theirs)
}

/// A line without its place in a list.
pub(crate) fn plain(line: &str) -> String {
    line.trim().trim_end_matches(',').to_owned()
}

/// The user's part of `postgresql://user:password@host/…`.
fn user_part(url: &str) -> Option<(usize, usize)> {
    let start = url.find("://")? + 3;
    let end = start + url[start..].split(['/', '?']).next()?.rfind('@')?;
    Some((start, end))
}

pub(crate) fn password(url: &str) -> Option<String> {
    let (start, end) = user_part(url)?;
    let (_, password) = url[start..end].split_once(':')?;
    Some(percent_decoded(password))
}

pub(crate) fn without_password(url: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_argument() {
        let url = "postgresql://me:se%40cret@db.example.org:5432/x?sslmode=require";
        assert_eq!(without_password(url), "postgresql://me@db.example.org:5432/x?sslmode=require");
        assert_eq!(password(url).as_deref(), Some("se@cret"));
        assert_eq!(without_password("postgresql:///x?host=/tmp"), "postgresql:///x?host=/tmp");
    }

    #[test]
    fn comments_inside_a_body_belong_to_it() {
        let text = "--\n-- PostgreSQL database dump\n--\n\n--\n-- Name: f(integer); Type: FUNCTION; Schema: public; Owner: -\n--\n\nCREATE FUNCTION public.f(integer) RETURNS integer AS $$\n-- ours\nselect 1$$;\n\n\n--\n-- Name: t t_pkey; Type: CONSTRAINT; Schema: public; Owner: -\n--\n\nALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (a);\n\n\n--\n-- PostgreSQL database dump complete\n--\n";
        let found = objects(text);
        assert_eq!(found.len(), 2);
        assert!(found[0].sql.contains("-- ours"));
        assert_eq!((found[1].kind.as_str(), found[1].table().as_deref()), ("CONSTRAINT", Some("public.t")));
    }
}
