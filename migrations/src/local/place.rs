//! Where a cluster lives: its data, its socket, its log and its locks.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::LocalError;
use super::account::Account;

/// Socket paths are limited to 107 bytes; this is what PostgreSQL appends to the folder.
const SOCKET_NAME_LENGTH: usize = "/.s.PGSQL.5432.lock".len();
const SOCKET_PATH_LIMIT: usize = 103;

/// The folders and files of one cluster.
#[derive(Debug, Clone)]
pub struct Place {
    /// The folder the user sees, such as `.districts`.
    pub home: PathBuf,
    /// PostgreSQL's data folder.
    pub data: PathBuf,
    /// The folder of its unix socket.
    pub socket: PathBuf,
    /// The server's log.
    pub log: PathBuf,
}

impl Place {
    /// The place that belongs to `home`. The data lies inside it, unless the server's account
    /// cannot get there (under root, in a home of mode 700): then under `/var/lib/districts`.
    pub fn of(home: &Path) -> Result<Self, LocalError> {
        let account = Account::of_server()?;
        fs::create_dir_all(home).map_err(LocalError::file("make", home))?;
        ignore_in_git(home)?;
        let home = home.canonicalize().map_err(LocalError::file("find", home))?;
        let name = short_hash(&home);
        let base = if account.can_reach(&home) {
            home.join("postgres")
        } else {
            PathBuf::from("/var/lib/districts").join(&name)
        };
        Ok(Self { data: base.join("data"), log: base.join("server.log"), socket: socket_folder(&account, &name), home })
    }

    /// The file every user of the server holds a shared lock on.
    pub(super) fn users_lock(&self) -> PathBuf {
        self.home.join("postgres.users")
    }

    /// The file that serialises starting, stopping and making the cluster.
    pub(super) fn change_lock(&self) -> PathBuf {
        self.home.join("postgres.change")
    }

    /// Exists while the server was started to stay.
    pub(super) fn keep_mark(&self) -> PathBuf {
        self.home.join("postgres.keep")
    }

    /// The folder that holds data and log.
    pub(super) fn base(&self) -> &Path {
        self.data.parent().unwrap_or(&self.data)
    }

    /// True once a cluster has been made here.
    pub fn has_cluster(&self) -> bool {
        self.data.join("PG_VERSION").exists()
    }

    /// Makes the socket folder, and refuses one that somebody else could have put there.
    pub(super) fn prepare_socket(&self, account: &Account) -> Result<(), LocalError> {
        if let Err(error) = fs::DirBuilder::new().mode(0o700).create(&self.socket)
            && error.kind() != std::io::ErrorKind::AlreadyExists
        {
            return Err(LocalError::file("make", &self.socket)(error));
        }
        let meta = fs::symlink_metadata(&self.socket).map_err(LocalError::file("read", &self.socket))?;
        let refuse =
            |reason: &str| LocalError::UnsafeSocketFolder { path: self.socket.clone(), reason: reason.to_owned() };
        if !meta.is_dir() {
            return Err(refuse("it is not a folder"));
        }
        let ours = [nix::unistd::Uid::effective().as_raw(), account.uid()];
        if !ours.contains(&meta.uid()) {
            return Err(refuse("it belongs to another user"));
        }
        fs::set_permissions(&self.socket, fs::Permissions::from_mode(0o700))
            .map_err(LocalError::file("protect", &self.socket))?;
        account.own(&self.socket)
    }
}

/// The home lies in somebody's project; a database has no place in its history.
fn ignore_in_git(home: &Path) -> Result<(), LocalError> {
    let path = home.join(".gitignore");
    if path.exists() { Ok(()) } else { fs::write(&path, "*\n").map_err(LocalError::file("write", path)) }
}

fn socket_folder(account: &Account, name: &str) -> PathBuf {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR")
        .map(PathBuf::from)
        .filter(|folder| !account.is_switched() && folder.is_dir());
    let folder = runtime.unwrap_or_else(|| PathBuf::from("/tmp")).join(format!("districts-{name}"));
    if folder.as_os_str().len() + SOCKET_NAME_LENGTH > SOCKET_PATH_LIMIT {
        return PathBuf::from("/tmp").join(format!("districts-{name}"));
    }
    folder
}

/// Tells apart the homes of different folders and users.
fn short_hash(home: &Path) -> String {
    let mut hash = Sha256::new();
    hash.update(nix::unistd::Uid::effective().as_raw().to_le_bytes());
    hash.update(home.as_os_str().as_encoded_bytes());
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
