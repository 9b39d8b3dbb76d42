//! `districts migrate environment`, `backup`, `restore`, `reset` and `seed`: what a database is for, and what that allows.

use std::path::{Path, PathBuf};

use migrations::data;
use migrations::history::Step;
use migrations::runner::{self, Environment, Manner};
use migrations::session;
use serde_json::json;

use super::arguments::Kind;
use crate::cli::arguments::Common;
use crate::database::Database;
use crate::fault::Fault;
use crate::settings::Project;

pub(super) async fn environment(database: &Database) -> anyhow::Result<Option<Environment>> {
    Ok(runner::environment(&mut session::connect(&database.options).await?).await?)
}

pub(super) async fn mark(common: &Common, database: &Database, kind: Option<Kind>) -> anyhow::Result<()> {
    if let Some(kind) = kind {
        runner::mark_environment(&mut session::connect(&database.options).await?, kind.into()).await?;
    }
    let word = environment(database).await?.map(Environment::word);
    match common.json {
        true => println!("{}", json!({ "environment": word })),
        false => println!(
            "{} is {}",
            database.label,
            word.unwrap_or("not marked: `districts migrate environment dev|staging|prod`")
        ),
    }
    Ok(())
}

/// Refuses what may lose data on anything that is not marked `dev`.
pub(super) async fn only_dev(database: &Database, what: &str) -> anyhow::Result<()> {
    match environment(database).await? {
        Some(Environment::Dev) => Ok(()),
        other => Err(Fault::new(
            format!("Failed to {what}: {} is {}", database.label, other.map_or("not marked", Environment::word)),
            "only a database marked by `districts migrate environment dev` allows it",
        )
        .into()),
    }
}

/// Dumps into the project's own folder.
pub(super) async fn dump(database: &Database, project: &Project) -> anyhow::Result<PathBuf> {
    let (program, url) = (program("pg_dump").await?, database.secret_url().to_owned());
    let folder = project.home().join("backups");
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&database.pool).await?;
    let dumped = tokio::task::spawn_blocking(move || migrations::backup::backup(&program, &url, &folder, &name));
    let path = dumped.await??;
    runner::record(&mut session::connect(&database.options).await?, "backup", &path.display().to_string()).await?;
    Ok(path)
}

pub(super) async fn backup(common: &Common, database: &Database, project: &Project) -> anyhow::Result<()> {
    let path = dump(database, project).await?;
    match common.json {
        true => println!("{}", json!({ "backup": path })),
        false => println!("backed up {} to {}", database.label, path.display()),
    }
    Ok(())
}

pub(super) async fn restore(common: &Common, database: &Database, file: &Path, is_meant: bool) -> anyhow::Result<()> {
    if !is_meant {
        let words = format!("Failed to restore: what {} holds now would be replaced", database.label);
        return Err(Fault::new(words, "add --yes if you mean it").into());
    }
    let (program, url, file) = (program("psql").await?, database.secret_url().to_owned(), file.to_owned());
    let folder = program.parent().unwrap_or(&program).to_owned();
    let shown = file.display().to_string();
    tokio::task::spawn_blocking(move || migrations::backup::restore(&folder, &url, &file)).await??;
    match common.json {
        true => println!("{}", json!({ "restored": shown })),
        false => println!("restored {} from {shown}", database.label),
    }
    Ok(())
}

pub(super) async fn reset(common: &Common, database: &Database, steps: &[Step]) -> anyhow::Result<()> {
    only_dev(database, "reset").await?;
    // The program's data migrations fill the program's own tables.
    let moves = if steps.iter().any(Step::is_shipped) { data::shipped() } else { Vec::new() };
    let reverted_data = data::reset(&database.options, &moves, &[], |_, _| {}).await?;
    let reverted = runner::down_through(&database.options, steps, 0, |_| {}).await?;
    let applied = runner::up_through(&database.options, steps, Manner::default(), |_| {}).await?;
    let none = |place: &str| Err(format!("`{place}` is no file of the program"));
    let moved = data::up(&database.options, &moves, &[], &none, |_, _| {}).await?;
    match common.json {
        true => println!(
            "{}",
            json!({ "reverted": reverted, "reverted_data": reverted_data, "applied": applied, "applied_data": moved })
        ),
        false => println!(
            "{} is empty, at version {}, with the {} data migrations of the program; `districts migrate seed` puts rows in",
            database.label,
            applied.len(),
            moved.len()
        ),
    }
    Ok(())
}

pub(super) async fn seed(common: &Common, database: &Database) -> anyhow::Result<()> {
    only_dev(database, "seed").await?;
    let rows = migrations::seed::seed(&database.options).await?;
    match common.json {
        true => println!("{}", json!({ "rows": rows })),
        false if rows == 0 => println!("the seed's rows are in {} already", database.label),
        false => println!("{rows} rows put into {}", database.label),
    }
    Ok(())
}

/// PostgreSQL's own programs come with the embedded server.
pub(super) async fn program(name: &'static str) -> anyhow::Result<PathBuf> {
    let found = tokio::task::spawn_blocking(|| migrations::local::find_or_install(&|line| eprintln!("{line}")));
    Ok(found.await??.program(name))
}
