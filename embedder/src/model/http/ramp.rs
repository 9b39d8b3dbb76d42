//! The ramp: above a million tokens a minute, OpenAI wants a client to grow by half in a quarter of an hour at most, and
//! answers `slow_down` to one that grows faster.

use tokio::time::{Duration, Instant};

/// Tokens a minute that anybody may begin with.
const FREE: f64 = 1e6;
/// Growth within [`PERIOD`].
const GROWTH: f64 = 1.5;
const PERIOD: Duration = Duration::from_secs(15 * 60);
const MINUTE: Duration = Duration::from_secs(60);

/// How many tokens a minute the ramp allows.
#[derive(Debug)]
pub(super) struct Ramp {
    /// From when, and from which rate on, it rises; none does not hold anybody back.
    rises: Option<(Instant, f64)>,
    /// The minute that is counted, its tokens so far, and those of the minute before.
    minute: (Instant, f64, f64),
}

impl Ramp {
    pub fn new(is_on: bool, now: Instant) -> Self {
        Self { rises: is_on.then_some((now, FREE)), minute: (now, 0.0, 0.0) }
    }

    /// The lower of a limit and the ramp.
    pub fn least(&self, limit: Option<f64>, now: Instant) -> Option<f64> {
        let ramp = self.rises.map(|(since, from)| {
            let periods = now.saturating_duration_since(since).as_secs_f64() / PERIOD.as_secs_f64();
            from * GROWTH.powf(periods)
        });
        match (limit, ramp) {
            (Some(limit), Some(ramp)) => Some(limit.min(ramp)),
            (limit, ramp) => limit.or(ramp),
        }
    }

    /// Counts what is sent.
    pub fn sent(&mut self, tokens: f64, now: Instant) {
        let (began, so_far, before) = self.minute;
        let minutes = now.saturating_duration_since(began).as_secs_f64() / MINUTE.as_secs_f64();
        self.minute = match minutes {
            0.0..1.0 => (began, so_far + tokens, before),
            1.0..2.0 => (began + MINUTE, tokens, so_far),
            _ => (now, tokens, 0.0),
        };
        // Who sends little has not grown: the ramp begins where the sending is.
        if minutes >= 15.0 && self.rises.is_some() {
            self.rises = Some((now, FREE));
        }
    }

    /// The server says that the growth was too fast: from here on it rises from what a minute has had.
    pub fn slow_down(&mut self, now: Instant) {
        let (_, so_far, before) = self.minute;
        let reached = so_far.max(before) / GROWTH;
        self.rises = Some((now, reached.max(FREE)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, minutes: u64) -> Instant {
        start + MINUTE * u32::try_from(minutes).unwrap()
    }

    #[test]
    fn the_rate_grows_by_half_in_a_quarter_of_an_hour_and_never_above_the_limit() {
        let start = Instant::now();
        let ramp = Ramp::new(true, start);
        assert_eq!(ramp.least(None, start), Some(1e6));
        assert_eq!(ramp.least(Some(3e5), start), Some(3e5));
        assert!((ramp.least(None, after(start, 15)).unwrap() - 1.5e6).abs() < 1.0);
        assert!((ramp.least(None, after(start, 30)).unwrap() - 2.25e6).abs() < 1.0);
        assert_eq!(ramp.least(Some(2e6), after(start, 60)), Some(2e6));
    }

    #[test]
    fn only_who_is_told_to_slow_down_is_held_back_elsewhere() {
        let start = Instant::now();
        let mut ramp = Ramp::new(false, start);
        assert_eq!(ramp.least(None, start), None);
        ramp.sent(6e6, after(start, 1));
        ramp.slow_down(after(start, 1));
        assert_eq!(ramp.least(None, after(start, 1)), Some(4e6));
        assert!((ramp.least(None, after(start, 16)).unwrap() - 6e6).abs() < 1.0);
    }
}
