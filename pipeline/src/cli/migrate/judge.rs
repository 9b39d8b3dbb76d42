//! `districts migrate lint` and `check`: what is wrong with files, told without opening anybody's database.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use migrations::drift::round_trip;
use migrations::history::HISTORY;
use migrations::history::folder::{self, FolderFault};
use migrations::lint::{File, Finding, Severity, lint, lint_after};
use serde_json::json;

use super::show::print_drift;
use crate::cli::arguments::Common;
use crate::fault::Fault;
use crate::run::Verdict;

/// Errors and warnings end with exit code 1.
pub(super) fn judge(common: &Common, files: &[PathBuf], github: bool, notes: bool) -> anyhow::Result<Verdict> {
    let mut findings = Vec::new();
    if files.is_empty() {
        for step in HISTORY {
            let (up, down) = (format!("{}.up.sql", step.name), format!("{}.down.sql", step.name));
            findings.extend(lint(File { name: &up, sql: step.up, has_down: true }));
            findings.extend(lint(File { name: &down, sql: step.down, has_down: true }));
        }
    }
    let mut earlier: Vec<String> = Vec::new();
    for path in files {
        let text = std::fs::read_to_string(path).with_context(|| format!("Failed to open `{}`", path.display()))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let down = path.with_file_name(name.replace(".up.sql", ".down.sql"));
        let before: Vec<&str> = earlier.iter().map(String::as_str).collect();
        findings.extend(lint_after(&before, File { name: &name, sql: &text, has_down: down.is_file() }));
        earlier.push(text);
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

/// Files, then the history they make; nobody's database is opened.
pub(super) async fn check(common: &Common, folder: Option<&Path>) -> anyhow::Result<Verdict> {
    let steps = match folder {
        None => HISTORY.to_vec(),
        Some(path) => match folder::read(path) {
            Ok(steps) => steps,
            Err(faults) => return Ok(print_faults(common, &faults)),
        },
    };
    if let Some(path) = folder.filter(|_| steps.is_empty()) {
        let hint = "is the path right? Run it where `migrations/history` lies";
        return Err(Fault::new(format!("Failed to check `{}`: it has no migrations", path.display()), hint).into());
    }
    let judged = judge(common, &files_of(folder)?, false, false)?;
    let replayed = round_trip(&steps).await?;
    replayed.drift.iter().for_each(|one| print_drift(common, one));
    for seen in &replayed.open {
        match common.json {
            true => println!("{}", json!({ "open": seen })),
            false => println!(
                "open: {} {} is seen by anybody who may select\n  hint: enable row level security, or make the view `security_invoker`",
                seen.kind, seen.relation
            ),
        }
    }
    if !replayed.drift.is_empty() || !replayed.open.is_empty() {
        return Ok(Verdict::ExpectationsMissed);
    }
    if !common.json {
        println!(
            "{} migrations apply, revert and apply again to the same schema; a stranger sees nothing",
            steps.len()
        );
    }
    Ok(judged)
}

fn print_faults(common: &Common, faults: &[FolderFault]) -> Verdict {
    for fault in faults {
        match common.json {
            true => println!("{}", json!({ "fault": fault.to_string(), "cure": fault.hint() })),
            false => println!("{fault}\n  hint: {}", fault.hint()),
        }
    }
    Verdict::ExpectationsMissed
}

/// None means the program's own.
fn files_of(folder: Option<&Path>) -> anyhow::Result<Vec<PathBuf>> {
    let Some(folder) = folder else { return Ok(Vec::new()) };
    let entries = std::fs::read_dir(folder).with_context(|| format!("Failed to open `{}`", folder.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    files.sort();
    Ok(files)
}
