//! What a person sees while a run works: a bar on a terminal, plain lines elsewhere, nothing beside
//! `--json`.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Bars.
    Bars,
    /// A line per stage.
    Lines,
    /// Nothing; events go to stdout instead.
    Quiet,
}

impl Mode {
    /// Bars on a terminal, lines elsewhere, quiet with `--json`.
    pub fn choose(is_json: bool) -> Self {
        match (is_json, std::io::stderr().is_terminal()) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Bars,
            (false, false) => Self::Lines,
        }
    }
}

/// The progress of one stage.
#[derive(Debug)]
pub struct Progress {
    mode: Mode,
    stage: &'static str,
    bar: ProgressBar,
}

impl Progress {
    /// Begins a stage; `about` shows until there is more to say.
    pub fn begin(mode: Mode, stage: &'static str, about: &'static str) -> Self {
        let bar = if mode == Mode::Bars { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.set_style(spinner());
        bar.set_prefix(stage);
        bar.set_message(about);
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { mode, stage, bar }
    }

    /// Says what is being done now.
    pub fn step(&self, words: &str) {
        self.bar.set_message(words.to_owned());
        if self.mode == Mode::Lines {
            eprintln!("{:<11} {words}", self.stage);
        }
    }

    /// Says how much there is to do; from now on the bar fills.
    pub fn total(&self, total: u64) {
        self.bar.set_style(filling());
        self.bar.set_length(total);
    }

    /// Says how much more is done.
    pub fn advance(&self, by: u64) {
        self.bar.inc(by);
    }

    /// Says how many bytes have arrived, of how many where that is known.
    pub fn bytes(&self, arrived: u64, whole: Option<u64>) {
        let whole = whole.map_or(String::new(), |whole| format!(" of {}", HumanBytes(whole)));
        self.bar.set_message(format!("{}{whole} fetched", HumanBytes(arrived)));
    }

    /// A sentence that must not be lost: a surprise in a file, a refused row.
    pub fn warn(&self, words: &str) {
        match self.mode {
            Mode::Bars => self.bar.suspend(|| eprintln!("{:<11} warning: {words}", self.stage)),
            Mode::Lines => eprintln!("{:<11} warning: {words}", self.stage),
            Mode::Quiet => {}
        }
    }

    /// Ends the stage with a line that stays.
    pub fn end(&self, words: &str, seconds: f64) {
        self.bar.finish_and_clear();
        if self.mode != Mode::Quiet {
            eprintln!("{:<11} {words} ({seconds:.1} s)", self.stage);
        }
    }
}

fn spinner() -> ProgressStyle {
    ProgressStyle::with_template("{prefix:<11} {spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}

fn filling() -> ProgressStyle {
    ProgressStyle::with_template("{prefix:<11} {bar:30} {human_pos}/{human_len} {msg} {eta} left")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// `1 file` and `2 files`.
pub fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
