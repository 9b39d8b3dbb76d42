//! `districts export …`: tables for people and programs. What a spreadsheet would run as a formula is marked as text.

use std::fs::File;
use std::io::{ErrorKind, Write};

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use loaders::sheet::{Column, Format, sheet};
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use super::World;
use super::arguments::{Common, ExportCommand, ExportFormat, ExportOptions};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

pub(super) async fn export(common: &Common, command: &ExportCommand) -> anyhow::Result<Verdict> {
    let (view, options) = match command {
        ExportCommand::Registry(options) => ("national_registry", options),
        ExportCommand::Superintendents(options) => ("superintendent_directory", options),
    };
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = write(common, &database, view, options).await;
    database.close().await;
    match outcome {
        Err(error) if is_reader_gone(&error) => Ok(Verdict::Good),
        other => other.map(|()| Verdict::Good),
    }
}

/// `districts export … | head`: nobody reads on. A pipe to the database is another matter.
fn is_reader_gone(error: &anyhow::Error) -> bool {
    let is_pipe = |error: &std::io::Error| error.kind() == ErrorKind::BrokenPipe;
    error.downcast_ref().is_some_and(is_pipe)
}

async fn write(common: &Common, database: &Database, view: &str, options: &ExportOptions) -> anyhow::Result<()> {
    let is_ready: bool =
        sqlx::query_scalar("select to_regclass($1) is not null").bind(view).fetch_one(&database.pool).await?;
    if !is_ready {
        return Err(Fault::new(
            format!("Failed to export: {} has no tables yet", database.label),
            "`districts run` makes and fills them",
        )
        .into());
    }
    let columns: Vec<(String, bool)> = sqlx::query_as(
        "select a.attname::text, t.typcategory = 'N'
           from pg_attribute a join pg_type t on t.oid = a.atttypid
          where a.attrelid = to_regclass($1) and a.attnum > 0 order by a.attnum",
    )
    .bind(view)
    .fetch_all(&database.pool)
    .await?;
    let columns: Vec<Column> = columns.into_iter().map(|(name, is_number)| Column { name, is_number }).collect();
    // The whole file or none: it gets its name when it is complete.
    let part = options.out.as_ref().map(|path| path.with_extension("part"));
    let mut count = 0_u64;
    {
        let out: Box<dyn Write> = match &part {
            Some(path) => {
                Box::new(File::create(path).with_context(|| format!("Failed to write `{}`", path.display()))?)
            }
            None => Box::new(std::io::stdout().lock()),
        };
        let mut sheet = sheet(format(options), out, &columns)?;
        // The view's name is one of ours.
        let question = format!(
            "select row_to_json(r)::text from {view} r where $1::text is null or r.state = $1 order by r.nces_id"
        );
        let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(question))
            .bind(options.state.as_ref().map(|state| state.to_uppercase()))
            .fetch(&database.pool);
        while let Some(row) = rows.try_next().await? {
            let row: Map<String, Value> = serde_json::from_str(&row)?;
            let cells: Vec<String> = columns.iter().map(|column| cell(row.get(&column.name))).collect();
            sheet.row(&cells)?;
            count += 1;
        }
        sheet.finish()?;
    }
    if let (Some(part), Some(path)) = (&part, &options.out) {
        std::fs::rename(part, path).with_context(|| format!("Failed to write `{}`", path.display()))?;
        match common.json {
            true => println!("{}", json!({ "rows": count, "file": path })),
            false => println!("{count} districts in {}", path.display()),
        }
    }
    Ok(())
}

fn format(options: &ExportOptions) -> Format {
    let named = options.out.as_ref().and_then(|path| path.extension()).and_then(|end| match end.to_str() {
        Some("xlsx") => Some(ExportFormat::Xlsx),
        Some("jsonl") => Some(ExportFormat::Jsonl),
        Some("parquet") => Some(ExportFormat::Parquet),
        _ => None,
    });
    match options.format.or(named).unwrap_or(ExportFormat::Csv) {
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Xlsx => Format::Xlsx,
        ExportFormat::Jsonl => Format::Jsonl,
        ExportFormat::Parquet => Format::Parquet,
    }
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}
