//! The federal files: the directory makes the districts, the others say more of them.

mod directory;
mod enrichment;

use std::path::PathBuf;

use crate::context::{Context, StageReport};
use crate::fetch::Location;
use crate::progress::Progress;
use enrichment::Family;

pub(super) async fn run(context: &Context<'_>, progress: &Progress) -> anyhow::Result<StageReport> {
    let settings = &context.project.settings.nces;
    let Some(location) = &settings.directory else {
        return Ok(StageReport::skipped("no `[nces] directory` in districts.toml"));
    };
    let path = located(context, progress, "nces_directory", location).await?;
    let (mut report, mut fingerprint) = directory::bring(context, progress, path).await?;
    // Later files win over earlier ones; each is current only if those before it are.
    let pages = (1..).zip(&settings.search).map(|(number, page)| (Family::Search, format!("search_{number}"), page));
    let rest = [(Family::Membership, &settings.membership), (Family::Staff, &settings.staff)];
    let files = rest.into_iter().filter_map(|(family, file)| Some((family, family.word().to_owned(), file.as_ref()?)));
    for (family, name, location) in pages.chain(files) {
        let path = located(context, progress, &format!("nces_{name}"), location).await?;
        let file = enrichment::File { family, name, path };
        fingerprint = enrichment::bring(context, progress, file, &fingerprint, &mut report).await?;
    }
    Ok(report)
}

async fn located(
    context: &Context<'_>,
    progress: &Progress,
    key: &str,
    location: &Location,
) -> anyhow::Result<PathBuf> {
    let copy = context.fetcher.get(key, location, context.project, progress).await?;
    if let Some(remark) = copy.remark {
        progress.warn(&remark);
    }
    Ok(copy.path)
}
