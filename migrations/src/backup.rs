//! Dumps before a production migrate, and the way back from one: pg_dump and pg_restore, whose password goes by
//! environment.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::program;
use crate::schema::schemas_of_others;

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

/// Writes a dump of the database behind `url` into `folder`, complete or not at all, and returns its path. Schemas of
/// other roles, such as a hosting service's, are left out. Dumps of this folder older than [`KEPT_FOR`] go.
pub fn backup(pg_dump: &Path, url: &str, folder: &Path, label: &str) -> Result<PathBuf, BackupError> {
    let wrong = |path: &Path, source| BackupError::File { path: path.display().to_string(), source };
    make_private(folder).map_err(|error| wrong(folder, error))?;
    let path = folder.join(format!("{label}-{}{SUFFIX}", chrono::Utc::now().format("%Y%m%dT%H%M%SZ")));
    let part = path.with_extension("part");
    let file = private_file(&part).map_err(|error| wrong(&part, error))?;
    let mut command = program::on(pg_dump, url);
    let others = schemas_of_others(pg_dump, url);
    let others = others.map_err(|error| BackupError::Program { program: "psql", words: error.to_string() })?;
    command.args(others.iter().map(|schema| format!("--exclude-schema={schema}")));
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

/// What is there goes first, for a dump knows nothing of what came after it. Schemas of other roles are in no dump.
/// pgvector refuses to build an index in less memory than its lists take: 1 GB is enough for those of six million rows.
const CLEAR: &str = "set client_min_messages = warning;
set statement_timeout = 0;
set maintenance_work_mem = '1GB';
do $$
declare
    name text;
begin
    for name in
        select n.nspname from pg_namespace n
         where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
           and (n.nspname = 'public' or pg_has_role(n.nspowner, 'usage'))
           and not exists (select from pg_depend d where d.objid = n.oid and d.deptype = 'e')
    loop
        execute format('drop schema %I cascade', name);
    end loop;
end $$;
create schema public;
-- As a new database has it: what others may do there is in the dump where it is more or less than this.
grant usage on schema public to public;
do $$
begin
    alter schema public owner to pg_database_owner;
exception when insufficient_privilege then
    null;
end $$;
select set_config(name, '0', false) from pg_settings where name = 'transaction_timeout';
";
/// What a dump sets first, and a server older than PostgreSQL 17 does not know: [`CLEAR`] does it where it is known.
const UNKNOWN: &[u8] = b"\nSET transaction_timeout";
const COMMENT: &[u8] = b"\n--- transaction_timeout";
/// Settings stand at the head of a dump.
const HEAD_BYTES: u64 = 4096;

/// Puts a dump back in place of what the database behind `url` holds, in one transaction: all of it, or nothing.
pub fn restore(programs: &Path, url: &str, file: &Path) -> Result<(), BackupError> {
    let wrong = |path: &Path, source| BackupError::File { path: path.display().to_string(), source };
    std::fs::metadata(file).map_err(|error| wrong(file, error))?;
    let folder = tempfile::tempdir().map_err(|error| wrong(&std::env::temp_dir(), error))?;
    let (clear, script) = (folder.path().join("clear.sql"), folder.path().join("dump.sql"));
    std::fs::write(&clear, CLEAR).map_err(|error| wrong(&clear, error))?;
    let list = folder.path().join("list");
    std::fs::write(&list, list_of(programs, file)?).map_err(|error| wrong(&list, error))?;
    let mut command = Command::new(programs.join("pg_restore"));
    command.arg("--no-owner").arg("--use-list").arg(&list).arg("--file").arg(&script).arg("--").arg(file);
    run("pg_restore", command)?;
    leave_out_unknown(&script).map_err(|error| wrong(&script, error))?;
    let mut command = program::on(&programs.join("psql"), url);
    command.args(["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]);
    command.arg("--file").arg(&clear).arg("--file").arg(&script).stdout(Stdio::null());
    run("psql", command)
}

/// What a dump holds, without the comments of extensions: these are their owner's, who may be another.
fn list_of(programs: &Path, file: &Path) -> Result<String, BackupError> {
    let mut command = Command::new(programs.join("pg_restore"));
    command.arg("--list").arg("--").arg(file);
    let list = program::output(command).map_err(|words| BackupError::Program { program: "pg_restore", words })?;
    let list = String::from_utf8_lossy(&list).into_owned();
    Ok(list
        .lines()
        .filter(|line| !line.contains(" COMMENT - EXTENSION "))
        .fold(String::new(), |kept, line| kept + line + "\n"))
}

/// In place, byte for byte: a dump may be large.
fn leave_out_unknown(script: &Path) -> std::io::Result<()> {
    let mut file = File::options().read(true).write(true).open(script)?;
    let mut head = Vec::new();
    (&file).take(HEAD_BYTES).read_to_end(&mut head)?;
    if let Some(at) = head.windows(UNKNOWN.len()).position(|window| window == UNKNOWN) {
        file.seek(SeekFrom::Start(at as u64))?;
        file.write_all(COMMENT)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::leave_out_unknown;

    #[test]
    fn what_an_older_server_does_not_know_is_a_comment_of_the_same_length() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let dump = "--\nSET lock_timeout = 0;\nSET transaction_timeout = 0;\nSET row_security = off;\n";
        for text in [dump, "SET row_security = off;\n", ""] {
            std::fs::write(file.path(), text).unwrap();
            leave_out_unknown(file.path()).unwrap();
            let left = text.replace("SET transaction", "--- transaction");
            assert_eq!(std::fs::read_to_string(file.path()).unwrap(), left);
        }
    }
}
