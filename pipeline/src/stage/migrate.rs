//! Brings the schema up to date.

use migrations::data;
use migrations::history::newest_version;
use migrations::runner::{self, StepState};

use crate::context::{Context, StageReport};
use crate::progress::{Progress, counted};

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    if context.is_dry {
        return dry(context).await;
    }
    let applied = runner::up(&context.options, |step| progress.step(&format!("applied {}", step.name))).await?;
    let none = |_: &str| Err("the program's own files lie in it".to_owned());
    let moved = data::up(&context.options, &data::shipped(), &[], &none, |_, _| {}).await?;
    if applied.is_empty() && moved.is_empty() {
        return Ok(StageReport::skipped(format!("the schema is at version {}", newest_version())));
    }
    let note = format!(
        "{} and {} of data applied, the schema is at version {}",
        counted(applied.len() as u64, "migration", "migrations"),
        moved.len(),
        newest_version()
    );
    Ok(StageReport { rows_out: (applied.len() + moved.len()) as u64, note, ..StageReport::default() })
}

async fn dry(context: &Context<'_>) -> anyhow::Result<StageReport> {
    let pending =
        runner::status(&context.options).await?.into_iter().filter(|step| step.state == StepState::Pending).count();
    let note = match pending {
        0 => format!("the schema is at version {}", newest_version()),
        _ => format!("{pending} migrations would be applied; what the other stages would do can be told once they are"),
    };
    Ok(StageReport { note, ..StageReport::default() })
}
