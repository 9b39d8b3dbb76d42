//! What a server means when it does not answer with vectors: try again, cut the batch, or stop.

use std::time::Duration;

use serde::Deserialize;

use super::pace::Trouble;

/// What to do about a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Try again, not before this has passed.
    Later(Option<Duration>, Trouble, String),
    /// Too much at once, or one input too long: cut it in half.
    TooMuch(String),
    /// No retry will help: words and cure.
    Never(String, &'static str),
}

#[derive(Deserialize)]
struct Body {
    error: Option<Detail>,
    message: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Detail {
    Words(String),
    Parts { message: Option<String>, r#type: Option<String>, code: Option<serde_json::Value> },
}

/// 429s that ask for a person: retrying them only burns the night. Codes as public code bases agree on them.
const BILLING: &[&str] = &[
    "insufficient_quota",
    "credit_balance_exhausted",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
    "billing_hard_limit_reached",
];
const TOO_LONG: &[&str] = &["max_tokens_per_request", "context_length_exceeded", "string_above_max_length"];

/// Reads a refusal of a request of so many `inputs` by status, code and words.
pub(super) fn read(status: u16, retry_after: Option<Duration>, body: &[u8], inputs: usize) -> Refusal {
    let (words, code) = said(body);
    let words = format!("HTTP {status}: {}", if words.is_empty() { "no reason given" } else { &words });
    let speaks_of_length = TOO_LONG.contains(&code.as_str())
        || ["maximum context length", "too long", "max_tokens", "must have less than", "input length"]
            .iter()
            .any(|part| words.to_lowercase().contains(part));
    match status {
        _ if BILLING.contains(&code.as_str()) => {
            Refusal::Never(words, "the account is out of credit or over its limit: pay or raise it, then run again")
        }
        401 | 403 => Refusal::Never(words, "is the key right, and may it use this model? see `[embed] key_env`"),
        404 => Refusal::Never(words, "are `[embed] url` and `name` right?"),
        413 => Refusal::TooMuch(words),
        400 | 422 if speaks_of_length => Refusal::TooMuch(words),
        // Servers with a small limit of inputs a request say so with 422; halving finds it. A single input that is
        // refused without a word about its length is a request the server does not understand.
        422 if inputs > 1 => Refusal::TooMuch(words),
        429 | 503 if code == "slow_down" => Refusal::Later(retry_after, Trouble::SlowDown, words),
        429 | 503 => Refusal::Later(retry_after, Trouble::Throttled, words),
        408 | 409 | 425 | 500..=599 => Refusal::Later(retry_after, Trouble::Own, words),
        _ => Refusal::Never(words, "the server refuses the request as such: check `[embed]` against its documentation"),
    }
}

fn said(body: &[u8]) -> (String, String) {
    let text = |code: serde_json::Value| code.as_str().map_or_else(|| code.to_string(), str::to_owned);
    match serde_json::from_slice::<Body>(body) {
        Ok(Body { error: Some(Detail::Words(words)), .. }) => (words, String::new()),
        Ok(Body { error: Some(Detail::Parts { message, r#type, code }), .. }) => {
            let code = code.map(text).filter(|code| code != "null");
            let is_billing = r#type.as_deref().is_some_and(|kind| BILLING.contains(&kind));
            let code = if is_billing { r#type } else { code.or(r#type) };
            (message.unwrap_or_default(), code.unwrap_or_default())
        }
        Ok(Body { message, .. }) => (message.unwrap_or_default(), String::new()),
        Err(_) => (String::from_utf8_lossy(&body[..body.len().min(200)]).trim().to_owned(), String::new()),
    }
}
