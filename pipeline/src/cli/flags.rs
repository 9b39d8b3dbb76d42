//! `districts flags …`: what is wrong with districts, and settling it.

use serde_json::json;
use uuid::Uuid;

use super::World;
use super::arguments::{Common, FlagsCommand};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

type Row = (Uuid, String, String, String, String, String, String);

pub(super) async fn flags(common: &Common, command: &FlagsCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = match command {
        FlagsCommand::List { state, kind, limit } => {
            list(common, &database, state.as_deref(), kind.as_deref(), *limit).await
        }
        FlagsCommand::Resolve { id, reason } => resolve(common, &database, *id, reason).await,
    };
    database.close().await;
    outcome
}

async fn list(
    common: &Common,
    database: &Database,
    state: Option<&str>,
    kind: Option<&str>,
    limit: i64,
) -> anyhow::Result<Verdict> {
    let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/flags_open.sql"))
        .bind(state.map(str::to_uppercase))
        .bind(kind.map(str::to_uppercase))
        .bind(limit)
        .fetch_all(&database.pool)
        .await?;
    for (id, severity, kind, state, nces_id, name, words) in &rows {
        match common.json {
            true => println!(
                "{}",
                json!({ "id": id, "severity": severity, "type": kind, "state": state, "nces_id": nces_id, "district": name, "description": words })
            ),
            false => println!("{severity:<8} {kind:<20} {state} {nces_id:<7} {name}\n  {words}\n  {id}"),
        }
    }
    if rows.is_empty() && !common.json {
        println!("no open flags");
    }
    Ok(Verdict::Good)
}

async fn resolve(common: &Common, database: &Database, id: Uuid, reason: &str) -> anyhow::Result<Verdict> {
    let settled = sqlx::query(
        "update quality_flags set resolved = true, resolved_at = now(), resolved_by = $2, resolution_notes = $3
          where id = $1 and not resolved",
    )
    .bind(id)
    .bind(std::env::var("USER").unwrap_or_else(|_| "unknown".to_owned()))
    .bind(reason)
    .execute(&database.pool)
    .await?;
    if settled.rows_affected() == 0 {
        return Err(Fault::new(
            format!("Failed to resolve {id}: no open flag has this id"),
            "`districts flags list` prints ids",
        )
        .into());
    }
    match common.json {
        true => println!("{}", json!({ "resolved": id })),
        false => println!("resolved {id}; it is not raised again for the same record"),
    }
    Ok(Verdict::Good)
}
