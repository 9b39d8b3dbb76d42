//! `districts migrate data …`: rows that come and go with migrations of their own.

use std::collections::HashMap;
use std::path::Path;

use migrations::data::{self, DataState, DataStatus, DataStep, FlatFile};
use serde_json::json;

use super::arguments::{DataCommand, DataOptions};
use super::keep;
use crate::cli::arguments::Common;
use crate::database::Database;
use crate::fault::Fault;
use crate::fetch::{Fetcher, Location, Network, S3, object};
use crate::progress::{Mode, Progress};
use crate::settings::Project;

pub(super) async fn data(
    common: &Common,
    database: &Database,
    project: &Project,
    command: &DataCommand,
) -> anyhow::Result<()> {
    let options = command.options();
    let steps = match &options.folder {
        Some(folder) => data::read(folder)?,
        None => data::shipped(),
    };
    match command {
        DataCommand::Status(_) => status(common, database, &steps, options).await,
        DataCommand::Up(_) => up(common, database, project, &steps, options).await,
        DataCommand::Down { yes, .. } => {
            if !yes {
                let words = "Failed to revert data migrations: that deletes rows";
                return Err(Fault::new(words, "add --yes if you mean it").into());
            }
            let reverted = data::down(&database.options, &steps, &options.schemas, heard(common)).await?;
            tell(common, "reverted", &reverted);
            Ok(())
        }
        DataCommand::Reset(_) => {
            keep::only_dev(database, "reset data migrations").await?;
            let reverted = data::reset(&database.options, &steps, &options.schemas, heard(common)).await?;
            tell(common, "reverted", &reverted);
            Ok(())
        }
    }
}

async fn status(common: &Common, database: &Database, steps: &[DataStep], options: &DataOptions) -> anyhow::Result<()> {
    let mut all = data::status(&database.options, steps).await?;
    all.retain(|one| options.schemas.is_empty() || options.schemas.contains(&one.schema));
    for one in all {
        let DataStatus { name, state, rows, batches, .. } = &one;
        match common.json {
            true => println!("{}", json!(one)),
            false if *state == DataState::Pending => println!("pending   {name}"),
            false => println!("{:<9} {name}  {rows} rows in {batches} transactions", word(*state)),
        }
    }
    Ok(())
}

fn word(state: DataState) -> &'static str {
    match state {
        DataState::Pending => "pending",
        DataState::Underway => "underway",
        DataState::Applied => "applied",
        DataState::Edited => "edited",
        DataState::Deleted => "deleted",
    }
}

async fn up(
    common: &Common,
    database: &Database,
    project: &Project,
    steps: &[DataStep],
    options: &DataOptions,
) -> anyhow::Result<()> {
    let fetched = fetch(database, project, steps, options).await?;
    let get = |address: &str| fetched.get(address).cloned().ok_or_else(|| "it was not fetched".to_owned());
    let applied = data::up(&database.options, steps, &options.schemas, &get, heard(common)).await?;
    tell(common, "applied", &applied);
    Ok(())
}

/// What pending steps name by address, before any row is touched.
async fn fetch(
    database: &Database,
    project: &Project,
    steps: &[DataStep],
    options: &DataOptions,
) -> anyhow::Result<HashMap<String, Vec<u8>>> {
    let standing = data::status(&database.options, steps).await?;
    let is_done = |step: &DataStep| standing.iter().any(|one| one.name == step.name && one.state == DataState::Applied);
    let is_meant = |step: &&DataStep| options.schemas.is_empty() || options.schemas.contains(&step.schema);
    let mut fetched = HashMap::new();
    for step in steps.iter().filter(is_meant).filter(|step| !is_done(step)) {
        for file in FlatFile::all_of(step)?.into_iter().filter(|file| file.place.contains("://")) {
            if file.place.starts_with(S3) {
                fetched.insert(file.place.clone(), object(&file.place).await?);
                continue;
            }
            let progress = Progress::begin(Mode::Lines, "fetch", "the flat file");
            let location = Location::parse(&file.place);
            let key = format!("data-{}", step.name.replace('/', "-"));
            let copy = Fetcher::new(project, Network::Ask).get(&key, &location, project, &progress).await?;
            fetched.insert(file.place, read(&copy.path)?);
        }
    }
    Ok(fetched)
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    use anyhow::Context as _;
    std::fs::read(path).with_context(|| format!("Failed to open `{}`", path.display()))
}

/// A line per transaction of a batched step would be a line too many: only those of a person's patience.
fn heard(common: &Common) -> impl FnMut(&str, i64) {
    let is_silent = common.json;
    let mut last = std::time::Instant::now();
    move |name, rows| {
        if !is_silent && last.elapsed().as_secs() >= 1 {
            eprintln!("{name}: {rows} rows");
            last = std::time::Instant::now();
        }
    }
}

fn tell(common: &Common, done: &str, names: &[String]) {
    match (common.json, names.is_empty()) {
        (true, _) => println!("{}", json!({ done: names })),
        (false, true) => println!("nothing to do: no data migration was {done}"),
        (false, false) => names.iter().for_each(|name| println!("{done} {name}")),
    }
}
