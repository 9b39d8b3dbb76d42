//! `postmaster.pid`: who claims the data folder, and whether to believe it.
//!
//! PostgreSQL trusts any live process with that number. After a crash the number may belong to
//! something else, and in a copied folder it belongs to the original's server; both are ordinary.

use std::fs;
use std::path::{Path, PathBuf};

use nix::errno::Errno;
use nix::sys::signal::kill;
use nix::unistd::Pid;

use super::super::LocalError;

/// The lines of `postmaster.pid` that matter here.
#[derive(Debug)]
pub(super) struct LockFile {
    pub pid: i32,
    pub port: u16,
    pub socket: PathBuf,
    pub listens: bool,
}

/// Whose lock file it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// A live server on this very folder.
    ThisCluster,
    /// Nobody: the server died, or the file came with a copy.
    Nobody,
}

impl LockFile {
    /// Reads it; none when there is none or it is not complete.
    pub fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(path_in(data)).ok()?;
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Self {
            pid: lines.first()?.trim_start_matches('-').parse().ok()?,
            port: lines.get(3).and_then(|line| line.parse().ok()).unwrap_or(0),
            socket: lines.get(4).map(PathBuf::from).unwrap_or_default(),
            listens: lines.get(5).is_some_and(|line| !line.is_empty()),
        })
    }

    /// Whether a live server holds `data` through it.
    pub fn holder(&self, data: &Path) -> Holder {
        let is_alive = !matches!(kill(Pid::from_raw(self.pid), None), Err(Errno::ESRCH));
        if is_alive && works_in(self.pid, data) { Holder::ThisCluster } else { Holder::Nobody }
    }
}

/// A postmaster's working directory is its data folder, also after the folder was moved.
#[cfg(target_os = "linux")]
fn works_in(pid: i32, data: &Path) -> bool {
    match fs::read_link(format!("/proc/{pid}/cwd")) {
        Ok(folder) => data.canonicalize().is_ok_and(|data| data == folder),
        // Not ours to look at: only a server of this account is, so it is not one.
        Err(error) => {
            error.kind() != std::io::ErrorKind::PermissionDenied && error.kind() != std::io::ErrorKind::NotFound
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn works_in(pid: i32, data: &Path) -> bool {
    let output = std::process::Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output();
    output.is_ok_and(|output| {
        let command = String::from_utf8_lossy(&output.stdout).into_owned();
        command.contains("postgres") && command.contains(&*data.to_string_lossy())
    })
}

/// Removes a lock file nobody holds.
pub(super) fn remove(data: &Path) -> Result<(), LocalError> {
    let path = path_in(data);
    fs::remove_file(&path).map_err(LocalError::file("remove the stale", path))
}

fn path_in(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_live_process_elsewhere_does_not_hold_the_folder() {
        let data = tempfile::tempdir().unwrap();
        let own_pid = std::process::id();
        fs::write(path_in(data.path()), format!("{own_pid}\n/original/data\n1\n5432\n/tmp/x\n\n")).unwrap();
        let lock = LockFile::read(data.path()).unwrap();
        assert_eq!(lock.holder(data.path()), Holder::Nobody);
        assert_eq!((lock.port, lock.listens), (5432, false));
    }
}
