//! Starts the server on demand, shares it between programs, stops it with the last of them.
//!
//! Everybody who uses the server holds a shared lock on one file; who can take it exclusively on
//! leaving is the last and stops the server. A killed program's lock is freed by the kernel; the
//! server it left behind is found running by the next one, and stopped by that.

mod lock_file;

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;

use self::lock_file::{Holder, LockFile};
use super::LocalError;
use super::account::Account;
use super::cluster::{self, Durability, ROLE};
use super::find::Binaries;
use super::place::Place;

/// The port in the socket's name; nothing listens on it unless asked.
const SOCKET_PORT: u16 = 5432;
/// How often a start is tried while a dead postmaster's children are still leaving.
const START_ATTEMPTS: u32 = 20;
const START_RETRY: Duration = Duration::from_millis(500);
/// How long PostgreSQL may take for crash recovery at a start.
const START_LIMIT_S: &str = "300";

/// A running server, kept up for as long as this value lives.
#[derive(Debug)]
pub struct LocalServer {
    place: Place,
    binaries: Binaries,
    account: Account,
    lease: Option<File>,
    socket: std::path::PathBuf,
    port: u16,
}

/// What is to be known about a place without touching it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// No cluster has been made yet.
    Absent,
    /// There is a cluster, and no server.
    Stopped,
    /// A server runs.
    Running {
        /// Its process id.
        pid: i32,
        /// True when `db start` asked it to stay.
        is_kept: bool,
    },
}

impl LocalServer {
    /// Makes the cluster if there is none, starts the server if it is not running, and joins its
    /// users.
    pub fn start(place: Place, binaries: Binaries, durability: Durability) -> Result<Self, LocalError> {
        Self::start_with(place, binaries, durability, None)
    }

    fn start_with(
        place: Place,
        binaries: Binaries,
        durability: Durability,
        tcp_port: Option<u16>,
    ) -> Result<Self, LocalError> {
        let account = Account::of_server()?;
        let _change = exclusive(&place.change_lock())?;
        if !place.has_cluster() {
            cluster::create(&binaries, &place, &account, durability)?;
        }
        let running = match LockFile::read(&place.data) {
            Some(lock) => match lock.holder(&place.data) {
                Holder::ThisCluster => Some(lock),
                Holder::Nobody => {
                    lock_file::remove(&place.data)?;
                    None
                }
            },
            None => None,
        };
        let lock = match running {
            Some(lock) if tcp_port.is_none_or(|port| port == lock.port && lock.listens) => lock,
            Some(_) => return Err(in_use("restart it with a port: `districts db stop` first")),
            None => {
                place.prepare_socket(&account)?;
                launch(&place, &binaries, &account, tcp_port)?;
                LockFile::read(&place.data).ok_or_else(|| LocalError::Program {
                    action: "start PostgreSQL",
                    reason: "it left no postmaster.pid".to_owned(),
                })?
            }
        };
        let lease = open_lock(&place.users_lock())?;
        lease.lock_shared().map_err(LocalError::file("lock", place.users_lock()))?;
        Ok(Self { place, binaries, account, lease: Some(lease), socket: lock.socket, port: lock.port })
    }

    /// How to connect to one of its databases.
    pub fn options(&self, database: &str) -> PgConnectOptions {
        PgConnectOptions::new_without_pgpass()
            .host(&self.socket.to_string_lossy())
            .port(self.port)
            .username(ROLE)
            .database(database)
    }

    /// A libpq URL of one of its databases, for other programs on this machine.
    pub fn url(&self, database: &str) -> String {
        let socket = self.socket.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgresql://{ROLE}@{socket}:{}/{database}", self.port)
    }

    /// Makes the database unless it is there.
    pub async fn ensure_database(&self, database: &str) -> Result<(), sqlx::Error> {
        let mut connection = self.options("postgres").connect().await?;
        let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(database)
            .fetch_one(&mut connection)
            .await?;
        if !exists {
            let statement = sqlx::AssertSqlSafe(format!("create database {}", quote_identifier(database)));
            sqlx::query(statement).execute(&mut connection).await?;
        }
        Ok(())
    }

    /// The binaries it runs on.
    pub fn binaries(&self) -> &Binaries {
        &self.binaries
    }

    /// The place it runs in.
    pub fn place(&self) -> &Place {
        &self.place
    }
}

impl Drop for LocalServer {
    /// Leaves; the last to leave stops the server, unless it was started to stay. Errors have
    /// nobody to go to: the next start repairs what a failed stop leaves.
    fn drop(&mut self) {
        drop(self.lease.take());
        let Ok(_change) = exclusive(&self.place.change_lock()) else { return };
        if self.place.keep_mark().exists() || !is_alone(&self.place) {
            return;
        }
        let _ = halt(&self.place, &self.binaries, &self.account);
    }
}

/// Quotes a name for SQL.
pub(crate) fn quote_identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Starts the server and leaves it running after this program ends; with a port, it also listens on
/// 127.0.0.1.
pub fn start_for_keeps(place: &Place, binaries: &Binaries, tcp_port: Option<u16>) -> Result<LocalServer, LocalError> {
    let server = LocalServer::start_with(place.clone(), binaries.clone(), Durability::Full, tcp_port)?;
    let mark = place.keep_mark();
    fs::write(&mark, "").map_err(LocalError::file("write", mark))?;
    Ok(server)
}

/// Stops the server, unless another program is using it.
pub fn stop(place: &Place, binaries: &Binaries) -> Result<(), LocalError> {
    let _change = exclusive(&place.change_lock())?;
    if !is_alone(place) {
        return Err(in_use("another `districts` is using it; end that one first"));
    }
    let mark = place.keep_mark();
    if mark.exists() {
        fs::remove_file(&mark).map_err(LocalError::file("remove", mark))?;
    }
    match status(place) {
        Status::Running { .. } => halt(place, binaries, &Account::of_server()?),
        Status::Absent | Status::Stopped => Ok(()),
    }
}

/// Whether there is a cluster and whether its server runs.
pub fn status(place: &Place) -> Status {
    if !place.has_cluster() {
        return Status::Absent;
    }
    match LockFile::read(&place.data) {
        Some(lock) if lock.holder(&place.data) == Holder::ThisCluster => {
            Status::Running { pid: lock.pid, is_kept: place.keep_mark().exists() }
        }
        _ => Status::Stopped,
    }
}

fn launch(place: &Place, binaries: &Binaries, account: &Account, tcp_port: Option<u16>) -> Result<(), LocalError> {
    let port = tcp_port.unwrap_or(SOCKET_PORT);
    let listen = if tcp_port.is_some() { "127.0.0.1" } else { "" };
    let options = format!(
        "-c unix_socket_directories='{}' -c port={port} -c listen_addresses='{listen}'",
        place.socket.display()
    );
    for attempt in 1.. {
        let mut pg_ctl = Command::new(binaries.program("pg_ctl"));
        pg_ctl
            .args(["start", "-w", "-s", "-t", START_LIMIT_S, "-D"])
            .arg(&place.data)
            .arg("-l")
            .arg(&place.log)
            .args(["-o", &options]);
        let Err(error) = cluster::run(&mut pg_ctl, account, "start PostgreSQL") else { return Ok(()) };
        let log = last_words(&place.log);
        let is_passing = log.contains("pre-existing shared memory block") || log.contains("Is another postmaster");
        if !is_passing || attempt == START_ATTEMPTS {
            let reason = if log.is_empty() { error.to_string() } else { log };
            return Err(LocalError::Program { action: "start PostgreSQL", reason });
        }
        std::thread::sleep(START_RETRY);
    }
    Ok(())
}

fn halt(place: &Place, binaries: &Binaries, account: &Account) -> Result<(), LocalError> {
    let mut pg_ctl = Command::new(binaries.program("pg_ctl"));
    pg_ctl.args(["stop", "-w", "-s", "-m", "fast", "-D"]).arg(&place.data);
    cluster::run(&mut pg_ctl, account, "stop PostgreSQL")?;
    // The next start makes it again; where something else lies in it, it stays.
    let _ = fs::remove_dir(&place.socket);
    Ok(())
}

/// The errors at the end of the server's log.
fn last_words(log: &Path) -> String {
    let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let bad: Vec<&str> = text
        .lines()
        .rev()
        .take(12)
        .filter(|line| ["FATAL", "PANIC", "HINT"].iter().any(|word| line.contains(word)))
        .collect();
    let mut words: Vec<&str> = bad.into_iter().rev().collect();
    // On a full disk the log itself is cut short.
    if is_full(log) {
        words.push("the disk it lies on is full (No space left on device)");
    }
    words.join("; ")
}

/// Whether there is no room for another file beside this one.
fn is_full(path: &Path) -> bool {
    const LEAST_BYTES: u64 = 256 << 10;
    let folder = path.parent().unwrap_or(path);
    nix::sys::statvfs::statvfs(folder).is_ok_and(|disk| {
        #[allow(clippy::useless_conversion, reason = "the counts are of another width on macOS")]
        let free = u64::from(disk.blocks_available()).saturating_mul(u64::from(disk.fragment_size()));
        free < LEAST_BYTES
    })
}

fn open_lock(path: &Path) -> Result<File, LocalError> {
    File::options()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .open(path)
        .map_err(LocalError::file("open", path))
}

fn exclusive(path: &Path) -> Result<File, LocalError> {
    let file = open_lock(path)?;
    file.lock().map_err(LocalError::file("lock", path))?;
    Ok(file)
}

fn is_alone(place: &Place) -> bool {
    // A process that this one is just starting holds copies of its files until it runs: a moment later it is gone.
    const TRIES: usize = 3;
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(20);
    let Ok(file) = open_lock(&place.users_lock()) else { return false };
    (0..TRIES).any(|attempt| {
        if attempt > 0 {
            std::thread::sleep(PAUSE);
        }
        file.try_lock().is_ok()
    })
}

fn in_use(reason: &str) -> LocalError {
    LocalError::Program { action: "change the local PostgreSQL", reason: reason.to_owned() }
}
