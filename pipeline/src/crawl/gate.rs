//! One request to a site at a time, with a pause between two, whoever asks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::time::{Instant, sleep_until};

/// The gates of all sites.
#[derive(Debug, Default)]
pub struct Gates {
    gates: StdMutex<HashMap<String, Arc<Mutex<Instant>>>>,
}

/// The right to ask a site; the pause begins when it is given back.
pub struct Pass {
    open_from: OwnedMutexGuard<Instant>,
    delay: Duration,
}

impl Gates {
    /// Waits for its turn and for the pause since the last request to end.
    pub async fn enter(&self, site: &str, delay: Duration) -> Pass {
        let gate = {
            let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(gates.entry(site.to_owned()).or_insert_with(|| Arc::new(Mutex::new(Instant::now()))))
        };
        let open_from = gate.lock_owned().await;
        sleep_until(*open_from).await;
        Pass { open_from, delay }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        *self.open_from = Instant::now() + self.delay;
    }
}
