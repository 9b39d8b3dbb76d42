//! A server's answer, trusted in nothing: vectors are placed by their index, and count, order, width, finiteness and
//! length are checked before anything is stored.
//!
//! Asked for base64, some servers send floats all the same (LM Studio, Mistral, LiteLLM before Ollama); taking those
//! for base64 gives zeros a quarter as wide. Both are read by what they are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::DIMENSIONS;
use crate::model::fault;

#[derive(Deserialize)]
struct Body {
    data: Vec<Item>,
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Usage {
    total_tokens: Option<u64>,
}

/// Vectors in the order of their inputs, and the tokens that the server counted, where it says so.
#[derive(Debug)]
pub(super) struct Answered {
    pub vectors: Vec<Vec<f32>>,
    pub tokens: Option<u64>,
}

#[derive(Deserialize)]
struct Item {
    index: Option<usize>,
    embedding: Numbers,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Numbers {
    Base64(String),
    Floats(Vec<f32>),
}

/// The answer to `count` inputs, or what is wrong with it.
pub(super) fn read(body: &[u8], count: usize, pads: bool) -> Result<Answered, String> {
    let body: Body = serde_json::from_slice(body).map_err(|error| format!("it is not what was expected: {error}"))?;
    if body.data.len() != count {
        return Err(format!("it holds {} vectors for {count} inputs", body.data.len()));
    }
    let mut placed: Vec<Option<Vec<f32>>> = vec![None; count];
    for (position, item) in body.data.into_iter().enumerate() {
        let index = item.index.unwrap_or(position);
        let slot = placed.get_mut(index).ok_or_else(|| format!("index {index} of {count} inputs"))?;
        if slot.is_some() {
            return Err(format!("index {index} comes twice"));
        }
        let mut vector = match item.embedding {
            Numbers::Floats(floats) => floats,
            Numbers::Base64(text) => decode(&text)?,
        };
        if pads && vector.len() < DIMENSIONS {
            vector.resize(DIMENSIONS, 0.0);
        }
        if let Some(what) = fault(&vector) {
            return Err(format!("vector {index}: {what}"));
        }
        *slot = Some(vector);
    }
    let vectors = placed.into_iter().collect::<Option<_>>().ok_or_else(|| "an index is missing".to_owned())?;
    let tokens = body.usage.and_then(|usage| usage.total_tokens).filter(|tokens| *tokens > 0);
    Ok(Answered { vectors, tokens })
}

fn decode(text: &str) -> Result<Vec<f32>, String> {
    let bytes = STANDARD.decode(text).map_err(|error| format!("a vector is not base64: {error}"))?;
    if bytes.len() % 4 != 0 {
        return Err(format!("a vector of {} bytes is not made of floats", bytes.len()));
    }
    Ok(bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect())
}
