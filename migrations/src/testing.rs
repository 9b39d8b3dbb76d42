//! A database per test: one server, one template migrated once, cloned in a third of a second.
//!
//! The server's data lies in the system's temporary folder and is not durable. It starts with the
//! first test that needs it and stops with the last.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

use crate::local::{Durability, LocalServer, Place, find_or_install};
use crate::{history, runner};

/// Serialises making the template and cloning it, across processes.
const TEMPLATE_KEY: i64 = 0x6469_7374_7465_7374;
const TEST_PREFIX: &str = "test_";

static SERVER: Mutex<Weak<LocalServer>> = Mutex::new(Weak::new());

/// A database of one test. Keeps the server up while it lives.
#[derive(Debug)]
pub struct TestDatabase {
    /// A pool on the database.
    pub pool: PgPool,
    name: String,
    server: Arc<LocalServer>,
}

impl TestDatabase {
    /// A migrated, empty database.
    ///
    /// # Panics
    /// When there is no PostgreSQL to be had: a test cannot go on without it.
    pub async fn new() -> Self {
        Self::from_template(true).await
    }

    /// A database without any schema.
    ///
    /// # Panics
    /// As [`TestDatabase::new`].
    pub async fn bare() -> Self {
        Self::from_template(false).await
    }

    async fn from_template(is_migrated: bool) -> Self {
        let server = tokio::task::spawn_blocking(shared_server).await.expect("starting the test server does not panic");
        let name = format!("{TEST_PREFIX}{}_{}", unix_seconds(), uuid::Uuid::new_v4().simple());
        make_database(&server, &name, is_migrated).await.expect("the test server makes databases");
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .connect_with(server.options(&name))
            .await
            .expect("the new database accepts connections");
        Self { pool, name, server }
    }

    /// How to connect to it.
    pub fn options(&self) -> PgConnectOptions {
        self.server.options(&self.name)
    }

    /// Its URL, for a program under test.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }
}

/// Part of the name, so that what a killed test left behind can be told by its age.
fn unix_seconds() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |age| age.as_secs())
}

fn shared_server() -> Arc<LocalServer> {
    let mut slot = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(server) = slot.upgrade() {
        return server;
    }
    let binaries = find_or_install(&|line| eprintln!("{line}")).expect("tests need PostgreSQL with pgvector");
    let home: PathBuf =
        std::env::temp_dir().join(format!("districts-tests-{}-{}", nix::unistd::Uid::effective(), binaries.major));
    let place = Place::of(&home).expect("the temporary folder is writable");
    let server = Arc::new(LocalServer::start(place, binaries, Durability::None).expect("the test server starts"));
    *slot = Arc::downgrade(&server);
    server
}

async fn make_database(server: &LocalServer, name: &str, is_migrated: bool) -> Result<(), Box<dyn std::error::Error>> {
    let mut admin = server.options("postgres").connect().await?;
    let template = if is_migrated {
        sqlx::query("select pg_advisory_lock($1)").bind(TEMPLATE_KEY).execute(&mut admin).await?;
        ensure_template(server, &mut admin).await?
    } else {
        "template1".to_owned()
    };
    sqlx::query(AssertSqlSafe(format!("create database {name} template {template}"))).execute(&mut admin).await?;
    admin.close().await?;
    Ok(())
}

/// The template of this history. What earlier histories and tests of an hour ago left is dropped.
async fn ensure_template(server: &LocalServer, admin: &mut PgConnection) -> Result<String, Box<dyn std::error::Error>> {
    let template = format!("template_{}", history::fingerprint());
    let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
        .bind(&template)
        .fetch_one(&mut *admin)
        .await?;
    drop_leftovers(admin, &template).await?;
    if exists {
        return Ok(template);
    }
    let building = format!("building_{template}");
    sqlx::query(AssertSqlSafe(format!("create database {building}"))).execute(&mut *admin).await?;
    runner::up(&server.options(&building), |_| {}).await?;
    sqlx::query(AssertSqlSafe(format!("alter database {building} rename to {template}"))).execute(&mut *admin).await?;
    Ok(template)
}

async fn drop_leftovers(admin: &mut PgConnection, template: &str) -> Result<(), sqlx::Error> {
    let idle: Vec<String> = sqlx::query_scalar(include_str!("testing_leftovers.sql"))
        .bind(template)
        .bind(i64::try_from(unix_seconds()).unwrap_or(i64::MAX))
        .fetch_all(&mut *admin)
        .await?;
    for name in idle {
        sqlx::query(AssertSqlSafe(format!("drop database if exists {name}"))).execute(&mut *admin).await?;
    }
    Ok(())
}
