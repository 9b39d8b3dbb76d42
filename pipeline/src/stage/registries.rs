//! The states' files into `state_registry_districts`, one transaction per file.

use std::path::{Path, PathBuf};

use chrono::NaiveDateTime;
use loaders::LoadError;
use loaders::registry::{Catalog, Declaration, RegistryFile, RegistryRecord, mistake, read_registry};
use loaders::source::{file_checksum, sha256};
use sqlx::postgres::PgConnection;

use super::import::Import;
use crate::bulk::CopyText;
use crate::context::{Context, Missed, StageReport};
use crate::fault::{self, Fault, Refusal};
use crate::fetch::Location;
use crate::progress::Progress;
use crate::settings::RegistrySource;
use crate::unit::{Unit, fingerprint};

/// Another way of reading the same file: change it and the files are loaded again.
const READING: &str = "registries-3";
/// Bad rows shown; all are kept in `data_imports.error_log`.
const SHOWN_BAD_ROWS: usize = 3;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let mut catalog = Catalog::load(Some(&context.project.registries_folder()))?;
    context.project.declarations.iter().cloned().for_each(|declaration| catalog.add(declaration));
    let sources = sources(context, &catalog)?;
    if sources.is_empty() {
        return Ok(StageReport::skipped("no state of `[registries]` in districts.toml is asked for"));
    }
    let mut report = StageReport::default();
    let mut current = 0;
    progress.total(sources.len() as u64);
    for (declaration, location) in &sources {
        let (path, checksum) = match located(context, progress, declaration, location, &mut report).await {
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
        return Ok(StageReport::skipped(format!("{current} files are loaded")));
    }
    if context.is_dry {
        report.note = format!("{} districts of {} files would be loaded", report.rows_in, sources.len() - current);
        return Ok(report);
    }
    report.note = format!(
        "{} files ({current} unchanged, {} refused), {} districts read, {} rows changed",
        sources.len(),
        report.missed.len(),
        report.rows_in,
        report.rows_out
    );
    Ok(report)
}

/// The configured files of the states asked for, with their declarations.
fn sources<'a>(context: &Context<'_>, catalog: &'a Catalog) -> anyhow::Result<Vec<(&'a Declaration, Location)>> {
    let mut sources = Vec::new();
    for (key, source) in &context.project.settings.registries {
        let declaration = catalog.get(key).ok_or_else(|| unknown_source(key, catalog))?;
        let location = match source {
            RegistrySource::At(location) => location.clone(),
            RegistrySource::Declared(false) => continue,
            RegistrySource::Declared(true) => {
                declaration.url.as_deref().map(Location::parse).ok_or_else(|| no_address(key))?
            }
        };
        if context.includes_state(&declaration.state) {
            sources.push((declaration, location));
        }
    }
    Ok(sources)
}

fn unknown_source(key: &str, catalog: &Catalog) -> Fault {
    let near = mistake::nearest(key, catalog.keys()).map_or(String::new(), |near| format!("the nearest is `{near}`; "));
    Fault::new(
        format!("Failed to find a declaration for `{key}` of `[registries]`"),
        format!("{near}`districts source list` shows all, `districts source new` writes one"),
    )
}

fn no_address(key: &str) -> Fault {
    Fault::new(
        format!("Failed to find the address of `{key}`: its declaration has no `url`"),
        "write the address or a path instead of `true`",
    )
}

/// The file and its checksum.
async fn located(
    context: &Context<'_>,
    progress: &Progress,
    declaration: &Declaration,
    location: &Location,
    report: &mut StageReport,
) -> anyhow::Result<(PathBuf, String)> {
    let copy = context.fetcher.get(&declaration.key, location, context.project, progress).await?;
    if let Some(remark) = copy.remark {
        progress.warn(&remark);
        report.warnings.push(remark);
    }
    let checksum = file_checksum(&copy.path)?;
    Ok((copy.path, checksum))
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
    refuse_older(context, declaration, &file).await?;
    refuse_strange_ids(context, declaration, &file).await?;
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

/// Last year's file must not replace this year's: an older year inside, or the very file that was replaced before.
async fn refuse_older(context: &Context<'_>, declaration: &Declaration, file: &RegistryFile) -> anyhow::Result<()> {
    let last: Option<(String, Option<i16>, NaiveDateTime)> = sqlx::query_as(include_str!("../sql/import_last.sql"))
        .bind(&declaration.key)
        .fetch_optional(&context.pool)
        .await?;
    let Some((checksum, year, at)) = last.filter(|_| !context.accepts_older) else { return Ok(()) };
    if checksum == file.checksum {
        return Ok(());
    }
    let why = match (file.year, year) {
        (Some(inside), Some(loaded)) if i32::from(inside) < i32::from(loaded) => {
            format!("it is of {inside}, and the one loaded on {} is of {loaded}", at.date())
        }
        _ => {
            let earlier: Option<NaiveDateTime> = sqlx::query_scalar(include_str!("../sql/import_earlier.sql"))
                .bind(&declaration.key)
                .bind(&file.checksum)
                .fetch_one(&context.pool)
                .await?;
            let Some(earlier) = earlier else { return Ok(()) };
            format!("it is the file of {}, which another replaced on {}", earlier.date(), at.date())
        }
    };
    Err(Refusal(Fault::new(
        format!("Failed to accept `{}`: {why}", file.file_name),
        "get the newer file; if this is the right one, run again with --accept-older",
    ))
    .into())
}

/// Ids of which NCES knows next to none are of another code family, or destroyed.
async fn refuse_strange_ids(
    context: &Context<'_>,
    declaration: &Declaration,
    file: &RegistryFile,
) -> anyhow::Result<()> {
    const FEWEST: usize = 5;
    let ids: Vec<&str> = file.records.iter().filter_map(|record| record.state_leaid.as_deref()).collect();
    if ids.len() < FEWEST {
        return Ok(());
    }
    let (all, known): (i64, i64) = sqlx::query_as(
        "select count(*), count(*) filter (where state_leaid = any ($2)) from districts where state = $1",
    )
    .bind(&declaration.state)
    .bind(&ids)
    .fetch_one(&context.pool)
    .await?;
    if all == 0 || known as f64 >= declaration.expect.known_ids * (ids.len() as f64).min(all as f64) {
        return Ok(());
    }
    let example = ids.first().copied().unwrap_or_default();
    Err(Refusal(Fault::new(
        format!(
            "Failed to accept `{}`: of its {} ids NCES knows {known} in {}; the first becomes `{example}`",
            file.file_name,
            ids.len(),
            declaration.state
        ),
        "the ids are of another code family or destroyed, or the rule is wrong: look at `[[leaid]]` and the id column",
    ))
    .into())
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
            .load(&mut transaction, include_str!("../sql/registry_stage.sql"), "copy registry_stage from stdin")
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
    let superseded = sqlx::query(include_str!("../sql/registry_supersede.sql"))
        .bind(&declaration.key)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let inserted = sqlx::query(include_str!("../sql/registry_insert.sql"))
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
        .value(&record.raw.to_string().replace("\\u0000", ""))
        .end_row();
}
