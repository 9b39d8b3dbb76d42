//! Keyword scores per district: only those are rated again whose documents, taxonomy or age of documents changed.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Utc};
use embedder::texts::{LONG_TEXT, long_text};
use rayon::prelude::*;
use uuid::Uuid;

use crate::bulk::CopyText;
use crate::context::{Context, StageReport};
use crate::progress::Progress;
use crate::score::{Rating, ScoredDocument, Taxonomy, rate};
use crate::unit::{Unit, fingerprint};

/// Another way of scoring: change it and every district is scored again.
const SCORING: &str = "score-3";
/// How much text is held at a time.
const BATCH_BYTES: i64 = 8 << 20;

type Row = (Uuid, String, String, Option<String>, String, Option<NaiveDate>, String, Option<String>);
type ByDistrict = BTreeMap<String, Vec<ScoredDocument>>;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let taxonomy = context.project.taxonomy()?;
    let (documents, inputs): (i64, String) =
        sqlx::query_as(include_str!("../sql/score_inputs.sql")).fetch_one(&context.pool).await?;
    let today = Utc::now().date_naive();
    let unit = Unit {
        stage: "score",
        name: "districts".to_owned(),
        fingerprint: fingerprint(&[SCORING, &taxonomy.checksum, &inputs, &today.to_string()]),
    };
    if unit.is_current(&context.pool).await? {
        return Ok(StageReport::skipped("documents and taxonomy are those of the scores"));
    }
    let changed = changed(context, &taxonomy, today).await?;
    let batches = batches(context, &changed).await?;
    let count = batches.iter().map(Vec::len).sum::<usize>() as u64;
    if context.is_dry {
        let note = format!("{count} documents of {} districts would be scored", changed.len());
        return Ok(StageReport { rows_in: count, note, ..StageReport::default() });
    }
    progress.step(&format!("scoring {count} documents"));
    progress.total(count);
    let by_district = find_phrases(context, progress, &taxonomy, batches).await?;
    let districts = by_district.len();
    let mut top = 0;
    let row = |copy: &mut CopyText, (nces_id, documents): (String, Vec<ScoredDocument>)| {
        let rating = rate(&taxonomy, &documents, today);
        top += usize::from(rating.tier == "tier1");
        push(copy, &nces_id, documents.len(), &rating, changed.get(&nces_id).map(String::as_str));
    };
    let rows_out = store(context, by_district, &unit, row).await?;
    if districts == 0 && rows_out == 0 {
        let is_bare = documents == 0;
        let why = if is_bare { "there are no documents" } else { "documents and taxonomy are those of the scores" };
        return Ok(StageReport::skipped(why));
    }
    Ok(StageReport {
        rows_in: count,
        rows_out,
        note: format!(
            "{count} of {documents} documents scored, of {districts} districts, {top} in tier 1, {rows_out} rows changed"
        ),
        figures: [("districts", districts.into()), ("tier1", top.into())].into(),
        ..StageReport::default()
    })
}

/// Districts whose score was made from something else, with what it is to be made from.
async fn changed(
    context: &Context<'_>,
    taxonomy: &Taxonomy,
    today: NaiveDate,
) -> Result<BTreeMap<String, String>, sqlx::Error> {
    let districts: Vec<(String, String, Option<String>)> =
        sqlx::query_as(include_str!("../sql/score_districts.sql")).bind(today).fetch_all(&context.pool).await?;
    let wanted = districts.into_iter().filter_map(|(nces_id, inputs, known)| {
        let wanted = fingerprint(&[SCORING, &taxonomy.checksum, &inputs]);
        (known.as_deref() != Some(&wanted)).then_some((nces_id, wanted))
    });
    Ok(wanted.collect())
}

/// The documents of these districts, in batches bounded by their text.
async fn batches(context: &Context<'_>, changed: &BTreeMap<String, String>) -> Result<Vec<Vec<Uuid>>, sqlx::Error> {
    let districts: Vec<&str> = changed.keys().map(String::as_str).collect();
    let sizes: Vec<(Uuid, i32)> = sqlx::query_as(
        "select id, coalesce(text_length, 0) from district_documents where nces_id = any($1) order by id",
    )
    .bind(districts)
    .fetch_all(&context.pool)
    .await?;
    let (mut batches, mut bytes) = (Vec::new(), BATCH_BYTES);
    for (id, length) in sizes {
        if bytes >= BATCH_BYTES {
            batches.push(Vec::new());
            bytes = 0;
        }
        bytes += i64::from(length);
        if let Some(batch) = batches.last_mut() {
            batch.push(id);
        }
    }
    Ok(batches)
}

/// The phrases of the documents, by district.
async fn find_phrases(
    context: &Context<'_>,
    progress: &Progress,
    taxonomy: &Taxonomy,
    batches: Vec<Vec<Uuid>>,
) -> anyhow::Result<ByDistrict> {
    let mut by_district = ByDistrict::new();
    for batch in batches {
        let mut rows: Vec<Row> = sqlx::query_as(include_str!("../sql/score_documents.sql"))
            .bind(&batch)
            .bind(LONG_TEXT)
            .fetch_all(&context.pool)
            .await?;
        for (id, .., hash, text) in rows.iter_mut().filter(|row| row.7.is_none()) {
            // What changed meanwhile is scored by the run after the change.
            *text = long_text(&context.pool, *id, hash).await?;
        }
        let scored: Vec<(String, ScoredDocument)> = rows.into_par_iter().map(|row| scored(taxonomy, row)).collect();
        for (district, document) in scored {
            by_district.entry(district).or_default().push(document);
        }
        progress.advance(batch.len() as u64);
    }
    Ok(by_district)
}

fn scored(
    taxonomy: &Taxonomy,
    (_, district, url, title, category, published_on, _, text): Row,
) -> (String, ScoredDocument) {
    let found = taxonomy.phrases_in(&text.unwrap_or_default());
    (district, ScoredDocument { url, title, category, published_on, found })
}

async fn store(
    context: &Context<'_>,
    by_district: ByDistrict,
    unit: &Unit,
    row: impl FnMut(&mut CopyText, (String, Vec<ScoredDocument>)),
) -> anyhow::Result<u64> {
    let districts: Vec<(String, Vec<ScoredDocument>)> = by_district.into_iter().collect();
    let count = districts.len() as u64;
    let mut transaction = context.pool.begin().await?;
    let create = include_str!("../sql/score_stage.sql");
    CopyText::load_each(&mut transaction, create, "copy score_stage from stdin", districts, row).await?;
    let gone: i64 = sqlx::query_scalar(include_str!("../sql/score_vanish.sql")).fetch_one(&mut *transaction).await?;
    let merged = sqlx::query(include_str!("../sql/score_merge.sql")).execute(&mut *transaction).await?.rows_affected();
    sqlx::query(include_str!("../sql/score_mark.sql")).execute(&mut *transaction).await?;
    unit.mark(&mut transaction, count).await?;
    transaction.commit().await?;
    Ok(gone.unsigned_abs() + merged)
}

/// In the order of `score_stage.sql`.
fn push(rows: &mut CopyText, nces_id: &str, documents: usize, rating: &Rating, fingerprint: Option<&str>) {
    rows.value(nces_id);
    for score in rating.scores {
        rows.display(Some(score));
    }
    rows.display(Some(rating.total))
        .value(rating.tier)
        .value(&rating.evidence.to_string())
        .display(Some(documents))
        .text(fingerprint)
        .end_row();
}
