//! The CCD directory into `districts` and `ccd_staff_data`.

use std::path::PathBuf;

use loaders::nces::{Directory, Lea, read_directory};
use loaders::source::file_checksum;
use sqlx::postgres::PgConnection;

use crate::bulk::CopyText;
use crate::context::{Context, StageReport};
use crate::progress::Progress;
use crate::unit::{Unit, fingerprint};

use super::super::import::Import;

/// Another way of reading the same file: change it and the file is loaded again.
const READING: &str = "nces-1";

/// Brings the directory in; gives the fingerprint of what it was made from.
pub(super) async fn bring(
    context: &Context<'_>,
    progress: &Progress,
    path: PathBuf,
) -> anyhow::Result<(StageReport, String)> {
    let checksum = file_checksum(&path)?;
    let unit = Unit { stage: "nces", name: "directory".to_owned(), fingerprint: fingerprint(&[READING, &checksum]) };
    if unit.is_current(&context.pool).await? {
        return Ok((StageReport::skipped(format!("`{}` is loaded", path.display())), unit.fingerprint));
    }
    progress.step(&format!("reading {}", path.display()));
    let directory = tokio::task::spawn_blocking(move || read_directory(&path)).await??;
    for bad in directory.bad_rows.iter().take(5) {
        progress.warn(&format!(
            "row {} of `{}`: {} `{}`: {}",
            bad.row, directory.file_name, bad.column, bad.value, bad.reason
        ));
    }
    let mut report = StageReport {
        rows_in: (directory.leas.len() + directory.bad_rows.len()) as u64,
        rows_failed: directory.bad_rows.len() as u64,
        ..StageReport::default()
    };
    if context.is_dry {
        report.note = format!("{} LEAs of {} would be loaded", directory.leas.len(), directory.school_year);
        return Ok((report, unit.fingerprint));
    }
    progress.step(&format!("loading {} LEAs", directory.leas.len()));
    report.rows_out = load(context, &directory, &unit).await?;
    report.note =
        format!("{} LEAs of {}, {} rows changed", directory.leas.len(), directory.school_year, report.rows_out);
    report.figures =
        [("leas", directory.leas.len().into()), ("school_year", directory.school_year.clone().into())].into();
    Ok((report, unit.fingerprint))
}

/// One COPY into a staging table, one merge into each table, all in one transaction.
async fn load(context: &Context<'_>, directory: &Directory, unit: &Unit) -> anyhow::Result<u64> {
    let import = Import::begin(
        &context.pool,
        "ccd",
        "ccd_lea_directory",
        &directory.file_name,
        None,
        &directory.checksum,
        directory.leas.len() + directory.bad_rows.len(),
    )
    .await?;
    let outcome = async {
        let mut transaction = context.pool.begin().await?;
        stage_rows(directory)
            .load(&mut transaction, include_str!("../../sql/nces_stage.sql"), "copy nces_stage from stdin")
            .await?;
        let changed = merge(&mut transaction).await?;
        import.succeed(&mut transaction, directory.leas.len(), &directory.bad_rows).await?;
        unit.mark(&mut transaction, directory.leas.len() as u64).await?;
        transaction.commit().await?;
        Ok(changed)
    };
    import.watch(&context.pool, outcome.await).await
}

async fn merge(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let districts = sqlx::query(include_str!("../../sql/nces_merge_districts.sql"))
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let enrichment =
        sqlx::query(include_str!("../../sql/nces_merge_ccd.sql")).execute(&mut *connection).await?.rows_affected();
    Ok(districts + enrichment)
}

fn stage_rows(directory: &Directory) -> CopyText {
    let mut rows = CopyText::default();
    for lea in &directory.leas {
        stage_row(&mut rows, lea, directory);
    }
    rows
}

/// In the order of `nces_stage.sql`.
fn stage_row(rows: &mut CopyText, lea: &Lea, directory: &Directory) {
    rows.value(&lea.nces_id).value(&lea.name).value(&lea.state).text(lea.state_leaid.as_deref());
    for address in [&lea.location, &lea.mailing] {
        rows.text(address.one_line().as_deref()).text(address.street.as_deref()).text(address.city.as_deref());
        rows.text(address.state.as_deref()).text(address.zip.as_deref());
    }
    rows.text(lea.phone.as_deref())
        .text(lea.website.as_deref())
        .text(lea.website.as_deref().and_then(host_of).as_deref());
    rows.text(lea.lea_type.as_deref())
        .display(lea.is_charter)
        .text(lea.status.as_deref())
        .text(lea.grades_served.as_deref());
    rows.display(lea.operational_schools).value(&directory.school_year).value(&directory.file_name).end_row();
}

/// `http://www.dys.alabama.gov/x` → `dys.alabama.gov`.
fn host_of(website: &str) -> Option<String> {
    let with_scheme = if website.contains("://") { website.to_owned() } else { format!("http://{website}") };
    let host = url::Url::parse(&with_scheme).ok()?.host_str()?.to_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}
