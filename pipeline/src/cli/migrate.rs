//! `districts migrate`

use std::path::PathBuf;

use anyhow::Context as _;
use migrations::drift::{Drift, drift, round_trip};
use migrations::history::{HISTORY, newest_version};
use migrations::lint::{File, Finding, Severity, lint};
use migrations::runner::{self, StepState};
use migrations::verify::{Sight, verify};
use serde_json::json;

use super::World;
use super::arguments::{Common, MigrateCommand};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

pub(super) async fn migrate(common: &Common, command: &MigrateCommand) -> anyhow::Result<Verdict> {
    if let MigrateCommand::Lint { files, github, notes } = command {
        return judge(common, files, *github, *notes);
    }
    if let MigrateCommand::Check = command {
        return check(common).await;
    }
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = match command {
        MigrateCommand::Lint { .. } | MigrateCommand::Check => Ok(Verdict::Good),
        MigrateCommand::Drift => drifted(common, &database).await,
        MigrateCommand::Verify => verified(common, &database).await,
        MigrateCommand::Up => up(common, &database).await.map(|()| Verdict::Good),
        MigrateCommand::Down { to, yes } => down(common, &database, *to, *yes).await.map(|()| Verdict::Good),
        MigrateCommand::Status => status(common, &database).await.map(|()| Verdict::Good),
    };
    database.close().await;
    outcome
}

/// Errors and warnings end with exit code 1.
fn judge(common: &Common, files: &[PathBuf], github: bool, notes: bool) -> anyhow::Result<Verdict> {
    let mut findings = Vec::new();
    if files.is_empty() {
        for step in HISTORY {
            let (up, down) = (format!("{}.up.sql", step.name), format!("{}.down.sql", step.name));
            findings.extend(lint(File { name: &up, sql: step.up, has_down: true }));
            findings.extend(lint(File { name: &down, sql: step.down, has_down: true }));
        }
    }
    for path in files {
        let text = std::fs::read_to_string(path).with_context(|| format!("Failed to open `{}`", path.display()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let down = path.with_file_name(name.replace(".up.sql", ".down.sql"));
        findings.extend(lint(File { name: &name, sql: &text, has_down: down.is_file() }));
    }
    findings.retain(|finding| notes || finding.severity > Severity::Note);
    for finding in &findings {
        let Finding { file, line, column, rule, message, cure, .. } = finding;
        let word = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        match (common.json, github) {
            (true, _) => println!("{}", json!(finding)),
            (false, true) => println!("::{word} file={file},line={line},col={column},title={rule}::{message}; {cure}"),
            (false, false) => println!("{file}:{line}:{column}: {word} {rule}: {message}\n  hint: {cure}"),
        }
    }
    if findings.is_empty() && !common.json && !github {
        let count = if files.is_empty() { HISTORY.len() * 2 } else { files.len() };
        println!("{count} files, nothing found");
    }
    let is_bad = findings.iter().any(|finding| finding.severity > Severity::Note);
    Ok(if is_bad { Verdict::ExpectationsMissed } else { Verdict::Good })
}

/// Nobody's database is opened.
async fn check(common: &Common) -> anyhow::Result<Verdict> {
    let judged = judge(common, &[], false, false)?;
    let found = round_trip().await?;
    found.iter().for_each(|one| print_drift(common, one));
    if found.is_empty() && !common.json {
        println!("{} migrations apply, revert and apply again to the same schema", HISTORY.len());
    }
    Ok(if found.is_empty() { judged } else { Verdict::ExpectationsMissed })
}

fn print_drift(common: &Common, one: &Drift) {
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

async fn drifted(common: &Common, database: &Database) -> anyhow::Result<Verdict> {
    let pending = runner::status(&database.options).await?.iter().any(|step| step.state != StepState::Applied);
    let found = drift(database.secret_url()).await?;
    found.iter().for_each(|one| print_drift(common, one));
    if !common.json {
        match (found.len(), pending) {
            (0, false) => println!("no drift: the schema is what its {} migrations make", HISTORY.len()),
            (count, false) => println!(
                "{count} objects are not as the history made them; write a migration that says so, or undo the change"
            ),
            (count, true) => {
                println!("{count} objects differ, and not every migration is applied: `districts migrate status`")
            }
        }
    }
    Ok(if found.is_empty() { Verdict::Good } else { Verdict::Drifted })
}

fn marked(sql: &str, mark: char) -> String {
    sql.trim_end().lines().map(|line| format!("  {mark} {line}")).collect::<Vec<_>>().join("\n")
}

async fn verified(common: &Common, database: &Database) -> anyhow::Result<Verdict> {
    let found = verify(&database.options).await?;
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
