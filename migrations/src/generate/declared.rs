//! The declared schema: plain SQL in `declared/<schema>/*.sql`, executed by PostgreSQL, not parsed by us. Two comments
//! behind a column say what no schema can: `-- renamed-from: old` and `-- backfill: expression`.

use std::path::Path;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};

use super::GenerateError;
use super::table::Rename;

/// The files, and what their comments say.
#[derive(Debug, Default)]
pub(super) struct Declared {
    files: Vec<(String, String)>,
    schemas: Vec<String>,
    pub renames: Vec<Rename>,
    /// Table, column, expression.
    pub backfills: Vec<(String, String, String)>,
}

/// Reads the folder.
pub(super) fn read(folder: &Path) -> Result<Declared, GenerateError> {
    let wrong = |path: &Path, error: std::io::Error| GenerateError::Declared {
        file: path.display().to_string(),
        why: error.to_string(),
    };
    let mut declared = Declared::default();
    for schema in sorted(folder).map_err(|error| wrong(folder, error))? {
        let name = schema.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in sorted(&schema).map_err(|error| wrong(&schema, error))? {
            let sql = std::fs::read_to_string(&file).map_err(|error| wrong(&file, error))?;
            declared.note(&name, &sql);
            declared.files.push((file.display().to_string(), sql));
        }
        declared.schemas.push(name);
    }
    Ok(declared)
}

fn sorted(folder: &Path) -> std::io::Result<Vec<std::path::PathBuf>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<_> = entries.collect::<Result<_, _>>()?;
    paths.sort();
    Ok(paths)
}

impl Declared {
    fn note(&mut self, schema: &str, sql: &str) {
        let mut table = String::new();
        for line in sql.lines() {
            let lower = line.trim().to_lowercase();
            if let Some(rest) = lower.strip_prefix("create table ") {
                let name = rest.trim_start_matches("if not exists ").split([' ', '(']).next().unwrap_or_default();
                table = if name.contains('.') { name.to_owned() } else { format!("{schema}.{name}") };
            }
            let Some((code, comment)) = line.split_once("--") else { continue };
            let column = code.split_whitespace().next().unwrap_or_default().to_owned();
            if let Some(from) = comment.trim().strip_prefix("renamed-from:") {
                self.renames.push(Rename { table: table.clone(), from: from.trim().to_owned(), to: column });
            } else if let Some(value) = comment.trim().strip_prefix("backfill:") {
                self.backfills.push((table.clone(), column, value.trim().to_owned()));
            }
        }
    }

    /// Executes the files in a database without schema. One that needs another comes after it, whatever their names.
    pub async fn execute(&self, options: &PgConnectOptions) -> Result<(), GenerateError> {
        let wrong = |file: &str, error: sqlx::Error| GenerateError::Declared {
            file: file.to_owned(),
            why: error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned()),
        };
        let mut connection = options
            .clone()
            .options([("client_min_messages", "warning")])
            .connect()
            .await
            .map_err(|error| wrong("the shadow", error))?;
        for schema in &self.schemas {
            let quoted = schema.replace('"', "\"\"");
            let made = sqlx::raw_sql(AssertSqlSafe(format!("create schema if not exists \"{quoted}\"")));
            made.execute(&mut connection).await.map_err(|error| wrong(schema, error))?;
        }
        let mut waiting: Vec<&(String, String)> = self.files.iter().collect();
        while !waiting.is_empty() {
            let mut later = Vec::new();
            let mut reason = None;
            for one in &waiting {
                // A file is one transaction: of a failed one nothing stays.
                if let Err(error) = sqlx::raw_sql(AssertSqlSafe(one.1.clone())).execute(&mut connection).await {
                    reason.get_or_insert(wrong(&one.0, error));
                    later.push(*one);
                }
            }
            match reason {
                Some(reason) if later.len() == waiting.len() => return Err(reason),
                _ => waiting = later,
            }
        }
        Ok(())
    }
}
