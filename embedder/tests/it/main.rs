//! The offline model, and documents to answers on a real PostgreSQL.

mod faults;
mod http;
mod model;
mod server;
mod store;
mod words;
