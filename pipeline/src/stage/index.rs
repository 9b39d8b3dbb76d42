//! What searches read: the words of documents, and the vector index.

use embedder::index::{Built, FEWEST_ROWS, build, inspect};
use embedder::words::{outdated, refresh};

use crate::context::{Context, StageReport};
use crate::progress::Progress;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let mut words = outdated(&context.pool).await?.unsigned_abs();
    if words > 0 && !context.is_dry {
        progress.step(&format!("taking up the words of {words} documents"));
        progress.total(words);
        words = refresh(&context.pool, |done| progress.advance(done)).await?;
    }
    progress.step("looking at the vector index");
    let found = if context.is_dry { inspect(&context.pool).await? } else { build(&context.pool).await? };
    let report = match found {
        Built::TooFew { rows } => {
            StageReport::skipped(format!("{rows} vectors are fewer than {FEWEST_ROWS}; a scan is as fast and exact"))
        }
        Built::Current { rows, sizing } => StageReport::skipped(format!(
            "the index over {rows} vectors fits ({})",
            sizing.shape.depth_words(sizing.lists, sizing.probes)
        )),
        Built::Now { rows, sizing } => StageReport {
            rows_in: rows.unsigned_abs(),
            rows_out: u64::from(!context.is_dry),
            note: format!(
                "{} over {rows} vectors{}: {}",
                sizing.shape,
                if context.is_dry { " would be built" } else { "" },
                sizing.shape.depth_words(sizing.lists, sizing.probes)
            ),
            figures: [("rows", rows.into()), ("lists", sizing.lists.into()), ("probes", sizing.probes.into())].into(),
            ..StageReport::default()
        },
    };
    Ok(with_words(report, words, context.is_dry))
}

/// A stage that took up words was not skipped, whatever it did for vectors.
fn with_words(report: StageReport, words: u64, is_dry: bool) -> StageReport {
    if words == 0 {
        return report;
    }
    let would = if is_dry { "would be " } else { "" };
    let reason = report.skipped.clone().unwrap_or_else(|| report.note.clone());
    let note = format!("words of {words} documents {would}taken up; {reason}");
    StageReport { skipped: None, note, ..report }
}
