//! `districts run`

use super::World;
use super::arguments::{Common, RunOptions};
use super::sample::{is_sample, prepare_sample};
use crate::database::Database;
use crate::progress::Mode;
use crate::report::{Ending, Figures, against_truth, print_human, print_json};
use crate::run::{self, Options, Selection, Verdict};
use crate::settings::Project;

/// With so many workers that embed, or as the settings have it.
pub(super) async fn run(common: &Common, arguments: &RunOptions, workers: Option<u8>) -> anyhow::Result<Verdict> {
    let selection =
        Selection { only: arguments.only.clone(), from: arguments.from.clone(), states: arguments.states.clone() };
    selection.check()?;
    let world = World::of(common)?;
    // The sample's files make a project of their own; its database belongs to the one around it.
    let mut project = match common.sample {
        true => Project::in_folder(&prepare_sample(&world.project.home())?)?,
        false => world.project.clone(),
    };
    if let Some(workers) = workers {
        project.settings.embed.workers = usize::from(workers);
    }
    if !project.has_file && !common.json {
        eprintln!(
            "there is no districts.toml here or above: `districts init` writes one, `districts run --sample` needs none"
        );
    }
    let database = Database::open(&world.target, &world.project).await?;
    let options = Options {
        selection,
        is_dry: arguments.dry_run,
        network: arguments.care.network(),
        accepts_older: arguments.care.accept_older,
        mode: Mode::choose(common.json),
        command: command_line(),
    };
    let outcome = finish(common, &database, &project, &options).await;
    database.close().await;
    outcome
}

async fn finish(common: &Common, database: &Database, project: &Project, options: &Options) -> anyhow::Result<Verdict> {
    let (verdict, stages) = run::run(database, project, options).await?;
    let figures = if options.is_dry { None } else { Some(Figures::read(&database.pool).await?) };
    let has_truth = !options.is_dry && is_sample(&project.folder);
    let truth = if has_truth { Some(against_truth(&database.pool, &project.folder).await?) } else { None };
    let next = next_steps(common.sample, project.has_file, database.is_embedded());
    let ending = Ending {
        verdict,
        label: &database.label,
        version: &database.version,
        stages: &stages,
        figures: figures.as_ref(),
        truth,
        next: &next,
    };
    if common.json {
        print_json(&ending)
    } else {
        print_human(&ending)
    }
    Ok(verdict)
}

fn next_steps(is_sample: bool, has_file: bool, is_embedded: bool) -> Vec<String> {
    let sample = if is_sample { " --sample" } else { "" };
    let program = program_name();
    let third = if has_file && !is_sample {
        format!("{program} run                       again: it skips what is current")
    } else {
        format!("{program} init                      then `{program} run` on your own files")
    };
    let search = format!("{program} search{sample} \"portrait of a graduate\"");
    let psql = format!("{program} db psql{sample} -- -c \"select * from superintendent_directory limit 5\"");
    std::iter::once(search).chain(is_embedded.then_some(psql)).chain([third]).collect()
}

/// The program as it was called, so that what is shown can be typed.
fn program_name() -> String {
    let path = std::env::args().next().unwrap_or_default();
    match std::env::var_os("CARGO") {
        Some(_) if path.contains("target") => "cargo run --release --".to_owned(),
        _ => path,
    }
}

/// The command for the record; a URL with its password stays out.
fn command_line() -> String {
    let mut words = Vec::new();
    let mut hides_next = false;
    for word in std::env::args().skip(1) {
        let hidden = hides_next || word.starts_with("--database-url=");
        hides_next = word == "--database-url";
        words.push(if hidden { "…".to_owned() } else { word });
    }
    format!("districts {}", words.join(" "))
}
