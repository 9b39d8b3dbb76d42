//! The schema, its runner and the local server, on a real PostgreSQL.

mod data;
mod generate;
mod history;
mod hosted;
mod lint;
mod lock;
mod recipes;
mod runner;
mod schema;
mod server;
mod verify;
