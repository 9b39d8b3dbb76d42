//! Up, down, reset, status.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::DataError;
use super::flat::{Fetch, FlatFile};
use super::steps::DataStep;
use crate::history::header;
use crate::runner::{self, MigrateError, RunLock};

/// Where a data migration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DataState {
    /// Not begun.
    Pending,
    /// Batches were done, others wait.
    Underway,
    /// Done.
    Applied,
    /// Done, and its file is another now.
    Edited,
    /// Done, and its file is gone.
    Deleted,
}

/// A data migration and where it stands.
#[derive(Debug, Clone, serde::Serialize)]
pub struct DataStatus {
    /// Schema and file name.
    pub name: String,
    /// Its schema.
    pub schema: String,
    /// Where it stands.
    pub state: DataState,
    /// Rows touched so far.
    pub rows: i64,
    /// Transactions it took.
    pub batches: i32,
}

struct Recorded {
    schema: String,
    name: String,
    checksum: Vec<u8>,
    rows: i64,
    batches: i32,
    is_done: bool,
}

/// Where every step stands. Reads only.
pub async fn status(options: &PgConnectOptions, steps: &[DataStep]) -> Result<Vec<DataStatus>, DataError> {
    let mut connection = runner::connect(options).await?;
    Ok(compare(steps, &recorded(&mut connection).await?))
}

/// Applies what is pending of the named schemas, or of all. `progress` hears of every transaction: step, rows so far.
pub async fn up(
    options: &PgConnectOptions,
    steps: &[DataStep],
    schemas: &[String],
    fetch: Fetch<'_>,
    progress: impl FnMut(&str, i64),
) -> Result<Vec<String>, DataError> {
    known(steps, schemas)?;
    let mut connection = runner::connect(options).await?;
    let standing = compare(steps, &recorded(&mut connection).await?);
    refuse_drift(&standing)?;
    if standing.iter().filter(|one| is_meant(schemas, &one.schema)).all(|one| one.state == DataState::Applied) {
        return Ok(Vec::new());
    }
    let lock = RunLock::migration(options, &mut connection).await?;
    let applied = up_locked(&mut connection, steps, schemas, fetch, progress).await;
    lock.release().await;
    applied
}

async fn up_locked(
    connection: &mut PgConnection,
    steps: &[DataStep],
    schemas: &[String],
    fetch: Fetch<'_>,
    mut progress: impl FnMut(&str, i64),
) -> Result<Vec<String>, DataError> {
    runner::ensure(connection).await?;
    let standing = compare(steps, &recorded(connection).await?);
    refuse_drift(&standing)?;
    let mut names = Vec::new();
    for step in steps.iter().filter(|step| is_meant(schemas, &step.schema)) {
        if standing.iter().any(|one| one.name == step.name && one.state == DataState::Applied) {
            continue;
        }
        for file in FlatFile::all_of(step)? {
            file.load(step, fetch, connection).await?;
        }
        move_rows(connection, step, &step.up, Direction::Up, &mut progress).await?;
        names.push(step.name.clone());
    }
    Ok(names)
}

/// Reverts the newest applied step of every named schema.
pub async fn down(
    options: &PgConnectOptions,
    steps: &[DataStep],
    schemas: &[String],
    progress: impl FnMut(&str, i64),
) -> Result<Vec<String>, DataError> {
    known(steps, schemas)?;
    revert(options, steps, schemas, 1, progress).await
}

/// Reverts everything of the named schemas, or of all, newest first.
pub async fn reset(
    options: &PgConnectOptions,
    steps: &[DataStep],
    schemas: &[String],
    progress: impl FnMut(&str, i64),
) -> Result<Vec<String>, DataError> {
    known(steps, schemas)?;
    revert(options, steps, schemas, usize::MAX, progress).await
}

async fn revert(
    options: &PgConnectOptions,
    steps: &[DataStep],
    schemas: &[String],
    most: usize,
    mut progress: impl FnMut(&str, i64),
) -> Result<Vec<String>, DataError> {
    let mut connection = runner::connect(options).await?;
    let lock = RunLock::migration(options, &mut connection).await?;
    let mut names = Vec::new();
    let mut outcome = Ok(());
    let standing = compare(steps, &recorded(&mut connection).await?);
    let is_begun =
        |step: &DataStep| standing.iter().any(|one| one.name == step.name && one.state != DataState::Pending);
    let mut taken: Vec<&str> = Vec::new();
    for step in steps.iter().rev().filter(|step| is_meant(schemas, &step.schema) && is_begun(step)) {
        if taken.iter().filter(|schema| **schema == step.schema).count() >= most {
            continue;
        }
        outcome = move_rows(&mut connection, step, &step.down, Direction::Down, &mut progress).await;
        if outcome.is_err() {
            break;
        }
        taken.push(&step.schema);
        names.push(step.name.clone());
    }
    lock.release().await;
    outcome.map(|()| names)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// Runs one side of a step: in one transaction, or batch by batch.
async fn move_rows(
    connection: &mut PgConnection,
    step: &DataStep,
    sql: &str,
    direction: Direction,
    progress: &mut impl FnMut(&str, i64),
) -> Result<(), DataError> {
    let failed = |error: sqlx::Error| DataError::Failed {
        name: step.name.clone(),
        message: error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned()),
    };
    let size = batch_size(step, sql)?;
    let mut total = 0;
    loop {
        let mut transaction = connection.begin().await.map_err(failed)?;
        let touched = match size {
            Some(size) => sqlx::query(AssertSqlSafe(sql.to_owned())).bind(size).execute(&mut *transaction).await,
            None => sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut *transaction).await,
        };
        let touched = i64::try_from(touched.map_err(failed)?.rows_affected()).unwrap_or(i64::MAX);
        if size.is_some_and(|size| touched > size) {
            let why = format!("a batch touched {touched} rows: it does not keep to $1");
            return Err(DataError::Header { name: step.name.clone(), why });
        }
        total += touched;
        let is_last = size.is_none() || touched == 0;
        record(&mut transaction, step, direction, touched, is_last).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        progress(&step.name, total);
        if is_last {
            return Ok(());
        }
    }
}

fn batch_size(step: &DataStep, sql: &str) -> Result<Option<i64>, DataError> {
    let Some(text) = header(sql, "batch") else { return Ok(None) };
    let wrong = |why: &str| DataError::Header { name: step.name.clone(), why: why.to_owned() };
    let size: i64 = text.parse().ok().filter(|size| *size > 0).ok_or_else(|| wrong("`-- batch:` is no number"))?;
    if !sql.contains("$1") {
        return Err(wrong("a batch is a statement that uses $1, the number of rows it may touch"));
    }
    if squawk_syntax::SourceFile::parse(sql).tree().stmts().count() != 1 {
        return Err(wrong("a batch is one statement"));
    }
    Ok(Some(size))
}

async fn record(
    connection: &mut PgConnection,
    step: &DataStep,
    direction: Direction,
    rows: i64,
    is_last: bool,
) -> Result<(), sqlx::Error> {
    let sql = match (direction, is_last) {
        (Direction::Up, _) => include_str!("record.sql"),
        // Half reverted is not applied.
        (Direction::Down, false) => "update ops.data_migrations set ended_at = null where schema = $1 and version = $2",
        (Direction::Down, true) => "delete from ops.data_migrations where schema = $1 and version = $2",
    };
    let query = sqlx::query(sql).bind(&step.schema).bind(step.version);
    let query = match direction {
        Direction::Up => query.bind(&step.name).bind(step.checksum()).bind(rows).bind(is_last).bind(runner::actor()),
        Direction::Down => query,
    };
    query.execute(connection).await.map(drop)
}

async fn recorded(connection: &mut PgConnection) -> Result<Vec<Recorded>, DataError> {
    let exists: bool = sqlx::query_scalar("select to_regclass('ops.data_migrations') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(MigrateError::Read)?;
    if !exists {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, String, Vec<u8>, i64, i32, bool)> = sqlx::query_as(
        "select schema, name, checksum, rows, batches, ended_at is not null from ops.data_migrations order by schema, version",
    )
    .fetch_all(connection)
    .await
    .map_err(MigrateError::Read)?;
    let one =
        |(schema, name, checksum, rows, batches, is_done)| Recorded { schema, name, checksum, rows, batches, is_done };
    Ok(rows.into_iter().map(one).collect())
}

fn compare(steps: &[DataStep], recorded: &[Recorded]) -> Vec<DataStatus> {
    let known = steps.iter().map(|step| {
        let row = recorded.iter().find(|row| row.name == step.name);
        let state = match row {
            None => DataState::Pending,
            Some(row) if row.checksum != step.checksum() => DataState::Edited,
            Some(row) if row.is_done => DataState::Applied,
            Some(_) => DataState::Underway,
        };
        let (rows, batches) = row.map_or((0, 0), |row| (row.rows, row.batches));
        DataStatus { name: step.name.clone(), schema: step.schema.clone(), state, rows, batches }
    });
    let gone = recorded.iter().filter(|row| steps.iter().all(|step| step.name != row.name)).map(|row| DataStatus {
        name: row.name.clone(),
        schema: row.schema.clone(),
        state: DataState::Deleted,
        rows: row.rows,
        batches: row.batches,
    });
    known.chain(gone).collect()
}

/// What another program's folder applied is none of ours: only a schema we know may not have lost a file.
fn refuse_drift(standing: &[DataStatus]) -> Result<(), DataError> {
    let ours = |schema: &str| standing.iter().any(|one| one.schema == schema && one.state != DataState::Deleted);
    for one in standing {
        let what = match one.state {
            DataState::Edited => "was edited after it was applied",
            DataState::Deleted if ours(&one.schema) => "was applied, and its file is gone",
            _ => continue,
        };
        return Err(DataError::Drift { name: one.name.clone(), what });
    }
    Ok(())
}

fn is_meant(schemas: &[String], schema: &str) -> bool {
    schemas.is_empty() || schemas.iter().any(|one| one == schema)
}

fn known(steps: &[DataStep], schemas: &[String]) -> Result<(), DataError> {
    match schemas.iter().find(|schema| steps.iter().all(|step| step.schema != **schema)) {
        Some(unknown) => Err(DataError::Unknown(unknown.clone())),
        None => Ok(()),
    }
}
