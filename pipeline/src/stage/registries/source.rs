//! Which files are asked for, and where they lie.

use std::path::PathBuf;

use loaders::registry::{Catalog, Declaration, mistake};
use loaders::source::file_checksum;

use crate::context::{Context, StageReport};
use crate::fault::Fault;
use crate::fetch::Location;
use crate::progress::Progress;
use crate::settings::RegistrySource;

/// The configured files of the states asked for, with their declarations.
pub(super) fn configured<'a>(
    context: &Context<'_>,
    catalog: &'a Catalog,
) -> anyhow::Result<Vec<(&'a Declaration, Location)>> {
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
pub(super) async fn located(
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
