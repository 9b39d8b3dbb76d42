//! As fast as the server allows and no faster: one bucket for requests and tokens that all senders share, filled by
//! the clock and corrected by the server's own headers and counts; how many requests are under way, which doubles a
//! round at first, grows by one a round after the first 429, and halves with every one; and the ramp.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::ramp::Ramp;

/// What a minute allows; none is unlimited.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// Requests a minute.
    pub requests: Option<f64>,
    /// Tokens a minute.
    pub tokens: Option<f64>,
}

/// Why a request came back badly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The request's own, or the server's: others may go on.
    Own,
    /// Too many at once.
    Throttled,
    /// Grown too fast.
    SlowDown,
}

#[derive(Debug)]
pub(super) struct Pacer {
    state: Mutex<State>,
    changed: Notify,
    most_at_once: f64,
}

#[derive(Debug)]
struct State {
    limits: Limits,
    ramp: Ramp,
    requests: f64,
    tokens: f64,
    filled_at: Instant,
    not_before: Instant,
    under_way: f64,
    at_once: f64,
    throttled_at: Option<Instant>,
}

/// The bucket holds what this long allows, so that a pause is not followed by a burst that the server refuses. It begins
/// with a second's worth: who knows what others have had of it.
const BUCKET: f64 = 3.0;
/// Requests under way at first.
const FIRST_AT_ONCE: f64 = 2.0;

impl Pacer {
    pub fn new(limits: Limits, most_at_once: usize, ramps: bool) -> Self {
        let now = Instant::now();
        let ramp = Ramp::new(ramps, now);
        let tokens = ramp.least(limits.tokens, now);
        let state = State {
            limits,
            ramp,
            requests: limits.requests.map_or(f64::INFINITY, |rate| (rate / 60.0).max(1.0)),
            tokens: tokens.map_or(f64::INFINITY, |rate| rate / 60.0),
            filled_at: now,
            not_before: now,
            under_way: 0.0,
            at_once: FIRST_AT_ONCE.min(most_at_once as f64),
            throttled_at: None,
        };
        Self { state: Mutex::new(state), changed: Notify::new(), most_at_once: most_at_once as f64 }
    }

    /// Waits until a request of so many tokens may go.
    pub async fn admit(&self, tokens: f64) {
        loop {
            let changed = self.changed.notified();
            let wait = match self.lock().admit(tokens) {
                Ok(()) => return,
                Err(wait) => wait,
            };
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// A request came back well; the server counted its tokens otherwise, perhaps.
    pub fn went_well(&self, tokens: f64, counted: f64) {
        {
            let mut state = self.lock();
            state.under_way -= 1.0;
            let growth = if state.throttled_at.is_none() { 1.0 } else { 1.0 / state.at_once };
            state.at_once = (state.at_once + growth).min(self.most_at_once);
            state.tokens += tokens - counted;
        }
        self.changed.notify_waiters();
    }

    /// A request came back badly; when throttled, everybody waits at least `floor`.
    pub fn went_badly(&self, trouble: Trouble, floor: Duration) {
        {
            let mut state = self.lock();
            let now = Instant::now();
            state.under_way -= 1.0;
            if trouble == Trouble::SlowDown {
                state.ramp.slow_down(now);
            }
            if trouble != Trouble::Own {
                state.not_before = state.not_before.max(now + floor);
                // One halving for all that were refused together.
                if state.throttled_at.is_none_or(|at| now - at > Duration::from_secs(1)) {
                    state.at_once = (state.at_once / 2.0).max(1.0);
                    state.throttled_at = Some(now);
                }
            }
        }
        self.changed.notify_waiters();
    }

    /// What the server's headers say: its limits a minute, and what is left now.
    pub fn learn(&self, limits: Limits, left: Limits) {
        let mut state = self.lock();
        state.fill();
        // A limit of the settings that is lower than the server's stays.
        let lower = |ours: Option<f64>, theirs: Option<f64>| match (ours, theirs) {
            (Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (ours, theirs) => ours.or(theirs),
        };
        state.limits = Limits {
            requests: lower(state.limits.requests, limits.requests),
            tokens: lower(state.limits.tokens, limits.tokens),
        };
        state.requests = state.requests.min(left.requests.unwrap_or(f64::INFINITY));
        state.tokens = state.tokens.min(left.tokens.unwrap_or(f64::INFINITY));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Tokens a minute, now.
    fn token_rate(&self) -> Option<f64> {
        self.ramp.least(self.limits.tokens, self.filled_at)
    }

    fn fill(&mut self) {
        let now = Instant::now();
        let seconds = (now - self.filled_at).as_secs_f64();
        self.filled_at = now;
        let level = |held: f64, rate: Option<f64>, least: f64| match rate {
            None => f64::INFINITY,
            Some(rate) => (held.min(1e18) + seconds * rate / 60.0).min((rate / 60.0 * BUCKET).max(least)),
        };
        self.requests = level(self.requests, self.limits.requests, 1.0);
        self.tokens = level(self.tokens, self.token_rate(), 0.0);
    }

    fn admit(&mut self, tokens: f64) -> Result<(), Duration> {
        self.fill();
        let now = self.filled_at;
        if now < self.not_before {
            return Err(self.not_before - now);
        }
        if self.under_way + 1.0 > self.at_once.max(1.0) {
            return Err(Duration::from_secs(1));
        }
        // A request larger than the bucket goes when the bucket is full, and leaves a debt.
        let rate = self.token_rate();
        let needed = rate.map_or(0.0, |rate| tokens.min(rate / 60.0 * BUCKET));
        let wait = |missing: f64, rate: Option<f64>| match rate {
            Some(rate) if missing > 0.0 => Duration::from_secs_f64((missing * 60.0 / rate).max(0.001)),
            _ => Duration::ZERO,
        };
        let longest = wait(1.0 - self.requests, self.limits.requests).max(wait(needed - self.tokens, rate));
        if longest > Duration::ZERO {
            return Err(longest);
        }
        self.requests -= 1.0;
        self.tokens -= tokens;
        self.under_way += 1.0;
        self.ramp.sent(tokens, now);
        Ok(())
    }
}
