//! The schema of the districts database: its history, the runner that applies it, and the local
//! PostgreSQL it runs on when nobody names another.
//!
//! * [`history`]: the versioned SQL files, in order, embedded in the binary.
//! * [`verify`]: what a stranger sees, and what is broken. [`drift`]: what is not as the history made it, by a [`shadow`].
//! * [`generate`]: from the declared [`schema`] to proved migration files.
//! * [`lint`]: what is wrong with a migration, before it meets a database.
//! * [`data`]: rows rather than tables, by PostgreSQL schema, in batches, with their way back.
//! * [`runner`]: applies and reverts them under a polled advisory lock.
//! * [`session`]: a connection with the settings it asks for.
//! * [`seed`]: a few rows in every layer, for databases that nobody depends on.
//! * [`local`]: finds or installs PostgreSQL with pgvector, and owns a server.
//! * [`testing`]: one database per test, cloned from a template migrated once.

pub mod backup;
mod beside;
pub mod data;
pub mod drift;
pub mod generate;
pub mod history;
pub mod lint;
pub mod local;
mod program;
pub mod runner;
pub mod schema;
pub mod seed;
pub mod session;
pub mod shadow;
pub mod testing;
pub mod verify;
