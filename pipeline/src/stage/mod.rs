//! The stages, in order. Each reads current tables and files and brings its own tables into line:
//! run, re-run and resume are one code path.

mod check;
mod documents;
mod embed;
mod import;
mod index;
pub(crate) mod matching;
mod migrate;
mod nces;
mod registries;
mod score;

use std::future::Future;
use std::pin::Pin;

use crate::context::{Context, StageReport};
use crate::progress::Progress;

pub use check::{StateCoverage, coverage};
pub use embed::{chunker, model};
pub use import::Import;

type Running<'a> = Pin<Box<dyn Future<Output = anyhow::Result<StageReport>> + Send + 'a>>;

/// A unit of work with a name.
pub struct Stage {
    /// As in `--only`.
    pub name: &'static str,
    /// What it does, in a line.
    pub about: &'static str,
    /// Does it.
    pub run: for<'a> fn(&'a Context<'a>, &'a Progress) -> Running<'a>,
}

macro_rules! stage {
    ($name:literal, $module:ident, $about:literal) => {
        Stage { name: $name, about: $about, run: |context, progress| Box::pin($module::run(context, progress)) }
    };
}

/// Every stage, first to last.
pub const STAGES: &[Stage] = &[
    stage!("migrate", migrate, "bring the schema up to date; always first"),
    stage!("nces", nces, "the CCD directory into districts and ccd_staff_data"),
    stage!("registries", registries, "the states' files into state_registry_districts"),
    stage!("match", matching, "state records to NCES ids, with evidence and confidence"),
    stage!("documents", documents, "documents and their text into district_documents"),
    stage!("score", score, "keyword scores per district"),
    stage!("embed", embed, "new or changed documents into vectors"),
    stage!("index", index, "the vector index, from 1,000 rows up"),
    stage!("check", check, "coverage and match rate against expectations"),
];
