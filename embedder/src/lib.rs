//! Documents into chunks, chunks into 1536-wide vectors, vectors into pgvector; the vector index;
//! search by meaning.
//!
//! * [`chunk`]: a text cut by tokens.
//! * [`model`]: text to vector.
//! * [`copy`]: rows as PostgreSQL takes them fastest.
//! * [`work`]: which documents lack vectors; [`estimate`]: what giving them some takes; [`queue`]: who gives them some; [`worker`]: giving them, restartable at
//!   any point.
//! * [`texts`]: documents' texts, however long.
//! * [`index`]: the IVFFlat index, sized from the row count.
//! * [`search`]: the nearest chunks, through the index; [`words`]: search by words, and both together; [`judge`]: how good a ranking is.

mod batch;
pub mod chunk;
pub mod copy;
mod courier;
mod cut;
mod error;
pub mod estimate;
pub mod index;
pub mod judge;
pub mod model;
pub mod queue;
pub mod search;
mod store;
pub mod texts;
pub mod words;
pub mod work;
pub mod worker;

pub use error::EmbedError;

/// Width of every stored vector.
pub const DIMENSIONS: usize = 1536;
