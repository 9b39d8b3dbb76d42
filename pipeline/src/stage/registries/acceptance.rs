//! What stops a file that can be read: it is older than what is loaded, or its ids are not NCES's.

use chrono::NaiveDateTime;
use loaders::registry::{Declaration, RegistryFile};

use crate::context::Context;
use crate::fault::{Fault, Refusal};

/// Last year's file must not replace this year's: an older year inside, or the very file that was replaced before.
pub(super) async fn refuse_older(
    context: &Context<'_>,
    declaration: &Declaration,
    file: &RegistryFile,
) -> anyhow::Result<()> {
    let last: Option<(String, Option<i16>, NaiveDateTime)> = sqlx::query_as(include_str!("../../sql/import_last.sql"))
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
            let earlier: Option<NaiveDateTime> = sqlx::query_scalar(include_str!("../../sql/import_earlier.sql"))
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
pub(super) async fn refuse_strange_ids(
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
