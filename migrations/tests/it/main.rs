//! The schema, its runner and the local server, on a real PostgreSQL.

mod history;
mod lint;
mod lock;
mod schema;
mod server;
mod verify;
