//! A model behind an address: OpenAI's `/embeddings`, and what others made in its likeness.

mod answer;
mod pace;
mod refusal;

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

pub use pace::Limits;

use crate::EmbedError;
use crate::chunk::count_tokens;
use crate::model::Answer;
use pace::Pacer;
use refusal::Refusal;

/// Tokens of all inputs of a request, and bytes by four: 300,000 is the servers' limit, a tenth is kept free.
const REQUEST_TOKENS: usize = 270_000;
/// The first pause after a refusal without Retry-After; it doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A key that neither `Debug` nor an error shows.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes the key.
    pub fn new(key: &str) -> Self {
        Self(key.trim().to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// How a server is spoken to.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// The base address; `/embeddings` is added.
    pub url: String,
    /// The model's name there.
    pub name: String,
    /// The key, where one is needed.
    pub key: Option<Secret>,
    /// The header that carries the key bare, such as Azure's `api-key`; none is `Authorization: Bearer …`.
    pub key_header: Option<String>,
    /// Sent as `dimensions`, to models that can be cut.
    pub dimensions: Option<usize>,
    /// Put in front of every text, for models that want it.
    pub prefix: String,
    /// Whether narrower vectors are filled with zeros.
    pub pads: bool,
    /// Most inputs of a request.
    pub max_inputs: usize,
    /// Most requests under way.
    pub concurrency: usize,
    /// What a minute allows.
    pub limits: Limits,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long one request is tried again for.
    pub patience: Duration,
    /// Dollars for a million tokens, as far as known.
    pub price: f64,
    /// Dollars this process may spend.
    pub max_cost: Option<f64>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            name: String::new(),
            key: None,
            key_header: None,
            dimensions: None,
            prefix: String::new(),
            pads: false,
            max_inputs: 256,
            concurrency: 8,
            limits: Limits::default(),
            timeout: Duration::from_secs(60),
            patience: Duration::from_secs(600),
            price: 0.0,
            max_cost: None,
        }
    }
}

/// The model.
#[derive(Debug)]
pub struct Http {
    client: reqwest::Client,
    settings: HttpSettings,
    identity: String,
    pacer: Pacer,
    /// Millionths of a dollar reserved so far.
    spent: AtomicU64,
    /// Tokens sent in requests that were answered.
    billed: AtomicU64,
}

impl Http {
    /// Prepares the client; nothing is sent yet.
    pub fn new(settings: HttpSettings) -> Result<Self, EmbedError> {
        let wrong = |message: String, hint: &str| EmbedError::Server { message, hint: hint.to_owned() };
        let url = reqwest::Url::parse(&settings.url).map_err(|error| {
            wrong(format!("Failed to use `[embed] url`: {error}"), "such as https://api.openai.com/v1")
        })?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let is_near = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if settings.key.is_some() && url.scheme() == "http" && !is_near {
            return Err(wrong(
                format!("Failed to use `[embed] url`: the key would go to {host} in the open"),
                "use https, or leave the key out",
            ));
        }
        let mut headers = HeaderMap::new();
        if let Some(Secret(key)) = &settings.key {
            let (name, text) = match &settings.key_header {
                None => (AUTHORIZATION, format!("Bearer {key}")),
                Some(name) => {
                    let unfit = |_| {
                        wrong(format!("Failed to use `[embed] key_header`: `{name}` is no header"), "such as api-key")
                    };
                    (HeaderName::from_bytes(name.as_bytes()).map_err(unfit)?, key.clone())
                }
            };
            let mut value = HeaderValue::from_str(&text).map_err(|_| {
                wrong("Failed to use the key: it has letters no header takes".to_owned(), "copy it again")
            })?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        // A redirect would carry the texts, and the key, somewhere else.
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| wrong(format!("Failed to prepare the HTTP client: {error}"), "is TLS set up?"))?;
        let width = settings.dimensions.map_or(String::new(), |width| format!("@{width}"));
        let prefix = if settings.prefix.is_empty() { String::new() } else { format!(" prefix={:?}", settings.prefix) };
        let identity = format!("http:{}{width}{prefix}", settings.name);
        let pacer = Pacer::new(settings.limits, settings.concurrency);
        Ok(Self { client, settings, identity, pacer, spent: AtomicU64::new(0), billed: AtomicU64::new(0) })
    }

    /// Provider, name, width and prefix: vectors of two identities are never compared.
    pub fn name(&self) -> &str {
        &self.identity
    }

    /// Most inputs of a request.
    pub fn texts_per_request(&self) -> usize {
        self.settings.max_inputs.max(1)
    }

    /// Most requests under way.
    pub fn requests_at_once(&self) -> usize {
        self.settings.concurrency.max(1)
    }

    /// Tokens sent in requests that were answered.
    pub fn billed_tokens(&self) -> u64 {
        self.billed.load(Ordering::Relaxed)
    }

    /// Dollars for so many tokens.
    pub fn cost(&self, tokens: u64) -> f64 {
        tokens as f64 * self.settings.price / 1e6
    }

    /// Minutes that the limits ask for at least, when there are limits.
    pub fn minutes(&self, tokens: u64) -> Option<f64> {
        self.settings.limits.tokens.map(|rate| tokens as f64 / rate)
    }

    /// The vectors of `texts` in their order; a text that the server refuses gets its reason.
    pub async fn embed(&self, texts: &[String]) -> Result<Vec<Answer>, EmbedError> {
        let inputs: Vec<Input> = texts.iter().map(|text| Input::new(&self.settings.prefix, text)).collect();
        let batches = pack(&inputs, self.settings.max_inputs);
        // The pacer says how many go at once.
        let answers = try_join_all(batches.iter().map(|batch| self.batch(batch))).await?;
        Ok(answers.into_iter().flatten().collect())
    }

    /// One batch; cut in half as often as it is too much, down to the guilty input.
    async fn batch(&self, inputs: &[Input]) -> Result<Vec<Answer>, EmbedError> {
        let mut answers = Vec::with_capacity(inputs.len());
        let mut waiting = vec![inputs];
        while let Some(part) = waiting.pop() {
            let price = self.reserve(part)?;
            let outcome = self.request(part).await;
            if !matches!(outcome, Ok(Ok(_))) {
                // Nothing is billed for what is refused.
                self.spent.fetch_sub(price, Ordering::Relaxed);
            }
            match outcome? {
                Ok(vectors) => answers.extend(vectors.into_iter().map(Ok)),
                Err(reason) if part.len() == 1 => answers.push(Err(reason)),
                Err(_) => {
                    let (left, right) = part.split_at(part.len() / 2);
                    waiting.extend([right, left]);
                }
            }
        }
        Ok(answers)
    }

    /// One request, tried until it is answered, refused for its size (`Ok(Err)`), or hopeless.
    async fn request(&self, inputs: &[Input]) -> Result<Result<Vec<Vec<f32>>, String>, EmbedError> {
        let tokens = tokens_of(inputs);
        let (started, mut pause) = (Instant::now(), FIRST_PAUSE);
        loop {
            self.pacer.admit(tokens as f64).await;
            let refusal = match self.send(inputs).await {
                Ok(vectors) => {
                    self.pacer.went_well();
                    self.billed.fetch_add(tokens as u64, Ordering::Relaxed);
                    return Ok(Ok(vectors));
                }
                Err(refusal) => refusal,
            };
            let words = match refusal {
                Refusal::TooMuch(words) => {
                    self.pacer.went_badly(false, Duration::ZERO);
                    return Ok(Err(words));
                }
                Refusal::Never(words, cure) => {
                    self.pacer.went_badly(false, Duration::ZERO);
                    return Err(self.failed(&words, cure));
                }
                Refusal::Later(floor, words) => {
                    let wait = floor.unwrap_or_default().max(jittered(pause));
                    self.pacer.went_badly(words.starts_with("HTTP 429") || words.starts_with("HTTP 503"), wait);
                    if started.elapsed() + wait > self.settings.patience {
                        return Err(self.failed(
                            &words,
                            "the server did not come back in time; what it answered is kept: run again later",
                        ));
                    }
                    tokio::time::sleep(wait).await;
                    words
                }
            };
            tracing::debug!(words, "embedding request tried again");
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    async fn send(&self, inputs: &[Input]) -> Result<Vec<Vec<f32>>, Refusal> {
        let texts: Vec<&str> = inputs.iter().map(|input| input.text.as_str()).collect();
        let mut body = json!({ "model": self.settings.name, "input": texts, "encoding_format": "base64" });
        if let Some(width) = self.settings.dimensions {
            body["dimensions"] = json!(width);
        }
        // Azure's classic addresses carry `?api-version=…`.
        let (base, query) =
            self.settings.url.split_once('?').map_or((self.settings.url.as_str(), ""), |(base, query)| (base, query));
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{}/embeddings{mark}{query}", base.trim_end_matches('/'));
        let broken = |error: reqwest::Error| Refusal::Later(None, format!("{}", error.without_url()));
        let response = self.client.post(url).json(&body).send().await.map_err(broken)?;
        let status = response.status();
        let headers = response.headers().clone();
        self.learn(&headers);
        let bytes = response.bytes().await.map_err(broken)?;
        if !status.is_success() {
            return Err(refusal::read(status.as_u16(), retry_after(&headers), &bytes, texts.len()));
        }
        // A broken answer may be a passing fault; patience ends it if it is not.
        answer::vectors(&bytes, texts.len(), self.settings.pads).map_err(|what| wrong_answer(&what))
    }

    fn learn(&self, headers: &HeaderMap) {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.parse::<f64>().ok().filter(|value| *value >= 0.0);
        let limit = |name: &str| number(name).filter(|value| *value > 0.0);
        self.pacer.learn(
            Limits { requests: limit("x-ratelimit-limit-requests"), tokens: limit("x-ratelimit-limit-tokens") },
            Limits {
                requests: number("x-ratelimit-remaining-requests"),
                tokens: number("x-ratelimit-remaining-tokens"),
            },
        );
    }

    /// The cost of a request is set aside before it is sent: millionths of a dollar.
    fn reserve(&self, inputs: &[Input]) -> Result<u64, EmbedError> {
        let price = (self.cost(tokens_of(inputs) as u64) * 1e6).ceil() as u64;
        let before = self.spent.fetch_add(price, Ordering::Relaxed);
        match self.settings.max_cost {
            Some(most) if (before + price) as f64 / 1e6 > most => {
                self.spent.fetch_sub(price, Ordering::Relaxed);
                Err(EmbedError::Server {
                    message: format!("Stopped before the cost of this run passes ${most}"),
                    hint: "what was paid for is stored; raise `[embed] max_cost`, or run again another day".to_owned(),
                })
            }
            _ => Ok(price),
        }
    }

    fn failed(&self, words: &str, hint: &str) -> EmbedError {
        EmbedError::Server {
            message: format!("Failed to embed with {}: {words}", self.identity),
            hint: hint.to_owned(),
        }
    }
}

/// A width that is wrong once is wrong always; anything else may pass.
fn wrong_answer(what: &str) -> Refusal {
    match what.contains(" wide, and ") {
        true => Refusal::Never(
            format!("the answer is wrong: {what}"),
            "set `dimensions` to what is needed where the model can be cut, or `pad = true` for a narrower one",
        ),
        false => Refusal::Later(None, format!("the answer is wrong: {what}")),
    }
}

/// A text as it is sent, counted once.
struct Input {
    text: String,
    tokens: usize,
}

impl Input {
    fn new(prefix: &str, text: &str) -> Self {
        let text = format!("{prefix}{text}");
        Self { tokens: count_tokens(&text), text }
    }
}

fn tokens_of(inputs: &[Input]) -> usize {
    inputs.iter().map(|input| input.tokens).sum()
}

/// Batches bounded in inputs, tokens and bytes.
fn pack(inputs: &[Input], max_inputs: usize) -> Vec<&[Input]> {
    let mut batches = Vec::new();
    let (mut start, mut tokens, mut bytes) = (0, 0, 0);
    for (index, input) in inputs.iter().enumerate() {
        let is_full = index - start >= max_inputs.max(1)
            || tokens + input.tokens > REQUEST_TOKENS
            || (bytes + input.text.len()) / 4 > REQUEST_TOKENS;
        if is_full && index > start {
            batches.push(&inputs[start..index]);
            (start, tokens, bytes) = (index, 0, 0);
        }
        tokens += input.tokens;
        bytes += input.text.len();
    }
    if start < inputs.len() {
        batches.push(&inputs[start..]);
    }
    batches
}

/// Seconds, as OpenAI sends them; milliseconds where a server is that exact.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| {
        headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok().filter(|value| (0.0..1e6).contains(value))
    };
    number("retry-after-ms").map(|value| value / 1000.0).or_else(|| number("retry-after")).map(Duration::from_secs_f64)
}

/// Between half and the whole, so that those refused together do not come back together.
fn jittered(pause: Duration) -> Duration {
    let nanos = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |age| age.subsec_nanos());
    pause.mul_f64(0.5 + f64::from(nanos % 1000) / 2000.0)
}
