//! The offline model, and documents to answers on a real PostgreSQL.

mod model;
mod store;
