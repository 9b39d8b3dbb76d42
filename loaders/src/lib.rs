//! Files into typed records: the federal NCES files, the states' registries, the districts'
//! documents; and the sample, which writes the same formats with a known truth.
//!
//! Nothing here knows PostgreSQL, a network or how records are matched.
//!
//! * [`address`]: a street address in its parts.
//! * [`source`]: bytes from disk, what they really are, their checksum.
//! * [`table`]: rows of text cells, whatever format they came in.
//! * [`nces`]: the Common Core of Data (CCD) directory of LEAs.
//! * [`registry`]: a state's file, read by its declaration.
//! * [`decisions`]: what a person decided, in a table.
//! * [`labelled`]: names with their NCES id, to hold linkage against.
//! * [`document`]: documents with their text.
//! * [`sheet`]: a table written for people.
//! * [`sample`]: deterministic files of any scale.

pub mod address;
pub mod decisions;
pub mod document;
pub mod fault;
pub mod labelled;
pub mod nces;
pub mod registry;
pub mod sample;
pub mod sheet;
pub mod source;
mod states;
pub mod table;
mod xml;

pub use fault::{BadRow, LoadError};
