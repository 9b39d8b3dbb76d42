//! Text to vector: on this machine, or by a server that speaks OpenAI's language.

mod features;
mod hashing;
pub mod http;
mod lexicon;

use std::sync::Arc;

use rayon::prelude::*;

pub use hashing::Hashing;
pub use http::{Http, HttpSettings, Secret};

use crate::{DIMENSIONS, EmbedError};

/// A model that embeds on this machine.
pub trait Model: Send + Sync {
    /// Name and version; vectors of different names are never compared.
    fn name(&self) -> &str;

    /// The vector of a text: [`DIMENSIONS`] wide, of length 1.
    fn embed(&self, text: &str) -> Vec<f32>;
}

/// Any model.
#[derive(Clone)]
pub enum Embedder {
    /// On this machine.
    Local(Arc<dyn Model>),
    /// Behind an address.
    Remote(Arc<Http>),
}

/// A text's vector, or why the model refuses that text.
pub type Answer = Result<Vec<f32>, String>;

impl Embedder {
    /// The offline model.
    pub fn hashing() -> Self {
        Self::Local(Arc::new(Hashing::new()))
    }

    /// Name and version; vectors of different names are never compared.
    pub fn name(&self) -> &str {
        match self {
            Self::Local(model) => model.name(),
            Self::Remote(model) => model.name(),
        }
    }

    /// The vectors of `texts`, in their order.
    pub async fn embed(&self, texts: Vec<String>) -> Result<Vec<Answer>, EmbedError> {
        match self {
            Self::Remote(model) => model.embed(&texts).await,
            Self::Local(model) => {
                let model = Arc::clone(model);
                let work = move || texts.par_iter().map(|text| Ok(model.embed(text))).collect();
                tokio::task::spawn_blocking(work).await.map_err(|_| EmbedError::Worker)
            }
        }
    }

    /// The vector of one text that is asked with rather than stored.
    pub async fn embed_one(&self, text: &str) -> Result<Vec<f32>, EmbedError> {
        let answer = self.embed(vec![text.to_owned()]).await?.pop().unwrap_or_else(|| Err("no answer".to_owned()));
        answer.map_err(|reason| EmbedError::BadVector { model: self.name().to_owned(), reason })
    }
}

/// What every stored vector must be: the right width, finite, not zero. Says what is wrong.
pub fn fault(vector: &[f32]) -> Option<String> {
    if vector.len() != DIMENSIONS {
        return Some(format!("it is {} wide, and {DIMENSIONS} are needed", vector.len()));
    }
    if !vector.iter().all(|value| value.is_finite()) {
        return Some("it holds a number that is not finite".to_owned());
    }
    // pgvector stores a zero vector, and its cosine distance to anything is then not a number.
    vector.iter().all(|value| *value == 0.0).then(|| "it is all zeros".to_owned())
}

/// Demands that nothing is wrong with a vector.
pub fn check(model: &str, vector: &[f32]) -> Result<(), EmbedError> {
    fault(vector).map_or(Ok(()), |reason| Err(EmbedError::BadVector { model: model.to_owned(), reason }))
}
