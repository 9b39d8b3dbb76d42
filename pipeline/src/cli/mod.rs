//! The command line: one file per verb.

mod arguments;
mod db;
mod documents;
mod embed;
mod evaluate;
mod evaluate_search;
mod export;
mod flags;
mod import;
mod index;
mod init;
mod labels;
mod matches;
mod migrate;
mod model;
mod nces;
mod review;
mod run;
mod sample;
mod score;
mod search;
mod source;

pub use arguments::Arguments;

use arguments::{EvaluateCommand, Verb};

use crate::run::Verdict;
use crate::settings::{Project, Target};

/// Does what was asked.
pub async fn dispatch(arguments: Arguments) -> anyhow::Result<Verdict> {
    let common = &arguments.common;
    match &arguments.verb {
        Verb::Run(options) => run::run(common, options, None).await,
        Verb::Import(options) => import::import(common, options).await,
        Verb::Embed { command: Some(command), .. } => embed::embed(common, command).await,
        Verb::Embed { options, command: None } => embed::all(common, options).await,
        Verb::Documents { command } => documents::documents(common, command).await,
        Verb::Export { command } => export::export(common, command).await,
        Verb::Flags { command } => flags::flags(common, command).await,
        Verb::Score { command } => score::score(common, command).await,
        Verb::Search(options) => search::search(common, options).await,
        Verb::Similar(options) => search::similar(common, options).await,
        Verb::Index { command } => index::index(common, command).await,
        Verb::Sample(options) => sample::sample(common, options),
        Verb::Match { command } => matches::matches(common, command).await,
        Verb::Review { command } => review::review(common, command).await,
        Verb::Evaluate(options) => match &options.command {
            Some(EvaluateCommand::Search { file }) => evaluate_search::evaluate_search(common, file).await,
            None => evaluate::evaluate(common, options).await,
        },
        Verb::Model { command } => model::model(common, command).await,
        Verb::Source { command } => source::source(common, command),
        Verb::Nces { command } => nces::nces(common, command),
        Verb::Init(options) => init::init(options),
        Verb::Migrate { history, command } => migrate::migrate(common, history.as_deref(), command).await,
        Verb::Db { command } => db::db(common, command).await,
    }
}

/// The project and the database of a command, and the folder of the sample if that is meant.
struct World {
    project: Project,
    target: Target,
}

impl World {
    /// Around the present folder. With `--sample` the sample's own project, which must be there.
    fn of(common: &arguments::Common) -> anyhow::Result<Self> {
        let here = std::env::current_dir()?;
        let around = Project::around(&here)?;
        let target = Target::choose(common.database_url.as_deref(), &around, &here, common.sample)?;
        Ok(Self { project: around, target })
    }
}
