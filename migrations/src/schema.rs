//! A schema as pg_dump tells it: every object with the SQL that makes it, in an order in which they can be made.

use std::path::Path;

use crate::program;
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

/// Schemas that belong to other roles, as `pg_dump --exclude-schema` takes them: a hosting service keeps its own beside
/// ours, which may be neither read nor put back. `pg_dump` has psql beside it.
pub fn schemas_of_others(pg_dump: &Path, url: &str) -> Result<Vec<String>, ShadowError> {
    const OTHERS: &str = "select quote_ident(nspname) from pg_namespace
         where nspname !~ '^pg_' and nspname not in ('public', 'information_schema')
           and not pg_has_role(nspowner, 'usage')
         order by 1";
    let mut command = program::on(&pg_dump.with_file_name("psql"), url);
    command.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", OTHERS]);
    let printed = program::output(command).map_err(ShadowError::Dump)?;
    Ok(String::from_utf8_lossy(&printed).lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Reads the schema behind `url` without the schemas `of_others`. What the runner keeps for itself in `ops` is no part of
/// it, nor is who may do what.
pub fn dump(pg_dump: &Path, url: &str, of_others: &[String]) -> Result<Vec<Object>, ShadowError> {
    read(pg_dump, url, of_others, &["--no-privileges"])
}

/// As [`dump`], with rights granted and taken: objects of the kind `ACL`.
pub fn dump_with_rights(pg_dump: &Path, url: &str, of_others: &[String]) -> Result<Vec<Object>, ShadowError> {
    read(pg_dump, url, of_others, &[])
}

fn read(pg_dump: &Path, url: &str, of_others: &[String], more: &[&str]) -> Result<Vec<Object>, ShadowError> {
    let mut command = program::on(pg_dump, url);
    command.args(["--schema-only", "--no-owner", "--exclude-schema=pg_*", "--exclude-schema=ops"]).args(more);
    command.args(of_others.iter().map(|schema| format!("--exclude-schema={schema}")));
    let dumped = program::output(command).map_err(ShadowError::Dump)?;
    Ok(objects(&String::from_utf8_lossy(&dumped)))
}

/// pg_dump heads every object with `-- Name: …; Type: …; Schema: …; Owner: …` between two empty comments.
pub fn objects(dump: &str) -> Vec<Object> {
    let blocks = dump.split("\n--\n-- Name: ").skip(1);
    // Of a schema that is always there, only a remark is written.
    let says = |object: &Object| object.sql.lines().any(|line| !line.is_empty() && !line.starts_with("--"));
    blocks.filter_map(object).filter(says).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_inside_a_body_belong_to_it() {
        let text = "--\n-- PostgreSQL database dump\n--\n\n--\n-- Name: f(integer); Type: FUNCTION; Schema: public; Owner: -\n--\n\nCREATE FUNCTION public.f(integer) RETURNS integer AS $$\n-- ours\nselect 1$$;\n\n\n--\n-- Name: t t_pkey; Type: CONSTRAINT; Schema: public; Owner: -\n--\n\nALTER TABLE ONLY public.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (a);\n\n\n--\n-- PostgreSQL database dump complete\n--\n";
        let found = objects(text);
        assert_eq!(found.len(), 2);
        assert!(found[0].sql.contains("-- ours"));
        assert_eq!((found[1].kind.as_str(), found[1].table().as_deref()), ("CONSTRAINT", Some("public.t")));
    }
}
