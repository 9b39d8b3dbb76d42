//! How far a search must look: recall@10 against exact search, measured on queries the index has not seen, with and
//! without a filter that leaves two rows in a hundred.

use std::time::Instant;

use pgvector::Vector;
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection};

use super::{INDEX_NAME, Ready, ready};
use crate::EmbedError;
use crate::model::Embedder;

/// How many of the nearest are compared.
const DEPTH: i64 = 10;
/// A filter this narrow is held to less: `EMBEDDING`'s goal for it.
const FILTERED_TARGET: f64 = 0.9;
/// Distances of two computations of one pair.
const SAME: f64 = 1e-6;

/// What was measured at one setting.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Step {
    /// Lists visited; of HNSW its ef_search.
    pub probes: i32,
    /// Share of the ten nearest that are found.
    pub recall: f64,
    /// The same among the two in a hundred that a filter leaves.
    pub filtered_recall: f64,
    /// Share of filtered searches that fill their page.
    pub full_pages: f64,
    /// Milliseconds of a search without a filter, its round trip included.
    pub milliseconds: f64,
}

/// What tuning found.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Tuned {
    /// Queries measured with.
    pub queries: usize,
    /// Milliseconds of an exact search.
    pub exact_milliseconds: f64,
    /// Settings in the order they were tried.
    pub steps: Vec<Step>,
    /// The cheapest that reaches the target; none when none does.
    pub chosen: Option<Step>,
}

/// Measures, and stores the cheapest setting that reaches `target`; none is stored where none does.
pub async fn tune(
    pool: &PgPool,
    model: &Embedder,
    count: i64,
    target: f64,
    mut progress: impl FnMut(&Step),
) -> Result<Option<Tuned>, EmbedError> {
    let queries = held_out(pool, model, count).await?;
    let mut connection = pool.acquire().await.map_err(EmbedError::database("connect"))?;
    let Some(ready) = ready(&mut connection).await.map_err(EmbedError::database("look at the vector index"))? else {
        return Ok(None);
    };
    let measured = measure(&mut connection, ready, &queries, target, &mut progress).await;
    let tuned = measured.map_err(EmbedError::database("measure the vector index"))?;
    if let Some(step) = tuned.chosen {
        store(pool, step).await?;
    }
    Ok(Some(tuned))
}

/// Keeps what was measured, for searches and for the next measurement.
pub(super) async fn store(pool: &PgPool, step: Step) -> Result<(), EmbedError> {
    sqlx::query(
        "update vector_index_builds set probes = $2, recall = $3, filtered_recall = $4, tuned_at = now() where index_name = $1",
    )
    .bind(INDEX_NAME)
    .bind(step.probes)
    .bind(step.recall)
    .bind(step.filtered_recall)
    .execute(pool)
    .await
    .map(drop)
    .map_err(EmbedError::database("store what was measured"))
}

/// What the index finds as it is searched now, by mixed vectors; none without an index.
pub(super) async fn as_it_is(pool: &PgPool, count: i64) -> Result<Option<Step>, EmbedError> {
    let failed = || EmbedError::database("measure the vector index");
    let queries = mixed(pool, count).await.map_err(failed())?;
    let mut connection = pool.acquire().await.map_err(EmbedError::database("connect"))?;
    let Some(ready) = ready(&mut connection).await.map_err(failed())? else { return Ok(None) };
    let measured = async {
        let all = exact(&mut connection, &queries, false).await?;
        let filtered = exact(&mut connection, &queries, true).await?;
        step(&mut connection, ready, &queries, (&all, &filtered)).await
    };
    measured.await.map(Some).map_err(failed())
}

async fn mixed(pool: &PgPool, count: i64) -> Result<Vec<Vector>, sqlx::Error> {
    sqlx::query_scalar(include_str!("../sql/index_mixed.sql")).bind(count).fetch_all(pool).await
}

/// Queries that are not in the index: a few words out of the middle of stored texts, put through the model. A remote model
/// is not asked so often: its own vectors are mixed by twos.
async fn held_out(pool: &PgPool, model: &Embedder, count: i64) -> Result<Vec<Vector>, EmbedError> {
    const WORDS: usize = 12;
    let failed = EmbedError::database("read queries to measure with");
    let Embedder::Local(_) = model else { return mixed(pool, count).await.map_err(failed) };
    let texts: Vec<String> =
        sqlx::query_scalar(include_str!("../sql/index_texts.sql")).bind(count).fetch_all(pool).await.map_err(failed)?;
    let mut queries = Vec::with_capacity(texts.len());
    for text in texts {
        let words: Vec<&str> = text.split_whitespace().collect();
        let from = words.len().saturating_sub(WORDS) / 2;
        let piece = words[from..].iter().take(WORDS).copied().collect::<Vec<_>>().join(" ");
        queries.push(Vector::from(model.embed_one(&piece).await?));
    }
    Ok(queries)
}

async fn measure(
    connection: &mut PgConnection,
    ready: Ready,
    queries: &[Vector],
    target: f64,
    progress: &mut impl FnMut(&Step),
) -> Result<Tuned, sqlx::Error> {
    let begun = Instant::now();
    let all = exact(connection, queries, false).await?;
    let exact_milliseconds = per_query(begun, queries);
    let filtered = exact(connection, queries, true).await?;
    let mut tuned = Tuned { queries: queries.len(), exact_milliseconds, steps: Vec::new(), chosen: None };
    for probes in ladder(ready) {
        let step = step(connection, Ready { probes, ..ready }, queries, (&all, &filtered)).await?;
        progress(&step);
        tuned.steps.push(step);
        if step.recall >= target && step.filtered_recall >= FILTERED_TARGET && step.full_pages >= 1.0 {
            tuned.chosen = Some(step);
            break;
        }
    }
    Ok(tuned)
}

/// One setting, against what is nearest of all and of what a filter leaves.
async fn step(
    connection: &mut PgConnection,
    ready: Ready,
    queries: &[Vector],
    (all, filtered): (&[Vec<f64>], &[Vec<f64>]),
) -> Result<Step, sqlx::Error> {
    let begun = Instant::now();
    let found = indexed(connection, ready, queries, false).await?;
    let milliseconds = per_query(begun, queries);
    let found_filtered = indexed(connection, ready, queries, true).await?;
    let full = filtered.iter().zip(&found_filtered).filter(|(exact, found)| found.len() >= exact.len()).count();
    let full_pages = if queries.is_empty() { 1.0 } else { full as f64 / queries.len() as f64 };
    Ok(Step {
        probes: ready.probes,
        recall: recall(all, &found),
        filtered_recall: recall(filtered, &found_filtered),
        full_pages,
        milliseconds,
    })
}

fn per_query(begun: Instant, queries: &[Vector]) -> f64 {
    begun.elapsed().as_secs_f64() * 1e3 / queries.len().max(1) as f64
}

/// Settings from the cheapest up.
fn ladder(ready: Ready) -> Vec<i32> {
    const GROWTH: f64 = 1.35;
    let least = match ready.shape.kind {
        super::Kind::IvfFlat => 1,
        super::Kind::Hnsw => 10,
    };
    let most = ready.shape.farthest(ready.lists);
    let mut ladder = vec![least];
    while let Some(last) = ladder.last().copied().filter(|last| *last < most) {
        ladder.push(((f64::from(last) * GROWTH).ceil() as i32).max(last + 1).min(most));
    }
    ladder
}

/// Distances of the nearest, by reading every vector.
async fn exact(
    connection: &mut PgConnection,
    queries: &[Vector],
    is_filtered: bool,
) -> Result<Vec<Vec<f64>>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    sqlx::raw_sql("set local enable_indexscan = off; set local enable_bitmapscan = off")
        .execute(&mut *transaction)
        .await?;
    let mut all = Vec::with_capacity(queries.len());
    for query in queries {
        all.push(nearest(&mut transaction, include_str!("../sql/nearest.sql").to_owned(), query, is_filtered).await?);
    }
    Ok(all)
}

async fn indexed(
    connection: &mut PgConnection,
    ready: Ready,
    queries: &[Vector],
    is_filtered: bool,
) -> Result<Vec<Vec<f64>>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    ready.prepare(&mut transaction, is_filtered).await?;
    // Searches keep to the index too, where a narrow filter makes a scan look cheaper.
    sqlx::query("set local enable_seqscan = off").execute(&mut *transaction).await?;
    let statement = ready.shape.fitted(include_str!("../sql/nearest.sql"));
    let mut all = Vec::with_capacity(queries.len());
    for query in queries {
        all.push(nearest(&mut transaction, statement.clone(), query, is_filtered).await?);
    }
    Ok(all)
}

async fn nearest(
    connection: &mut PgConnection,
    statement: String,
    query: &Vector,
    is_filtered: bool,
) -> Result<Vec<f64>, sqlx::Error> {
    let ids: Vec<(uuid::Uuid, Vector)> = sqlx::query_as(AssertSqlSafe(statement))
        .bind(query)
        .bind(is_filtered)
        .bind(DEPTH)
        .fetch_all(connection)
        .await?;
    // Counted in full precision, whatever the index compared.
    let mut distances: Vec<f64> = ids.iter().map(|(_, vector)| distance(query, vector)).collect();
    distances.sort_by(f64::total_cmp);
    Ok(distances)
}

fn distance(one: &Vector, other: &Vector) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum() };
    let (one, other) = (one.as_slice(), other.as_slice());
    1.0 - dot(one, other) / (dot(one, one) * dot(other, other)).sqrt().max(f64::MIN_POSITIVE)
}

/// A found vector counts when it is no farther than the tenth nearest: equal texts are as near as each other.
fn recall(exact: &[Vec<f64>], found: &[Vec<f64>]) -> f64 {
    let (mut wanted, mut right) = (0, 0);
    for (exact, found) in exact.iter().zip(found) {
        let Some(farthest) = exact.last() else { continue };
        wanted += exact.len();
        right += found.iter().filter(|distance| **distance <= farthest + SAME).count().min(exact.len());
    }
    if wanted == 0 { 1.0 } else { right as f64 / wanted as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{Kind, Shape};

    #[test]
    fn the_ladder_goes_from_one_list_to_all() {
        let ready = Ready { rows: 10_000, lists: 100, probes: 10, shape: Shape::default(), goes_on: true };
        let ladder = ladder(ready);
        assert_eq!((ladder[0], ladder[ladder.len() - 1]), (1, 100));
        assert!(ladder.windows(2).all(|pair| pair[0] < pair[1]));
        let graph = Ready { shape: Shape { kind: Kind::Hnsw, ..Shape::default() }, ..ready };
        assert_eq!(super::ladder(graph).last(), Some(&1000));
    }

    #[test]
    fn recall_counts_ties_and_missing_places() {
        assert_eq!(recall(&[vec![0.1, 0.2]], &[vec![0.1, 0.2]]), 1.0);
        assert_eq!(recall(&[vec![0.1, 0.2]], &[vec![0.2, 0.2]]), 1.0);
        assert_eq!(recall(&[vec![0.1, 0.2]], &[vec![0.1, 0.9]]), 0.5);
        assert_eq!(recall(&[vec![0.1, 0.2]], &[vec![0.1]]), 0.5);
    }
}
