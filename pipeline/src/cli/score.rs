//! `districts score …`: the districts that speak of graduates' competencies most firmly, and why a district scores what
//! it scores, so that the sum can be redone by hand.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{FromRow, Row as _};

use super::World;
use super::arguments::{Common, ScoreCommand};
use crate::database::Database;
use crate::extract;
use crate::fault::Fault;
use crate::run::Verdict;
use crate::score::{CATEGORIES, ScoredDocument, Taxonomy, category_of, rate};

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
    match command {
        ScoreCommand::List { state, limit } => list(common, state.as_deref(), *limit).await,
        ScoreCommand::Explain { nces_id } => explain(common, nces_id).await,
        ScoreCommand::Text { files } => text(common, files),
        ScoreCommand::Taxonomy => {
            print!("{}", Taxonomy::shipped_text());
            Ok(Verdict::Good)
        }
    }
}

async fn list(common: &Common, state: Option<&str>, limit: i64) -> anyhow::Result<Verdict> {
    let rows = rows(&World::of(common)?, None, state, limit).await?;
    for row in &rows {
        match common.json {
            true => println!("{}", as_json(row)),
            false => print_line(row),
        }
    }
    if rows.is_empty() && !common.json {
        println!("no district scores above 0; `districts run` scores the documents it finds");
    }
    Ok(Verdict::Good)
}

async fn explain(common: &Common, nces_id: &str) -> anyhow::Result<Verdict> {
    let world = World::of(common)?;
    let rows = rows(&world, Some(nces_id), None, 1).await?;
    let Some(row) = rows.first() else {
        let words = format!("Failed to find a score of {nces_id}: it has no document, or is no LEA");
        return Err(
            Fault::new(words, "an NCES id has 7 digits; `districts score list` names districts with scores").into()
        );
    };
    if common.json {
        println!("{}", as_json(row));
        return Ok(Verdict::Good);
    }
    println!(
        "{} {} ({}): total {:.2}, {}; {} documents, scored {}",
        row.nces_id, row.name, row.state, row.total, row.tier, row.documents, row.scored_on
    );
    print_sum(&world.project.taxonomy()?, &row.scores, &row.keyword_matches.0)?;
    Ok(Verdict::Good)
}

async fn rows(world: &World, district: Option<&str>, state: Option<&str>, limit: i64) -> anyhow::Result<Vec<Row>> {
    let database = Database::open(&world.target, &world.project).await?;
    let rows = sqlx::query_as(include_str!("../sql/scores.sql"))
        .bind(district)
        .bind(state.map(str::to_uppercase))
        .bind(limit)
        .fetch_all(&database.pool)
        .await;
    database.close().await;
    Ok(rows?)
}

/// As the score stage does it, of documents without a date.
fn text(common: &Common, files: &[PathBuf]) -> anyhow::Result<Verdict> {
    let taxonomy = World::of(common)?.project.taxonomy()?;
    let documents: anyhow::Result<Vec<ScoredDocument>> =
        files.par_iter().map(|file| document(&taxonomy, file)).collect();
    let documents = documents?;
    let rating = rate(&taxonomy, &documents, chrono::Utc::now().date_naive());
    if common.json {
        let scores = named(&rating.scores);
        let whole = json!({ "total": rating.total, "tier": rating.tier, "scores": scores,
            "documents": documents.len(), "keywords": rating.evidence });
        println!("{whole}");
        return Ok(Verdict::Good);
    }
    println!("{} documents: total {:.2}, {}", documents.len(), rating.total, rating.tier);
    print_sum(&taxonomy, &rating.scores, &rating.evidence)?;
    Ok(Verdict::Good)
}

fn document(taxonomy: &Taxonomy, file: &Path) -> anyhow::Result<ScoredDocument> {
    let url = file.display().to_string();
    let is_plain = file.extension().is_some_and(|extension| extension == "txt" || extension == "md");
    let (title, text) = if is_plain {
        let bytes = std::fs::read(file).with_context(|| format!("Failed to open `{url}`"))?;
        // What is in order, as nearly every file is, is taken as it is.
        (None, String::from_utf8(bytes).unwrap_or_else(|wrong| String::from_utf8_lossy(wrong.as_bytes()).into_owned()))
    } else {
        let read = extract::apart(file).map_err(|reason| {
            Fault::new(format!("Failed to read `{url}`: {reason}"), "PDF, HTML, docx and text can be read")
        })?;
        (read.title, read.text)
    };
    let category = category_of(taxonomy, None, title.as_deref(), &text).to_owned();
    Ok(ScoredDocument { url, title, category, published_on: None, found: taxonomy.phrases_in(&text) })
}

fn named(scores: &[f64]) -> Value {
    CATEGORIES.iter().zip(scores).map(|(name, score)| ((*name).to_owned(), json!(score))).collect::<Map<_, _>>().into()
}

fn as_json(row: &Row) -> Value {
    let scores = named(&row.scores);
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

/// The sum behind a total, category by category.
fn print_sum(taxonomy: &Taxonomy, scores: &[f64], keyword_matches: &Value) -> anyhow::Result<()> {
    println!(
        "total = mean of the four; a category = min(10, 2 × its values); a value = weight × recency × specificity + branded"
    );
    for (category, score) in CATEGORIES.iter().zip(scores) {
        let keywords = serde_json::from_value(keyword_matches[category].clone());
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
