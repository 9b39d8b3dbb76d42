//! The documents nearest in meaning, through the index.

use pgvector::Vector;
use sqlx::postgres::{PgConnection, PgPool};

use crate::EmbedError;
use crate::index::INDEX_NAME;
use crate::model::Embedder;

/// Chunks fetched for each document wanted: a document may have several of the nearest.
const CHUNKS_PER_HIT: i64 = 6;
/// Letters of a snippet.
const SNIPPET_CHARACTERS: usize = 240;

/// What to look for, and where.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// The words.
    pub text: String,
    /// Two-letter state.
    pub state: Option<String>,
    /// Document category.
    pub category: Option<String>,
    /// Most documents returned.
    pub limit: i64,
}

/// A document found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Hit {
    /// NCES id of its district.
    pub nces_id: String,
    /// Name of its district.
    pub district: String,
    /// State of its district.
    pub state: String,
    /// Title.
    pub title: Option<String>,
    /// Address.
    pub url: String,
    /// What it is ranked by: similarity, BM25, or, of both, the sum of its reciprocal ranks.
    pub score: f64,
    /// Cosine similarity of its best chunk, −1 to 1, where meaning was compared.
    pub similarity: Option<f64>,
    /// Its BM25, where words were.
    pub bm25: Option<f64>,
    /// The best chunk's beginning, or the place with the words.
    pub snippet: String,
}

/// Hits, and how they were come by.
#[derive(Debug, Clone)]
pub struct Found {
    /// Best first, one per document.
    pub hits: Vec<Hit>,
    /// The plan of the query, when asked for.
    pub plan: Option<String>,
    /// Clusters visited; none without an index.
    pub probes: Option<i32>,
}

pub(crate) type Row = (String, String, String, Option<String>, String, f64, String);

/// Searches by meaning. With `explain`, the plan PostgreSQL used comes along.
pub async fn search(pool: &PgPool, model: &Embedder, query: &Query, explain: bool) -> Result<Found, EmbedError> {
    refuse_other_models(pool, model.name()).await?;
    let vector = Vector::from(model.embed_one(&query.text).await?);
    // The settings hold for this transaction only, which is rolled back by being dropped.
    let mut transaction = pool.begin().await.map_err(EmbedError::database("begin a transaction"))?;
    let probes = prepare(&mut transaction).await.map_err(EmbedError::database("set up the search"))?;
    let rows = fetch(&mut transaction, &vector, query).await.map_err(EmbedError::database("search"))?;
    let plan = if explain {
        Some(plan(&mut transaction, &vector, query).await.map_err(EmbedError::database("explain the search"))?)
    } else {
        None
    };
    Ok(Found { hits: rows.into_iter().map(hit).collect(), plan, probes })
}

/// Vectors of two models lie in two spaces, even when both are 1536 wide.
async fn refuse_other_models(pool: &PgPool, model: &str) -> Result<(), EmbedError> {
    let stored: Vec<String> =
        sqlx::query_scalar("select distinct model::text from document_embedding_state order by 1")
            .fetch_all(pool)
            .await
            .map_err(EmbedError::database("read which model is in use"))?;
    match stored.iter().find(|stored| *stored != model) {
        Some(other) => Err(EmbedError::OtherModel { stored: other.clone(), asked: model.to_owned() }),
        None if stored.is_empty() => Err(EmbedError::Nothing),
        None => Ok(()),
    }
}

/// Visits as many clusters as the index was sized for, and goes on visiting while a filter leaves
/// the list short.
async fn prepare(connection: &mut PgConnection) -> Result<Option<i32>, sqlx::Error> {
    let built: Option<(i64, i32, i32)> =
        sqlx::query_as(include_str!("sql/valid_index.sql")).bind(INDEX_NAME).fetch_optional(&mut *connection).await?;
    let Some((_, lists, probes)) = built else { return Ok(None) };
    let settings = [
        ("ivfflat.probes", probes.to_string()),
        ("ivfflat.iterative_scan", "relaxed_order".to_owned()),
        ("ivfflat.max_probes", lists.to_string()),
    ];
    for (name, value) in settings {
        sqlx::query("select set_config($1, $2, true)").bind(name).bind(value).execute(&mut *connection).await?;
    }
    // A sort would mean that every vector is read; the index gives them in order.
    sqlx::query("set local enable_sort = off").execute(&mut *connection).await?;
    Ok(Some(probes))
}

async fn fetch(connection: &mut PgConnection, vector: &Vector, query: &Query) -> Result<Vec<Row>, sqlx::Error> {
    sqlx::query_as(include_str!("sql/search.sql"))
        .bind(vector)
        .bind(query.state.as_deref())
        .bind(query.category.as_deref())
        .bind(query.limit * CHUNKS_PER_HIT)
        .bind(query.limit)
        .fetch_all(connection)
        .await
}

async fn plan(connection: &mut PgConnection, vector: &Vector, query: &Query) -> Result<String, sqlx::Error> {
    let lines: Vec<String> = sqlx::query_scalar(concat!(
        "explain (analyze, costs off, timing off, buffers off, summary on)\n",
        include_str!("sql/search.sql")
    ))
    .bind(vector)
    .bind(query.state.as_deref())
    .bind(query.category.as_deref())
    .bind(query.limit * CHUNKS_PER_HIT)
    .bind(query.limit)
    .fetch_all(connection)
    .await?;
    Ok(lines.iter().map(|line| without_vector(line)).collect::<Vec<_>>().join("\n"))
}

/// A plan repeats the query's 1,536 numbers; nobody reads them.
fn without_vector(line: &str) -> String {
    match (line.find("'["), line.find("]'")) {
        (Some(start), Some(end)) if end > start + 40 => format!("{}'[…]'{}", &line[..start], &line[end + 2..]),
        _ => line.to_owned(),
    }
}

fn hit((nces_id, district, state, title, url, distance, text): Row) -> Hit {
    let similarity = 1.0 - distance;
    let snippet = snippet(&text);
    Hit { nces_id, district, state, title, url, score: similarity, similarity: Some(similarity), bm25: None, snippet }
}

/// The chunk without its header line, cut at a word.
fn snippet(text: &str) -> String {
    let body = text.split_once("\n\n").map_or(text, |(_, body)| body);
    let plain = body.split_whitespace().collect::<Vec<_>>().join(" ");
    match plain.char_indices().nth(SNIPPET_CHARACTERS) {
        None => plain,
        Some((end, _)) => format!("{} …", plain[..end].rsplit_once(' ').map_or(&plain[..end], |(words, _)| words)),
    }
}
