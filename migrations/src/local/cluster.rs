//! Makes a data folder and sets it up.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::LocalError;
use super::account::Account;
use super::find::Binaries;
use super::place::Place;

/// The one role of a local cluster.
pub(super) const ROLE: &str = "districts";

/// What a crash of the machine may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing that was committed. For data.
    Full,
    /// Everything. For tests and throw-away databases, several times faster.
    None,
}

/// Makes the cluster beside the place and renames it in, so that a half made one is never used.
pub(super) fn create(
    binaries: &Binaries,
    place: &Place,
    account: &Account,
    durability: Durability,
) -> Result<(), LocalError> {
    let base = place.base();
    fs::create_dir_all(base).map_err(LocalError::file("make", base))?;
    account.own(base)?;
    let partial = base.join("data.partial");
    if partial.exists() {
        fs::remove_dir_all(&partial).map_err(LocalError::file("remove", &partial))?;
    }
    let mut initdb = Command::new(binaries.program("initdb"));
    initdb.arg("-D").arg(&partial).args(["-U", ROLE, "-E", "UTF8", "-A", "peer", "--no-instructions", "--locale=C"]);
    if binaries.major >= 17 {
        initdb.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
    }
    if durability == Durability::None {
        initdb.arg("--no-sync");
    }
    run(&mut initdb, account, "make a database cluster")?;
    write_settings(&partial, account, durability)?;
    fs::rename(&partial, &place.data).map_err(LocalError::file("put in place", &place.data))
}

fn write_settings(data: &Path, account: &Account, durability: Durability) -> Result<(), LocalError> {
    append(&data.join("postgresql.conf"), &settings(durability))?;
    // Over the socket: only the listed operating-system users, by the kernel's word for who they are.
    // Over TCP (when asked for): a password.
    let access = "local all all peer map=districts\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n";
    replace(&data.join("pg_hba.conf"), access)?;
    let map: String = account.clients().iter().map(|name| format!("districts \"{name}\" {ROLE}\n")).collect();
    replace(&data.join("pg_ident.conf"), &map)
}

/// One writer's nightly batch on a small machine, no replicas.
fn settings(durability: Durability) -> String {
    let mut lines = vec![
        "listen_addresses = ''",
        "max_connections = 60",
        "shared_buffers = 256MB",
        "wal_level = minimal",
        "max_wal_senders = 0",
        "max_wal_size = 4GB",
        "checkpoint_timeout = 15min",
        "wal_compression = on",
        "jit = off",
        "log_line_prefix = '%m [%p] '",
        "logging_collector = off",
    ];
    if has_small_shared_memory() {
        // Containers give /dev/shm 64 MB; a parallel index build wants more.
        lines.push("dynamic_shared_memory_type = mmap");
    }
    if durability == Durability::None {
        lines.extend(["fsync = off", "synchronous_commit = off", "full_page_writes = off", "autovacuum = off"]);
    }
    format!("\n# districts\n{}\n", lines.join("\n"))
}

// The fields are u64 on Linux and u32 on macOS.
#[allow(clippy::useless_conversion)]
fn has_small_shared_memory() -> bool {
    const ENOUGH_BYTES: u64 = 1 << 30;
    nix::sys::statvfs::statvfs("/dev/shm")
        .is_ok_and(|stat| u64::from(stat.blocks()) * u64::from(stat.fragment_size()) < ENOUGH_BYTES)
}

fn append(path: &Path, text: &str) -> Result<(), LocalError> {
    let present = fs::read_to_string(path).map_err(LocalError::file("read", path))?;
    replace(path, &(present + text))
}

/// Writes through the file that is there, which keeps its owner.
fn replace(path: &Path, text: &str) -> Result<(), LocalError> {
    fs::write(path, text).map_err(LocalError::file("write", path))
}

/// Runs a program of PostgreSQL as the server's account; its last words become the error.
pub(super) fn run(command: &mut Command, account: &Account, action: &'static str) -> Result<Output, LocalError> {
    let program = command.get_program().to_string_lossy().into_owned();
    account.apply(command);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
        command.env_remove(name);
    }
    let output = command.env("LC_ALL", "C").output().map_err(|source| LocalError::Spawn { program, source })?;
    if output.status.success() {
        return Ok(output);
    }
    let words = [output.stderr.as_slice(), output.stdout.as_slice()]
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat();
    let reason = words.lines().filter(|line| !line.trim().is_empty()).take(4).collect::<Vec<_>>().join("; ");
    Err(LocalError::Program { action, reason })
}
