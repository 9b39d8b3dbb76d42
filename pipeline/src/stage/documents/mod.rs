//! Documents and their text into `district_documents`; every attempt into `document_crawl_log`.

mod spool;

use std::sync::Arc;

use loaders::BadRow;
use loaders::document::checksum;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use self::spool::Spool;
use super::import::Import;
use crate::context::{Context, StageReport};
use crate::progress::{Progress, counted};
use crate::score::Taxonomy;
use crate::settings::DocumentSource;
use crate::unit::{Unit, fingerprint};

/// Another way of reading the same source: change it and the sources are loaded again.
const READING: &str = "documents-4";
/// Bad documents shown; all are kept in `document_crawl_log`.
const SHOWN_BAD: usize = 3;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let sources = &context.project.settings.documents;
    if sources.is_empty() {
        return Ok(StageReport::skipped("no `[[documents]]` in districts.toml"));
    }
    let taxonomy = Arc::new(context.project.taxonomy()?);
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
    taxonomy: &Arc<Taxonomy>,
    unit: &Unit,
    report: &mut StageReport,
) -> anyhow::Result<()> {
    let path = context.project.path(source.path());
    progress.step(&format!("reading {}", path.display()));
    let (reading, source, taxonomy) = (path.clone(), source.clone(), taxonomy.clone());
    let home = context.project.home();
    let spool = tokio::task::spawn_blocking(move || Spool::read(&source, &reading, &taxonomy, &home)).await??;
    for bad in spool.bad.iter().take(SHOWN_BAD) {
        let words =
            format!("`{}` document {}: {} `{}`: {}", path.display(), bad.row, bad.column, bad.value, bad.reason);
        warn(progress, report, words);
    }
    report.rows_in += (spool.good + spool.bad.len()) as u64;
    report.rows_failed += spool.bad.len() as u64;
    if context.is_dry {
        return Ok(());
    }
    let documents = spool.good as u64;
    progress.step(&format!("loading {documents} documents"));
    let loaded = load(context, spool, unit).await?;
    report.rows_out += loaded.changed;
    report.rows_failed += loaded.unknown;
    report.rows_skipped += documents - loaded.changed.min(documents) - loaded.unknown;
    if loaded.vanished > 0 {
        let gone = counted(loaded.vanished, "document is", "documents are");
        let words = format!("`{}`: {gone} there no longer; kept and marked", path.display());
        warn(progress, report, words);
    }
    if loaded.unknown > 0 {
        let lost = counted(loaded.unknown, "document belongs", "documents belong");
        let words = format!("`{}`: {lost} to no district that NCES lists; see document_crawl_log", path.display());
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

async fn load(context: &Context<'_>, spool: Spool, unit: &Unit) -> anyhow::Result<Loaded> {
    let (good, all) = (spool.good, spool.good + spool.bad.len());
    let import =
        Import::begin(&context.pool, "documents", &unit.name, &unit.name, None, &unit.fingerprint, all).await?;
    let outcome = async {
        let mut transaction = context.pool.begin().await?;
        let bad = spool.load(&mut transaction).await?;
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
    let unknown = sqlx::query(include_str!("../../sql/document_refuse.sql"))
        .bind(batch)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let changed = sqlx::query(include_str!("../../sql/document_merge.sql"))
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
    let marked = sqlx::query(include_str!("../../sql/document_vanish.sql")).bind(&unit.name).bind(batch).bind(unread);
    Ok(marked.execute(connection).await?.rows_affected())
}

/// Every attempt is in the crawl log, the failed ones with their reason.
async fn log_bad(connection: &mut PgConnection, bad: &[BadRow], batch: Uuid) -> Result<(), sqlx::Error> {
    let column = |part: fn(&BadRow) -> &String| bad.iter().map(part).cloned().collect::<Vec<_>>();
    sqlx::query(
        "insert into document_crawl_log (nces_id, crawl_batch_id, url, url_type, status, error_message, extraction_success)
         select case when is_id then value else '' end, $1, url, 'file', 'failure',
                case when is_id then reason else format('`%s`: %s', value, reason) end, false
           from unnest($2::text[], $3::text[], $4::text[]) as t (value, url, reason)
          cross join lateral (select value ~ '^[0-9]{1,20}$' as is_id) as looks",
    )
    .bind(batch)
    .bind(column(|bad| &bad.value))
    .bind(column(|bad| &bad.column))
    .bind(column(|bad| &bad.reason))
    .execute(connection)
    .await
    .map(drop)
}
