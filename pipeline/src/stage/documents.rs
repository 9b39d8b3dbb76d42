//! Documents and their text into `district_documents`; every attempt into `document_crawl_log`.

use loaders::BadRow;
use loaders::document::{Document, DocumentFile, checksum, read_folder, read_jsonl, read_manifest};
use loaders::source::sha256;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::import::Import;
use crate::bulk::CopyText;
use crate::context::{Context, StageReport};
use crate::extract;
use crate::progress::Progress;
use crate::score::{Taxonomy, category_of};
use crate::settings::DocumentSource;
use crate::unit::{Unit, fingerprint};

/// Another way of reading the same source: change it and the sources are loaded again.
const READING: &str = "documents-2";

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let sources = &context.project.settings.documents;
    if sources.is_empty() {
        return Ok(StageReport::skipped("no `[[documents]]` in districts.toml"));
    }
    let taxonomy = context.project.taxonomy()?;
    let mut report = StageReport::default();
    let mut current = 0;
    for source in sources {
        let unit = unit_of(context, source, &taxonomy).await?;
        if unit.is_current(&context.pool).await? {
            current += 1;
        } else {
            one(context, progress, source, &taxonomy, &unit, &mut report).await?;
        }
    }
    if current == sources.len() {
        return Ok(StageReport::skipped(format!("{current} sources are loaded")));
    }
    if context.is_dry {
        report.note = format!("{} documents of {} sources would be loaded", report.rows_in, sources.len() - current);
        return Ok(report);
    }
    report.note = format!(
        "{} documents read, {} new or changed, {} unchanged",
        report.rows_in, report.rows_out, report.rows_skipped
    );
    Ok(report)
}

async fn unit_of(context: &Context<'_>, source: &DocumentSource, taxonomy: &Taxonomy) -> anyhow::Result<Unit> {
    let path = context.project.path(source.path());
    // A manifest's files lie below its folder.
    let beside = match source {
        DocumentSource::Manifest(_) => path.parent().map(std::path::Path::to_owned).unwrap_or(path),
        _ => path,
    };
    let checksum = tokio::task::spawn_blocking(move || checksum(&beside)).await??;
    // Documents of districts that NCES did not know are tried again once it knows others.
    let leas: Option<String> =
        sqlx::query_scalar("select fingerprint::text from stage_units where stage = 'nces' and unit = 'directory'")
            .fetch_optional(&context.pool)
            .await?;
    let parts = [READING, &checksum, &taxonomy.checksum, leas.as_deref().unwrap_or_default()];
    Ok(Unit { stage: "documents", name: source.path().display().to_string(), fingerprint: fingerprint(&parts) })
}

async fn one(
    context: &Context<'_>,
    progress: &Progress,
    source: &DocumentSource,
    taxonomy: &Taxonomy,
    unit: &Unit,
    report: &mut StageReport,
) -> anyhow::Result<()> {
    let path = context.project.path(source.path());
    progress.step(&format!("reading {}", path.display()));
    let (reading, source) = (path.clone(), source.clone());
    let file = tokio::task::spawn_blocking(move || match source {
        DocumentSource::Folder(_) => read_folder(&reading),
        DocumentSource::Jsonl(_) => read_jsonl(&reading),
        DocumentSource::Manifest(_) => read_manifest(&reading, &extract::apart),
    });
    let file = file.await??;
    for bad in file.bad.iter().take(3) {
        let words =
            format!("`{}` document {}: {} `{}`: {}", path.display(), bad.row, bad.column, bad.value, bad.reason);
        warn(progress, report, words);
    }
    report.rows_in += (file.documents.len() + file.bad.len()) as u64;
    report.rows_failed += file.bad.len() as u64;
    if context.is_dry {
        return Ok(());
    }
    let documents = file.documents.len() as u64;
    progress.step(&format!("loading {documents} documents"));
    let loaded = load(context, file, taxonomy, unit).await?;
    report.rows_out += loaded.changed;
    report.rows_failed += loaded.unknown;
    report.rows_skipped += documents - loaded.changed.min(documents) - loaded.unknown;
    if loaded.vanished > 0 {
        let gone = loaded.vanished;
        let words = format!("`{}`: {gone} documents are there no longer; they are kept and marked", path.display());
        warn(progress, report, words);
    }
    if loaded.unknown > 0 {
        let words = format!(
            "`{}`: {} documents belong to no district that NCES lists; see document_crawl_log",
            path.display(),
            loaded.unknown
        );
        warn(progress, report, words);
    }
    Ok(())
}

/// Shown now and kept in the record.
fn warn(progress: &Progress, report: &mut StageReport, words: String) {
    progress.warn(&words);
    report.warnings.push(words);
}

/// How many rows changed, how many documents have no district, and how many their source has no longer.
struct Loaded {
    changed: u64,
    unknown: u64,
    vanished: u64,
}

async fn load(context: &Context<'_>, file: DocumentFile, taxonomy: &Taxonomy, unit: &Unit) -> anyhow::Result<Loaded> {
    let DocumentFile { documents, bad } = file;
    let (good, all) = (documents.len(), documents.len() + bad.len());
    let import =
        Import::begin(&context.pool, "documents", &unit.name, &unit.name, None, &unit.fingerprint, all).await?;
    let outcome = async {
        let mut transaction = context.pool.begin().await?;
        stage(&mut transaction, documents, taxonomy).await?;
        let mut loaded = merge(&mut transaction, unit, import.id).await?;
        loaded.vanished = mark_vanished(&mut transaction, &bad, unit, import.id).await?;
        log_bad(&mut transaction, &bad, import.id).await?;
        import.succeed(&mut transaction, good, &bad).await?;
        unit.mark(&mut transaction, good as u64).await?;
        transaction.commit().await?;
        Ok(loaded)
    };
    import.watch(&context.pool, outcome.await).await
}

async fn merge(connection: &mut PgConnection, unit: &Unit, batch: Uuid) -> Result<Loaded, sqlx::Error> {
    let unknown = sqlx::query(include_str!("../sql/document_refuse.sql"))
        .bind(batch)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let changed = sqlx::query(include_str!("../sql/document_merge.sql"))
        .bind(&unit.name)
        .bind(batch)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    Ok(Loaded { changed, unknown, vanished: 0 })
}

/// Documents that the source had and has no longer.
async fn mark_vanished(
    connection: &mut PgConnection,
    bad: &[BadRow],
    unit: &Unit,
    batch: Uuid,
) -> Result<u64, sqlx::Error> {
    let unread: Vec<&str> = bad.iter().map(|bad| bad.column.as_str()).collect();
    let marked = sqlx::query(include_str!("../sql/document_vanish.sql")).bind(&unit.name).bind(batch).bind(unread);
    Ok(marked.execute(connection).await?.rows_affected())
}

/// Every attempt is in the crawl log, the failed ones with their reason.
async fn log_bad(connection: &mut PgConnection, bad: &[BadRow], batch: Uuid) -> Result<(), sqlx::Error> {
    let column = |part: fn(&BadRow) -> &String| bad.iter().map(part).cloned().collect::<Vec<_>>();
    sqlx::query(
        "insert into document_crawl_log (nces_id, crawl_batch_id, url, url_type, status, error_message, extraction_success)
         select left(nces_id, 20), $1, url, 'file', 'failure', reason, false
           from unnest($2::text[], $3::text[], $4::text[]) as t (nces_id, url, reason)",
    )
    .bind(batch)
    .bind(column(|bad| &bad.value))
    .bind(column(|bad| &bad.column))
    .bind(column(|bad| &bad.reason))
    .execute(connection)
    .await
    .map(drop)
}

/// In the order of `document_stage.sql`. Of two documents with one address the last counts.
async fn stage(
    connection: &mut PgConnection,
    documents: Vec<Document>,
    taxonomy: &Taxonomy,
) -> Result<(), sqlx::Error> {
    let numbered = documents.into_iter().enumerate().collect();
    let row = |rows: &mut CopyText, (position, document): (usize, Document)| {
        stage_row(rows, position, &document, taxonomy);
    };
    let create = include_str!("../sql/document_stage.sql");
    CopyText::load_each(connection, create, "copy document_stage from stdin", numbered, row).await
}

fn stage_row(rows: &mut CopyText, position: usize, document: &Document, taxonomy: &Taxonomy) {
    let category = category_of(taxonomy, document.category.as_deref(), document.title.as_deref(), &document.text);
    rows.display(Some(position))
        .value(&document.nces_id)
        .value(&document.url)
        .value(&document.kind)
        .text(document.title.as_deref());
    rows.value(category).value(&document.text).display(Some(document.text.chars().count())).value(document.method);
    rows.display(document.published_on).value(&sha256(document.text.as_bytes())).end_row();
}
