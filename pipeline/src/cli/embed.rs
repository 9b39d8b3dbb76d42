//! `districts embed …`

use embedder::queue::{account, dead, retry};
use embedder::worker::{Crew, work};
use serde_json::json;

use super::World;
use super::arguments::{Care, Common, EmbedCommand, EmbedOptions, RunOptions};
use super::run::run;
use crate::database::Database;
use crate::run::Verdict;
use crate::stage::{chunker, model};

/// The stages that make vectors and their index.
pub(super) async fn all(common: &Common, options: &EmbedOptions) -> anyhow::Result<Verdict> {
    let stages = RunOptions {
        only: Some(vec!["embed".to_owned(), "index".to_owned()]),
        from: None,
        states: None,
        dry_run: options.dry_run,
        care: Care { offline: false, locked: false, accept_older: false },
    };
    run(common, &stages, options.workers).await
}

pub(super) async fn embed(common: &Common, command: &EmbedCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = match command {
        EmbedCommand::Worker { workers } => worker(common, &world, &database, *workers).await,
        EmbedCommand::Status => status(common, &database).await,
        EmbedCommand::Dead => list(common, &database).await,
        EmbedCommand::Retry => again(common, &database).await,
    };
    database.close().await;
    outcome
}

async fn worker(common: &Common, world: &World, database: &Database, workers: u8) -> anyhow::Result<Verdict> {
    let (model, chunker) = (model(&world.project)?, chunker(&world.project.settings.embed));
    let done = work(&database.pool, &model, chunker, Crew::of(usize::from(workers)), |_| {}).await?;
    match common.json {
        true => println!(
            "{}",
            json!({ "documents": done.documents, "chunks": done.chunks, "sent": done.sent, "dead": done.dead })
        ),
        false => println!("{} documents into {} chunks, {} dead", done.documents, done.chunks, done.dead),
    }
    Ok(if done.dead == 0 { Verdict::Good } else { Verdict::ExpectationsMissed })
}

async fn status(common: &Common, database: &Database) -> anyhow::Result<Verdict> {
    let account = account(&database.pool).await?;
    match common.json {
        true => println!("{}", json!(account)),
        false => println!(
            "{} documents: {} current, {} waiting, {} dead; {} chunks stored, as recorded",
            account.documents, account.current, account.pending, account.dead, account.chunks
        ),
    }
    Ok(Verdict::Good)
}

async fn list(common: &Common, database: &Database) -> anyhow::Result<Verdict> {
    let dead = dead(&database.pool).await?;
    match common.json {
        true => println!("{}", json!(dead)),
        false if dead.is_empty() => println!("none"),
        false => dead.iter().for_each(|one| println!("{}  {}\n    {}", one.nces_id, one.url, one.reason)),
    }
    Ok(if dead.is_empty() { Verdict::Good } else { Verdict::ExpectationsMissed })
}

async fn again(common: &Common, database: &Database) -> anyhow::Result<Verdict> {
    let count = retry(&database.pool).await?;
    match common.json {
        true => println!("{}", json!({ "queued": count })),
        false => println!("{count} documents are queued again; `districts run --only embed,index` embeds them"),
    }
    Ok(Verdict::Good)
}
