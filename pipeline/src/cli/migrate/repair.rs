//! `districts migrate repair` and `baseline`: records set right without running SQL.

use migrations::drift::{Drift, drift_at};
use migrations::history::Step;
use migrations::runner::{self, Repair};
use serde_json::json;

use super::arguments::RepairCommand;
use super::show::print_drift;
use crate::cli::arguments::Common;
use crate::database::Database;
use crate::run::Verdict;

pub(super) async fn repair(
    common: &Common,
    database: &Database,
    steps: &[Step],
    command: &RepairCommand,
) -> anyhow::Result<()> {
    let (how, word, options) = match command {
        RepairCommand::MarkApplied(options) => (Repair::MarkApplied, "marked as applied", options),
        RepairCommand::Unmark(options) => (Repair::Unmark, "unmarked", options),
        RepairCommand::Restamp(options) => (Repair::Restamp, "stamped with today's file", options),
    };
    runner::repair(&database.options, steps, options.version, how, &options.reason).await?;
    match common.json {
        true => println!("{}", json!({ "version": options.version, "repaired": word })),
        false => println!("version {} {word}; logged in ops.migration_log", options.version),
    }
    Ok(())
}

/// What the history makes must be there as it makes it; what else is there is the database's own affair.
pub(super) async fn baseline(
    common: &Common,
    database: &Database,
    steps: &[Step],
    to: Option<i64>,
    reason: &str,
) -> anyhow::Result<Verdict> {
    for foreign in runner::drizzle(&database.options).await? {
        match common.json {
            true => println!("{}", json!({ "drizzle": foreign })),
            false => {
                println!("Drizzle recorded {} migrations in {}; they are left alone", foreign.count, foreign.table)
            }
        }
    }
    let to = to.unwrap_or_else(|| steps.last().map_or(0, |step| step.version));
    let steps: Vec<_> = steps.iter().copied().filter(|step| step.version <= to).collect();
    let found = drift_at(database.secret_url(), &steps).await?;
    let (extra, wrong): (Vec<Drift>, Vec<Drift>) =
        found.into_iter().partition(|one| matches!(one, Drift::Extra { .. }));
    if !wrong.is_empty() {
        wrong.iter().for_each(|one| print_drift(common, one));
        if !common.json {
            println!("{} objects are not what versions 1 to {to} make: nothing recorded", wrong.len());
        }
        return Ok(Verdict::Drifted);
    }
    runner::baseline(&database.options, &steps, reason).await?;
    match common.json {
        true => println!("{}", json!({ "baseline": to, "others": extra.len() })),
        false => {
            println!("recorded versions 1 to {to} without running them; {} other objects are left alone", extra.len())
        }
    }
    Ok(Verdict::Good)
}
