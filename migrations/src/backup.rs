//! Dumps before a production migrate, and the way back from one: pg_dump and pg_restore, whose password goes by
//! environment.

use std::fs::File;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::program;

/// How long a backup is kept.
pub const KEPT_FOR: Duration = Duration::from_secs(7 * 24 * 60 * 60);
const SUFFIX: &str = ".dump";

/// Why there is no backup, or no way back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The folder or the file.
    #[error("Failed to use `{path}`")]
    File {
        /// Which.
        path: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The program said no.
    #[error("Failed to run {program}: {words}")]
    Program {
        /// pg_dump or pg_restore.
        program: &'static str,
        /// Its first words.
        words: String,
    },
}

/// Writes a dump of the database behind `url` into `folder`, complete or not at all, and returns its path. Dumps of
/// this folder older than [`KEPT_FOR`] go.
pub fn backup(pg_dump: &Path, url: &str, folder: &Path, label: &str) -> Result<PathBuf, BackupError> {
    let wrong = |path: &Path, source| BackupError::File { path: path.display().to_string(), source };
    make_private(folder).map_err(|error| wrong(folder, error))?;
    let path = folder.join(format!("{label}-{}{SUFFIX}", chrono::Utc::now().format("%Y%m%dT%H%M%SZ")));
    let part = path.with_extension("part");
    let file = private_file(&part).map_err(|error| wrong(&part, error))?;
    let mut command = program::on(pg_dump, url);
    command.arg("--format=custom").stdout(file);
    let outcome = run("pg_dump", command);
    if outcome.is_err() {
        let _ = std::fs::remove_file(&part);
    }
    outcome?;
    std::fs::rename(&part, &path).map_err(|error| wrong(&path, error))?;
    remove_old(folder);
    Ok(path)
}

/// What is there goes first, for a dump knows nothing of what came after it.
const CLEAR: &str = "do $$
declare
    name text;
begin
    for name in
        select n.nspname from pg_namespace n
         where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and not exists (select from pg_depend d where d.objid = n.oid and d.deptype = 'e')
    loop
        execute format('drop schema %I cascade', name);
    end loop;
end $$;
create schema public;
";

/// Puts a dump back in place of what the database behind `url` holds, in one transaction: all of it, or nothing.
pub fn restore(programs: &Path, url: &str, file: &Path) -> Result<(), BackupError> {
    let wrong = |path: &Path, source| BackupError::File { path: path.display().to_string(), source };
    std::fs::metadata(file).map_err(|error| wrong(file, error))?;
    let folder = tempfile::tempdir().map_err(|error| wrong(&std::env::temp_dir(), error))?;
    let (clear, script) = (folder.path().join("clear.sql"), folder.path().join("dump.sql"));
    std::fs::write(&clear, CLEAR).map_err(|error| wrong(&clear, error))?;
    let mut command = Command::new(programs.join("pg_restore"));
    command.arg("--no-owner").arg("--file").arg(&script).arg("--").arg(file);
    run("pg_restore", command)?;
    let mut command = program::on(&programs.join("psql"), url);
    command.args(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]);
    command.env("PGOPTIONS", "-c client_min_messages=warning");
    command.arg("--file").arg(&clear).arg("--file").arg(&script).stdout(Stdio::null());
    run("psql", command)
}

fn run(program: &'static str, command: Command) -> Result<(), BackupError> {
    program::output(command).map(drop).map_err(|words| BackupError::Program { program, words })
}

/// A dump holds everything the database holds: nobody else on the machine reads it.
fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

fn private_file(path: &Path) -> std::io::Result<File> {
    File::options().write(true).create(true).truncate(true).mode(0o600).open(path)
}

/// What cannot be removed today is removed another day.
fn remove_old(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let is_old = |path: &Path| {
        let modified = path.metadata().and_then(|data| data.modified()).ok();
        modified.and_then(|time| SystemTime::now().duration_since(time).ok()).is_some_and(|age| age > KEPT_FOR)
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_some_and(|suffix| suffix == "dump") && is_old(&path) {
            let _ = std::fs::remove_file(path);
        }
    }
}
