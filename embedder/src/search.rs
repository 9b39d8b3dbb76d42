//! The documents nearest in meaning, through the index.

use pgvector::Vector;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgArguments, PgConnection, PgPool};
use sqlx::{Arguments as _, AssertSqlSafe};

use crate::EmbedError;
use crate::index::{Ready, ready};
use crate::model::Embedder;

/// Chunks fetched for each document wanted: a document may have several of the nearest.
const CHUNKS_PER_HIT: i64 = 6;
/// So many times as many are fetched where those were of too few documents: one of hundreds of chunks fills a list alone.
const WIDER: i64 = 4;
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
    /// Outreach tier of the district.
    pub tier: Option<String>,
    /// Pupils of the district, at least.
    pub least_enrollment: Option<i32>,
    /// Pupils of the district, at most.
    pub most_enrollment: Option<i32>,
    /// A document that is left out.
    pub without: Option<uuid::Uuid>,
    /// Most documents returned.
    pub limit: i64,
}

impl Query {
    /// Whether it looks among some of the documents only.
    fn is_filtered(&self) -> bool {
        let words = [&self.state, &self.category, &self.tier];
        let enrollments = [self.least_enrollment, self.most_enrollment];
        words.iter().any(|word| word.is_some()) || enrollments.iter().any(Option::is_some) || self.without.is_some()
    }
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
/// The last says how many chunks it was chosen among.
type Nearest = (String, String, String, Option<String>, String, f64, String, i64);

/// Searches by meaning. With `explain`, the plan PostgreSQL used comes along.
pub async fn search(pool: &PgPool, model: &Embedder, query: &Query, explain: bool) -> Result<Found, EmbedError> {
    refuse_other_models(pool, model.name()).await?;
    let vector = Vector::from(model.embed_one(&query.text).await?);
    nearest_to(pool, &vector, query, explain).await
}

/// The documents nearest to the mean of a document's own chunks, itself left out; none when it has no vectors.
pub async fn similar(pool: &PgPool, document: uuid::Uuid, query: &Query) -> Result<Option<Vec<Hit>>, EmbedError> {
    let mean: Option<Option<Vector>> = sqlx::query_scalar(include_str!("sql/mean.sql"))
        .bind(document)
        .fetch_optional(pool)
        .await
        .map_err(EmbedError::database("read the document's vectors"))?;
    let Some(Some(vector)) = mean else { return Ok(None) };
    let others = Query { without: Some(document), ..query.clone() };
    Ok(Some(nearest_to(pool, &vector, &others, false).await?.hits))
}

async fn nearest_to(pool: &PgPool, vector: &Vector, query: &Query, explain: bool) -> Result<Found, EmbedError> {
    // The settings hold for this transaction only, which is rolled back by being dropped.
    let mut transaction = pool.begin().await.map_err(EmbedError::database("begin a transaction"))?;
    let mut search = Search { vector, query, chunks: query.limit * CHUNKS_PER_HIT };
    let mut goes_far = query.is_filtered();
    loop {
        let index = prepare(&mut transaction, goes_far).await.map_err(EmbedError::database("set up the search"))?;
        let statement = index.map(|index| index.shape).unwrap_or_default().fitted(include_str!("sql/search.sql"));
        if index.is_some() {
            let by_index = keep_to_index(&mut transaction, &statement, &search).await;
            if !by_index.map_err(EmbedError::database("explain the search"))? {
                return Err(EmbedError::Scan);
            }
        }
        let rows = fetch(&mut transaction, &statement, &search).await.map_err(EmbedError::database("search"))?;
        let seen = rows.first().map_or(0, |row| row.7);
        if (rows.len() as i64) < query.limit && seen == search.chunks {
            search.chunks *= WIDER;
            goes_far = true;
            continue;
        }
        let plan = match explain {
            true => {
                let told = plan(&mut transaction, ANALYZED, &statement, &search).await;
                Some(told.map_err(EmbedError::database("explain the search"))?)
            }
            false => None,
        };
        return Ok(Found { hits: rows.into_iter().map(hit).collect(), plan, probes: index.map(|index| index.probes) });
    }
}

/// One look into the table: what for, and at how many of the nearest chunks.
struct Search<'a> {
    vector: &'a Vector,
    query: &'a Query,
    chunks: i64,
}

/// Whether the plan goes through the index. For a long list a scan can look cheaper: it is forbidden then.
async fn keep_to_index(
    connection: &mut PgConnection,
    statement: &str,
    search: &Search<'_>,
) -> Result<bool, sqlx::Error> {
    const SCAN: &str = "Seq Scan on document_embeddings";
    if !plan(connection, "explain", statement, search).await?.contains(SCAN) {
        return Ok(true);
    }
    sqlx::query("set local enable_seqscan = off").execute(&mut *connection).await?;
    Ok(!plan(connection, "explain", statement, search).await?.contains(SCAN))
}

/// How a plan is asked for that a person reads.
const ANALYZED: &str = "explain (analyze, costs off, timing off, buffers off, summary on)";

/// Vectors of two models lie in two spaces, even when both are 1536 wide.
async fn refuse_other_models(pool: &PgPool, model: &str) -> Result<(), EmbedError> {
    // One pass without sorting: this is asked before every search.
    let in_use = "select count(*) > 0, min(model::text) filter (where model <> $1) from document_embedding_state";
    let (is_any, other): (bool, Option<String>) = sqlx::query_as(in_use)
        .bind(model)
        .fetch_one(pool)
        .await
        .map_err(EmbedError::database("read which model is in use"))?;
    match other {
        Some(stored) => Err(EmbedError::OtherModel { stored, asked: model.to_owned() }),
        None if is_any => Ok(()),
        None => Err(EmbedError::Nothing),
    }
}

/// Looks as far as the index was sized or tuned for, and goes on while a filter leaves the list short.
async fn prepare(connection: &mut PgConnection, is_filtered: bool) -> Result<Option<Ready>, sqlx::Error> {
    let index = ready(connection).await?;
    Ok(match index {
        Some(index) => Some(index.prepare(connection, is_filtered).await?),
        None => None,
    })
}

/// In the order of `search.sql`.
fn arguments(search: &Search<'_>) -> Result<PgArguments, BoxDynError> {
    let query = search.query;
    let mut arguments = PgArguments::default();
    arguments.add(search.vector)?;
    arguments.add(query.state.as_deref())?;
    arguments.add(query.category.as_deref())?;
    arguments.add(search.chunks)?;
    arguments.add(query.limit)?;
    arguments.add(query.tier.as_deref())?;
    arguments.add(query.least_enrollment)?;
    arguments.add(query.most_enrollment)?;
    arguments.add(query.without)?;
    Ok(arguments)
}

async fn fetch(
    connection: &mut PgConnection,
    statement: &str,
    search: &Search<'_>,
) -> Result<Vec<Nearest>, sqlx::Error> {
    let arguments = arguments(search).map_err(sqlx::Error::Encode)?;
    sqlx::query_as_with(AssertSqlSafe(statement.to_owned()), arguments).fetch_all(connection).await
}

async fn plan(
    connection: &mut PgConnection,
    how: &str,
    statement: &str,
    search: &Search<'_>,
) -> Result<String, sqlx::Error> {
    let question = format!("{how}\n{statement}");
    let arguments = arguments(search).map_err(sqlx::Error::Encode)?;
    let lines: Vec<String> = sqlx::query_scalar_with(AssertSqlSafe(question), arguments).fetch_all(connection).await?;
    Ok(lines.iter().map(|line| without_vector(line)).collect::<Vec<_>>().join("\n"))
}

/// A plan repeats the query's 1,536 numbers; nobody reads them.
fn without_vector(line: &str) -> String {
    match (line.find("'["), line.find("]'")) {
        (Some(start), Some(end)) if end > start + 40 => format!("{}'[…]'{}", &line[..start], &line[end + 2..]),
        _ => line.to_owned(),
    }
}

fn hit((nces_id, district, state, title, url, distance, text, _): Nearest) -> Hit {
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
