//! From the declared schema to migration files: history and declaration are both made real in throw-away databases,
//! the way between them is planned, applied and reverted there, and only a way proved in both directions by pg_dump is
//! given back. Nobody's database is opened.

mod declared;
mod plan;
mod storage;
mod table;

use std::path::Path;

use crate::drift::{Drift, differences};
use crate::history::Step;
use crate::history::folder::{self, FolderFault};
use crate::lint::{File, Finding, Severity, lint};
use crate::runner::{self, Manner, MigrateError};
use crate::schema::Object;
use crate::shadow::{Shadow, ShadowError};

use declared::Declared;
use plan::{Plan, plan};
use table::Rename;

/// Why no file was written.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The history's folder is not in order.
    #[error("Failed to read the history: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Folder(Vec<FolderFault>),
    /// A declared file does not execute.
    #[error("Failed to execute the declared `{file}`: {why}")]
    Declared {
        /// The file.
        file: String,
        /// PostgreSQL's words.
        why: String,
    },
    /// A kind of change that must be written by hand.
    #[error("Failed to plan: {0}")]
    Unplanned(String),
    /// The plan does not apply, or does not end where it should.
    #[error("Failed to prove the plan: {0}")]
    Unproved(String),
    /// What was generated is judged bad.
    #[error("Failed to generate: {}", .0.iter().map(|one| format!("{}: {}", one.rule, one.message)).collect::<Vec<_>>().join("; "))]
    Judged(Vec<Finding>),
    /// No throw-away database.
    #[error(transparent)]
    Shadow(#[from] ShadowError),
}

impl GenerateError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Folder(faults) => faults.first().map_or("", FolderFault::hint).to_owned(),
            Self::Declared { .. } => "correct the declared file; it is executed as it stands".to_owned(),
            Self::Unplanned(_) | Self::Unproved(_) => {
                "write this change by hand: `districts migrate generate NAME --empty`".to_owned()
            }
            Self::Judged(findings) => findings.first().map(|one| one.cure.clone()).unwrap_or_default(),
            Self::Shadow(_) => "is there room for a throw-away database in the temporary folder?".to_owned(),
        }
    }
}

/// A migration that is not on disk yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// `0009_words`.
    pub name: String,
    /// The way there.
    pub up: String,
    /// The way back.
    pub down: String,
    /// What loses data, in words.
    pub losses: Vec<String>,
}

/// Plans and proves the way from the history in `history` to the schema in `declared_folder`. Nothing when they agree.
pub async fn generate(declared_folder: &Path, history: &Path, words: &str) -> Result<Vec<Draft>, GenerateError> {
    let steps = folder::read(history).map_err(GenerateError::Folder)?;
    let declared = declared::read(declared_folder)?;
    let target = declared_schema(&declared).await?;
    Shadow::with(&steps, async |shadow| drafts(shadow, &steps, &declared, &target, words).await).await
}

/// The statements from a database's present schema to the declared one, and what they lose.
pub async fn push_plan(
    declared_folder: &Path,
    present: &[Object],
) -> Result<(Vec<String>, Vec<String>), GenerateError> {
    let declared = declared::read(declared_folder)?;
    let target = declared_schema(&declared).await?;
    let plan = plan(present, &target, &declared.renames, false).map_err(GenerateError::Unplanned)?;
    Ok((plan.statements, plan.losses))
}

/// Two files to be written by hand.
pub fn empty(history: &Path, words: &str) -> Result<Draft, GenerateError> {
    let steps = folder::read(history).map_err(GenerateError::Folder)?;
    let name = format!("{:04}_{}", next_version(&steps), snake(words));
    Ok(Draft {
        up: format!("{}\n-- One purpose; `-- no-transaction` as the very first line for CONCURRENTLY.\n", title(&name)),
        down: format!("-- Reverts {name}, or says `-- irreversible: reason`.\n"),
        losses: Vec::new(),
        name,
    })
}

async fn declared_schema(declared: &Declared) -> Result<Vec<Object>, GenerateError> {
    Shadow::with(&[], async |shadow| {
        declared.execute(&shadow.options()).await?;
        Ok(shadow.schema().await?)
    })
    .await
}

async fn drafts(
    shadow: &Shadow,
    steps: &[Step],
    declared: &Declared,
    target: &[Object],
    words: &str,
) -> Result<Vec<Draft>, GenerateError> {
    let before = shadow.schema().await?;
    let plan = plan(&before, target, &declared.renames, true).map_err(GenerateError::Unplanned)?;
    let mut states = vec![before];
    let mut steps = steps.to_vec();
    let first = steps.len();
    let mut drafts = Vec::new();
    for (suffix, up) in files(&plan, declared, &states[0])? {
        let name = format!("{:04}_{}{suffix}", next_version(&steps), snake(words));
        // What is lost is lost by the first file.
        let losses: &[String] = if drafts.is_empty() { &plan.losses } else { &[] };
        let up = with_header(&name, &up, losses);
        steps.push(Step { version: next_version(&steps), name: kept(&name), up: kept(&up), down: "" });
        apply(shadow, &steps).await?;
        states.push(shadow.schema().await?);
        let down = way_back(&states[states.len() - 1], &states[states.len() - 2], &up, &declared.renames)?;
        if let Some(step) = steps.last_mut() {
            step.down = kept(&down);
        }
        drafts.push(Draft { name, up, down, losses: losses.to_vec() });
    }
    if drafts.is_empty() {
        return Ok(drafts);
    }
    same(target, &states[states.len() - 1], "the way there ends elsewhere").await?;
    for at in (first..steps.len()).rev() {
        let back = runner::down_through(&shadow.options(), &steps, steps[at].version - 1, |_| {}).await;
        back.map_err(|error| unproved(&error))?;
        same(&states[at - first], &shadow.schema().await?, "the way back ends elsewhere").await?;
    }
    judged(drafts)
}

async fn apply(shadow: &Shadow, steps: &[Step]) -> Result<(), GenerateError> {
    let applied = runner::up_through(&shadow.options(), steps, Manner::default(), |_| {}).await;
    applied.map(drop).map_err(|error| unproved(&error))
}

fn unproved(error: &MigrateError) -> GenerateError {
    GenerateError::Unproved(error.to_string())
}

async fn same(expected: &[Object], found: &[Object], words: &str) -> Result<(), GenerateError> {
    let differences = differences(expected, found).await?;
    if differences.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = differences.iter().map(Drift::object).collect();
    Err(GenerateError::Unproved(format!("{words}: {}", names.join(", "))))
}

/// Suffix of the name, and the SQL, of every file: what locks a table with rows is a file of its own.
fn files(plan: &Plan, declared: &Declared, before: &[Object]) -> Result<Vec<(String, String)>, GenerateError> {
    let mut files = Vec::new();
    if !plan.statements.is_empty() {
        files.push((String::new(), plan.statements.join("\n\n")));
    }
    for (table, column) in &plan.required {
        let value = declared.backfills.iter().find(|one| one.0 == *table && one.1 == *column).map(|one| &one.2);
        let was_there = before.iter().any(|object| {
            object.kind == "TABLE"
                && object.table().as_ref() == Some(table)
                && object.sql.contains(&format!("\n    {column} "))
        });
        let check =
            format!("ALTER TABLE {table} ADD CONSTRAINT {column}_is_there CHECK ({column} IS NOT NULL) NOT VALID;");
        let fill = match value {
            Some(value) => format!(
                "-- All rows at once: fill a large table by a batched data migration before this one.\nUPDATE {table} SET {column} = {value} WHERE {column} IS NULL;\n\n{check}"
            ),
            None if was_there => check,
            None => {
                return Err(GenerateError::Unplanned(format!(
                    "{table}.{column} is NOT NULL without a default: behind the column, say `-- backfill: expression`"
                )));
            }
        };
        files.push((format!("_fill_{column}"), fill));
        files.push((format!("_require_{column}"), format!("ALTER TABLE {table} VALIDATE CONSTRAINT {column}_is_there;\n\n-- allow: adding-not-nullable-field the validated check spares the scan\nALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;\n\n-- allow: ban-drop-constraint NOT NULL says the same\nALTER TABLE {table} DROP CONSTRAINT {column}_is_there;")));
    }
    for (table, key) in &plan.keys {
        files.push((format!("_validate_{}", snake(key)), format!("ALTER TABLE {table} VALIDATE CONSTRAINT {key};")));
    }
    for index in &plan.indexes {
        let name = crate::lint::index_names(index).pop().unwrap_or_default();
        let online = index.replacen("INDEX ", "INDEX CONCURRENTLY IF NOT EXISTS ", 1);
        files.push((format!("_{}", snake(&name)), format!("-- no-transaction\n{online}")));
    }
    Ok(files)
}

fn way_back(from: &[Object], to: &[Object], up: &str, renames: &[Rename]) -> Result<String, GenerateError> {
    let turned =
        |rename: &Rename| Rename { table: rename.table.clone(), from: rename.to.clone(), to: rename.from.clone() };
    let renames: Vec<Rename> = renames.iter().map(turned).collect();
    let plan = plan(from, to, &renames, false).map_err(GenerateError::Unplanned)?;
    if crate::history::is_outside_transaction(up) {
        let statements =
            plan.statements.iter().map(|one| one.replacen("DROP INDEX ", "DROP INDEX CONCURRENTLY IF EXISTS ", 1));
        return Ok(format!("-- no-transaction\n{}\n", statements.collect::<Vec<_>>().join("\n")));
    }
    match plan.statements.is_empty() {
        // A validated constraint cannot be unvalidated, and need not be.
        true => Ok("select 1;\n".to_owned()),
        false => Ok(format!("{}\n", plan.statements.join("\n\n"))),
    }
}

fn with_header(name: &str, sql: &str, losses: &[String]) -> String {
    let (mark, sql) = match sql.strip_prefix("-- no-transaction\n") {
        Some(rest) => ("-- no-transaction\n", rest),
        None => ("", sql),
    };
    let losses: String = losses.iter().map(|loss| format!("-- destructive: {loss}\n")).collect();
    let phase = if losses.is_empty() { "expand" } else { "contract" };
    let of_new = |rule: &str, words: &str| match sql.contains("CREATE TABLE ") && sql.contains(words) {
        true => format!("-- allow: {rule} the table is made in this file\n"),
        false => String::new(),
    };
    let allowed =
        of_new("ban-alter-identity", " ADD GENERATED ") + &of_new("adding-serial-primary-key-field", " PRIMARY KEY ");
    format!("{mark}{}\n-- phase: {phase}\n{losses}{allowed}\n{sql}\n", title(name))
}

fn title(name: &str) -> String {
    format!("-- {name}, {}: say here what for.", chrono::Utc::now().format("%Y-%m-%d"))
}

fn judged(drafts: Vec<Draft>) -> Result<Vec<Draft>, GenerateError> {
    let of = |draft: &Draft| lint(File { name: &format!("{}.up.sql", draft.name), sql: &draft.up, has_down: true });
    let errors: Vec<Finding> = drafts.iter().flat_map(of).filter(|one| one.severity == Severity::Error).collect();
    if errors.is_empty() { Ok(drafts) } else { Err(GenerateError::Judged(errors)) }
}

fn next_version(steps: &[Step]) -> i64 {
    steps.last().map_or(1, |step| step.version + 1)
}

fn snake(words: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let text: String = words.chars().map(plain).collect();
    text.split('_').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

/// A draft lives as long as the command that makes it.
fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}
