//! `districts nces diff`: what became of LEAs between two years.

use std::collections::BTreeMap;
use std::path::Path;

use loaders::nces::{Change, Directory, Side, changes, read_directory};
use serde_json::json;

use super::arguments::{Common, NcesCommand};
use crate::run::Verdict;

/// Lines shown of one kind; `--json` gives all.
const SHOWN: usize = 20;

pub(super) fn nces(common: &Common, command: &NcesCommand) -> anyhow::Result<Verdict> {
    let NcesCommand::Diff { earlier, later, state, all } = command;
    let (earlier, later) = (read(earlier, state.as_deref())?, read(later, state.as_deref())?);
    let found = changes(&earlier, &later);
    if common.json {
        for change in &found {
            println!("{}", json!(change));
        }
        return Ok(Verdict::Good);
    }
    println!(
        "{} ({} LEAs) to {} ({} LEAs): {} changes",
        earlier.school_year,
        earlier.leas.len(),
        later.school_year,
        later.leas.len(),
        found.len()
    );
    let mut kinds: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for change in &found {
        let (kind, words) = words(change);
        kinds.entry(kind).or_default().push(words);
    }
    for (kind, lines) in kinds {
        println!("\n{kind}: {}", lines.len());
        let shown = if *all { lines.len() } else { SHOWN };
        lines.iter().take(shown).for_each(|line| println!("  {line}"));
        if lines.len() > shown {
            println!("  … and {} more: --all shows them, --json gives them to machines", lines.len() - shown);
        }
    }
    Ok(Verdict::Good)
}

fn read(path: &Path, state: Option<&str>) -> anyhow::Result<Directory> {
    let mut directory = read_directory(path)?;
    directory.leas.retain(|lea| state.is_none_or(|state| lea.state.eq_ignore_ascii_case(state)));
    Ok(directory)
}

fn words(change: &Change) -> (&'static str, String) {
    let lea = |lea: &Side| format!("{} {} {}", lea.nces_id, lea.state, lea.name);
    let status = |side: &Side| side.status.clone().unwrap_or_else(|| "no status".to_owned());
    match change {
        Change::Opened(side) => ("opened", format!("{} ({})", lea(side), status(side))),
        Change::Gone(side) => ("gone", lea(side)),
        Change::Closed(side) => ("closed", lea(side)),
        Change::Renamed { lea: side, before } => ("renamed", format!("{}, before: {before}", lea(side))),
        Change::Status { lea: side, before } => ("status", format!("{}: {before} → {}", lea(side), status(side))),
        Change::StateId { lea: side, before, after } => ("state id", format!("{}: {before} → {after}", lea(side))),
    }
}
