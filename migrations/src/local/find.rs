//! Which PostgreSQL to run: the one named, one on PATH that has pgvector, the cached one, or one
//! installed now.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{LocalError, install};

/// The environment variable that names a `bin` folder.
const BIN_VARIABLE: &str = "DISTRICTS_PG_BIN";
const OLDEST_MAJOR: u32 = 15;
const NEEDED: &[&str] = &["postgres", "initdb", "pg_ctl"];

/// A usable PostgreSQL.
#[derive(Debug, Clone)]
pub struct Binaries {
    /// The folder of `postgres`, `initdb`, `pg_ctl`.
    pub bin: PathBuf,
    /// Its major version.
    pub major: u32,
    /// How it was come by.
    pub origin: Origin,
}

/// How the binaries were come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Named by `DISTRICTS_PG_BIN`.
    Named,
    /// Found on PATH.
    Path,
    /// In the user's cache, where this program put it.
    Cache,
}

impl Binaries {
    /// The path of one of the programs.
    pub fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }
}

/// Finds PostgreSQL with pgvector, or installs it once. `tell` hears one line before a download.
pub fn find_or_install(tell: &dyn Fn(&str)) -> Result<Binaries, LocalError> {
    if let Some(folder) = std::env::var_os(BIN_VARIABLE).filter(|value| !value.is_empty()) {
        let folder = PathBuf::from(folder);
        return inspect(&folder, Origin::Named).map_err(|reason| LocalError::Unusable { folder, reason });
    }
    if let Some(found) = on_path() {
        return Ok(found);
    }
    let bin = install::cached_or_installed(tell)?;
    inspect(&bin, Origin::Cache).map_err(|reason| LocalError::Unusable { folder: bin, reason })
}

fn on_path() -> Option<Binaries> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).filter(|folder| folder.join("postgres").is_file()).find_map(|folder| {
        let real = folder.join("postgres").canonicalize().ok()?.parent()?.to_owned();
        inspect(&real, Origin::Path).ok()
    })
}

/// What `folder` offers, or why it will not do.
fn inspect(folder: &Path, origin: Origin) -> Result<Binaries, String> {
    if let Some(missing) = NEEDED.iter().find(|program| !folder.join(program).is_file()) {
        return Err(format!("there is no `{missing}` in it"));
    }
    let version = output(&folder.join("postgres"), "--version")?;
    let major = major_of(&version).ok_or_else(|| format!("`postgres --version` says {version:?}"))?;
    if major < OLDEST_MAJOR {
        return Err(format!("PostgreSQL {major} is too old, {OLDEST_MAJOR} or newer is needed"));
    }
    if !has_vector(folder) {
        return Err("it has no pgvector (extension/vector.control is missing)".to_owned());
    }
    Ok(Binaries { bin: folder.to_owned(), major, origin })
}

/// pg_available_extensions lists the control files of this folder.
fn has_vector(folder: &Path) -> bool {
    let asked = output(&folder.join("pg_config"), "--sharedir").ok().map(PathBuf::from);
    let guesses = ["../share/postgresql", "../share"].map(|relative| folder.join(relative));
    asked.into_iter().chain(guesses).any(|share| share.join("extension/vector.control").is_file())
}

fn output(program: &Path, argument: &str) -> Result<String, String> {
    let output = Command::new(program)
        .arg(argument)
        .output()
        .map_err(|error| format!("`{}` does not run: {error}", program.display()))?;
    if !output.status.success() {
        return Err(format!(
            "`{} {argument}` fails: {}",
            program.display(),
            String::from_utf8_lossy(&output.stderr).trim()
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// `postgres (PostgreSQL) 18.4 (Debian …)` → 18.
fn major_of(version: &str) -> Option<u32> {
    let number = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    number.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::major_of;

    #[test]
    fn reads_release_and_beta_versions() {
        assert_eq!(major_of("postgres (PostgreSQL) 18.4"), Some(18));
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major_of("no such thing"), None);
    }
}
