//! `districts export …`: tables for people. What a spreadsheet would run as a formula is marked as text.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use anyhow::Context as _;
use futures_util::TryStreamExt as _;
use serde_json::{Map, Value, json};
use sqlx::AssertSqlSafe;

use super::World;
use super::arguments::{Common, ExportCommand, ExportFormat, ExportOptions};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

/// Where rows go.
trait Sheet {
    fn row(&mut self, cells: &[String]) -> anyhow::Result<()>;
    fn finish(self: Box<Self>) -> anyhow::Result<()>;
}

pub(super) async fn export(common: &Common, command: &ExportCommand) -> anyhow::Result<Verdict> {
    let (view, options) = match command {
        ExportCommand::Registry(options) => ("national_registry", options),
        ExportCommand::Superintendents(options) => ("superintendent_directory", options),
    };
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = write(common, &database, view, options).await;
    database.close().await;
    outcome.map(|()| Verdict::Good)
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
    let columns: Vec<String> = sqlx::query_scalar(
        "select attname::text from pg_attribute where attrelid = to_regclass($1) and attnum > 0 order by attnum",
    )
    .bind(view)
    .fetch_all(&database.pool)
    .await?;
    // The whole file or none: it gets its name when it is complete.
    let part = options.out.as_ref().map(|path| path.with_extension("part"));
    let mut count = 0_u64;
    {
        let mut sheet = sheet(format(options), part.as_deref(), &columns)?;
        // The view's name is one of ours.
        let question = format!(
            "select row_to_json(r)::text from {view} r where $1::text is null or r.state = $1 order by r.nces_id"
        );
        let mut rows = sqlx::query_scalar::<_, String>(AssertSqlSafe(question))
            .bind(options.state.as_ref().map(|state| state.to_uppercase()))
            .fetch(&database.pool);
        while let Some(row) = rows.try_next().await? {
            let row: Map<String, Value> = serde_json::from_str(&row)?;
            let cells: Vec<String> = columns.iter().map(|column| cell(row.get(column))).collect();
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

fn format(options: &ExportOptions) -> ExportFormat {
    let named = options.out.as_ref().and_then(|path| path.extension()).and_then(|end| match end.to_str() {
        Some("xlsx") => Some(ExportFormat::Xlsx),
        Some("jsonl") => Some(ExportFormat::Jsonl),
        _ => None,
    });
    options.format.or(named).unwrap_or(ExportFormat::Csv)
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn sheet(format: ExportFormat, path: Option<&Path>, columns: &[String]) -> anyhow::Result<Box<dyn Sheet>> {
    let out: Box<dyn Write> = match path {
        Some(path) => Box::new(File::create(path).with_context(|| format!("Failed to write `{}`", path.display()))?),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut sheet: Box<dyn Sheet> = match format {
        ExportFormat::Csv => Box::new(Csv(csv::Writer::from_writer(out))),
        ExportFormat::Jsonl => {
            return Ok(Box::new(Jsonl { out: std::io::BufWriter::new(out), columns: columns.to_vec() }));
        }
        ExportFormat::Xlsx => Box::new(Workbook::new(out)),
    };
    sheet.row(columns)?;
    Ok(sheet)
}

struct Csv<W: Write>(csv::Writer<W>);

impl<W: Write> Sheet for Csv<W> {
    fn row(&mut self, cells: &[String]) -> anyhow::Result<()> {
        Ok(self.0.write_record(cells.iter().map(|cell| harmless(cell)))?)
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.0.flush()?)
    }
}

/// A cell that begins like a formula gets an apostrophe, which spreadsheets take for "this is text"
/// (OWASP, "CSV Injection"). A number with its sign is no formula.
fn harmless(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err();
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

struct Jsonl {
    out: std::io::BufWriter<Box<dyn Write>>,
    columns: Vec<String>,
}

impl Sheet for Jsonl {
    fn row(&mut self, cells: &[String]) -> anyhow::Result<()> {
        let value = |cell: &String| if cell.is_empty() { Value::Null } else { json!(cell) };
        let row: Map<String, Value> = self.columns.iter().cloned().zip(cells.iter().map(value)).collect();
        Ok(writeln!(self.out, "{}", Value::Object(row))?)
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        Ok(self.out.flush()?)
    }
}

/// Every cell is a string, never a formula.
struct Workbook {
    book: rust_xlsxwriter::Workbook,
    out: Box<dyn Write>,
    next: u32,
}

impl Workbook {
    fn new(out: Box<dyn Write>) -> Self {
        let mut book = rust_xlsxwriter::Workbook::new();
        book.add_worksheet();
        Self { book, out, next: 0 }
    }
}

impl Sheet for Workbook {
    fn row(&mut self, cells: &[String]) -> anyhow::Result<()> {
        let sheet = self.book.worksheet_from_index(0)?;
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(self.next, column, cell)?;
        }
        self.next += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> anyhow::Result<()> {
        let bytes = self.book.save_to_buffer()?;
        Ok(self.out.write_all(&bytes)?)
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(harmless("=HYPERLINK(\"http://x\")"), "'=HYPERLINK(\"http://x\")");
        assert_eq!(harmless("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(harmless("+1 (555) 123"), "'+1 (555) 123");
        assert_eq!(harmless("-12.5"), "-12.5");
        assert_eq!(harmless("O'Neill, Ann"), "O'Neill, Ann");
    }
}
