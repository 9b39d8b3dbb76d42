//! `districts sample`, and the files behind `run --sample`.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use loaders::sample;

use super::arguments::{Common, SampleOptions, ScaleName};
use crate::fault::Fault;
use crate::run::Verdict;

/// Changes whenever the generator writes something else.
const SAMPLE_VERSION: &str = concat!("sample-1 ", env!("CARGO_PKG_VERSION"));
/// Says which generator wrote a folder, and that it finished.
const MARK: &str = ".sample";

pub(super) fn sample(common: &Common, options: &SampleOptions) -> anyhow::Result<Verdict> {
    if options.out.join("districts.toml").exists() && !options.out.join(MARK).exists() {
        return Err(Fault::new(
            format!("Failed to write a sample into `{}`: it has a districts.toml of its own", options.out.display()),
            "name an empty folder",
        )
        .into());
    }
    let size = sample::write(&options.out, options.scale.into())?;
    fs::write(options.out.join(MARK), mark(options.scale)).context("Failed to mark the sample")?;
    if common.json {
        println!("{}", serde_json::json!({ "folder": options.out, "size": size }));
        return Ok(Verdict::Good);
    }
    println!(
        "{} LEAs, {} registries with {} records, {} documents in {}",
        size.leas,
        size.registries,
        size.records,
        size.documents,
        options.out.display()
    );
    println!("truth.csv says which LEA each record is. Next: cd {} && districts run", options.out.display());
    Ok(Verdict::Good)
}

/// The sample's folder below the program's own; written unless it is there and whole.
pub(super) fn prepare_sample(home: &Path) -> anyhow::Result<PathBuf> {
    let folder = home.join("sample");
    let is_whole = fs::read_to_string(folder.join(MARK)).is_ok_and(|text| text == mark(ScaleName::Demo));
    if !is_whole {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("Failed to remove the old sample `{}`", folder.display()))?;
        }
        sample::write(&folder, ScaleName::Demo.into())?;
        fs::write(folder.join(MARK), mark(ScaleName::Demo)).context("Failed to mark the sample")?;
    }
    Ok(folder)
}

/// Whether the folder is a sample, of which the truth is known.
pub(super) fn is_sample(folder: &Path) -> bool {
    folder.join(MARK).is_file()
}

fn mark(scale: ScaleName) -> String {
    format!("{SAMPLE_VERSION} {scale:?}\n")
}
