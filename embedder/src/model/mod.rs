//! Text to vector.

mod hashing;

pub use hashing::Hashing;

use crate::{DIMENSIONS, EmbedError};

/// A model that embeds on this machine.
pub trait Model: Send + Sync {
    /// Name and version; vectors of different names are never compared.
    fn name(&self) -> &str;

    /// The vector of a text: [`DIMENSIONS`] wide, of length 1.
    fn embed(&self, text: &str) -> Vec<f32>;
}

/// The model of that name.
pub fn by_name(name: &str) -> Option<Box<dyn Model>> {
    [Hashing::NAME, "hashing"].contains(&name).then(|| Box::new(Hashing::new()) as Box<dyn Model>)
}

/// Demands what every stored vector must be: the right width, finite, not zero.
pub fn check(model: &str, vector: &[f32]) -> Result<(), EmbedError> {
    let bad = |reason: String| Err(EmbedError::BadVector { model: model.to_owned(), reason });
    if vector.len() != DIMENSIONS {
        return bad(format!("it is {} wide, and {DIMENSIONS} are needed", vector.len()));
    }
    if !vector.iter().all(|value| value.is_finite()) {
        return bad("it holds a number that is not finite".to_owned());
    }
    // pgvector stores a zero vector, and its cosine distance to anything is then not a number.
    if vector.iter().all(|value| *value == 0.0) {
        return bad("it is all zeros".to_owned());
    }
    Ok(())
}
