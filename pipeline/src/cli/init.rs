//! `districts init`

use std::fs::{self, File};
use std::io::Write;

use anyhow::Context as _;

use super::arguments::InitOptions;
use crate::fault::Fault;
use crate::run::Verdict;
use crate::settings::{FILE_NAME, TEMPLATE};

pub(super) fn init(options: &InitOptions) -> anyhow::Result<Verdict> {
    fs::create_dir_all(&options.folder).with_context(|| format!("Failed to make `{}`", options.folder.display()))?;
    let path = options.folder.join(FILE_NAME);
    let mut file = match File::create_new(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Fault::new(
                format!("Failed to write `{}`: it exists", path.display()),
                "edit it, or move it away first",
            )
            .into());
        }
        other => other.with_context(|| format!("Failed to write `{}`", path.display()))?,
    };
    file.write_all(TEMPLATE.as_bytes()).with_context(|| format!("Failed to write `{}`", path.display()))?;
    println!("wrote {}: uncomment what you have, then `districts run`", path.display());
    Ok(Verdict::Good)
}
