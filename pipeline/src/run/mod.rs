//! One run: the lock, the stages in order, the record of each, the verdict.

mod lock;
mod record;
mod selection;

use std::time::Instant;

use anyhow::Context as _;

pub use selection::Selection;

use self::lock::{RunGuard, StopSign};
use self::record::Record;
use crate::context::{Context, Manner, StageReport};
use crate::database::Database;
use crate::fault::{self, Interrupted};
use crate::fetch::Network;
use crate::memory;
use crate::progress::{Mode, Progress};
use crate::settings::Project;
use crate::stage::{STAGES, Stage};

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All is well.
    Good,
    /// It went through, and what it made misses the declared expectations.
    ExpectationsMissed,
    /// The database is not as its history says.
    Drifted,
    /// It failed, and said so already; with the verb's own exit code.
    Failed(u8),
}

impl From<Verdict> for std::process::ExitCode {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Good => Self::from(0),
            Verdict::ExpectationsMissed => Self::from(1),
            Verdict::Drifted => Self::from(2),
            Verdict::Failed(code) => Self::from(code),
        }
    }
}

/// A stage and what it reported.
#[derive(Debug, serde::Serialize)]
pub struct StageResult {
    /// The stage.
    pub stage: &'static str,
    /// Seconds it took.
    pub seconds: f64,
    /// What it did.
    #[serde(flatten)]
    pub report: StageReport,
}

/// What the caller wants.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which stages and states.
    pub selection: Selection,
    /// Say what would be done, change nothing.
    pub is_dry: bool,
    /// Whether the network may be asked.
    pub network: Network,
    /// Take a file that is older than the one loaded last.
    pub accepts_older: bool,
    /// How progress is shown.
    pub mode: Mode,
    /// The command as typed, for the record.
    pub command: String,
}

/// Runs the selected stages.
pub async fn run(
    database: &Database,
    project: &Project,
    options: &Options,
) -> anyhow::Result<(Verdict, Vec<StageResult>)> {
    let guard = if options.is_dry { None } else { Some(RunGuard::take(database).await?) };
    let manner = Manner {
        is_dry: options.is_dry,
        states: options.selection.states.clone(),
        network: options.network,
        accepts_older: options.accepts_older,
    };
    let pool = guard.as_ref().map_or_else(|| database.pool.clone(), RunGuard::pool);
    let context = Context::new(pool, database.options.clone(), project, manner);
    let outcome = stages(&context, options).await;
    if let Some(guard) = guard {
        guard.release().await;
    }
    outcome
}

/// Migrates first, always; then the record can be written, and the other stages run under it.
async fn stages(context: &Context<'_>, options: &Options) -> anyhow::Result<(Verdict, Vec<StageResult>)> {
    let stop = StopSign::listen();
    let (first, rest) = STAGES.split_first().context("there are stages")?;
    let migrated = one(context, first, options.mode, &stop).await.map_err(|(error, _)| error)?;
    if context.is_dry && !context.is_schema_current().await? {
        return Ok((Verdict::Good, vec![migrated]));
    }
    let record = if context.is_dry { None } else { Some(Record::begin(&context.pool, &options.command).await?) };
    if let Some(record) = &record {
        record.stage(&migrated).await?;
    }
    let mut results = vec![migrated];
    for stage in rest.iter().filter(|stage| options.selection.includes(stage.name)) {
        match one(context, stage, options.mode, &stop).await {
            Ok(result) => {
                if let Some(record) = &record {
                    record.stage(&result).await?;
                }
                results.push(result);
            }
            Err((error, seconds)) => {
                if let Some(record) = &record {
                    // The first error is the one to report, also when the database has gone.
                    let _ = record.failed(stage.name, seconds, &error).await;
                }
                return Err(error);
            }
        }
    }
    let is_missed = results.iter().any(|result| !result.report.missed.is_empty());
    let verdict = if is_missed { Verdict::ExpectationsMissed } else { Verdict::Good };
    if let Some(record) = &record {
        record.finish(verdict).await?;
    }
    Ok((verdict, results))
}

/// Runs one stage until it ends or somebody presses Ctrl-C.
async fn one(
    context: &Context<'_>,
    stage: &Stage,
    mode: Mode,
    stop: &StopSign,
) -> Result<StageResult, (anyhow::Error, f64)> {
    let progress = Progress::begin(mode, stage.name, stage.about);
    let started = Instant::now();
    let outcome = tokio::select! {
        outcome = (stage.run)(context, &progress) => outcome,
        () = stop.clone().raised() => Err(Interrupted.into()),
    };
    memory::give_back();
    let seconds = started.elapsed().as_secs_f64();
    match outcome {
        Ok(report) => {
            progress.end(&report.words(), seconds);
            Ok(StageResult { stage: stage.name, seconds, report })
        }
        Err(error) => {
            progress.end(&format!("stopped: {}", fault::chain(&error)), seconds);
            Err((error.context(format!("Failed in stage `{}`", stage.name)), seconds))
        }
    }
}
