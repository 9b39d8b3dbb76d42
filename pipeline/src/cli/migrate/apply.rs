//! `districts migrate up`, `down` and `redo`.

use migrations::history::{HISTORY, newest_version};
use migrations::runner::{self, Environment, Manner, StepState};
use serde_json::json;

use super::keep;
use crate::cli::arguments::Common;
use crate::database::Database;
use crate::fault::Fault;
use crate::settings::Project;

pub(super) async fn up(
    common: &Common,
    database: &Database,
    project: &Project,
    is_late_allowed: bool,
) -> anyhow::Result<()> {
    back_up_before(common, database, project).await?;
    let applied = runner::up_through(&database.options, HISTORY, Manner { is_late_allowed }, |step| {
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

/// People depend on a database marked `prod`: it is dumped before anything is applied to it.
async fn back_up_before(common: &Common, database: &Database, project: &Project) -> anyhow::Result<()> {
    let is_pending = runner::status(&database.options).await?.iter().any(|step| step.state == StepState::Pending);
    if !is_pending || keep::environment(database).await? != Some(Environment::Prod) {
        return Ok(());
    }
    let path = keep::dump(database, project).await?;
    if !common.json {
        println!("backed up to {}", path.display());
    }
    Ok(())
}

pub(super) async fn down(common: &Common, database: &Database, to: Option<i64>, is_meant: bool) -> anyhow::Result<()> {
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

/// The newest applied migration back and there again: on `dev` only, for its tables lose their rows.
pub(super) async fn redo(common: &Common, database: &Database) -> anyhow::Result<()> {
    keep::only_dev(database, "redo a migration").await?;
    let applied = runner::status(&database.options).await?.into_iter().filter(|step| step.state == StepState::Applied);
    let Some(newest) = applied.map(|step| step.version).max() else {
        return Err(Fault::new("Failed to redo: nothing is applied", "run `districts migrate up`").into());
    };
    let reverted = runner::down(&database.options, newest - 1, |_| {}).await?;
    let again = runner::up(&database.options, |_| {}).await?;
    match common.json {
        true => println!("{}", json!({ "reverted": reverted, "applied": again })),
        false => println!("reverted {}\napplied {}", reverted.join(", "), again.join(", ")),
    }
    Ok(())
}
