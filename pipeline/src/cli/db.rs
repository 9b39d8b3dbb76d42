//! `districts db`

use std::process::Command;

use anyhow::Context as _;
use migrations::local::{self, LocalServer, Place, Status};
use serde_json::json;
use sqlx::{AssertSqlSafe, ConnectOptions};

use super::World;
use super::arguments::{Common, DbCommand};
use crate::database::start_embedded;
use crate::fault::Fault;
use crate::run::Verdict;
use crate::settings::{Project, Target};

pub(super) async fn db(common: &Common, command: &DbCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = match &world.target {
        Target::Embedded { database } => *database,
        Target::Given { url, .. } => {
            let message = format!(
                "Failed to manage {}: it is not the embedded PostgreSQL ({} names it)",
                url.label(common.sample),
                url.origin()
            );
            return Err(Fault::new(message, "use that server's own tools, or unset the URL").into());
        }
    };
    let project = &world.project;
    match command {
        DbCommand::Start { port } => start(project, database, *port).await?,
        DbCommand::Stop => stop(project).await?,
        DbCommand::Status => status(common, project)?,
        DbCommand::Url => url(project, database).await?,
        DbCommand::Psql { arguments } => psql(project, database, arguments).await?,
        DbCommand::Reset { yes } => reset(project, database, *yes).await?,
    }
    Ok(Verdict::Good)
}

async fn start(project: &Project, database: &'static str, port: Option<u16>) -> anyhow::Result<()> {
    let home = project.home();
    let server = tokio::task::spawn_blocking(move || -> anyhow::Result<LocalServer> {
        let binaries = local::find_or_install(&|line| eprintln!("{line}"))?;
        Ok(local::start_for_keeps(&Place::of(&home)?, &binaries, port)?)
    })
    .await??;
    server.ensure_database(database).await?;
    println!("{}", server.url(database));
    if let Some(port) = port {
        let password = set_password(&server).await?;
        println!("postgresql://districts:{password}@127.0.0.1:{port}/{database}");
        eprintln!("the password is new and is not shown again");
    }
    eprintln!("it stays up until `districts db stop`");
    Ok(())
}

/// A fresh password; only its SCRAM verifier is kept, by the server.
async fn set_password(server: &LocalServer) -> anyhow::Result<String> {
    let password = uuid::Uuid::new_v4().simple().to_string();
    let mut connection = server.options("postgres").connect().await?;
    // The name is ours and the password hexadecimal: nothing in it needs quoting.
    sqlx::query(AssertSqlSafe(format!("alter role districts password '{password}'")))
        .execute(&mut connection)
        .await
        .context("Failed to set the password")?;
    Ok(password)
}

async fn stop(project: &Project) -> anyhow::Result<()> {
    let home = project.home();
    tokio::task::spawn_blocking(move || -> anyhow::Result<()> {
        let place = Place::of(&home)?;
        match local::status(&place) {
            Status::Running { .. } => {
                local::stop(&place, &local::find_or_install(&|line| eprintln!("{line}"))?)?;
                println!("stopped");
            }
            Status::Absent | Status::Stopped => println!("it is not running"),
        }
        Ok(())
    })
    .await?
}

fn status(common: &Common, project: &Project) -> anyhow::Result<()> {
    let place = Place::of(&project.home())?;
    let status = local::status(&place);
    let words = match &status {
        Status::Absent => "not made yet: the first run makes it".to_owned(),
        Status::Stopped => "stopped: the next command starts it".to_owned(),
        Status::Running { pid, is_kept } => {
            format!("running, process {pid}{}", if *is_kept { ", until `districts db stop`" } else { "" })
        }
    };
    if common.json {
        let pid = if let Status::Running { pid, .. } = status { Some(pid) } else { None };
        println!(
            "{}",
            json!({ "status": words, "pid": pid, "data": place.data, "socket": place.socket, "log": place.log })
        );
        return Ok(());
    }
    println!(
        "{words}\n  data    {}\n  socket  {}\n  log     {}",
        place.data.display(),
        place.socket.display(),
        place.log.display()
    );
    Ok(())
}

async fn url(project: &Project, database: &str) -> anyhow::Result<()> {
    let server = start_embedded(project).await?;
    server.ensure_database(database).await?;
    println!("{}", server.url(database));
    if !matches!(local::status(server.place()), Status::Running { is_kept: true, .. }) {
        eprintln!("nobody keeps it running: `districts db start` does");
    }
    Ok(())
}

/// psql takes this process's terminal; the server stays up while it runs.
async fn psql(project: &Project, database: &str, arguments: &[String]) -> anyhow::Result<()> {
    let server = start_embedded(project).await?;
    server.ensure_database(database).await?;
    let mut command = Command::new(psql_program(&server));
    command.arg(server.url(database)).args(arguments);
    // Ctrl-C belongs to psql, which cancels its query and goes on.
    let _ignored = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    let status = tokio::task::spawn_blocking(move || command.status()).await?.context("Failed to run `psql`")?;
    tokio::task::spawn_blocking(move || drop(server)).await?;
    if status.success() {
        Ok(())
    } else {
        Err(Fault::new("psql ended with an error", "its own words stand above").into())
    }
}

/// The server's own psql, else the one on PATH.
fn psql_program(server: &LocalServer) -> std::path::PathBuf {
    let own = server.binaries().program("psql");
    if own.is_file() { own } else { "psql".into() }
}

async fn reset(project: &Project, database: &'static str, is_meant: bool) -> anyhow::Result<()> {
    if !is_meant {
        return Err(Fault::new(
            format!("Failed to reset the database `{database}`: all data in it would be lost"),
            "add --yes if you mean it",
        )
        .into());
    }
    let server = start_embedded(project).await?;
    let mut connection = server.options("postgres").connect().await?;
    let dropped =
        sqlx::query(AssertSqlSafe(format!("drop database if exists {database}"))).execute(&mut connection).await;
    dropped.map_err(|error| {
        Fault::new(
            format!("Failed to drop the database `{database}`: {error}"),
            "somebody is connected to it: end that program first",
        )
    })?;
    server.ensure_database(database).await?;
    println!("`{database}` is empty; `districts run` fills it");
    tokio::task::spawn_blocking(move || drop(server)).await?;
    Ok(())
}
