//! `districts migrate lint` and `check`: what is wrong with files, told without opening anybody's database.

use std::path::PathBuf;

use anyhow::Context as _;
use migrations::drift::round_trip;
use migrations::history::{HISTORY, folder};
use migrations::lint::{File, Finding, Severity, lint};
use serde_json::json;

use super::show::print_drift;
use crate::cli::arguments::Common;
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
pub(super) async fn check(common: &Common, path: Option<&std::path::Path>) -> anyhow::Result<Verdict> {
    if let Some(path) = path {
        return folder_check(common, path);
    }
    let judged = judge(common, &[], false, false)?;
    let found = round_trip().await?;
    found.iter().for_each(|one| print_drift(common, one));
    if found.is_empty() && !common.json {
        println!("{} migrations apply, revert and apply again to the same schema", HISTORY.len());
    }
    Ok(if found.is_empty() { judged } else { Verdict::ExpectationsMissed })
}

/// A folder on disk: names, numbers, ways back, and every file judged.
fn folder_check(common: &Common, path: &std::path::Path) -> anyhow::Result<Verdict> {
    let faults = folder::read(path).err().unwrap_or_default();
    for fault in &faults {
        match common.json {
            true => println!("{}", json!({ "fault": fault.to_string(), "cure": fault.hint() })),
            false => println!("{fault}\n  hint: {}", fault.hint()),
        }
    }
    let mut files: Vec<PathBuf> = std::fs::read_dir(path)
        .map_or_else(|_| Vec::new(), |entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect());
    files.retain(|file| file.extension().is_some_and(|suffix| suffix == "sql"));
    files.sort();
    if !faults.is_empty() || files.is_empty() {
        return Ok(Verdict::ExpectationsMissed);
    }
    judge(common, &files, false, false)
}
