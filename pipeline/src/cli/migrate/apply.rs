//! `districts migrate up`, `down` and `redo`.

use migrations::drift::{already_there, order_proof};
use migrations::history::Step;
use migrations::lint::refuse_errors;
use migrations::runner::{self, Environment, Manner, MigrateError, StepState};
use serde_json::json;

use super::keep;
use super::show::print_drift;
use crate::cli::arguments::Common;
use crate::database::Database;
use crate::fault::Fault;
use crate::settings::Project;

pub(super) async fn up(
    common: &Common,
    database: &Database,
    project: &Project,
    steps: &[Step],
    is_late_allowed: bool,
) -> anyhow::Result<()> {
    let (standing, environment) = runner::standing(&database.options, steps).await?;
    let versions = |state: StepState| -> Vec<i64> {
        standing.iter().filter(|one| one.state == state).map(|one| one.version).collect()
    };
    let pending = versions(StepState::Pending);
    // The program's own are judged by its tests.
    let is_foreign = |version: &i64| !steps.iter().any(|step| step.version == *version && step.is_shipped());
    refuse_errors(steps, &pending.iter().copied().filter(is_foreign).collect::<Vec<_>>())?;
    if !pending.is_empty() && environment == Some(Environment::Prod) {
        back_up(common, database, project).await?;
    }
    let applied_before = versions(StepState::Applied);
    if is_late_allowed && pending.iter().min() < applied_before.iter().max() {
        prove_order(common, steps, &applied_before).await?;
    }
    let outcome = runner::up_through(&database.options, steps, Manner { is_late_allowed }, |step| {
        if !common.json {
            println!("applied {}", step.name)
        }
    });
    let applied = match outcome.await {
        Err(error) => return Err(explained(common, database, steps, error).await),
        Ok(applied) => applied,
    };
    let version = steps.last().map_or(0, |step| step.version);
    if common.json {
        println!("{}", json!({ "applied": applied, "version": version }));
    } else if applied.is_empty() {
        println!("nothing to apply: the schema is at version {version}");
    }
    Ok(())
}

/// A number that came late is applied only where the order makes no difference.
async fn prove_order(common: &Common, steps: &[Step], applied: &[i64]) -> anyhow::Result<()> {
    let found = order_proof(steps, applied).await?;
    if found.is_empty() {
        return Ok(());
    }
    found.iter().for_each(|one| print_drift(common, one));
    Err(MigrateError::OrderMatters.into())
}

/// An object that exists already: is it the one the file makes?
async fn explained(common: &Common, database: &Database, steps: &[Step], error: MigrateError) -> anyhow::Error {
    let MigrateError::Failed { file, message, .. } = &error else { return error.into() };
    let step = steps.iter().find(|step| file.starts_with(step.name));
    let Some(step) = step.filter(|_| message.contains("already exists")) else { return error.into() };
    match already_there(database.secret_url(), steps, step.version).await {
        Ok(found) if found.is_empty() => {
            let hint = format!("`districts migrate repair mark-applied {} --reason …`", step.version);
            let words = format!("{error}; what is there is what the file makes");
            Fault::with_source(words, hint, error).into()
        }
        Ok(found) => {
            found.iter().for_each(|one| print_drift(common, one));
            let words = format!("{error}; what is there differs from what the file makes");
            let hint = "bring it into line or drop it, and run again; `districts migrate drift` shows all that differs";
            Fault::with_source(words, hint, error).into()
        }
        Err(_) => error.into(),
    }
}

/// People depend on a database marked `prod`: it is dumped before anything is applied to it.
async fn back_up(common: &Common, database: &Database, project: &Project) -> anyhow::Result<()> {
    let path = keep::dump(database, project).await?;
    if !common.json {
        println!("backed up to {}", path.display());
    }
    Ok(())
}

pub(super) async fn down(
    common: &Common,
    database: &Database,
    steps: &[Step],
    to: Option<i64>,
    is_meant: bool,
) -> anyhow::Result<()> {
    let applied =
        runner::status_of(&database.options, steps).await?.into_iter().filter(|step| step.state != StepState::Pending);
    let newest = applied.map(|step| step.version).max().unwrap_or(0);
    let target = to.unwrap_or_else(|| {
        steps.iter().map(|step| step.version).filter(|version| *version < newest).max().unwrap_or(0)
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
    let reverted = runner::down_through(&database.options, steps, target, |step| {
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
pub(super) async fn redo(common: &Common, database: &Database, steps: &[Step]) -> anyhow::Result<()> {
    keep::only_dev(database, "redo a migration").await?;
    let standing = runner::status_of(&database.options, steps).await?;
    let applied = standing.into_iter().filter(|step| step.state == StepState::Applied);
    let Some(newest) = applied.map(|step| step.version).max() else {
        return Err(Fault::new("Failed to redo: nothing is applied", "run `districts migrate up`").into());
    };
    let reverted = runner::down_through(&database.options, steps, newest - 1, |_| {}).await?;
    let again = runner::up_through(&database.options, steps, Manner::default(), |_| {}).await?;
    match common.json {
        true => println!("{}", json!({ "reverted": reverted, "applied": again })),
        false => println!("reverted {}\napplied {}", reverted.join(", "), again.join(", ")),
    }
    Ok(())
}
