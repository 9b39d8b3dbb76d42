//! `districts import`: one file of one state, declared or not, through match.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use loaders::registry::infer::{Hints, KnownLeas, Proposal, infer};
use loaders::registry::{Catalog, Declaration, Field};
use serde_json::json;

use super::World;
use super::arguments::{Common, ImportOptions};
use crate::database::Database;
use crate::fault::Fault;
use crate::progress::Mode;
use crate::run::{self, Options, Selection, StageResult, Verdict};
use crate::settings::Project;

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
    let file = std::path::absolute(&arguments.file)?;
    let job = Job { common, arguments, world: &world, database: &database, state, key, file };
    let outcome = go(&job, hints).await;
    database.close().await;
    outcome
}

/// `--map name="District Name"` and its like.
fn hints(arguments: &ImportOptions) -> Result<Hints, Fault> {
    let mut columns = BTreeMap::new();
    for map in &arguments.map {
        let Some((word, header)) = map.split_once('=') else {
            return Err(Fault::new(
                format!("Failed to read `--map {map}`"),
                "write it as field=\"Header\", such as --map name=\"District Name\"",
            ));
        };
        let field = Field::from_word(word.trim()).ok_or_else(|| {
            Fault::new(
                format!("Failed to find a field `{}`", word.trim()),
                "fields are name, state_district_id, nces_id, county, city, street, zip, phone, fax, email, website, administrator, administrator_first, administrator_last, status, district_type",
            )
        })?;
        columns.insert(field, header.trim().trim_matches('"').to_owned());
    }
    Ok(Hints { columns, sheet: arguments.sheet.clone(), header_row: arguments.header_row })
}

async fn go(job: &Job<'_>, hints: Hints) -> anyhow::Result<Verdict> {
    let Job { world, state, key, .. } = job;
    let catalog = Catalog::load(Some(&world.project.registries_folder()))?;
    let is_hinted = !hints.columns.is_empty() || hints.sheet.is_some() || hints.header_row.is_some();
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
    project.settings.registries = [(key.clone(), job.file.clone())].into();
    let selection = Selection {
        only: Some(vec!["registries".to_owned(), "match".to_owned()]),
        from: None,
        states: Some(vec![state.clone()]),
    };
    let options = Options {
        selection,
        is_dry: job.arguments.dry_run,
        mode: Mode::choose(job.common.json),
        command: format!("districts import {state}"),
    };
    let (_, stages) = run::run(job.database, &project, &options).await?;
    finish(job.common, &stages)
}

/// A refused file is an error here: there is nothing else the command could have done.
fn finish(common: &Common, stages: &[StageResult]) -> anyhow::Result<Verdict> {
    if let Some(refusal) = stages.iter().flat_map(|stage| &stage.report.missed).next() {
        let (what, cure) = refusal.split_once("; hint: ").unwrap_or((refusal, "look at the file"));
        return Err(Fault::new(what, cure).into());
    }
    if common.json {
        println!("{}", json!({ "event": "import", "stages": stages }));
    } else {
        stages.iter().for_each(|stage| println!("{:<11} {}", stage.stage, stage.report.words()));
    }
    Ok(Verdict::Good)
}

/// A proposal from the file and from what NCES knows of the state, shown before it is used.
async fn inferred(job: &Job<'_>, hints: Hints) -> anyhow::Result<Declaration> {
    let known = known_leas(job.database, &job.state).await?;
    let (path, code) = (job.file.clone(), job.state.clone());
    let proposal = tokio::task::spawn_blocking(move || infer(&path, &code, &hints, &known)).await??;
    if job.common.json {
        println!(
            "{}",
            json!({ "event": "proposal", "columns": proposal.columns, "id_rules": proposal.trials, "declaration": proposal.toml })
        );
    } else {
        show(&proposal);
    }
    let declaration = Declaration::parse(&job.key, &proposal.toml, Path::new("the inferred declaration"))?;
    if job.arguments.save && !job.arguments.dry_run {
        save(&job.world.project.registries_folder(), &job.key, &proposal.toml)?;
    }
    Ok(declaration)
}

/// Never over a declaration that is there: somebody may have written it by hand.
fn save(folder: &Path, key: &str, toml: &str) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("Failed to make `{}`", folder.display()))?;
    let path = folder.join(format!("{key}.toml"));
    let mut file = match File::create_new(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let hint = "name another key with --source, or move that file away first";
            return Err(Fault::new(format!("Failed to save `{}`: it exists", path.display()), hint).into());
        }
        other => other.with_context(|| format!("Failed to write `{}`", path.display()))?,
    };
    file.write_all(toml.as_bytes()).with_context(|| format!("Failed to write `{}`", path.display()))?;
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
