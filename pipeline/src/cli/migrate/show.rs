//! `districts migrate status`, `drift` and `verify`: how a database stands. Reads only.

use migrations::drift::{Drift, held_against};
use migrations::history::Step;
use migrations::runner::{self, StepState};
use migrations::verify::{Sight, verify};
use serde_json::json;

use crate::cli::arguments::Common;
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

pub(super) fn print_drift(common: &Common, one: &Drift) {
    if common.json {
        println!("{}", json!(one));
        return;
    }
    match one {
        Drift::Missing { object, sql } => println!("missing: {object}\n{}", marked(sql, '-')),
        Drift::Extra { object, sql } => println!("extra: {object}\n{}", marked(sql, '+')),
        Drift::Different { object, expected, found } => {
            let lines = [marked(&expected.join("\n"), '-'), marked(&found.join("\n"), '+')];
            let lines: Vec<String> = lines.into_iter().filter(|lines| !lines.is_empty()).collect();
            println!("different: {object}\n{}", lines.join("\n"));
        }
    }
}

pub(super) async fn drifted(common: &Common, database: &Database, steps: &[Step]) -> anyhow::Result<Verdict> {
    let pending =
        runner::status_of(&database.options, steps).await?.iter().any(|step| step.state != StepState::Applied);
    let held = held_against(database.secret_url(), steps).await?;
    let found = held.drift;
    found.iter().for_each(|one| print_drift(common, one));
    if !common.json {
        match (found.len(), pending) {
            (0, false) => println!("no drift: the schema is what its {} migrations make", steps.len()),
            (count, false) => println!(
                "{count} objects are not as the history made them; write a migration that says so, or undo the change"
            ),
            (count, true) => {
                println!("{count} objects differ, and not every migration is applied: `districts migrate status`")
            }
        }
        if !held.beside.is_empty() {
            println!("not looked into, for the history knows nothing of them: {}", held.beside.join(", "));
        }
    }
    Ok(if found.is_empty() { Verdict::Good } else { Verdict::Drifted })
}

fn marked(sql: &str, mark: char) -> String {
    sql.trim_end().lines().map(|line| format!("  {mark} {line}")).collect::<Vec<_>>().join("\n")
}

pub(super) async fn verified(common: &Common, database: &Database) -> anyhow::Result<Verdict> {
    let found = verify(&database.options).await.map_err(|error| match error.as_database_error() {
        Some(refused) if refused.message().contains("create role") => anyhow::Error::from(Fault::new(
            format!("Failed to read as a stranger: {}", refused.message()),
            "the stranger is a role that is gone when it has looked: `alter role NAME createrole`, or connect as one who may",
        )),
        _ => error.into(),
    })?;
    if common.json {
        println!("{}", json!(found));
    } else {
        for seen in &found.seen {
            let words = match seen.sight {
                Sight::Blocked => "blocked by row level security",
                Sight::EmptyAndSecured => "empty; row level security is on",
                Sight::Visible => "VISIBLE to a stranger with the right to select",
                Sight::EmptyAndOpen => "OPEN: empty, and nothing would hide its rows",
                Sight::Unreadable => "blocked by a missing grant below it",
            };
            let grant = if seen.is_granted { "; select is granted to everybody" } else { "" };
            println!("  {:<34} {:<18} {words}{grant}", seen.relation, seen.kind);
        }
        for one in &found.vectors {
            let lists = one.lists.map_or_else(String::new, |lists| format!(", {lists} lists"));
            let width = one.dimensions.map_or_else(String::new, |width| format!(", {width} wide"));
            let state = if one.is_valid { "valid" } else { "INVALID" };
            println!("  {} on {}: {} over {} rows{lists}{width}, {state}", one.index, one.table, one.kind, one.rows);
        }
        for fault in &found.faults {
            println!("  {}: {}\n    hint: {}", fault.object, fault.what, fault.cure);
        }
        println!(
            "{}",
            if found.is_good() { "verified: a stranger sees nothing, nothing is invalid" } else { "not verified" }
        );
    }
    Ok(if found.is_good() { Verdict::Good } else { Verdict::ExpectationsMissed })
}

pub(super) async fn status(common: &Common, database: &Database, steps: &[Step]) -> anyhow::Result<()> {
    let statuses = runner::status_of(&database.options, steps).await?;
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
