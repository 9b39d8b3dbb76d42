//! `districts evaluate search`: how good each kind of search is, by queries whose answers are known.

use std::collections::HashSet;
use std::path::Path;

use anyhow::Context as _;
use embedder::judge::{DEPTH, Quality, judge, mean};
use embedder::search::{Hit, Query, search};
use embedder::words::{fuse, search_words};
use serde::Deserialize;
use serde_json::json;

use super::World;
use super::arguments::Common;
use super::search::FUSED_DEPTH;
use crate::database::Database;
use crate::fault::Fault;
use crate::run::Verdict;
use crate::stage::model;

/// A line of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    query: String,
    /// Addresses of documents, or NCES ids of districts.
    relevant: HashSet<String>,
}

const KINDS: [&str; 3] = ["meaning", "words", "both"];

pub(super) async fn evaluate_search(common: &Common, file: &Path) -> anyhow::Result<Verdict> {
    let queries = read(file)?;
    let world = World::of(common)?;
    let database = Database::open(&world.target, &world.project).await?;
    let outcome = async {
        heed_unknown(&database, &queries).await?;
        judge_all(&database, &world, &queries).await
    };
    let outcome = outcome.await;
    database.close().await;
    let (name, figures) = outcome?;
    if common.json {
        let by_kind: serde_json::Map<_, _> =
            KINDS.iter().zip(&figures).map(|(kind, quality)| ((*kind).to_owned(), json!(quality))).collect();
        println!("{}", json!({ "queries": queries.len(), "model": name, "depth": DEPTH, "by": by_kind }));
        return Ok(Verdict::Good);
    }
    println!("{} queries, {name}\n\n  by        nDCG@{DEPTH}  recall@{DEPTH}     MRR", queries.len());
    for (kind, Quality { ndcg, recall, mrr }) in KINDS.iter().zip(&figures) {
        println!("  {kind:<8}    {ndcg:.3}      {recall:.3}   {mrr:.3}");
    }
    Ok(Verdict::Good)
}

fn read(file: &Path) -> anyhow::Result<Vec<Known>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("Failed to open `{}`", file.display()))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let queries: Vec<Known> = lines
        .map(|(number, line)| {
            serde_json::from_str(line).map_err(|error| {
                Fault::new(
                    format!("Failed to read `{}` line {number}: {error}", file.display()),
                    r#"a line is {"query": "capstone rubric", "relevant": ["https://…", "2634260"]}: addresses or NCES ids"#,
                )
            })
        })
        .collect::<Result<_, _>>()?;
    if queries.is_empty() {
        let words = format!("Failed to read `{}`: it has no query", file.display());
        return Err(Fault::new(words, "one JSON object per line, with query and relevant").into());
    }
    Ok(queries)
}

/// An answer that is no document's here cannot be found: that is said, and no figure is made of nothing else.
async fn heed_unknown(database: &Database, queries: &[Known]) -> anyhow::Result<()> {
    let answers: Vec<&str> = queries.iter().flat_map(|known| &known.relevant).map(String::as_str).collect();
    let unknown: Vec<String> = sqlx::query_scalar(
        "select name from unnest($1::text[]) name
          where not exists (select from district_documents d where d.document_url = name or d.nces_id = name)",
    )
    .bind(&answers)
    .fetch_all(&database.pool)
    .await
    .context("Failed to look the answers up")?;
    let Some(first) = unknown.iter().min() else { return Ok(()) };
    let words = format!("{} of {} answers are of no document here, such as `{first}`", unknown.len(), answers.len());
    if unknown.len() == answers.len() {
        let cure = "answers are addresses as `districts search` prints them, or NCES ids of districts with documents";
        return Err(Fault::new(format!("Failed to measure the search: {words}"), cure).into());
    }
    eprintln!("warning: {words}: they count as not found");
    Ok(())
}

/// The model's name, and the means in the order of [`KINDS`].
async fn judge_all(
    database: &Database,
    world: &World,
    queries: &[Known],
) -> anyhow::Result<(String, [Quality; KINDS.len()])> {
    let (model, pool) = (model(&world.project)?, &database.pool);
    let mut figures: [Vec<Quality>; KINDS.len()] = Default::default();
    for known in queries {
        let query = Query { text: known.query.clone(), limit: FUSED_DEPTH, ..Query::default() };
        let meaning = search(pool, &model, &query, false).await?.hits;
        let words = search_words(pool, &query).await?;
        let both = fuse(words.clone(), meaning.clone(), DEPTH);
        for (of_kind, hits) in figures.iter_mut().zip([&meaning, &words, &both]) {
            of_kind.push(judge(&ranking(known, hits), known.relevant.len()));
        }
    }
    Ok((model.name().to_owned(), figures.map(|of_kind| mean(&of_kind))))
}

/// Every relevant answer counts where it comes first.
fn ranking(known: &Known, hits: &[Hit]) -> Vec<bool> {
    let mut met = HashSet::new();
    hits.iter()
        .map(|hit| {
            let answer = [&hit.url, &hit.nces_id].into_iter().find(|name| known.relevant.contains(*name));
            answer.is_some_and(|answer| met.insert(answer.clone()))
        })
        .collect()
}
