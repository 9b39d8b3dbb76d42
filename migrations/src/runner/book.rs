//! What the runner writes down about itself: a row per attempt in `ops.migration_log`, so that a killed one is seen
//! (it has no end), and what kind of database this is in `ops.environment`.

use sqlx::migrate::Migrate;
use sqlx::{Connection, PgConnection};

use super::{MigrateError, TRACKING_SCHEMA, TRACKING_TABLE};
use crate::history::Step;

/// What a database is for. Only `dev` may be reset or pushed to; `prod` is backed up before an up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Environment {
    /// Nobody depends on it.
    Dev,
    /// A rehearsal.
    Staging,
    /// People depend on it.
    Prod,
}

impl Environment {
    /// Its word in the table and on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Staging => "staging",
            Self::Prod => "prod",
        }
    }

    fn of(word: &str) -> Option<Self> {
        [Self::Dev, Self::Staging, Self::Prod].into_iter().find(|one| one.word() == word)
    }
}

/// Key of the lock under which the tables are made: of two that make one at once, PostgreSQL fails one, `if not exists`
/// or not.
const ENSURE_KEY: i64 = 0x6469_7374_626f_6f6b;

/// Makes the tracking table, the log and the environment's table where they are missing; all of them or none.
pub(crate) async fn ensure(connection: &mut PgConnection) -> Result<(), MigrateError> {
    let mut making = connection.begin().await.map_err(MigrateError::Read)?;
    let lock = sqlx::query("select pg_advisory_xact_lock($1)").bind(ENSURE_KEY);
    lock.execute(&mut *making).await.map_err(MigrateError::Read)?;
    making.create_schema_if_not_exists(TRACKING_SCHEMA).await.map_err(MigrateError::Tracking)?;
    making.ensure_migrations_table(TRACKING_TABLE).await.map_err(MigrateError::Tracking)?;
    let books = sqlx::raw_sql(include_str!("bookkeeping.sql"));
    books.execute(&mut *making).await.map_err(MigrateError::Read)?;
    making.commit().await.map_err(MigrateError::Read)
}

/// Who runs this: the operating system's user and the machine, as far as they say.
pub(crate) fn actor() -> String {
    let user = ["USER", "LOGNAME"].iter().find_map(|name| std::env::var(name).ok());
    let user = user.unwrap_or_else(|| format!("uid {}", nix::unistd::Uid::effective()));
    match nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()) {
        Some(host) => format!("{user}@{host}"),
        None => user,
    }
}

/// Begins a row; an attempt that never ends was killed.
pub(super) async fn begin(
    connection: &mut PgConnection,
    step: &Step,
    action: &str,
    attempt: u32,
    note: Option<&str>,
) -> Result<i64, MigrateError> {
    let checksum: String = step.up_migration().checksum.iter().map(|byte| format!("{byte:02x}")).collect();
    sqlx::query_scalar(
        "insert into ops.migration_log (version, name, action, actor, checksum, attempt, note)
         values ($1, $2, $3, $4, $5, $6, $7) returning id",
    )
    .bind(step.version)
    .bind(step.name)
    .bind(action)
    .bind(actor())
    .bind(checksum)
    .bind(i32::try_from(attempt).unwrap_or(i32::MAX))
    .bind(note)
    .fetch_one(connection)
    .await
    .map_err(MigrateError::Read)
}

/// Ends a row, with what went wrong if anything did.
pub(super) async fn end(connection: &mut PgConnection, row: i64, error: Option<&str>) -> Result<(), MigrateError> {
    sqlx::query("update ops.migration_log set ended_at = clock_timestamp(), error = $2 where id = $1")
        .bind(row)
        .bind(error)
        .execute(connection)
        .await
        .map(drop)
        .map_err(MigrateError::Read)
}

/// Writes down something that was done beside the migrations, such as a backup and its path.
pub async fn record(connection: &mut PgConnection, action: &str, note: &str) -> Result<(), MigrateError> {
    ensure(connection).await?;
    sqlx::query(
        "insert into ops.migration_log (name, action, actor, note, ended_at) values ($1, $1, $2, $3, clock_timestamp())",
    )
    .bind(action)
    .bind(actor())
    .bind(note)
    .execute(connection)
    .await
    .map(drop)
    .map_err(MigrateError::Read)
}

/// What kind of database this is; none when nobody has said.
pub async fn environment(connection: &mut PgConnection) -> Result<Option<Environment>, MigrateError> {
    let exists: bool = sqlx::query_scalar("select to_regclass('ops.environment') is not null")
        .fetch_one(&mut *connection)
        .await
        .map_err(MigrateError::Read)?;
    if !exists {
        return Ok(None);
    }
    let word: Option<String> = sqlx::query_scalar("select name from ops.environment")
        .fetch_optional(connection)
        .await
        .map_err(MigrateError::Read)?;
    Ok(word.and_then(|word| Environment::of(&word)))
}

/// Says what kind of database this is.
pub async fn mark_environment(connection: &mut PgConnection, kind: Environment) -> Result<(), MigrateError> {
    ensure(connection).await?;
    sqlx::query(
        "insert into ops.environment (name, marked_by) values ($1, $2)
         on conflict (is_this) do update set name = excluded.name, marked_by = excluded.marked_by, marked_at = clock_timestamp()",
    )
    .bind(kind.word())
    .bind(actor())
    .execute(connection)
    .await
    .map(drop)
    .map_err(MigrateError::Read)
}
