//! The schema of the districts database: its history, the runner that applies it, and the local
//! PostgreSQL it runs on when nobody names another.
//!
//! * [`history`]: the versioned SQL files, in order, embedded in the binary.
//! * [`runner`]: applies and reverts them under a polled advisory lock.
//! * [`local`]: finds or installs PostgreSQL with pgvector, and owns a server.
//! * [`testing`]: one database per test, cloned from a template migrated once.

pub mod history;
pub mod local;
pub mod runner;
pub mod testing;
