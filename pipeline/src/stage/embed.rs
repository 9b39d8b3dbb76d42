//! New or changed documents into vectors.

use std::sync::Arc;

use embedder::chunk::Chunker;
use embedder::model::{Model, by_name};
use embedder::work::{batches, embed_batch, plan};

use crate::context::{Context, StageReport};
use crate::fault::Fault;
use crate::progress::Progress;
use crate::settings::EmbedSettings;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let settings = &context.project.settings.embed;
    let (model, chunker) = (model(settings)?, chunker(settings));
    let plan = plan(&context.pool, model.name(), chunker).await?;
    let current = plan.documents - plan.pending.len();
    if plan.documents == 0 {
        return Ok(StageReport::skipped("there are no documents"));
    }
    if plan.pending.is_empty() {
        return Ok(StageReport {
            rows_skipped: current as u64,
            ..StageReport::skipped(format!("{current} documents have their vectors"))
        });
    }
    let mut report =
        StageReport { rows_in: plan.pending.len() as u64, rows_skipped: current as u64, ..StageReport::default() };
    if context.is_dry {
        report.note =
            format!("{} of {} documents would be embedded by {}", plan.pending.len(), plan.documents, model.name());
        return Ok(report);
    }
    progress.step(&format!("embedding {} documents with {}", plan.pending.len(), model.name()));
    progress.total(plan.pending.len() as u64);
    for batch in batches(&plan.pending) {
        let done = embed_batch(&context.pool, &model, chunker, batch).await?;
        report.rows_out += done.chunks as u64;
        progress.advance(done.documents as u64);
    }
    report.note = format!(
        "{} documents into {} chunks by {}, {current} unchanged",
        plan.pending.len(),
        report.rows_out,
        model.name()
    );
    report.figures = [("model", model.name().into()), ("chunks", report.rows_out.into())].into();
    Ok(report)
}

/// The configured model.
pub fn model(settings: &EmbedSettings) -> Result<Arc<dyn Model>, Fault> {
    by_name(&settings.model).map(Arc::from).ok_or_else(|| {
        Fault::new(
            format!("Failed to find a model `{}`", settings.model),
            "this version has `hashing`, the offline model",
        )
    })
}

/// The configured way of cutting.
fn chunker(settings: &EmbedSettings) -> Chunker {
    Chunker { max_tokens: settings.chunk_tokens, overlap_tokens: settings.overlap_tokens }
}
