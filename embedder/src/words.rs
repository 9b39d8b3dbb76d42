//! Search by words: BM25 over PostgreSQL's full text, and its fusion with search by meaning.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;
use sqlx::PgPool;

use crate::EmbedError;
use crate::search::{Hit, Query, Row};

/// Documents whose words are taken up in one transaction.
const BATCH: i64 = 1_000;
/// Connections that take up words at a time, at most.
const MOST_PARTS: i64 = 4;
/// How little the first places of a list count for more than the next: reciprocal rank fusion's usual constant
/// (Cormack, Clarke and Büttcher, 2009).
const RANK_CONSTANT: f64 = 60.0;

/// Documents whose words are missing or old.
pub async fn outdated(pool: &PgPool) -> Result<i64, EmbedError> {
    sqlx::query_scalar(
        "select count(*) from district_documents d left join document_words w on w.document_id = d.id
          where w.content_hash is distinct from d.content_hash",
    )
    .fetch_one(pool)
    .await
    .map_err(EmbedError::database("count documents without their words"))
}

/// Takes up the words of new and changed documents; says of how many. `progress` hears of every batch. The server takes
/// words apart on one processor a connection, so several of them share the documents.
pub async fn refresh(pool: &PgPool, progress: impl Fn(u64)) -> Result<u64, EmbedError> {
    let parts = i64::try_from(std::thread::available_parallelism().map_or(1, usize::from)).unwrap_or(1).min(MOST_PARTS);
    let done = try_join_all((0..parts).map(|part| refresh_part(pool, part, parts, &progress))).await?;
    Ok(done.into_iter().sum())
}

async fn refresh_part(pool: &PgPool, part: i64, parts: i64, progress: &impl Fn(u64)) -> Result<u64, EmbedError> {
    let mut all = 0;
    loop {
        let done = sqlx::query(include_str!("sql/words_refresh.sql"))
            .bind(BATCH)
            .bind(part)
            .bind(parts)
            .execute(pool)
            .await
            .map_err(EmbedError::database("take up the words of documents"))?
            .rows_affected();
        if done == 0 {
            return Ok(all);
        }
        progress(done);
        all += done;
    }
}

/// The documents that BM25 ranks first, with the words that were found marked in the snippet.
pub async fn search_words(pool: &PgPool, query: &Query) -> Result<Vec<Hit>, EmbedError> {
    let rows: Vec<Row> = sqlx::query_as(include_str!("sql/words_search.sql"))
        .bind(&query.text)
        .bind(query.state.as_deref())
        .bind(query.category.as_deref())
        .bind(query.limit)
        .bind(query.tier.as_deref())
        .bind(query.least_enrollment)
        .bind(query.most_enrollment)
        .fetch_all(pool)
        .await
        .map_err(EmbedError::database("search by words"))?;
    let hit = |(nces_id, district, state, title, url, bm25, text): Row| Hit {
        nces_id,
        district,
        state,
        title,
        url,
        score: bm25,
        similarity: None,
        bm25: Some(bm25),
        snippet: text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    Ok(rows.into_iter().map(hit).collect())
}

/// One list of two, by reciprocal ranks: scores of two kinds are not compared. A document of both lists keeps the
/// snippet with the words marked.
pub fn fuse(words: Vec<Hit>, meaning: Vec<Hit>, limit: usize) -> Vec<Hit> {
    let mut fused: BTreeMap<(String, String), Hit> = BTreeMap::new();
    for list in [words, meaning] {
        for (rank, hit) in (1_u32..).zip(list) {
            let share = 1.0 / (RANK_CONSTANT + f64::from(rank));
            let key = (hit.nces_id.clone(), hit.url.clone());
            match fused.get_mut(&key) {
                Some(known) => {
                    known.score += share;
                    known.similarity = known.similarity.or(hit.similarity);
                }
                None => drop(fused.insert(key, Hit { score: share, ..hit })),
            }
        }
    }
    let mut hits: Vec<Hit> = fused.into_values().collect();
    hits.sort_by(|a, b| b.score.total_cmp(&a.score));
    hits.truncate(limit);
    hits
}
