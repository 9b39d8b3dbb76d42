//! Keyword scores per district.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Utc};
use rayon::prelude::*;

use crate::bulk::CopyText;
use crate::context::{Context, StageReport};
use crate::progress::Progress;
use crate::score::{Rating, ScoredDocument, Taxonomy, rate};
use crate::unit::{Unit, fingerprint};

/// Another way of scoring: change it and every district is scored again.
const SCORING: &str = "score-2";
/// Documents whose text is held at a time.
const BATCH: i64 = 500;

type Row = (uuid::Uuid, String, String, Option<String>, String, Option<NaiveDate>, String);

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let taxonomy = Taxonomy::shipped()?;
    let (documents, inputs): (i64, String) =
        sqlx::query_as(include_str!("../sql/score_inputs.sql")).fetch_one(&context.pool).await?;
    if documents == 0 {
        return Ok(StageReport::skipped("there are no documents"));
    }
    let today = Utc::now().date_naive();
    // Documents age by the month.
    let month = today.format("%Y-%m").to_string();
    let unit = Unit {
        stage: "score",
        name: "districts".to_owned(),
        fingerprint: fingerprint(&[SCORING, &taxonomy.checksum, &inputs, &month]),
    };
    if unit.is_current(&context.pool).await? {
        return Ok(StageReport::skipped("documents and taxonomy are those of the scores"));
    }
    if context.is_dry {
        return Ok(StageReport {
            rows_in: documents.unsigned_abs(),
            note: format!("{documents} documents would be scored"),
            ..StageReport::default()
        });
    }
    progress.step(&format!("scoring {documents} documents"));
    progress.total(documents.unsigned_abs());
    let by_district = find_phrases(context, progress, &taxonomy).await?;
    let ratings: Vec<(String, usize, Rating)> = by_district
        .into_par_iter()
        .map(|(district, documents)| (district, documents.len(), rate(&taxonomy, &documents, today)))
        .collect();
    let mut report = StageReport { rows_in: documents.unsigned_abs(), ..StageReport::default() };
    report.rows_out = store(context, &ratings, &unit).await?;
    let top = ratings.iter().filter(|(_, _, rating)| rating.tier == "tier1").count();
    report.note = format!(
        "{documents} documents of {} districts scored, {top} in tier 1, {} rows changed",
        ratings.len(),
        report.rows_out
    );
    report.figures = [("districts", ratings.len().into()), ("tier1", top.into())].into();
    Ok(report)
}

/// The phrases of every document, by district; texts are read in batches.
async fn find_phrases(
    context: &Context<'_>,
    progress: &Progress,
    taxonomy: &Taxonomy,
) -> anyhow::Result<BTreeMap<String, Vec<ScoredDocument>>> {
    let mut by_district: BTreeMap<String, Vec<ScoredDocument>> = BTreeMap::new();
    let mut after = uuid::Uuid::nil();
    loop {
        let rows: Vec<Row> = sqlx::query_as(include_str!("../sql/score_documents.sql"))
            .bind(after)
            .bind(BATCH)
            .fetch_all(&context.pool)
            .await?;
        let Some(last) = rows.last() else { return Ok(by_district) };
        after = last.0;
        progress.advance(rows.len() as u64);
        let scored: Vec<(String, ScoredDocument)> = rows.into_par_iter().map(|row| scored(taxonomy, row)).collect();
        for (district, document) in scored {
            by_district.entry(district).or_default().push(document);
        }
    }
}

fn scored(
    taxonomy: &Taxonomy,
    (_, district, url, title, category, published_on, text): Row,
) -> (String, ScoredDocument) {
    (district, ScoredDocument { url, title, category, published_on, found: taxonomy.phrases_in(&text) })
}

async fn store(context: &Context<'_>, ratings: &[(String, usize, Rating)], unit: &Unit) -> anyhow::Result<u64> {
    let mut rows = CopyText::default();
    for (district, documents, rating) in ratings {
        rows.value(district);
        for score in rating.scores {
            rows.display(Some(score));
        }
        rows.display(Some(rating.total))
            .value(rating.tier)
            .value(&rating.evidence.to_string())
            .display(Some(documents))
            .end_row();
    }
    let mut transaction = context.pool.begin().await?;
    rows.load(&mut transaction, include_str!("../sql/score_stage.sql"), "copy score_stage from stdin").await?;
    let gone = sqlx::query("delete from district_keyword_scores k where not exists (select from score_stage s where s.nces_id = k.nces_id)").execute(&mut *transaction).await?.rows_affected();
    let merged = sqlx::query(include_str!("../sql/score_merge.sql")).execute(&mut *transaction).await?.rows_affected();
    unit.mark(&mut transaction, ratings.len() as u64).await?;
    transaction.commit().await?;
    Ok(gone + merged)
}
