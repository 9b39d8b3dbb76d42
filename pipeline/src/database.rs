//! A connection to the target, proved fit: reachable, new enough, with pgvector.

use std::time::Duration;

use migrations::local::{self, Durability, LocalServer, Place};
use migrations::runner::RunLock;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection as _, PgConnection};

use crate::fault::Fault;
use crate::session;
use crate::settings::{DatabaseUrl, Project, Target};

const OLDEST_SERVER: i32 = 150_000;
const OLDEST_VECTOR: (u32, u32) = (0, 7);
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

/// An open database. The embedded server stays up while this lives.
pub struct Database {
    /// Connections.
    pub pool: PgPool,
    /// How further connections are made.
    pub options: PgConnectOptions,
    /// Where it is, for people; never with a password.
    pub label: String,
    /// PostgreSQL and pgvector, for the report.
    pub version: String,
    /// With its password: for pg_dump alone.
    secret_url: String,
    server: Option<LocalServer>,
    /// The most of a pool.
    connections: u32,
}

impl Database {
    /// Opens the target, starting the embedded server if it is the one.
    pub async fn open(target: &Target, project: &Project) -> anyhow::Result<Self> {
        let (options, label, secret_url, server) = match target {
            Target::Embedded { database } => {
                let server = start_embedded(project).await?;
                server.ensure_database(database).await?;
                let label = format!("embedded PostgreSQL in {}, database `{database}`", project.home().display());
                (server.options(database), label, server.url(database), Some(server))
            }
            Target::Given { url, is_sample } => {
                if *is_sample {
                    ensure_sample_database(url).await?;
                }
                (url.options(*is_sample), url.label(*is_sample), url.secret(*is_sample), None)
            }
        };
        let origin = match target {
            Target::Given { url, .. } => url.origin(),
            Target::Embedded { .. } => "the embedded server",
        };
        let options = session::first(options);
        let mut connection = connect(&options, &label, origin).await?;
        if server.is_none() {
            let mut other = connect(&options, &label, origin).await?;
            prove_own(&mut connection, &mut other, &label, origin).await?;
            let _ = other.close().await;
        }
        let version = prove_fit(&mut connection, &label).await?;
        let options = session::others(options, &mut connection).await?;
        let connections = session::connections(&mut connection).await?;
        let pool = pool(options.clone(), connections, Role::Beside);
        Ok(Self { pool, options, label, version, secret_url, server, connections })
    }

    /// Connections of a run that holds the lock: no other run begins before the last of them has ended.
    pub fn run_pool(&self, name: &str) -> PgPool {
        pool(self.options.clone().application_name(name), self.connections, Role::OfRun)
    }

    /// Its URL with the password, for PostgreSQL's own programs: never to be printed.
    pub fn secret_url(&self) -> &str {
        &self.secret_url
    }

    /// Whether it is the project's own server.
    pub fn is_embedded(&self) -> bool {
        self.server.is_some()
    }

    /// Closes the connections and leaves the embedded server, which stops it if nobody else uses it.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(server) = self.server {
            let _ = tokio::task::spawn_blocking(move || drop(server)).await;
        }
    }
}

/// Whether a connection is part of the run that holds the lock.
#[derive(Clone, Copy, PartialEq)]
enum Role {
    OfRun,
    Beside,
}

/// Connections with our settings, made when they are needed.
fn pool(options: PgConnectOptions, most: u32, role: Role) -> PgPool {
    let asked = options.clone();
    let pool = PgPoolOptions::new().max_connections(most).acquire_timeout(CONNECT_LIMIT);
    let pool = pool.after_connect(move |connection, _| {
        let asked = asked.clone();
        Box::pin(async move {
            migrations::session::hold(connection, &asked).await?;
            if role == Role::OfRun { RunLock::join(connection).await } else { Ok(()) }
        })
    });
    pool.connect_lazy_with(options)
}

/// Starts or joins the project's own server.
pub async fn start_embedded(project: &Project) -> anyhow::Result<LocalServer> {
    let home = project.home();
    let server = tokio::task::spawn_blocking(move || -> anyhow::Result<LocalServer> {
        let binaries = local::find_or_install(&|line| eprintln!("{line}"))?;
        Ok(LocalServer::start(Place::of(&home)?, binaries, Durability::Full)?)
    });
    server.await?
}

async fn connect(options: &PgConnectOptions, label: &str, origin: &str) -> Result<PgConnection, Fault> {
    match tokio::time::timeout(CONNECT_LIMIT, migrations::session::connect(options)).await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(explain(&error, label, origin)),
        Err(_) => Err(Fault::new(
            format!("Failed to connect to {label}: no answer within {} s", CONNECT_LIMIT.as_secs()),
            "is the host right, and does a firewall stand between?",
        )),
    }
}

/// A refused connection, with the cure for its kind.
fn explain(error: &sqlx::Error, label: &str, origin: &str) -> Fault {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    let hint = match (code.as_str(), error) {
        ("28P01" | "28000", _) => format!("the server refused user or password: correct them in {origin}"),
        ("3D000", _) => format!("make it with `create database`, or correct the name in {origin}"),
        ("53300", _) => "the server has no connection free: wait, or raise its max_connections".to_owned(),
        ("57P03", _) => "the server is starting up or shutting down: try again in a moment".to_owned(),
        ("08P01", error) if error.to_string().contains("query_wait_timeout") => {
            "the pooler in between has no connection free: a run wants up to 12 (default_pool_size)".to_owned()
        }
        ("08P01", _) => format!(
            "a pooler such as PgBouncer stands between and takes no settings: name the server itself in {origin}, or have \
             `options` in the pooler's ignore_startup_parameters and its pool_mode = session"
        ),
        // Two clients have been given one connection, on which the first has prepared a statement.
        ("42P05" | "26000", _) => one_for_all(origin),
        (_, sqlx::Error::Io(_)) => format!("is the server running, and are host and port in {origin} right?"),
        (_, sqlx::Error::Tls(_)) => {
            "set sslmode in the URL: `?sslmode=require`, or `disable` for a server without TLS".to_owned()
        }
        _ => format!("check {origin}"),
    };
    Fault::new(format!("Failed to connect to {label}: {}", words(error)), hint)
}

/// What to do about a pooler that gives a connection to somebody else between two statements: no lock holds through it.
fn one_for_all(origin: &str) -> String {
    format!(
        "a pooler stands between that shares connections among clients, through which no lock would hold: in {origin}, name \
         the server itself or a port where the pooler's mode is `session` (Supabase: 5432 instead of 6543)"
    )
}

/// Two clients have two connections, and each keeps its own.
async fn prove_own(one: &mut PgConnection, other: &mut PgConnection, label: &str, origin: &str) -> anyhow::Result<()> {
    let told = |error| anyhow::Error::from(explain(&error, label, origin));
    let first = backend(one).await.map_err(told)?;
    let second = backend(other).await.map_err(told)?;
    let again = backend(one).await.map_err(told)?;
    if first == again && first != second {
        return Ok(());
    }
    Err(Fault::new(format!("Failed to use {label}: it gives no client a connection of its own"), one_for_all(origin))
        .into())
}

async fn backend(connection: &mut PgConnection) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar("select pg_backend_pid()").fetch_one(connection).await
}

/// The error's own words, without sqlx's packaging around them.
fn words(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// Old servers and servers without pgvector are told now rather than in the middle of a night.
async fn prove_fit(connection: &mut PgConnection, label: &str) -> anyhow::Result<String> {
    let (number, version, encoding): (i32, String, String) = sqlx::query_as(
        "select current_setting('server_version_num')::int, split_part(current_setting('server_version'), ' ', 1),
                current_setting('server_encoding')",
    )
    .fetch_one(&mut *connection)
    .await?;
    if number < OLDEST_SERVER {
        return Err(Fault::new(
            format!("Failed to use {label}: it is PostgreSQL {version}, and 15 or newer is needed"),
            "upgrade it, or unset the URL to use the embedded PostgreSQL",
        )
        .into());
    }
    if encoding != "UTF8" {
        return Err(Fault::new(
            format!("Failed to use {label}: its encoding is {encoding}, which has not every letter of a name"),
            "make one that has: `create database NAME encoding 'UTF8' template template0`",
        )
        .into());
    }
    let vector: Option<String> = sqlx::query_scalar(
        "select coalesce(installed_version, default_version) from pg_available_extensions where name = 'vector'",
    )
    .fetch_optional(connection)
    .await?
    .flatten();
    let Some(vector) = vector else {
        return Err(Fault::new(format!("Failed to use {label}: it has no pgvector"), "install pgvector 0.7 or newer on that server (Debian: postgresql-NN-pgvector), or unset the URL to use the embedded PostgreSQL").into());
    };
    if version_of(&vector) < OLDEST_VECTOR {
        return Err(Fault::new(
            format!("Failed to use {label}: it has pgvector {vector}, and 0.7 or newer is needed"),
            "upgrade it and run `alter extension vector update`",
        )
        .into());
    }
    Ok(format!("PostgreSQL {version}, pgvector {vector}"))
}

fn version_of(text: &str) -> (u32, u32) {
    let mut parts = text.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

/// The sample is never mixed with the user's data: it has a database of its own on the same server.
async fn ensure_sample_database(url: &DatabaseUrl) -> Result<(), Fault> {
    let mut connection = connect(&url.options(false), &url.label(false), url.origin()).await?;
    let name = DatabaseUrl::sample_database();
    let exists: Result<bool, sqlx::Error> =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut connection)
            .await;
    if matches!(exists, Ok(true)) {
        return Ok(());
    }
    let made = sqlx::query("create database districts_sample").execute(&mut connection).await;
    made.map(drop).map_err(|error| {
        Fault::new(
            format!("Failed to make the database `{name}` for the sample: {}", words(&error)),
            "make it by hand, or unset the URL to use the embedded PostgreSQL",
        )
    })
}
