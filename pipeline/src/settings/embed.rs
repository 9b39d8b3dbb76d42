//! `[embed]`: which model, how it is asked, how documents are cut.

use std::path::PathBuf;

use embedder::model::HttpSettings;
use serde::Deserialize;

use crate::fault::Fault;

/// `[embed]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmbedSettings {
    /// `hashing`, or `http` for a server.
    pub model: String,
    /// Most tokens of a chunk.
    pub chunk_tokens: usize,
    /// Tokens repeated from the chunk before.
    pub overlap_tokens: usize,
    /// Workers at a time.
    pub workers: usize,
    /// The server's base address.
    pub url: Option<String>,
    /// The model's name there.
    pub name: Option<String>,
    /// The environment variable that holds the key.
    pub key_env: Option<String>,
    /// The file that holds the key.
    pub key_file: Option<PathBuf>,
    /// The header that carries the key bare, such as Azure's `api-key`.
    pub key_header: Option<String>,
    /// Sent as `dimensions`.
    pub dimensions: Option<usize>,
    /// Put in front of every text.
    pub prefix: String,
    /// Whether narrower vectors are filled with zeros.
    pub pad: bool,
    /// Most inputs of a request.
    pub max_inputs: usize,
    /// Most requests under way.
    pub concurrency: usize,
    /// What the server allows.
    pub requests_per_minute: Option<f64>,
    /// What the server allows.
    pub tokens_per_minute: Option<f64>,
    /// Whether more than a million tokens a minute are approached slowly.
    pub ramp: Option<bool>,
    /// How long one request may take.
    pub timeout_seconds: u64,
    /// How long one request is tried again for.
    pub patience_seconds: u64,
    /// Dollars for a million tokens.
    pub price_per_million: f64,
    /// Dollars a run may spend.
    pub max_cost: Option<f64>,
}

impl Default for EmbedSettings {
    fn default() -> Self {
        let http = HttpSettings::default();
        Self {
            model: "hashing".to_owned(),
            chunk_tokens: 320,
            overlap_tokens: 40,
            workers: 1,
            url: None,
            name: None,
            key_env: None,
            key_file: None,
            key_header: None,
            dimensions: None,
            prefix: http.prefix,
            pad: http.pads,
            max_inputs: http.max_inputs,
            concurrency: http.concurrency,
            requests_per_minute: None,
            tokens_per_minute: None,
            ramp: None,
            timeout_seconds: http.timeout.as_secs(),
            patience_seconds: http.patience.as_secs(),
            price_per_million: http.price,
            max_cost: None,
        }
    }
}

impl EmbedSettings {
    pub(super) fn check(&self) -> Result<(), Fault> {
        const LEAST_TOKENS: usize = 64;
        const MOST_TOKENS: usize = 8_000;
        if !(LEAST_TOKENS..=MOST_TOKENS).contains(&self.chunk_tokens) || self.overlap_tokens * 2 > self.chunk_tokens {
            let message = format!(
                "Failed to accept `[embed]`: chunk_tokens = {}, overlap_tokens = {}",
                self.chunk_tokens, self.overlap_tokens
            );
            return Err(Fault::new(
                message,
                format!("chunk_tokens is {LEAST_TOKENS} to {MOST_TOKENS}, overlap_tokens at most half of it"),
            ));
        }
        const MOST_WORKERS: usize = 64;
        if !(1..=MOST_WORKERS).contains(&self.workers) || self.max_inputs == 0 || self.concurrency == 0 {
            let message = format!(
                "Failed to accept `[embed]`: workers = {}, max_inputs = {}, concurrency = {}",
                self.workers, self.max_inputs, self.concurrency
            );
            return Err(Fault::new(message, format!("at least 1 of each; at most {MOST_WORKERS} workers")));
        }
        Ok(())
    }
}
