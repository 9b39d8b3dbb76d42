//! Outcomes as rows of `district_matches` and `quality_flags`.

use matcher::{Candidate, Change, Outcome};
use serde_json::{Value, json};

use super::agency::Known;
use crate::bulk::CopyText;

/// In the order of `match_stage.sql`.
pub(super) fn match_rows(records: &Known, leas: &Known, outcomes: &[&Outcome]) -> anyhow::Result<CopyText> {
    let mut rows = CopyText::default();
    for outcome in outcomes {
        let Some(best) = &outcome.best else { continue };
        let nces_id = leas.agencies[best.lea].nces_id.as_deref();
        let details = details(leas, outcome, best);
        rows.text(nces_id).display(Some(records.ids[outcome.record])).value(outcome.method.word());
        rows.display(Some(format!("{:.4}", best.confidence))).value(&details.to_string());
        rows.display(Some(outcome.review.is_some())).text(outcome.review.as_deref()).end_row();
    }
    Ok(rows)
}

/// The evidence: a reader can redo the sum by hand.
fn details(leas: &Known, outcome: &Outcome, best: &Candidate) -> Value {
    let runner_up = outcome.runner_up.as_ref().map(|other| candidate(leas, other));
    json!({ "best": candidate(leas, best), "runner_up": runner_up })
}

fn candidate(leas: &Known, candidate: &Candidate) -> Value {
    let lea = &leas.agencies[candidate.lea];
    json!({
        "nces_id": lea.nces_id,
        "name": lea.name,
        "prior_log_odds": round(candidate.prior),
        "evidence": candidate.evidence.iter().map(|item| json!({
            "comparison": item.comparison,
            "record": item.record,
            "lea": item.lea,
            "level": item.level,
            "information": round(item.information),
            "log_odds": round(item.weight),
        })).collect::<Vec<_>>(),
        "score": round(candidate.score),
        "probability": (candidate.probability * 1e6).round() / 1e6,
        "confidence": (candidate.confidence * 1e4).round() / 1e4,
    })
}

fn round(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

/// In the order of `flag_stage.sql`.
pub(super) fn flag_rows(records: &Known, leas: &Known, outcomes: &[&Outcome]) -> CopyText {
    let mut rows = CopyText::default();
    for outcome in outcomes {
        let name = &records.agencies[outcome.record].name;
        let mut flag = |district: Option<&Candidate>, kind: &str, severity: &str, words: String| {
            rows.display(district.map(|candidate| leas.ids[candidate.lea])).display(Some(records.ids[outcome.record]));
            rows.value(kind).value(severity).value(&words).end_row();
        };
        match &outcome.best {
            None => flag(None, "ORPHAN_STATE_RECORD", "medium", format!("no LEA of NCES is likely to be `{name}`")),
            Some(best) if outcome.lost_to.is_some() => {
                flag(
                    Some(best),
                    "DUPLICATE_MATCH",
                    "high",
                    format!("`{name}` and another record of its list claim `{}`", leas.agencies[best.lea].name),
                );
            }
            Some(best) if outcome.review.is_none() && has_other_name(best) => {
                flag(
                    Some(best),
                    "NAME_MISMATCH",
                    "medium",
                    format!("`{name}` is linked to `{}` by other evidence than the name", leas.agencies[best.lea].name),
                );
            }
            Some(_) => {}
        }
        if let Some((kind, leas_of, words)) = suspected(records, leas, outcome) {
            for lea in leas_of {
                rows.display(Some(leas.ids[lea])).display(Some(records.ids[outcome.record]));
                rows.value(kind).value("medium").value(&words).end_row();
            }
        }
    }
    rows
}

/// What may have happened to the record's district: the flag, the LEAs it is about, and both sides in words.
fn suspected(records: &Known, leas: &Known, outcome: &Outcome) -> Option<(&'static str, Vec<usize>, String)> {
    let record = |at: usize| format!("`{}`", records.agencies[at].name);
    let lea = |at: &usize| {
        let agency = &leas.agencies[*at];
        format!("`{}` ({})", agency.name, agency.nces_id.as_deref().unwrap_or("unknown"))
    };
    match outcome.change.as_ref()? {
        Change::Merger { other, lea: joined } => {
            let words = format!("{} and {} may have become {}", record(outcome.record), record(*other), lea(joined));
            Some(("MERGER_SUSPECTED", vec![*joined], words))
        }
        Change::Split { leas: parts } => {
            let named: Vec<String> = parts.iter().map(lea).collect();
            let words = format!("{} may have become {}", record(outcome.record), named.join(" and "));
            Some(("SPLIT_SUSPECTED", parts.clone(), words))
        }
    }
}

fn has_other_name(candidate: &Candidate) -> bool {
    candidate.evidence.iter().any(|item| item.comparison == "name" && item.level == "different")
}
