//! The states' files into `state_registry_districts`, one transaction per file.

mod acceptance;
mod source;

use std::path::Path;

use loaders::LoadError;
use loaders::registry::{Catalog, Declaration, RegistryFile, RegistryRecord, read_registry};
use loaders::source::sha256;
use sqlx::postgres::PgConnection;

use super::import::Import;
use crate::bulk::CopyText;
use crate::context::{Context, Missed, StageReport};
use crate::fault::{self, Refusal};
use crate::progress::{Progress, counted};
use crate::unit::{Unit, fingerprint};

/// Another way of reading the same file: change it and the files are loaded again.
const READING: &str = "registries-7";
/// Bad rows shown; all are kept in `data_imports.error_log`.
const SHOWN_BAD_ROWS: usize = 3;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let mut catalog = Catalog::load(Some(&context.project.registries_folder()))?;
    context.project.declarations.iter().cloned().for_each(|declaration| catalog.add(declaration));
    let sources = source::configured(context, &catalog)?;
    if sources.is_empty() {
        return Ok(StageReport::skipped("no state of `[registries]` in districts.toml is asked for"));
    }
    let mut report = StageReport::default();
    let mut current = 0;
    progress.total(sources.len() as u64);
    for (declaration, location) in &sources {
        let (path, checksum) = match source::located(context, progress, declaration, location, &mut report).await {
            Ok(found) => found,
            Err(error) => {
                refuse(&error, progress, &mut report);
                continue;
            }
        };
        let unit = Unit {
            stage: "registries",
            name: declaration.key.clone(),
            fingerprint: fingerprint(&[READING, &checksum, &declaration.checksum]),
        };
        if unit.is_current(&context.pool).await? {
            current += 1;
        } else if let Err(error) = one(context, progress, declaration, &path, &unit, &mut report).await {
            keep_last_good(error, progress, &mut report)?;
        }
        progress.advance(1);
    }
    if current == sources.len() && report.missed.is_empty() {
        return Ok(StageReport::skipped(format!("{} loaded", counted(current as u64, "file is", "files are"))));
    }
    if context.is_dry {
        let files = counted((sources.len() - current) as u64, "file", "files");
        report.note = format!("{} districts of {files} would be loaded", report.rows_in);
        return Ok(report);
    }
    report.note = format!(
        "{} ({current} unchanged, {} refused), {} districts read, {} rows changed",
        counted(sources.len() as u64, "file", "files"),
        report.missed.len(),
        report.rows_in,
        report.rows_out
    );
    Ok(report)
}

async fn one(
    context: &Context<'_>,
    progress: &Progress,
    declaration: &Declaration,
    path: &Path,
    unit: &Unit,
    report: &mut StageReport,
) -> anyhow::Result<()> {
    progress.step(&format!("reading {}", path.display()));
    let (reading_path, reading_declaration) = (path.to_owned(), declaration.clone());
    let file = tokio::task::spawn_blocking(move || read_registry(&reading_path, &reading_declaration)).await??;
    acceptance::refuse_older(context, declaration, &file).await?;
    acceptance::refuse_strange_ids(context, declaration, &file).await?;
    report.warnings.extend(warnings(declaration, &file));
    for warning in warnings(declaration, &file) {
        progress.warn(&warning);
    }
    report.rows_in += file.records.len() as u64;
    report.rows_failed += file.bad_rows.len() as u64;
    if !context.is_dry {
        report.rows_out += load(context, declaration, &file, unit).await?;
    }
    Ok(())
}

/// A file that is refused is no reason to leave the other states without their night: what its state
/// had stays, and the run ends with expectations missed. Any other error ends it.
fn keep_last_good(error: anyhow::Error, progress: &Progress, report: &mut StageReport) -> anyhow::Result<()> {
    if !error.is::<LoadError>() && !error.is::<Refusal>() {
        return Err(error);
    }
    refuse(&error, progress, report);
    Ok(())
}

fn refuse(error: &anyhow::Error, progress: &Progress, report: &mut StageReport) {
    let missed = Missed { what: fault::chain(error), cure: fault::hint(error) };
    progress.warn(&missed.to_string());
    report.missed.push(missed);
}

/// What a person should hear about the file.
fn warnings(declaration: &Declaration, file: &RegistryFile) -> Vec<String> {
    let name = &file.file_name;
    let surprises = file.surprises.iter().map(|(column, value)| {
        format!(
            "`{name}` has a column `{column}` that {} neither maps nor ignores, with values such as `{value}`",
            declaration.key
        )
    });
    let bad =
        file.bad_rows.iter().take(SHOWN_BAD_ROWS).map(|bad| {
            format!("`{name}` row {}, column `{}`, value `{}`: {}", bad.row, bad.column, bad.value, bad.reason)
        });
    let more = file.bad_rows.len().saturating_sub(SHOWN_BAD_ROWS);
    let rest = (more > 0).then(|| format!("`{name}`: {more} more bad rows, all in data_imports.error_log"));
    surprises.chain(bad).chain(rest).collect()
}

async fn load(
    context: &Context<'_>,
    declaration: &Declaration,
    file: &RegistryFile,
    unit: &Unit,
) -> anyhow::Result<u64> {
    let url = declaration.url.as_deref();
    let import = Import::begin(
        &context.pool,
        "state_registry",
        &declaration.key,
        &file.file_name,
        url,
        &file.checksum,
        file.records.len() + file.bad_rows.len(),
    )
    .await?;
    import.is_of(&context.pool, file.year).await?;
    let outcome = async {
        let mut transaction = context.pool.begin().await?;
        stage_rows(declaration, file)?
            .load(&mut transaction, include_str!("../../sql/registry_stage.sql"), "copy registry_stage from stdin")
            .await?;
        let changed = merge(&mut transaction, declaration, &import).await?;
        import.succeed(&mut transaction, file.records.len(), &file.bad_rows).await?;
        unit.mark(&mut transaction, file.records.len() as u64).await?;
        transaction.commit().await?;
        Ok(changed)
    };
    import.watch(&context.pool, outcome.await).await
}

/// Records that changed or vanished are superseded, new and changed ones inserted; the others keep
/// their row, and with it their match.
async fn merge(connection: &mut PgConnection, declaration: &Declaration, import: &Import) -> Result<u64, sqlx::Error> {
    let superseded = sqlx::query(include_str!("../../sql/registry_supersede.sql"))
        .bind(&declaration.key)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let inserted = sqlx::query(include_str!("../../sql/registry_insert.sql"))
        .bind(&declaration.key)
        .bind(&declaration.state)
        .bind(&declaration.url)
        .bind(import.id)
        .execute(connection)
        .await?
        .rows_affected();
    Ok(superseded.max(inserted))
}

fn stage_rows(declaration: &Declaration, file: &RegistryFile) -> anyhow::Result<CopyText> {
    let mut rows = CopyText::default();
    for record in &file.records {
        let hash = sha256(&serde_json::to_vec(&(&declaration.state, record))?);
        stage_row(&mut rows, record, &hash);
    }
    Ok(rows)
}

/// In the order of `registry_stage.sql`.
fn stage_row(rows: &mut CopyText, record: &RegistryRecord, hash: &str) {
    rows.value(&record.key).value(hash);
    let texts = [
        &record.state_district_id,
        &record.state_leaid,
        &record.nces_id,
        &Some(record.name.clone()),
        &record.county,
        &record.city,
        &record.street,
        &record.zip,
        &record.mail_street,
        &record.mail_city,
        &record.mail_zip,
        &record.mail_state,
        &record.phone,
        &record.phone_ext,
        &record.fax,
        &record.administrator_first,
        &record.administrator_last,
        &record.email,
        &record.website,
        &record.district_type,
        &record.district_type_code,
        &record.status,
        &record.updated,
    ];
    for text in texts {
        rows.text(text.as_deref());
    }
    rows.display(record.latitude)
        .display(record.longitude)
        .display(record.enrollment)
        .value(&record.raw.to_string().replace("\\u0000", ""))
        .end_row();
}
