//! A server that speaks OpenAI's embeddings API and can be told to misbehave.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use base64::Engine as _;
use embedder::DIMENSIONS;
use serde_json::{Value, json};

/// What the next request gets.
#[derive(Debug, Clone)]
pub enum Trick {
    Status(u16, Value, Vec<(&'static str, &'static str)>),
    Raw(&'static str),
    Floats,
    Backwards,
    Shorter,
    Width(usize),
    Zeros,
    NotANumber,
    /// The connection ends within the body.
    CutShort,
    /// No answer for so long.
    Stalled(Duration),
    TwiceTheSameIndex,
}

#[derive(Debug, Default)]
pub struct Seen {
    pub requests: usize,
    /// How often each text was answered.
    pub answered: BTreeMap<String, usize>,
    pub keys: Vec<String>,
    pub queries: Vec<String>,
    pub tricks: VecDeque<Trick>,
    /// A text with this word is refused as too long.
    pub poison: Option<&'static str>,
    pub most_inputs: usize,
    /// How long every answer takes.
    pub latency: Duration,
    /// Tokens a minute, from a bucket that holds a minute's; a token is four bytes.
    pub tokens_per_minute: Option<f64>,
    /// What is left of them, and when that was known.
    pub left: Option<(f64, Instant)>,
    /// Until when everything is refused with 429, and with which Retry-After.
    pub storm: Option<(Instant, Option<&'static str>)>,
    /// Requests that were refused for the limit.
    pub throttled: usize,
}

impl Seen {
    /// Takes so many tokens out of the bucket; false when it does not hold them.
    fn allows(&mut self, tokens: f64) -> bool {
        let Some(rate) = self.tokens_per_minute else { return true };
        // It begins with a second's worth, so that what a run takes is the limit's doing.
        let (left, since) = self.left.unwrap_or((rate / 60.0, Instant::now()));
        let now = left + since.elapsed().as_secs_f64() * rate / 60.0;
        let is_enough = now >= tokens;
        self.left = Some((if is_enough { now - tokens } else { now }, Instant::now()));
        is_enough
    }
}

pub type Shared = Arc<Mutex<Seen>>;

/// Starts it on a port of its own; it ends with the runtime.
pub async fn start() -> (String, Shared) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let shared = Shared::default();
    let app = Router::new().route("/v1/embeddings", post(embeddings)).with_state(Arc::clone(&shared));
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    (format!("http://{address}/v1"), shared)
}

/// A vector that depends on the text alone.
pub fn vector_of(text: &str) -> Vec<f32> {
    let seed = text.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
    (0..DIMENSIONS as u32)
        .map(|at| ((seed.wrapping_add(at.wrapping_mul(2_654_435_761)) >> 8) % 1000) as f32 / 1000.0 + 0.001)
        .collect()
}

async fn embeddings(
    State(shared): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Response {
    let stalled = match shared.lock().unwrap().tricks.front() {
        Some(Trick::Stalled(time)) => Some(*time),
        _ => None,
    };
    if let Some(time) = stalled {
        shared.lock().unwrap().tricks.pop_front();
        tokio::time::sleep(time).await;
    }
    let latency = shared.lock().unwrap().latency;
    let answer = answer(&shared, query, &headers, &body);
    tokio::time::sleep(latency).await;
    answer
}

fn answer(shared: &Shared, query: Option<String>, headers: &HeaderMap, body: &Value) -> Response {
    let inputs: Vec<String> = serde_json::from_value(body["input"].clone()).unwrap();
    let mut seen = shared.lock().unwrap();
    seen.requests += 1;
    let key = headers.get("authorization").or_else(|| headers.get("api-key"));
    let key = key.map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    seen.keys.push(key);
    seen.queries.extend(query);
    if seen.most_inputs > 0 && inputs.len() > seen.most_inputs {
        return (
            StatusCode::UNPROCESSABLE_ENTITY,
            Json(json!({ "message": "batch size too large", "code": 422, "type": "Validation" })),
        )
            .into_response();
    }
    if seen.poison.is_some_and(|word| inputs.iter().any(|text| text.contains(word))) {
        let error = json!({ "error": { "message": "This model's maximum context length is 8192 tokens", "type": "invalid_request_error", "param": null, "code": null } });
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    }
    if let Some((_, after)) = seen.storm.filter(|(until, _)| Instant::now() < *until) {
        seen.throttled += 1;
        let mut answer = (StatusCode::TOO_MANY_REQUESTS, Json(json!({}))).into_response();
        after.into_iter().for_each(|value| drop(answer.headers_mut().insert("retry-after", value.parse().unwrap())));
        return answer;
    }
    let tokens = inputs.iter().map(|text| text.len() as f64 / 4.0).sum();
    if !seen.allows(tokens) {
        seen.throttled += 1;
        let error =
            json!({ "error": { "message": "Rate limit reached", "type": "tokens", "code": "rate_limit_exceeded" } });
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")], Json(error)).into_response();
    }
    let trick = seen.tricks.pop_front();
    let mut data: Vec<Value> = inputs
        .iter()
        .enumerate()
        .map(|(index, text)| item(index, &vector_of(text), !matches!(trick, Some(Trick::Floats))))
        .collect();
    match trick {
        Some(Trick::Status(status, body, extra)) => {
            let mut answer = (StatusCode::from_u16(status).unwrap(), Json(body)).into_response();
            extra.into_iter().for_each(|(name, value)| drop(answer.headers_mut().insert(name, value.parse().unwrap())));
            return answer;
        }
        Some(Trick::Raw(text)) => return text.into_response(),
        Some(Trick::CutShort) => {
            let parts = [Ok("{\"data\": [{\"emb"), Err(std::io::Error::other("cut short"))];
            return Body::from_stream(futures_util::stream::iter(parts)).into_response();
        }
        Some(Trick::NotANumber) => data[0] = item(0, &[f32::NAN; DIMENSIONS], true),
        Some(Trick::Backwards) => data.reverse(),
        Some(Trick::Shorter) => drop(data.pop()),
        Some(Trick::Width(width)) => {
            data = (0..inputs.len()).map(|index| item(index, &vec![0.5; width], true)).collect()
        }
        Some(Trick::Zeros) => data = (0..inputs.len()).map(|index| item(index, &[0.0; DIMENSIONS], true)).collect(),
        Some(Trick::TwiceTheSameIndex) => data.iter_mut().for_each(|item| item["index"] = json!(0)),
        Some(Trick::Floats | Trick::Stalled(_)) | None => {}
    }
    // Billed when it is accepted, long before the answer has arrived.
    inputs.into_iter().for_each(|text| *seen.answered.entry(text).or_default() += 1);
    let usage = json!({ "prompt_tokens": tokens as u64, "total_tokens": tokens as u64 });
    Json(json!({ "object": "list", "data": data, "model": body["model"], "usage": usage })).into_response()
}

fn item(index: usize, vector: &[f32], encodes: bool) -> Value {
    let bytes: Vec<u8> = vector.iter().flat_map(|value| value.to_le_bytes()).collect();
    let numbers = match encodes {
        true => json!(base64::engine::general_purpose::STANDARD.encode(bytes)),
        false => json!(vector),
    };
    json!({ "object": "embedding", "index": index, "embedding": numbers })
}
