//! Advisory locks: one migration runner, and one pipeline run, per database.
//!
//! The lock lives on a connection of its own, is polled rather than waited for, and is gone when
//! that connection is, however the program ends. The connections that a run or a runner works with
//! hold a second lock, so that the next one begins only when the last statement of a killed one has ended.

use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection};

use super::MigrateError;
use crate::session;

/// Key of the lock that migration runners take.
const MIGRATION_KEY: i64 = 0x6469_7374_6d69_6772;
/// Key of the lock that a pipeline run takes.
const PIPELINE_KEY: i64 = 0x6469_7374_7275_6e21;
/// Key that every connection of a pipeline run shares.
const WORK_KEY: i64 = 0x6469_7374_776f_726b;
/// Key that the one connection of a migration runner holds.
const MIGRATION_WORK_KEY: i64 = 0x6469_7374_6d77_726b;
/// How long a migration waits for another runner, and a pipeline run for what a killed one left at work.
const LOCK_WAIT: Duration = Duration::from_secs(30);
/// How long what a killed run left is waited for without saying so.
const SILENCE: Duration = Duration::from_secs(1);
const POLL_EVERY: Duration = Duration::from_millis(100);

/// Somebody else holds the lock.
#[derive(Debug, thiserror::Error)]
#[error("Failed to lock the database: {holder}")]
pub struct LockBusy {
    holder: String,
}

impl LockBusy {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some("wait for it to end, or stop it; its lock is free as soon as it is gone".to_owned())
    }
}

/// A held lock. Dropping it closes its connection, which frees it too.
#[derive(Debug)]
pub struct RunLock {
    connection: PgConnection,
}

impl RunLock {
    /// Takes the pipeline's lock at once, or says who holds it. The server does not notice at once that a program was
    /// killed, and goes on with its statements: those are waited for, so that no two runs ever write at a time.
    /// `is_waiting` hears when that takes long.
    pub async fn pipeline(options: &PgConnectOptions, is_waiting: impl FnOnce()) -> Result<Self, MigrateError> {
        let mut lock = Self::wait(options, PIPELINE_KEY, Duration::ZERO).await?;
        let connection = &mut lock.connection;
        if poll(connection, WORK_KEY, SILENCE).await.is_err() {
            is_waiting();
            poll(connection, WORK_KEY, LOCK_WAIT).await?;
        }
        let unlock = sqlx::query("select pg_advisory_unlock($1)").bind(WORK_KEY);
        unlock.execute(connection).await.map_err(MigrateError::Read)?;
        Ok(lock)
    }

    /// Makes the connection one of a pipeline run: as long as it lives, no other run begins.
    pub async fn join(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query("select pg_advisory_lock_shared($1)").bind(WORK_KEY).execute(connection).await.map(drop)
    }

    /// Waits for other migration runners for a while, then for what a killed one left at work. `worker` is the
    /// connection that will work under the lock; it keeps the next runner waiting as long as it lives.
    pub(crate) async fn migration(options: &PgConnectOptions, worker: &mut PgConnection) -> Result<Self, MigrateError> {
        let lock = Self::wait(options, MIGRATION_KEY, LOCK_WAIT).await?;
        poll(worker, MIGRATION_WORK_KEY, LOCK_WAIT).await?;
        Ok(lock)
    }

    /// A connection that holds the lock `key`.
    async fn wait(options: &PgConnectOptions, key: i64, limit: Duration) -> Result<Self, MigrateError> {
        let mut connection = session::connect(options).await.map_err(MigrateError::Connect)?;
        poll(&mut connection, key, limit).await?;
        Ok(Self { connection })
    }

    /// Gives the lock back. An error here is of no consequence: the connection ends either way.
    pub async fn release(self) {
        let _ = self.connection.close().await;
    }
}

/// Polls for the lock `key` until `limit` has passed.
async fn poll(connection: &mut PgConnection, key: i64, limit: Duration) -> Result<(), MigrateError> {
    let started = Instant::now();
    loop {
        let taken: bool = sqlx::query_scalar("select pg_try_advisory_lock($1)")
            .bind(key)
            .fetch_one(&mut *connection)
            .await
            .map_err(MigrateError::Read)?;
        if taken {
            return Ok(());
        }
        if started.elapsed() >= limit {
            return Err(LockBusy { holder: holder_of(connection, key).await }.into());
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
}

/// Server process, application, client address, since when.
type Holder = (i32, Option<String>, Option<String>, String);

/// Who holds the lock, in words for a person.
async fn holder_of(connection: &mut PgConnection, key: i64) -> String {
    let row: Result<Option<Holder>, sqlx::Error> =
        sqlx::query_as(include_str!("lock_holder.sql")).bind(key).fetch_optional(connection).await;
    match row {
        Ok(Some((pid, application, client, since))) => {
            let application =
                application.filter(|name| !name.is_empty()).unwrap_or_else(|| "a program without a name".to_owned());
            let client = client.unwrap_or_else(|| "this machine".to_owned());
            format!("`{application}` on {client} holds it since {since} (server process {pid})")
        }
        Ok(None) => "its holder has just let go; run again".to_owned(),
        Err(error) => format!("somebody holds it (asking who failed: {error})"),
    }
}
