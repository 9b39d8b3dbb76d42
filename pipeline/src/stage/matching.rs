//! State records to NCES ids, state by state, only where something changed.

pub(crate) mod agency;
mod rows;

use std::collections::BTreeMap;

use matcher::{Model, Outcome, link_all};
use sqlx::postgres::PgConnection;

use self::agency::{Known, leas_of, records_of};
use crate::context::{Context, StageReport};
use crate::progress::{Progress, counted};
use crate::unit::{Unit, fingerprint};

/// Another way of reading records and LEAs: change it and every state is matched again.
const MATCHING: &str = "match-4";

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let model = context.project.model()?;
    let units = changed_states(context, &model).await?;
    if units.changed.is_empty() {
        let states = counted(units.states as u64, "state is", "states are");
        return Ok(StageReport::skipped(format!("{states} matched, nothing they rest on has changed")));
    }
    let states: Vec<String> = units.changed.iter().map(|unit| unit.name.clone()).collect();
    let these = if let [state] = states.as_slice() { state.clone() } else { format!("{} states", states.len()) };
    progress.step(&format!("matching {these}"));
    let records = records_of(&context.pool, &states).await?;
    let leas = leas_of(&context.pool, &states).await?;
    let (records, leas, outcomes) = tokio::task::spawn_blocking(move || {
        let outcomes = link_all(&model, &records.agencies, &leas.agencies);
        (records, leas, outcomes)
    })
    .await?;
    let mut report = StageReport { rows_in: records.agencies.len() as u64, ..StageReport::default() };
    summarize(&mut report, &outcomes, &these);
    if context.is_dry {
        return Ok(report);
    }
    progress.step("storing matches");
    // A server that runs only for the night has no autovacuum that would know how large the tables have become.
    sqlx::raw_sql("analyze state_registry_districts, district_matches, quality_flags").execute(&context.pool).await?;
    for unit in &units.changed {
        let mut transaction = context.pool.begin().await?;
        report.rows_out += store(&mut transaction, &unit.name, &records, &leas, &outcomes).await?;
        unit.mark(&mut transaction, records.of_state(&unit.name) as u64).await?;
        transaction.commit().await?;
    }
    Ok(report)
}

/// The states whose records, LEAs, model or human decisions are not those of their matches.
struct States {
    states: usize,
    changed: Vec<Unit>,
}

async fn changed_states(context: &Context<'_>, model: &Model) -> anyhow::Result<States> {
    let rows: Vec<(String, String)> =
        sqlx::query_as(include_str!("../sql/match_inputs.sql")).fetch_all(&context.pool).await?;
    let mut found = States { states: 0, changed: Vec::new() };
    let numbers = model.to_toml()?;
    for (state, inputs) in rows.into_iter().filter(|(state, _)| context.includes_state(state)) {
        found.states += 1;
        let unit = Unit {
            stage: "match",
            name: state,
            fingerprint: fingerprint(&[MATCHING, matcher::CODE, &numbers, &inputs]),
        };
        if !unit.is_current(&context.pool).await? {
            found.changed.push(unit);
        }
    }
    Ok(found)
}

fn summarize(report: &mut StageReport, outcomes: &[Outcome], of: &str) {
    let mut by_method: BTreeMap<&str, u64> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| outcome.best.is_some() && outcome.review.is_none()) {
        *by_method.entry(outcome.method.word()).or_default() += 1;
    }
    let linked: u64 = by_method.values().sum();
    let review = outcomes.iter().filter(|outcome| outcome.best.is_some() && outcome.review.is_some()).count();
    let orphans = outcomes.iter().filter(|outcome| outcome.best.is_none()).count();
    report.note = format!(
        "{linked} of {} records of {of} linked, {review} to review, {orphans} without a candidate",
        outcomes.len()
    );
    report.figures = [
        ("linked", linked.into()),
        ("review", review.into()),
        ("orphans", orphans.into()),
        ("by_method", serde_json::json!(by_method)),
    ]
    .into();
}

/// Brings one state's matches and flags into line with their outcomes.
async fn store(
    connection: &mut PgConnection,
    state: &str,
    records: &Known,
    leas: &Known,
    outcomes: &[Outcome],
) -> anyhow::Result<u64> {
    let outcomes: Vec<&Outcome> =
        outcomes.iter().filter(|outcome| records.agencies[outcome.record].state == state).collect();
    let matches = rows::match_rows(records, leas, &outcomes)?;
    matches.load(connection, include_str!("../sql/match_stage.sql"), "copy match_stage from stdin").await?;
    // Its rows are wide: a plan that scans it once per record takes a minute where this takes a second.
    sqlx::raw_sql("create index on match_stage (state_registry_id); analyze match_stage")
        .execute(&mut *connection)
        .await?;
    sqlx::query(include_str!("../sql/match_remember.sql")).bind(state).execute(&mut *connection).await?;
    let deleted = sqlx::query(include_str!("../sql/match_delete.sql"))
        .bind(state)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let merged = sqlx::query(include_str!("../sql/match_merge.sql")).execute(&mut *connection).await?.rows_affected();
    sqlx::query(include_str!("../sql/match_verify.sql")).bind(state).execute(&mut *connection).await?;
    let flags = rows::flag_rows(records, leas, &outcomes);
    flags.load(connection, include_str!("../sql/flag_stage.sql"), "copy flag_stage from stdin").await?;
    let withdrawn = sqlx::query(include_str!("../sql/flag_withdraw.sql"))
        .bind(state)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let raised = sqlx::query(include_str!("../sql/flag_raise.sql")).execute(&mut *connection).await?.rows_affected();
    sqlx::raw_sql("drop table match_stage; drop table flag_stage").execute(connection).await?;
    Ok(deleted + merged + withdrawn + raised)
}
