//! `districts match explain`: why a record is linked as it is, so that the sum can be redone by hand.

use serde_json::{Value, json};
use sqlx::postgres::PgRow;
use sqlx::{FromRow, PgPool, Row};
use uuid::Uuid;

use super::World;
use super::arguments::{Common, MatchCommand};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;

/// A record as a person names it.
#[derive(Debug)]
pub(super) struct Found {
    pub id: Uuid,
    pub state: String,
    pub source_key: String,
    pub record_key: String,
    pub record_hash: String,
    pub name: String,
}

impl FromRow<'_, PgRow> for Found {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            state: row.try_get("state")?,
            source_key: row.try_get("source_key")?,
            record_key: row.try_get("record_key")?,
            record_hash: row.try_get("record_hash")?,
            name: row.try_get("name")?,
        })
    }
}

pub(super) async fn matches(common: &Common, command: &MatchCommand) -> anyhow::Result<Verdict> {
    let MatchCommand::Explain { state_or_nces_id, id } = command;
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = explain(common, &database.pool, state_or_nces_id, id.as_deref()).await;
    database.close().await;
    outcome
}

async fn explain(common: &Common, pool: &PgPool, first: &str, id: Option<&str>) -> anyhow::Result<Verdict> {
    let (records, nces_id): (Vec<Uuid>, Option<&str>) = match id {
        Some(id) => (find(pool, first, id).await?.iter().map(|record| record.id).collect(), None),
        None => (Vec::new(), Some(first)),
    };
    show(common, pool, &records, nces_id).await
}

/// The records that a state and an id, a name, or the beginning of a row's id mean.
pub(super) async fn find(pool: &PgPool, state: &str, id: &str) -> anyhow::Result<Vec<Found>> {
    let found: Vec<Found> = sqlx::query_as(include_str!("../sql/review_find.sql"))
        .bind(state.to_uppercase())
        .bind(id)
        .fetch_all(pool)
        .await?;
    if found.is_empty() {
        let hint = "name it by its state id, its name as published, or the beginning of its row's id; `districts review list` shows some";
        return Err(Fault::new(format!("Failed to find a record `{id}` of {}", state.to_uppercase()), hint).into());
    }
    Ok(found)
}

/// The evidence of these records, or of all that are linked to an LEA.
pub(super) async fn show(
    common: &Common,
    pool: &PgPool,
    records: &[Uuid],
    nces_id: Option<&str>,
) -> anyhow::Result<Verdict> {
    let rows =
        sqlx::query(include_str!("../sql/review_details.sql")).bind(records).bind(nces_id).fetch_all(pool).await?;
    if rows.is_empty() {
        let hint = "no record is linked to it or proposed for it; `districts match explain STATE ID` explains a record";
        return Err(Fault::new(format!("Failed to find links of `{}`", nces_id.unwrap_or_default()), hint).into());
    }
    for row in &rows {
        let text = |column: &str| row.try_get::<Option<String>, _>(column).ok().flatten().unwrap_or_default();
        let details: Option<Value> = row.try_get("match_details")?;
        if common.json {
            println!(
                "{}",
                json!({ "state": text("state"), "source": text("source_key"), "name": text("name"),
                    "state_district_id": text("state_district_id"), "nces_id": text("nces_id"),
                    "method": text("match_method"), "review": text("review_reason"), "details": details })
            );
            continue;
        }
        println!(
            "{} {} `{}` {} ({}, row {})",
            text("state"),
            text("state_district_id"),
            text("name"),
            text("city"),
            text("source_key"),
            &row.try_get::<Uuid, _>("id")?.to_string()[..8]
        );
        let Some(details) = details else {
            println!("  no LEA of NCES is likely to be it\n");
            continue;
        };
        let is_flagged: bool = row.try_get::<Option<bool>, _>("flag_for_review")?.unwrap_or(false);
        let verdict = if is_flagged { format!("to review: {}", text("review_reason")) } else { text("match_method") };
        println!("  → {verdict}");
        tree("best", &details["best"]);
        if details["runner_up"].is_object() {
            tree("against", &details["runner_up"]);
            println!("  {}", why_lost(&details["best"], &details["runner_up"]));
        }
        println!();
    }
    Ok(Verdict::Good)
}

fn tree(title: &str, candidate: &Value) {
    let text = |key: &str| candidate[key].as_str().unwrap_or_default();
    let number = |value: &Value| value.as_f64().unwrap_or_default();
    println!("  {title}: {} `{}`, confidence {:.4}", text("nces_id"), text("name"), number(&candidate["confidence"]));
    let mut sum = number(&candidate["prior_log_odds"]);
    println!("    {:<58} {:>8} {sum:>8.2}  {:>7.4}", "before any comparison", "", share(sum));
    for item in candidate["evidence"].as_array().into_iter().flatten() {
        let word = |key: &str| item[key].as_str().unwrap_or_default();
        let weight = number(&item["log_odds"]);
        sum += weight;
        let what = format!("{}: {}", word("comparison"), word("level"));
        println!("    {what:<58} {weight:>+8.2} {sum:>8.2}  {:>7.4}", share(sum));
        if !(word("record").is_empty() && word("lea").is_empty()) {
            println!("      `{}` | `{}`", word("record"), word("lea"));
        }
    }
}

/// The probability of a pair alone, against "none".
fn share(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// The comparison that decided between the two.
fn why_lost(best: &Value, other: &Value) -> String {
    let weight = |candidate: &Value, comparison: &str| {
        let items = candidate["evidence"].as_array().into_iter().flatten();
        items.filter(|item| item["comparison"] == comparison).filter_map(|item| item["log_odds"].as_f64()).sum::<f64>()
    };
    let names = |candidate: &Value| -> Vec<String> {
        let items = candidate["evidence"].as_array().into_iter().flatten();
        items.filter_map(|item| item["comparison"].as_str().map(str::to_owned)).collect()
    };
    let mut comparisons = [names(best), names(other)].concat();
    comparisons.sort();
    comparisons.dedup();
    let difference = |comparison: &String| weight(best, comparison) - weight(other, comparison);
    let decisive = comparisons.iter().max_by(|a, b| difference(a).total_cmp(&difference(b)));
    decisive.filter(|comparison| difference(comparison) > 0.05).map_or_else(
        || "nothing that was compared tells the two apart".to_owned(),
        |comparison| format!("the runner-up lost by {:.2} on `{comparison}` most of all", difference(comparison)),
    )
}
