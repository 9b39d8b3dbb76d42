//! `districts migrate`

use migrations::history::{HISTORY, newest_version};
use migrations::runner::{self, StepState};
use serde_json::json;

use super::World;
use super::arguments::{Common, MigrateCommand};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

pub(super) async fn migrate(common: &Common, command: &MigrateCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = match command {
        MigrateCommand::Up => up(common, &database).await,
        MigrateCommand::Down { to, yes } => down(common, &database, *to, *yes).await,
        MigrateCommand::Status => status(common, &database).await,
    };
    database.close().await;
    outcome.map(|()| Verdict::Good)
}

async fn up(common: &Common, database: &Database) -> anyhow::Result<()> {
    let applied = runner::up(&database.options, |step| {
        if !common.json {
            println!("applied {}", step.name)
        }
    })
    .await?;
    if common.json {
        println!("{}", json!({ "applied": applied, "version": newest_version() }));
    } else if applied.is_empty() {
        println!("nothing to apply: the schema is at version {}", newest_version());
    }
    Ok(())
}

async fn down(common: &Common, database: &Database, to: Option<i64>, is_meant: bool) -> anyhow::Result<()> {
    let applied = runner::status(&database.options).await?.into_iter().filter(|step| step.state != StepState::Pending);
    let newest = applied.map(|step| step.version).max().unwrap_or(0);
    let target = to.unwrap_or_else(|| {
        HISTORY.iter().map(|step| step.version).filter(|version| *version < newest).max().unwrap_or(0)
    });
    if target >= newest {
        println!("nothing to revert: the schema is at version {newest}");
        return Ok(());
    }
    if !is_meant {
        return Err(Fault::new(
            format!(
                "Failed to revert versions {} to {newest} of {}: that drops tables with their data",
                target + 1,
                database.label
            ),
            "add --yes if you mean it",
        )
        .into());
    }
    let reverted = runner::down(&database.options, target, |step| {
        if !common.json {
            println!("reverted {}", step.name)
        }
    })
    .await?;
    if common.json {
        println!("{}", json!({ "reverted": reverted, "version": target }));
    }
    Ok(())
}

async fn status(common: &Common, database: &Database) -> anyhow::Result<()> {
    let statuses = runner::status(&database.options).await?;
    if common.json {
        println!("{}", json!({ "database": database.label, "migrations": statuses }));
        return Ok(());
    }
    println!("{} · {}", database.label, database.version);
    for status in statuses {
        let words = match status.state {
            StepState::Applied => "applied",
            StepState::Pending => "pending",
            StepState::Edited => "applied from another version of the file",
            StepState::Unknown => "applied by a newer program",
        };
        println!("  {:<28} {words}", status.name);
    }
    Ok(())
}
