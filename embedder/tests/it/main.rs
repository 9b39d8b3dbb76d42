//! The offline model, and documents to answers on a real PostgreSQL.

mod faults;
mod http;
mod index;
mod model;
mod search;
mod server;
mod store;
mod words;
mod workers;
