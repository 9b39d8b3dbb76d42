//! What a stage works with, and what it gives back.

use std::collections::BTreeMap;

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

use crate::fetch::{Fetcher, Network};
use crate::settings::Project;

/// The world of a stage. A stage takes nothing else: it reads current tables and files, and brings
/// its own tables into line.
pub struct Context<'a> {
    /// Connections.
    pub pool: PgPool,
    /// How further connections are made.
    pub options: PgConnectOptions,
    /// Settings and folder.
    pub project: &'a Project,
    /// Say what would be done, change nothing.
    pub is_dry: bool,
    /// Only these states; none means all.
    pub states: Option<Vec<String>>,
    /// Fetches what lies behind an address.
    pub fetcher: Fetcher,
    /// Take a file that is older than the one loaded last.
    pub accepts_older: bool,
}

/// How a run treats the world.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// Say what would be done, change nothing.
    pub is_dry: bool,
    /// Only these states; none means all.
    pub states: Option<Vec<String>>,
    /// Whether the network may be asked.
    pub network: Network,
    /// Take a file that is older than the one loaded last.
    pub accepts_older: bool,
}

impl<'a> Context<'a> {
    /// Of a run with these connections.
    pub fn new(pool: PgPool, options: PgConnectOptions, project: &'a Project, manner: Manner) -> Self {
        Self {
            pool,
            options,
            project,
            is_dry: manner.is_dry,
            states: manner.states,
            fetcher: Fetcher::new(project, manner.network),
            accepts_older: manner.accepts_older,
        }
    }

    /// Whether the state is one of those asked for.
    pub fn includes_state(&self, state: &str) -> bool {
        self.states.as_ref().is_none_or(|states| states.iter().any(|wanted| wanted.eq_ignore_ascii_case(state)))
    }

    /// Whether every migration is applied.
    pub async fn is_schema_current(&self) -> anyhow::Result<bool> {
        use migrations::runner::{StepState, status};
        Ok(status(&self.options).await?.iter().all(|step| step.state == StepState::Applied))
    }
}

/// What a stage did.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct StageReport {
    /// Rows read.
    pub rows_in: u64,
    /// Rows inserted or changed.
    pub rows_out: u64,
    /// Rows that were in line already.
    pub rows_skipped: u64,
    /// Rows that could not be used.
    pub rows_failed: u64,
    /// Why there was nothing to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
    /// What a person wants to know beyond the numbers.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Numbers for machines.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub figures: BTreeMap<&'static str, serde_json::Value>,
    /// Sentences that must not be lost.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
    /// Declared expectations that were missed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<Missed>,
}

/// An expectation that was missed.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Missed {
    /// What, in a sentence.
    pub what: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
}

impl std::fmt::Display for Missed {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.cure {
            None => out.write_str(&self.what),
            Some(cure) => write!(out, "{}; {cure}", self.what),
        }
    }
}

impl StageReport {
    /// Nothing to do, and why.
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self { skipped: Some(reason.into()), ..Self::default() }
    }

    /// The report on one line.
    pub fn words(&self) -> String {
        if let Some(reason) = &self.skipped {
            return format!("skipped: {reason}");
        }
        let mut words = if self.note.is_empty() {
            format!("{} rows read, {} changed", self.rows_in, self.rows_out)
        } else {
            self.note.clone()
        };
        if self.rows_failed > 0 {
            words.push_str(&format!(", {} refused", self.rows_failed));
        }
        words
    }
}
