//! `districts score …`: the districts that speak of graduates' competencies most firmly, and why a district scores what
//! it scores, so that the sum can be redone by hand.

use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row as _};

use super::World;
use super::arguments::{Common, ScoreCommand};
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;
use crate::score::{CATEGORIES, Taxonomy};

/// A phrase as `keyword_matches` keeps it.
#[derive(Debug, Deserialize)]
struct Keyword {
    keyword: String,
    weight: f64,
    recency: f64,
    specificity: f64,
    branded: f64,
    value: f64,
    source_doc: String,
    context: String,
}

#[derive(Debug)]
struct Row {
    nces_id: String,
    name: String,
    state: String,
    scores: Vec<f64>,
    total: f64,
    tier: String,
    documents: i32,
    scored_on: String,
    keyword_matches: Json<Value>,
}

impl FromRow<'_, PgRow> for Row {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            nces_id: row.try_get("nces_id")?,
            name: row.try_get("name")?,
            state: row.try_get("state")?,
            scores: row.try_get("scores")?,
            total: row.try_get("total")?,
            tier: row.try_get("tier")?,
            documents: row.try_get("documents")?,
            scored_on: row.try_get("scored_on")?,
            keyword_matches: row.try_get("keyword_matches")?,
        })
    }
}

pub(super) async fn score(common: &Common, command: &ScoreCommand) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let (district, state, limit) = match command {
        ScoreCommand::Explain { nces_id } => (Some(nces_id.as_str()), None, 1),
        ScoreCommand::List { state, limit } => (None, state.as_deref(), *limit),
    };
    let rows: Result<Vec<Row>, sqlx::Error> = sqlx::query_as(include_str!("../sql/scores.sql"))
        .bind(district)
        .bind(state.map(str::to_uppercase))
        .bind(limit)
        .fetch_all(&database.pool)
        .await;
    database.close().await;
    let rows = rows?;
    if let (Some(district), true) = (district, rows.is_empty()) {
        let words = format!("Failed to find a score of {district}: it has no document, or is no LEA");
        return Err(
            Fault::new(words, "an NCES id has 7 digits; `districts score list` names districts with scores").into()
        );
    }
    for row in &rows {
        match (common.json, district) {
            (true, _) => println!("{}", as_json(row)),
            (false, None) => print_line(row),
            (false, Some(_)) => print_whole(row)?,
        }
    }
    if rows.is_empty() && !common.json {
        println!("no district scores above 0; `districts run` scores the documents it finds");
    }
    Ok(Verdict::Good)
}

fn as_json(row: &Row) -> Value {
    let scores: serde_json::Map<String, Value> =
        CATEGORIES.iter().zip(&row.scores).map(|(name, score)| ((*name).to_owned(), json!(score))).collect();
    json!({
        "nces_id": row.nces_id, "district": row.name, "state": row.state, "total": row.total, "tier": row.tier,
        "scores": scores, "documents": row.documents, "scored_on": row.scored_on, "keywords": row.keyword_matches.0,
    })
}

fn print_line(row: &Row) {
    let scores: Vec<String> =
        CATEGORIES.iter().zip(&row.scores).map(|(name, score)| format!("{name} {score:.2}")).collect();
    println!("{:>5.2} {} {} {} {} · {}", row.total, row.tier, row.state, row.nces_id, row.name, scores.join(", "));
}

fn print_whole(row: &Row) -> anyhow::Result<()> {
    let taxonomy = Taxonomy::shipped()?;
    println!(
        "{} {} ({}): total {:.2}, {}; {} documents, scored {}",
        row.nces_id, row.name, row.state, row.total, row.tier, row.documents, row.scored_on
    );
    println!(
        "total = mean of the four; a category = min(10, 2 × its values); a value = weight × recency × specificity + branded"
    );
    for (category, score) in CATEGORIES.iter().zip(&row.scores) {
        let keywords = serde_json::from_value(row.keyword_matches.0[category].clone());
        let keywords: Vec<Keyword> = keywords.map_err(|_| {
            Fault::new("Failed to explain a score of an earlier version", "run `districts run --only score` first")
        })?;
        let values: Vec<String> = keywords.iter().map(|keyword| format!("{:.2}", keyword.value)).collect();
        match values.is_empty() {
            true => println!("\n{category} {score:.2}"),
            false => println!("\n{category} {score:.2} = min(10, 2 × ({}))", values.join(" + ")),
        }
        for Keyword { keyword, weight, recency, specificity, branded, value, source_doc, context } in keywords {
            println!("  {value:.2} = {weight} × {recency} × {specificity} + {branded}  {keyword}");
            if let Some(phrase) = taxonomy.phrases.iter().find(|phrase| phrase.is == keyword) {
                println!("       weight {weight}: {}", phrase.why);
            }
            println!("       “{context}”");
            println!("       {source_doc}");
        }
    }
    Ok(())
}
