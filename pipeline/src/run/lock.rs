//! One run at a time per database, and the wish to stop.

use migrations::runner::RunLock;
use sqlx::PgPool;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::database::Database;

/// The lock of a run, held on a connection of its own, and the connections the run works with.
pub(super) struct RunGuard {
    lock: RunLock,
    pool: PgPool,
}

impl RunGuard {
    /// Takes the lock, or says who holds it.
    pub async fn take(database: &Database) -> anyhow::Result<Self> {
        let name = format!("districts run, pid {}", std::process::id());
        let options = database.options.clone().application_name(&name);
        let is_waiting = || eprintln!("waiting until the server has ended what a killed run left");
        let lock = RunLock::pipeline(&options, is_waiting).await?;
        Ok(Self { lock, pool: database.run_pool(&name) })
    }

    pub fn pool(&self) -> PgPool {
        self.pool.clone()
    }

    pub async fn release(self) {
        self.pool.close().await;
        self.lock.release().await;
    }
}

/// The wish to stop, heard from the beginning of a run to its end: between two stages as well.
#[derive(Debug, Clone)]
pub(super) struct StopSign(watch::Receiver<bool>);

impl StopSign {
    /// Listens from now on for Ctrl-C and for the system asking the program to end.
    pub fn listen() -> Self {
        let (sender, receiver) = watch::channel(false);
        let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
        if let (Ok(mut interrupt), Ok(mut terminate)) = signals {
            tokio::spawn(async move {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
                // Nobody is left to tell when the run has ended meanwhile.
                let _ = sender.send(true);
                std::future::pending::<()>().await;
            });
        }
        Self(receiver)
    }

    /// Ends when the wish has been heard, also when that was before.
    pub async fn raised(mut self) {
        if self.0.wait_for(|is_raised| *is_raised).await.is_err() {
            // Without handlers the system's default ends the program; there is nothing to wait for.
            std::future::pending::<()>().await;
        }
    }
}
