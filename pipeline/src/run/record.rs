//! `pipeline_runs` and `stage_runs`: what each night did.

use sqlx::PgPool;
use uuid::Uuid;

use super::{StageResult, Verdict};
use crate::fault::{self, Interrupted};

/// The record of one run.
pub(super) struct Record {
    pool: PgPool,
    run: Uuid,
}

impl Record {
    /// Begins it. Runs still marked as running were killed: this one holds the lock.
    pub async fn begin(pool: &PgPool, command: &str) -> Result<Self, sqlx::Error> {
        sqlx::query("update pipeline_runs set outcome = 'interrupted', finished_at = now() where outcome = 'running'")
            .execute(pool)
            .await?;
        let user = std::env::var("USER").ok();
        let host = std::fs::read_to_string("/etc/hostname").ok().map(|name| name.trim().to_owned());
        let run = sqlx::query_scalar(
            "insert into pipeline_runs (command, version, started_by, host) values ($1, $2, $3, $4) returning id",
        )
        .bind(command)
        .bind(env!("CARGO_PKG_VERSION"))
        .bind(user)
        .bind(host)
        .fetch_one(pool)
        .await?;
        Ok(Self { pool: pool.clone(), run })
    }

    /// A stage that ended well.
    pub async fn stage(&self, result: &StageResult) -> Result<(), sqlx::Error> {
        let report = &result.report;
        let outcome = if report.skipped.is_some() { "skipped" } else { "done" };
        let count = |rows: u64| i64::try_from(rows).unwrap_or(i64::MAX);
        sqlx::query(include_str!("../sql/record_stage.sql"))
            .bind(self.run)
            .bind(result.stage)
            .bind(outcome)
            .bind(&report.skipped)
            .bind(count(report.rows_in))
            .bind(count(report.rows_out))
            .bind(count(report.rows_skipped))
            .bind(count(report.rows_failed))
            .bind((result.seconds * 1000.0) as i64)
            .bind(Option::<String>::None)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// A stage that did not; it ends the run.
    pub async fn failed(&self, stage: &str, seconds: f64, error: &anyhow::Error) -> Result<(), sqlx::Error> {
        let is_interrupted = error.chain().any(|cause| cause.is::<Interrupted>());
        let outcome = if is_interrupted { "interrupted" } else { "failed" };
        let words = fault::chain(error);
        sqlx::query(include_str!("../sql/record_stage.sql"))
            .bind(self.run)
            .bind(stage)
            .bind(outcome)
            .bind(Option::<String>::None)
            .bind(0i64)
            .bind(0i64)
            .bind(0i64)
            .bind(0i64)
            .bind((seconds * 1000.0) as i64)
            .bind(&words)
            .execute(&self.pool)
            .await?;
        self.end(outcome, Some(&words)).await
    }

    /// The run went through.
    pub async fn finish(&self, verdict: Verdict) -> Result<(), sqlx::Error> {
        let outcome = match verdict {
            Verdict::Good => "good",
            Verdict::ExpectationsMissed | Verdict::Drifted | Verdict::Failed(_) => "expectations_missed",
        };
        self.end(outcome, None).await
    }

    async fn end(&self, outcome: &str, error: Option<&str>) -> Result<(), sqlx::Error> {
        sqlx::query("update pipeline_runs set outcome = $2, error = $3, finished_at = now() where id = $1")
            .bind(self.run)
            .bind(outcome)
            .bind(error)
            .execute(&self.pool)
            .await
            .map(drop)
    }
}
