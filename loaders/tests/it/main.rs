//! Files as published, files as they should not be, and the sample.

mod documents;
mod enrichment;
mod formats;
mod headers;
mod hostile;
mod id_rules;
mod infer;
mod nces;
mod pages;
mod real;
mod registries;
mod sample;
mod speakers;
mod texts;
mod webpages;
