//! A throw-away database of the embedded PostgreSQL in which the history is replayed, to hold another against it.

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

use crate::history::Step;
use crate::local::{Durability, LocalError, LocalServer, Place, find_or_install};
use crate::runner::{self, MigrateError};
use crate::schema::{self, Object};

/// Why there is no shadow.
#[derive(Debug, thiserror::Error)]
pub enum ShadowError {
    /// The server cannot be had.
    #[error("Failed to start the throw-away PostgreSQL")]
    Local(#[from] LocalError),
    /// Its database cannot be made or asked.
    #[error("Failed to use the throw-away database")]
    Database(#[from] sqlx::Error),
    /// The history does not apply.
    #[error("Failed to replay the history")]
    Replay(#[from] MigrateError),
    /// pg_dump failed.
    #[error("Failed to dump the schema: {0}")]
    Dump(String),
}

/// A database with the history in it, gone when [`Shadow::with`] ends.
#[derive(Debug)]
pub struct Shadow {
    server: Arc<LocalServer>,
    name: String,
}

impl Shadow {
    /// Replays `steps` in a shadow, lets `work` use it, and drops it whatever comes of that. Never touches anybody's
    /// database.
    pub async fn with<T, E: From<ShadowError>>(
        steps: &[Step],
        work: impl AsyncFnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let shadow = Self::empty().await?;
        let outcome = match runner::up_through(&shadow.options(), steps, runner::Manner::default(), |_| {}).await {
            Ok(_) => work(&shadow).await,
            Err(error) => Err(ShadowError::from(error).into()),
        };
        let closed = shadow.close().await;
        let value = outcome?;
        closed?;
        Ok(value)
    }

    async fn empty() -> Result<Self, ShadowError> {
        let server =
            tokio::task::spawn_blocking(start).await.map_err(|error| ShadowError::Dump(error.to_string()))??;
        let shadow = Self { server: Arc::new(server), name: format!("shadow_{}", uuid::Uuid::new_v4().simple()) };
        shadow.admin(&format!("create database {}", shadow.name)).await?;
        Ok(shadow)
    }

    /// Its schema as it is now.
    pub async fn schema(&self) -> Result<Vec<Object>, ShadowError> {
        let (program, url) = (self.program("pg_dump"), self.url());
        let dumped = tokio::task::spawn_blocking(move || schema::dump(&program, &url, &[])).await;
        dumped.map_err(|error| ShadowError::Dump(error.to_string()))?
    }

    /// The same, with rights granted and taken.
    pub async fn schema_with_rights(&self) -> Result<Vec<Object>, ShadowError> {
        let (program, url) = (self.program("pg_dump"), self.url());
        let dumped = tokio::task::spawn_blocking(move || schema::dump_with_rights(&program, &url, &[])).await;
        dumped.map_err(|error| ShadowError::Dump(error.to_string()))?
    }

    /// How to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.server.options(&self.name)
    }

    /// Its URL, for pg_dump.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// The folder of pg_dump and psql.
    pub fn program(&self, name: &str) -> PathBuf {
        self.server.binaries().program(name)
    }

    async fn close(self) -> Result<(), ShadowError> {
        self.admin(&format!("drop database if exists {} with (force)", self.name)).await
    }

    async fn admin(&self, statement: &str) -> Result<(), ShadowError> {
        let mut connection = self.server.options("postgres").connect().await?;
        // The name is ours: letters and digits.
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}

fn start() -> Result<LocalServer, LocalError> {
    let binaries = find_or_install(&|_| {})?;
    let user = nix::unistd::Uid::effective();
    let home = std::env::temp_dir().join(format!("districts-shadow-{user}-{}", binaries.major));
    LocalServer::start(Place::of(&home)?, binaries, Durability::None)
}
