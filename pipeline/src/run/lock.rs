//! One run at a time per database, and the wish to stop.

use migrations::runner::RunLock;
use sqlx::postgres::PgConnectOptions;
use tokio::signal::unix::{SignalKind, signal};

/// The lock of a run, held on a connection of its own.
pub(super) struct RunGuard(RunLock);

impl RunGuard {
    /// Takes the lock, or says who holds it.
    pub async fn take(options: &PgConnectOptions) -> anyhow::Result<Self> {
        let name = format!("districts run, pid {}", std::process::id());
        Ok(Self(RunLock::pipeline(&options.clone().application_name(&name)).await?))
    }

    pub async fn release(self) {
        self.0.release().await;
    }
}

/// Ends when somebody presses Ctrl-C or the system asks the program to end.
pub(super) async fn interrupted() {
    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    match (interrupt, terminate) {
        (Ok(mut interrupt), Ok(mut terminate)) => {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
        }
        // Without handlers the system's default ends the program; there is nothing to wait for.
        _ => std::future::pending().await,
    }
}
