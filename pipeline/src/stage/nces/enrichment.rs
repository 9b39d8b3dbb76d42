//! Membership, staff and district search: more about districts that the directory has.

use std::path::PathBuf;

use loaders::nces::{read_membership, read_search_page, read_staff};
use loaders::registry::latest_year;
use loaders::source::file_checksum;
use loaders::{BadRow, LoadError};

use super::super::import::Import;
use crate::bulk::CopyText;
use crate::context::{Context, StageReport};
use crate::progress::Progress;
use crate::unit::{Unit, fingerprint};

/// Another way of reading the same file: change it and the file is loaded again.
const READING: &str = "nces-enrichment-1";

/// A family of federal files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Search,
    Membership,
    Staff,
}

impl Family {
    pub fn word(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Membership => "membership",
            Self::Staff => "staff",
        }
    }

    fn source_name(self) -> &'static str {
        match self {
            Self::Search => "nces_district_search",
            Self::Membership => "ccd_lea_membership",
            Self::Staff => "ccd_lea_staff",
        }
    }
}

/// One file of a family.
pub(super) struct File {
    pub family: Family,
    /// Name of the unit.
    pub name: String,
    pub path: PathBuf,
}

/// What any of them says, in the order of `enrollment_stage.sql`.
struct Facts {
    /// Which school year it is of.
    year: Option<u16>,
    rows: CopyText,
    leas: usize,
    read: usize,
    bad_rows: Vec<BadRow>,
    file_name: String,
    checksum: String,
}

/// Brings one file in; gives the fingerprint of everything so far.
pub(super) async fn bring(
    context: &Context<'_>,
    progress: &Progress,
    file: File,
    before: &str,
    report: &mut StageReport,
) -> anyhow::Result<String> {
    let File { family, name, path } = file;
    let checksum = file_checksum(&path)?;
    let fingerprint = fingerprint(&[READING, &checksum, before]);
    let unit = Unit { stage: "nces", name, fingerprint: fingerprint.clone() };
    if unit.is_current(&context.pool).await? {
        return Ok(fingerprint);
    }
    progress.step(&format!("reading {}", path.display()));
    let facts = tokio::task::spawn_blocking(move || read(family, &path)).await??;
    for bad in facts.bad_rows.iter().take(3) {
        progress.warn(&format!(
            "`{}` row {}, column `{}`, value `{}`: {}",
            facts.file_name, bad.row, bad.column, bad.value, bad.reason
        ));
    }
    report.rows_in += facts.read as u64;
    report.rows_failed += facts.bad_rows.len() as u64;
    report.figures.insert(family.source_name(), facts.leas.into());
    let leas = facts.leas;
    let note = if context.is_dry {
        format!("{} of {leas} LEAs would be loaded", family.word())
    } else {
        let changed = load(context, family, facts, &unit).await?;
        report.rows_out += changed;
        format!("{} of {leas} LEAs, {changed} rows changed", family.word())
    };
    report.skipped = None;
    report.note = if report.note.is_empty() { note } else { format!("{}; {note}", report.note) };
    Ok(fingerprint)
}

fn read(family: Family, path: &std::path::Path) -> Result<Facts, LoadError> {
    let mut rows = CopyText::default();
    Ok(match family {
        Family::Membership => {
            let file = read_membership(path)?;
            for lea in &file.enrollments {
                rows.value(&lea.nces_id).display(lea.students).display(lea.minority_percent);
                rows.text(None).text(None).text(None).text(None).end_row();
            }
            Facts {
                year: latest_year(&file.school_year),
                leas: file.enrollments.len(),
                read: file.rows,
                bad_rows: file.bad_rows,
                file_name: file.file_name,
                checksum: file.checksum,
                rows,
            }
        }
        Family::Staff => {
            let file = read_staff(path)?;
            for lea in &file.counts {
                rows.value(&lea.nces_id).text(None).text(None).text(None).text(None);
                rows.display(lea.total_fte).display(lea.teachers_fte).end_row();
            }
            Facts {
                year: latest_year(&file.school_year),
                leas: file.counts.len(),
                read: file.rows,
                bad_rows: file.bad_rows,
                file_name: file.file_name,
                checksum: file.checksum,
                rows,
            }
        }
        Family::Search => {
            let file = read_search_page(path)?;
            for lea in &file.leas {
                rows.value(&lea.nces_id).display(lea.students).text(None);
                rows.text(lea.county.as_deref()).text(lea.locale_code.as_deref()).text(None).text(None).end_row();
            }
            let read = file.leas.len() + file.bad_rows.len();
            Facts {
                year: None,
                leas: file.leas.len(),
                read,
                bad_rows: file.bad_rows,
                file_name: file.file_name,
                checksum: file.checksum,
                rows,
            }
        }
    })
}

async fn load(context: &Context<'_>, family: Family, facts: Facts, unit: &Unit) -> anyhow::Result<u64> {
    let import =
        Import::begin(&context.pool, "ccd", family.source_name(), &facts.file_name, None, &facts.checksum, facts.read)
            .await?;
    import.is_of(&context.pool, facts.year).await?;
    let outcome = async {
        let mut transaction = context.pool.begin().await?;
        facts
            .rows
            .load(&mut transaction, include_str!("../../sql/enrollment_stage.sql"), "copy enrollment_stage from stdin")
            .await?;
        let mut changed = 0;
        for merge in [
            include_str!("../../sql/enrollment_merge_districts.sql"),
            include_str!("../../sql/enrollment_merge_ccd.sql"),
        ] {
            changed += sqlx::query(merge).execute(&mut *transaction).await?.rows_affected();
        }
        import.succeed(&mut transaction, facts.leas, &facts.bad_rows).await?;
        unit.mark(&mut transaction, facts.leas as u64).await?;
        transaction.commit().await?;
        Ok(changed)
    };
    import.watch(&context.pool, outcome.await).await
}
