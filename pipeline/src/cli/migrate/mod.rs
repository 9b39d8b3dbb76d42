//! `districts migrate …`: never a prompt; exit code 0 good, 1 refused by a judgement, 2 drift, 3 failed while applying,
//! 4 a wrong call or no database.

mod apply;
mod arguments;
mod data;
mod generate;
mod judge;
mod keep;
mod repair;
mod show;
mod studio;

pub use arguments::MigrateCommand;

use std::path::Path;

use migrations::data::DataError;
use migrations::generate::GenerateError;
use migrations::history::HISTORY;
use migrations::history::folder::{self, Disorder};
use migrations::lint::Refused;
use migrations::runner::MigrateError;

use super::World;
use super::arguments::Common;
use crate::database::Database;
use crate::fault;
use crate::run::Verdict;

pub(super) async fn migrate(
    common: &Common,
    history: Option<&Path>,
    command: &MigrateCommand,
) -> anyhow::Result<Verdict> {
    let outcome = match command {
        MigrateCommand::Lint { files, github, notes } => judge::judge(common, files, *github, *notes),
        MigrateCommand::Check { folder } => judge::check(common, folder.as_deref().or(history)).await,
        MigrateCommand::Generate(options) => generate::generate(common, options, history).await,
        other => on_database(common, history, other).await,
    };
    outcome.or_else(|error| {
        fault::print(&error);
        Ok(Verdict::Failed(code(&error)))
    })
}

async fn on_database(common: &Common, history: Option<&Path>, command: &MigrateCommand) -> anyhow::Result<Verdict> {
    let steps = history.map_or_else(|| Ok(HISTORY.to_vec()), folder::steps)?;
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let (project, good) = (&world.project, |()| Verdict::Good);
    let outcome = match command {
        MigrateCommand::Lint { .. } | MigrateCommand::Check { .. } | MigrateCommand::Generate(_) => Ok(Verdict::Good),
        MigrateCommand::Up { allow_out_of_order } => {
            apply::up(common, &database, project, &steps, *allow_out_of_order).await.map(good)
        }
        MigrateCommand::Down { to, yes } => apply::down(common, &database, &steps, *to, *yes).await.map(good),
        MigrateCommand::Redo => apply::redo(common, &database, &steps).await.map(good),
        MigrateCommand::Status => show::status(common, &database, &steps).await.map(good),
        MigrateCommand::Drift => show::drifted(common, &database, &steps).await,
        MigrateCommand::Verify => show::verified(common, &database).await,
        MigrateCommand::Repair { command } => repair::repair(common, &database, &steps, command).await.map(good),
        MigrateCommand::Baseline { to, reason } => repair::baseline(common, &database, &steps, *to, reason).await,
        MigrateCommand::Data { command } => data::data(common, &database, project, command).await.map(good),
        MigrateCommand::Environment { kind } => keep::mark(common, &database, *kind).await.map(good),
        MigrateCommand::Backup => keep::backup(common, &database, project).await.map(good),
        MigrateCommand::Restore { file, yes } => keep::restore(common, &database, file, *yes).await.map(good),
        MigrateCommand::Push { declared, dry_run } => {
            generate::push(common, &database, declared, *dry_run).await.map(good)
        }
        MigrateCommand::Studio { port } => studio::studio(common, &database, *port).await.map(good),
        MigrateCommand::Seed => keep::seed(common, &database).await.map(good),
        MigrateCommand::Reset => keep::reset(common, &database, &steps).await.map(good),
    };
    database.close().await;
    outcome
}

/// The exit code of a failure, by its kind.
fn code(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        if let Some(disorder) = cause.downcast_ref::<Disorder>() {
            return if disorder.is_no_history() { 4 } else { 1 };
        }
        if cause.is::<Refused>() {
            return 1;
        }
        match cause.downcast_ref::<MigrateError>() {
            Some(MigrateError::Failed { message, .. }) if message.contains("permission denied") => return 4,
            Some(MigrateError::Failed { .. } | MigrateError::Busy(_)) => return 3,
            Some(MigrateError::Connect(_) | MigrateError::Read(_) | MigrateError::Tracking(_)) => return 4,
            Some(_) => return 1,
            None if cause.is::<GenerateError>() => return 1,
            None if let Some(error) = cause.downcast_ref::<DataError>() => match error {
                DataError::Failed { .. } | DataError::File { .. } => return 3,
                DataError::Migrate(_) => {}
                _ => return 1,
            },
            None => {}
        }
    }
    4
}
