//! Files as published, files as they should not be, and the sample.

mod documents;
mod enrichment;
mod headers;
mod hostile;
mod infer;
mod nces;
mod real;
mod registries;
mod sample;
mod texts;
