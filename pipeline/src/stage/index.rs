//! The vector index.

use embedder::index::{Built, FEWEST_ROWS, build, inspect};

use crate::context::{Context, StageReport};
use crate::progress::Progress;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    progress.step("looking at the vector index");
    let found = if context.is_dry { inspect(&context.pool).await? } else { build(&context.pool).await? };
    Ok(match found {
        Built::TooFew { rows } => {
            StageReport::skipped(format!("{rows} vectors are fewer than {FEWEST_ROWS}; a scan is as fast and exact"))
        }
        Built::Current { rows, sizing } => StageReport::skipped(format!(
            "the index over {rows} vectors fits ({} lists, {} probes)",
            sizing.lists, sizing.probes
        )),
        Built::Now { rows, sizing } => StageReport {
            rows_in: rows.unsigned_abs(),
            rows_out: u64::from(!context.is_dry),
            note: format!(
                "IVFFlat over {rows} vectors{}: {} lists, {} probes",
                if context.is_dry { " would be built" } else { "" },
                sizing.lists,
                sizing.probes
            ),
            figures: [("rows", rows.into()), ("lists", sizing.lists.into()), ("probes", sizing.probes.into())].into(),
            ..StageReport::default()
        },
    })
}
