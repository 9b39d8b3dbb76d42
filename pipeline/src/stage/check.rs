//! How good the night was: coverage and match rate by state against declared expectations.

use sqlx::PgPool;

use crate::context::{Context, Missed, StageReport};
use crate::progress::{Progress, counted};

/// How well one state is covered.
#[derive(Debug, Clone, serde::Serialize)]
pub struct StateCoverage {
    /// Two-letter state.
    pub state: String,
    /// LEAs that NCES lists.
    pub leas: i64,
    /// Records of the state's registries.
    pub records: i64,
    /// Records linked without review.
    pub linked: i64,
    /// Records a person should look at.
    pub review: i64,
    /// Records without a candidate.
    pub orphans: i64,
    /// LEAs with a linked record.
    pub covered: i64,
    /// LEAs whose superintendent is known.
    pub superintendents: i64,
}

impl StateCoverage {
    /// Share of the records that are linked.
    pub fn match_rate(&self) -> f64 {
        if self.records == 0 { 1.0 } else { self.linked as f64 / self.records as f64 }
    }
}

/// The types that a statement speaks for, and the statement.
const FLAGS: &[(&[&str], &str)] = &[
    (
        &["MISSING_SUPT_NAME", "MISSING_EMAIL", "MISSING_PHONE", "MISSING_WEBSITE", "MISSING_ADDRESS"],
        concat!(include_str!("../sql/flags_missing.sql"), include_str!("../sql/flags_settle.sql")),
    ),
    (&["STATE_DATA_STALE"], concat!(include_str!("../sql/flags_stale.sql"), include_str!("../sql/flags_settle.sql"))),
    (
        &["ENROLLMENT_MISMATCH"],
        concat!(include_str!("../sql/flags_enrollment.sql"), include_str!("../sql/flags_settle.sql")),
    ),
];

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    if context.is_dry {
        return Ok(StageReport::skipped("a dry run leaves nothing to check"));
    }
    progress.step("counting");
    let (mut raised, mut withdrawn) = (0, 0);
    for &(types, flags) in FLAGS {
        let (more, fewer): (i64, i64) = sqlx::query_as(flags).bind(types).fetch_one(&context.pool).await?;
        (raised, withdrawn) = (raised + more, withdrawn + fewer);
    }
    let coverage: Vec<StateCoverage> =
        coverage(&context.pool).await?.into_iter().filter(|state| context.includes_state(&state.state)).collect();
    let settings = &context.project.settings.check;
    let mut report = StageReport { rows_in: coverage.len() as u64, ..StageReport::default() };
    report.figures = [("flags_raised", raised.into()), ("flags_withdrawn", withdrawn.into())].into();
    let districts: i64 = coverage.iter().map(|state| state.leas).sum();
    if context.states.is_none() && districts < settings.min_districts {
        report
            .missed
            .push(expected(format!("{districts} districts, and at least {} were expected", settings.min_districts)));
    }
    for state in coverage.iter().filter(|state| state.records > 0) {
        let least = settings.states.get(&state.state).copied().unwrap_or(settings.min_match_rate);
        if state.match_rate() < least {
            report.missed.push(expected(format!(
                "{}: {:.1} % of {} records are linked, and {:.1} % were expected",
                state.state,
                100.0 * state.match_rate(),
                state.records,
                100.0 * least
            )));
        }
    }
    for missed in &report.missed {
        progress.warn(&missed.to_string());
    }
    report.note = match report.missed.len() {
        0 => format!(
            "{districts} districts, {} with a registry, all expectations met",
            counted(coverage.iter().filter(|state| state.records > 0).count() as u64, "state", "states")
        ),
        missed => format!("{missed} expectations missed"),
    };
    Ok(report)
}

fn expected(what: String) -> Missed {
    Missed { what, cure: None }
}

/// Coverage by state.
pub async fn coverage(pool: &PgPool) -> Result<Vec<StateCoverage>, sqlx::Error> {
    type Row = (String, i64, i64, i64, i64, i64, i64, i64);
    let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/coverage.sql")).fetch_all(pool).await?;
    let named = rows.into_iter().map(|(state, leas, records, linked, review, orphans, covered, superintendents)| {
        StateCoverage { state, leas, records, linked, review, orphans, covered, superintendents }
    });
    Ok(named.collect())
}
