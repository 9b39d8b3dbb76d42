//! Who the server runs as. PostgreSQL refuses root; under root it gets an unprivileged account.

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use nix::unistd::{Uid, User, chown};

use super::LocalError;

/// Accounts tried under root, best first.
const UNPRIVILEGED: &[&str] = &["postgres", "nobody"];

/// The account of the server's processes.
#[derive(Debug, Clone)]
pub(super) struct Account {
    user: User,
    is_switched: bool,
}

impl Account {
    /// The present user, or an unprivileged one under root.
    pub(super) fn of_server() -> Result<Self, LocalError> {
        let current = Uid::effective();
        if !current.is_root() {
            let user = User::from_uid(current).ok().flatten().ok_or(LocalError::NoAccount)?;
            return Ok(Self { user, is_switched: false });
        }
        let user = UNPRIVILEGED
            .iter()
            .find_map(|name| User::from_name(name).ok().flatten())
            .filter(|user| !user.uid.is_root())
            .ok_or(LocalError::NoAccount)?;
        Ok(Self { user, is_switched: true })
    }

    /// True when the server runs as somebody other than this program.
    pub(super) fn is_switched(&self) -> bool {
        self.is_switched
    }

    pub(super) fn uid(&self) -> u32 {
        self.user.uid.as_raw()
    }

    /// Operating-system users that may connect over the socket.
    pub(super) fn clients(&self) -> Vec<String> {
        let present = User::from_uid(Uid::effective()).ok().flatten().map(|user| user.name);
        let mut names: Vec<String> =
            [Some("root".to_owned()), present, (!self.is_switched).then(|| self.user.name.clone())]
                .into_iter()
                .flatten()
                .collect();
        names.sort();
        names.dedup();
        names
    }

    /// Makes `command` run as this account, away from the terminal's Ctrl-C and from any folder the
    /// account cannot enter.
    pub(super) fn apply(&self, command: &mut Command) {
        command.current_dir("/").process_group(0);
        if self.is_switched {
            command.uid(self.user.uid.as_raw()).gid(self.user.gid.as_raw());
        }
    }

    /// Hands a file or folder to this account.
    pub(super) fn own(&self, path: &Path) -> Result<(), LocalError> {
        if !self.is_switched {
            return Ok(());
        }
        chown(path, Some(self.user.uid), Some(self.user.gid))
            .map_err(|errno| LocalError::file("give to the server's account", path)(errno.into()))
    }

    /// True when this account can enter every folder above and including `path`.
    pub(super) fn can_reach(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        !self.is_switched
            || path.ancestors().all(|folder| match std::fs::metadata(folder) {
                Ok(meta) => meta.mode() & 0o001 != 0 || (meta.uid() == self.uid() && meta.mode() & 0o100 != 0),
                Err(_) => true,
            })
    }
}
