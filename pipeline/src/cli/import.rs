//! `districts import`: one file of one state, declared or not, through match.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use loaders::registry::infer::{Hints, KnownLeas, Proposal, infer};
use loaders::registry::{Catalog, Declaration, Field, mistake};
use serde_json::json;

use super::World;
use super::arguments::{Common, ImportOptions};
use super::source::write_new;
use crate::database::Database;
use crate::fault::Fault;
use crate::fetch::{Fetcher, Location};
use crate::progress::{Mode, Progress};
use crate::run::{self, Options, Selection, StageResult, Verdict};
use crate::settings::{Project, RegistrySource};

/// One import: what was asked, and where.
struct Job<'a> {
    common: &'a Common,
    arguments: &'a ImportOptions,
    world: &'a World,
    database: &'a Database,
    /// Two letters, upper case.
    state: String,
    /// Key of the declaration.
    key: String,
    file: PathBuf,
}

pub(super) async fn import(common: &Common, arguments: &ImportOptions) -> anyhow::Result<Verdict> {
    let hints = hints(arguments)?;
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let state = arguments.state.to_uppercase();
    let key = arguments.source.clone().unwrap_or_else(|| state.to_lowercase());
    let file = located(arguments, &world.project, &key).await?;
    let job = Job { common, arguments, world: &world, database: &database, state, key, file };
    let outcome = go(&job, hints).await;
    database.close().await;
    outcome
}

/// The file as it is, or a copy of what its address serves.
async fn located(arguments: &ImportOptions, project: &Project, key: &str) -> anyhow::Result<PathBuf> {
    let location = match Location::parse(&arguments.file) {
        Location::Path(path) => return Ok(std::path::absolute(path)?),
        location => location,
    };
    let progress = Progress::begin(Mode::Lines, "fetch", "the file");
    let copy = Fetcher::new(project, arguments.care.network()).get(key, &location, project, &progress).await?;
    if let Some(remark) = copy.remark {
        progress.warn(&remark);
    }
    Ok(copy.path)
}

/// `--map name="District Name"` and its like.
fn hints(arguments: &ImportOptions) -> Result<Hints, Fault> {
    let columns = arguments.map.iter().map(|map| mapping(map)).collect::<Result<BTreeMap<Field, String>, Fault>>()?;
    Ok(Hints {
        columns,
        sheet: arguments.sheet.clone(),
        header_row: arguments.header_row,
        id_rule: arguments.id_rule.clone(),
    })
}

fn mapping(map: &str) -> Result<(Field, String), Fault> {
    let Some((word, header)) = map.split_once('=') else {
        return Err(Fault::new(
            format!("Failed to read `--map {map}`"),
            "write it as field=\"Header\", such as --map name=\"District Name\"",
        ));
    };
    let field = Field::from_word(word.trim()).ok_or_else(|| {
        let words: Vec<String> = Field::ALL.iter().map(|field| field.word()).collect();
        let near = mistake::nearest(word.trim(), words.iter().map(String::as_str));
        let near = near.map_or(String::new(), |near| format!("the nearest is {near}; "));
        Fault::new(
            format!("Failed to find a field `{}`", word.trim()),
            format!("{near}fields are {}", words.join(", ")),
        )
    })?;
    Ok((field, header.trim().trim_matches('"').to_owned()))
}

async fn go(job: &Job<'_>, hints: Hints) -> anyhow::Result<Verdict> {
    let Job { world, state, key, .. } = job;
    let catalog = Catalog::load(Some(&world.project.registries_folder()))?;
    let is_hinted =
        !hints.columns.is_empty() || hints.sheet.is_some() || hints.header_row.is_some() || hints.id_rule.is_some();
    let declared = catalog.get(key).filter(|_| !is_hinted && !job.arguments.infer);
    let declaration = match declared {
        Some(declaration) if declaration.state == *state => declaration.clone(),
        Some(declaration) => {
            return Err(Fault::new(
                format!("Failed to import for {state}: `{key}` is declared for {}", declaration.state),
                "name another key with --source",
            )
            .into());
        }
        None => inferred(job, hints).await?,
    };
    let mut project = Project { declarations: vec![declaration], ..world.project.clone() };
    project.settings.registries = [(key.clone(), RegistrySource::At(Location::Path(job.file.clone())))].into();
    let selection = Selection {
        only: Some(vec!["registries".to_owned(), "match".to_owned()]),
        from: None,
        states: Some(vec![state.clone()]),
    };
    let options = Options {
        selection,
        is_dry: job.arguments.dry_run,
        network: job.arguments.care.network(),
        accepts_older: job.arguments.care.accept_older,
        mode: Mode::choose(job.common.json),
        command: format!("districts import {state}"),
    };
    let (_, stages) = run::run(job.database, &project, &options).await?;
    finish(job.common, &stages)
}

/// A refused file is an error here: there is nothing else the command could have done.
fn finish(common: &Common, stages: &[StageResult]) -> anyhow::Result<Verdict> {
    if let Some(refusal) = stages.iter().flat_map(|stage| &stage.report.missed).next() {
        let cure = refusal.cure.as_deref().unwrap_or("look at the file");
        return Err(Fault::new(refusal.what.clone(), cure).into());
    }
    if common.json {
        println!("{}", json!({ "event": "import", "stages": stages }));
    } else {
        stages.iter().for_each(|stage| println!("{:<11} {}", stage.stage, stage.report.words()));
    }
    Ok(Verdict::Good)
}

/// A proposal from the file and from what NCES knows of the state, shown before it is used.
async fn inferred(job: &Job<'_>, mut hints: Hints) -> anyhow::Result<Declaration> {
    let known = Arc::new(known_leas(job.database, &job.state).await?);
    loop {
        let (path, code, asked, leas) = (job.file.clone(), job.state.clone(), hints.clone(), Arc::clone(&known));
        let proposal = tokio::task::spawn_blocking(move || infer(&path, &code, &asked, &leas)).await??;
        if job.common.json {
            println!("{}", described(&proposal));
        } else {
            show(&proposal);
        }
        if job.arguments.interactive && !corrected(&mut hints)? {
            continue;
        }
        let declaration = Declaration::parse(&job.key, &proposal.toml, Path::new("the inferred declaration"))?;
        if job.arguments.save && !job.arguments.dry_run {
            save(&job.world.project.registries_folder(), &job.key, &proposal.toml)?;
        }
        return Ok(declaration);
    }
}

fn described(proposal: &Proposal) -> serde_json::Value {
    json!({
        "event": "proposal", "columns": proposal.columns, "id_rules": proposal.trials, "sheet": proposal.sheet,
        "header_row": proposal.header_row, "rows": { "used": proposal.rows.0, "all": proposal.rows.1 },
        "keep": proposal.keep, "speaks": proposal.speaks, "name_agreement": proposal.name_agreement, "declaration": proposal.toml,
    })
}

/// Asks whether the proposal is right; false when it is to be made anew with a correction.
fn corrected(hints: &mut Hints) -> anyhow::Result<bool> {
    if !std::io::stdin().is_terminal() {
        let hint = "leave it out and correct the proposal with --map, --sheet, --header-row, --id-rule";
        return Err(Fault::new("Failed to ask: --interactive needs a terminal", hint).into());
    }
    eprint!("use it? [yes / no / field=\"Header\" / rule: District | pad 6] ");
    let mut line = String::new();
    std::io::stdin().read_line(&mut line)?;
    match line.trim() {
        "" | "y" | "yes" => return Ok(true),
        "n" | "no" => {
            return Err(Fault::new("Stopped: nothing was changed", "run again when you know more").into());
        }
        correction => match correction.strip_prefix("rule:") {
            Some(rule) => hints.id_rule = Some(rule.trim().to_owned()),
            None => match mapping(correction) {
                Ok((field, header)) => drop(hints.columns.insert(field, header)),
                Err(fault) => eprintln!("{fault}"),
            },
        },
    }
    Ok(false)
}

fn save(folder: &Path, key: &str, toml: &str) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("Failed to make `{}`", folder.display()))?;
    let path = folder.join(format!("{key}.toml"));
    write_new(&path, toml)?;
    eprintln!("saved {}: fill in publisher, url and licence", path.display());
    Ok(())
}

/// Ids and names of the state's LEAs; without them nothing can be held against anything.
async fn known_leas(database: &Database, state: &str) -> anyhow::Result<KnownLeas> {
    let no_leas = || {
        Fault::new(
            format!("Failed to infer a declaration: the database has no LEAs of {state}"),
            "load NCES first: `districts run --only nces`",
        )
    };
    let has_table: bool =
        sqlx::query_scalar("select to_regclass('districts') is not null").fetch_one(&database.pool).await?;
    if !has_table {
        return Err(no_leas().into());
    }
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select state_leaid::text, name::text from districts where state = $1 and state_leaid is not null",
    )
    .bind(state)
    .fetch_all(&database.pool)
    .await?;
    let known = KnownLeas::new(rows);
    if known.is_empty() { Err(no_leas().into()) } else { Ok(known) }
}

fn show(proposal: &Proposal) {
    println!(
        "header in row {}; {:.0} % of the names are names of LEAs",
        proposal.header_row,
        100.0 * proposal.name_agreement
    );
    if let Some(sheet) = &proposal.sheet {
        println!("sheet `{sheet}`, which has the names");
    }
    let told_by = |(column, values): &(String, Vec<String>)| {
        let values: Vec<&str> = values.iter().map(|value| if value.is_empty() { "empty" } else { value }).collect();
        format!("those whose `{column}` is {}", values.join(", "))
    };
    if !proposal.keep.is_empty() {
        let (used, all) = proposal.rows;
        let rules: Vec<String> = proposal.keep.iter().map(told_by).collect();
        println!("{used} of {all} rows are districts: {}", rules.join(", of these "));
    }
    if let Some(rule) = &proposal.speaks {
        println!("a district stands on several rows; its own are {}", told_by(rule));
    }
    println!("  {:<22} {:<32} values", "field", "column");
    for column in &proposal.columns {
        let field = column.field.map_or_else(|| "-".to_owned(), Field::word);
        println!("  {field:<22} {:<32} {}", column.header, column.samples.join(" | "));
    }
    println!("id rules tried: how many rows hit an ST_LEAID, and how many of those agree in name");
    for trial in &proposal.trials {
        let verdict = if trial.is_trustworthy() { "" } else { "  not trusted" };
        println!("  {:>6} of {:<6} {:>6} agree  {}{verdict}", trial.hits, trial.rows, trial.names_agree, trial.rule);
    }
    if !proposal.trials.first().is_some_and(loaders::registry::infer::Trial::is_trustworthy) {
        println!("  no rule is trusted: records are matched by name and place alone");
    }
}
