//! The last screen of a run.

use embedder::index::Ready;
use serde_json::json;

use super::{Figures, Truth};
use crate::context::Missed;
use crate::run::{StageResult, Verdict};
use crate::stage::StateCoverage;

/// Everything the last screen shows.
pub struct Ending<'a> {
    /// How the run ended.
    pub verdict: Verdict,
    /// Where the data is.
    pub label: &'a str,
    /// PostgreSQL and pgvector.
    pub version: &'a str,
    /// What each stage did.
    pub stages: &'a [StageResult],
    /// What the database holds now.
    pub figures: Option<&'a Figures>,
    /// Links against the truth, for the sample.
    pub truth: Option<Truth>,
    /// Commands to try.
    pub next: &'a [String],
}

/// States shown one by one; with more, only those with something to look at.
const SHOWN_STATES: usize = 12;

/// For machines: one JSON object.
pub fn print_json(ending: &Ending<'_>) {
    let value = json!({
        "event": "summary",
        "verdict": ending.verdict,
        "database": ending.label,
        "server": ending.version,
        "stages": ending.stages,
        "figures": ending.figures,
        "peak_memory_mb": peak_memory_mb(),
        "truth": ending.truth.map(|truth| json!({ "counts": truth, "precision": truth.precision(), "recall": truth.recall() })),
    });
    println!("{value}");
}

/// For people.
pub fn print_human(ending: &Ending<'_>) {
    if let Some(figures) = ending.figures {
        println!("\n{} · {}", ending.label, ending.version);
        println!();
        print_figures(figures, ending.truth);
        println!();
        print_states(&figures.states);
    }
    println!();
    print_stages(ending.stages);
    let missed: Vec<&Missed> = ending.stages.iter().flat_map(|stage| &stage.report.missed).collect();
    println!();
    match ending.verdict {
        Verdict::Good => println!("Good: every expectation is met."),
        Verdict::ExpectationsMissed | Verdict::Drifted | Verdict::Failed(_) => println!("Expectations missed:"),
    }
    for missed in missed {
        println!("  {missed}");
    }
    if !ending.next.is_empty() {
        println!("\nTry next:");
        ending.next.iter().for_each(|command| println!("  {command}"));
    }
}

fn print_figures(figures: &Figures, truth: Option<Truth>) {
    let linked: i64 = figures.linked_by_method.iter().map(|(_, count)| count).sum();
    let row = |label: &str, value: String| println!("  {label:<15} {value}");
    row("districts", grouped(figures.districts));
    row("state records", grouped(figures.state_records));
    if figures.state_records > 0 {
        let rate = 100.0 * linked as f64 / figures.state_records as f64;
        let methods = figures
            .linked_by_method
            .iter()
            .map(|(method, count)| format!("{method} {}", grouped(*count)))
            .collect::<Vec<_>>()
            .join(", ");
        row("linked", format!("{} ({rate:.1} %): {methods}", grouped(linked)));
        row(
            "review queue",
            format!("{}, and {} without a candidate", grouped(figures.review), grouped(figures.orphans)),
        );
    }
    if let Some(truth) = truth {
        row(
            "against truth",
            format!(
                "{} right, {} wrong, {} left to review or unlinked (precision {:.4}, recall {:.4})",
                grouped_usize(truth.right),
                truth.wrong,
                truth.missing,
                truth.precision(),
                truth.recall()
            ),
        );
    }
    row("documents", format!("{}, in {} chunks", grouped(figures.documents), grouped(figures.chunks)));
    row(
        "vector index",
        match figures.index {
            Some(Ready { rows, lists, probes, shape, .. }) => {
                format!("{shape} over {} vectors, {}", grouped(rows), shape.depth_words(lists, probes))
            }
            None => "none: it is built from 1,000 vectors up".to_owned(),
        },
    );
}

fn print_states(states: &[StateCoverage]) {
    if states.is_empty() {
        return;
    }
    let is_long = states.len() > SHOWN_STATES;
    println!(
        "  {:<5} {:>8} {:>8} {:>8} {:>7} {:>7} {:>8} {:>15}",
        "state", "LEAs", "records", "linked", "rate", "review", "orphans", "superintendents"
    );
    let mut worst: Vec<&StateCoverage> = states.iter().collect();
    if is_long {
        worst.sort_by(|a, b| a.match_rate().total_cmp(&b.match_rate()).then(a.state.cmp(&b.state)));
        worst.truncate(SHOWN_STATES);
    }
    for state in worst {
        println!(
            "  {:<5} {:>8} {:>8} {:>8} {:>6.1}% {:>7} {:>8} {:>15}",
            state.state,
            grouped(state.leas),
            grouped(state.records),
            grouped(state.linked),
            100.0 * state.match_rate(),
            state.review,
            state.orphans,
            grouped(state.superintendents)
        );
    }
    if is_long {
        println!("  the {SHOWN_STATES} lowest of {} states", states.len());
    }
}

fn print_stages(stages: &[StageResult]) {
    for stage in stages {
        println!("  {:<11} {:>7.2} s  {}", stage.stage, stage.seconds, stage.report.words());
    }
    let total = stages.iter().map(|stage| stage.seconds).sum::<f64>();
    let memory = peak_memory_mb().map_or_else(String::new, |peak| format!("peak memory {peak} MB"));
    println!("  {:<11} {total:>7.2} s  {memory}", "total");
}

/// The most this process has used. Linux's own account begins with the program; `getrusage` would count what the process that
/// started it had used before.
fn peak_memory_mb() -> Option<i64> {
    use nix::sys::resource::{UsageWho, getrusage};
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let high_water =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<i64>().ok());
    let unit = if cfg!(target_os = "macos") { 1024 * 1024 } else { 1024 };
    high_water
        .map(|kilobytes| kilobytes / 1024)
        .or_else(|| getrusage(UsageWho::RUSAGE_SELF).ok().map(|usage| usage.max_rss() / unit))
}

fn grouped_usize(number: usize) -> String {
    grouped(i64::try_from(number).unwrap_or(i64::MAX))
}

/// 19630 → 19,630.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 19_630, 1_234_567, -1_000].map(grouped),
            ["0", "999", "1,000", "19,630", "1,234,567", "-1,000"]
        );
    }
}
