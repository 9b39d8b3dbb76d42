//! A model behind an address: OpenAI's `/embeddings`, and what others made in its likeness.

mod answer;
mod pace;
mod pack;
mod ramp;
mod refusal;

use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

pub use pace::Limits;
pub(crate) use pack::Input;

use crate::EmbedError;
use crate::chunk::count_tokens;
use crate::model::Answer;
use answer::Answered;
use pace::{Pacer, Trouble};
use pack::{Load, pack, tokens_of};
use refusal::Refusal;

/// Inputs of the first request. A process that has just begun, and may be killed again, has little to lose.
const FIRST_INPUTS: usize = 32;
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
    /// Whether more than a million tokens a minute are approached slowly; none is where the server is known to ask it.
    pub ramps: Option<bool>,
    /// How long one request may take.
    pub timeout: Duration,
    /// How long one request is tried again for.
    pub patience: Duration,
    /// Dollars for a million tokens, as far as known.
    pub price: f64,
    /// Dollars this process may spend.
    pub max_cost: Option<f64>,
}

/// Four requests of 64 chunks of 320 tokens under way are ten million tokens a minute at half a second an answer, the
/// most that any public tier allows; more under way is only more to lose when this program is killed.
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
            max_inputs: 64,
            concurrency: 4,
            limits: Limits::default(),
            ramps: None,
            timeout: Duration::from_secs(60),
            patience: Duration::from_secs(1200),
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
    /// Inputs of the next request: doubles with every answer.
    inputs: AtomicUsize,
    /// Why no further request is sent: a key that is revoked, an account that is empty.
    hopeless: OnceLock<EmbedError>,
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
        let ramps = settings.ramps.unwrap_or(host == "api.openai.com");
        let pacer = Pacer::new(settings.limits, settings.concurrency, ramps);
        let inputs = AtomicUsize::new(FIRST_INPUTS.min(settings.max_inputs));
        let (spent, billed) = (AtomicU64::new(0), AtomicU64::new(0));
        Ok(Self { client, settings, identity, pacer, spent, billed, inputs, hopeless: OnceLock::new() })
    }

    /// Provider, name, width and prefix: vectors of two identities are never compared.
    pub fn name(&self) -> &str {
        &self.identity
    }

    /// Inputs of a request, as far as this server has been seen to answer.
    pub(crate) fn texts_per_request(&self) -> usize {
        self.inputs.load(Ordering::Relaxed).max(1)
    }

    /// How many of these inputs make one request.
    pub(crate) fn fitting<'a>(&self, inputs: impl Iterator<Item = &'a Input>) -> usize {
        let mut load = Load::default();
        inputs.take_while(|input| load.takes(input, self.texts_per_request())).count()
    }

    /// Most requests under way.
    pub(crate) fn requests_at_once(&self) -> usize {
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
        let inputs = texts.iter().map(|text| Input { tokens: count_tokens(text), text: text.clone() });
        self.ask(&inputs.collect::<Vec<_>>()).await
    }

    /// As [`Http::embed`], for texts whose tokens are counted.
    pub(crate) async fn ask(&self, inputs: &[Input]) -> Result<Vec<Answer>, EmbedError> {
        let batches = pack(inputs, self.settings.max_inputs);
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
            if let Some(error) = self.hopeless.get() {
                self.pacer.went_badly(Trouble::Own, Duration::ZERO);
                return Err(error.clone());
            }
            let refusal = match self.send(inputs).await {
                Ok(answered) => {
                    let billed = answered.tokens.filter(|counted| is_likely(*counted, tokens)).unwrap_or(tokens as u64);
                    self.pacer.went_well(tokens as f64, billed as f64);
                    self.billed.fetch_add(billed, Ordering::Relaxed);
                    let grown = (2 * inputs.len()).min(self.settings.max_inputs);
                    self.inputs.fetch_max(grown, Ordering::Relaxed);
                    return Ok(Ok(answered.vectors));
                }
                Err(refusal) => refusal,
            };
            let words = match refusal {
                Refusal::TooMuch(words) => {
                    self.pacer.went_badly(Trouble::Own, Duration::ZERO);
                    return Ok(Err(words));
                }
                Refusal::Never(words, cure) => {
                    let error = self.hopeless.get_or_init(|| self.failed(&words, cure)).clone();
                    self.pacer.went_badly(Trouble::Own, Duration::ZERO);
                    return Err(error);
                }
                Refusal::Later(floor, trouble, words) => {
                    let wait = floor.unwrap_or_default().max(jittered(pause));
                    self.pacer.went_badly(trouble, wait);
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

    async fn send(&self, inputs: &[Input]) -> Result<Answered, Refusal> {
        let prefix = &self.settings.prefix;
        let texts: Vec<String> = inputs.iter().map(|input| format!("{prefix}{}", input.text)).collect();
        let mut body = json!({ "model": self.settings.name, "input": texts, "encoding_format": "base64" });
        if let Some(width) = self.settings.dimensions {
            body["dimensions"] = json!(width);
        }
        // Azure's classic addresses carry `?api-version=…`.
        let (base, query) =
            self.settings.url.split_once('?').map_or((self.settings.url.as_str(), ""), |(base, query)| (base, query));
        let mark = if query.is_empty() { "" } else { "?" };
        let url = format!("{}/embeddings{mark}{query}", base.trim_end_matches('/'));
        let broken = |error: reqwest::Error| Refusal::Later(None, Trouble::Own, format!("{}", error.without_url()));
        let response = self.client.post(url).json(&body).send().await.map_err(broken)?;
        let status = response.status();
        let headers = response.headers().clone();
        self.learn(&headers);
        let bytes = response.bytes().await.map_err(broken)?;
        if !status.is_success() {
            return Err(refusal::read(status.as_u16(), retry_after(&headers), &bytes, texts.len()));
        }
        // A broken answer may be a passing fault; patience ends it if it is not.
        answer::read(&bytes, texts.len(), self.settings.pads).map_err(|what| wrong_answer(&what))
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
        false => Refusal::Later(None, Trouble::Own, format!("the answer is wrong: {what}")),
    }
}

/// Servers with tokenizers of their own count about as we do; some count letters, which is nobody's bill.
fn is_likely(counted: u64, ours: usize) -> bool {
    (ours as u64 / 2..=2 * ours as u64).contains(&counted)
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
