//! How an index is made: which method, over vectors of which precision.

use std::fmt;

use crate::DIMENSIONS;

/// As far as pgvector lets a search of a graph look.
const MOST_EF: i32 = 1000;

/// The method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Clusters: small to build, probed.
    #[default]
    IvfFlat,
    /// A graph: five times the build, fewer comparisons a search.
    Hnsw,
}

/// What the index stores of a vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Four bytes a number.
    #[default]
    Vector,
    /// Two bytes a number: half the index.
    HalfVec,
}

/// Both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Shape {
    /// The method.
    pub kind: Kind,
    /// The precision.
    pub precision: Precision,
}

impl Shape {
    /// The words of the table that keeps them.
    pub(super) fn words(self) -> (&'static str, &'static str) {
        let kind = match self.kind {
            Kind::IvfFlat => "ivfflat",
            Kind::Hnsw => "hnsw",
        };
        let precision = match self.precision {
            Precision::Vector => "vector",
            Precision::HalfVec => "halfvec",
        };
        (kind, precision)
    }

    /// Of those words.
    pub(super) fn of_words(kind: &str, precision: &str) -> Self {
        Self {
            kind: if kind == "hnsw" { Kind::Hnsw } else { Kind::IvfFlat },
            precision: if precision == "halfvec" { Precision::HalfVec } else { Precision::Vector },
        }
    }

    /// The statement that builds it under a new name.
    pub(super) fn create(self, lists: i32) -> String {
        let column = match self.precision {
            Precision::Vector => "embedding vector_cosine_ops".to_owned(),
            Precision::HalfVec => format!("(embedding::halfvec({DIMENSIONS})) halfvec_cosine_ops"),
        };
        let (kind, _) = self.words();
        let options = match self.kind {
            Kind::IvfFlat => format!("lists = {lists}"),
            // pgvector's own, which its measurements are of.
            Kind::Hnsw => "m = 16, ef_construction = 64".to_owned(),
        };
        format!(
            "create index idx_embeddings_vector_new on document_embeddings using {kind} ({column}) with ({options})"
        )
    }

    /// A statement written for full vectors, as this index takes it: the distance must be the index's own expression.
    pub(crate) fn fitted(self, statement: &str) -> String {
        match self.precision {
            Precision::Vector => statement.to_owned(),
            Precision::HalfVec => {
                let half = format!("e.embedding::halfvec({DIMENSIONS}) <=> $1::halfvec({DIMENSIONS})");
                statement.replace("e.embedding <=> $1", &half)
            }
        }
    }

    /// How far a search looks.
    pub(crate) fn depth(self, probes: i32) -> (&'static str, String) {
        match self.kind {
            Kind::IvfFlat => ("ivfflat.probes", probes.to_string()),
            Kind::Hnsw => ("hnsw.ef_search", probes.to_string()),
        }
    }

    /// The same for people: `299 lists, 17 probes`; a graph has no lists.
    pub fn depth_words(self, lists: i32, probes: i32) -> String {
        match self.kind {
            Kind::IvfFlat => format!("{lists} lists, {probes} probes"),
            Kind::Hnsw => format!("ef_search {probes}"),
        }
    }

    /// That it goes on while a filter leaves the page short.
    pub(crate) fn going_on(self, lists: i32) -> Vec<(&'static str, String)> {
        let relaxed = "relaxed_order".to_owned();
        match self.kind {
            Kind::IvfFlat => vec![("ivfflat.iterative_scan", relaxed), ("ivfflat.max_probes", lists.to_string())],
            Kind::Hnsw => vec![("hnsw.iterative_scan", relaxed)],
        }
    }

    /// As far as a search can look.
    pub(crate) fn farthest(self, lists: i32) -> i32 {
        match self.kind {
            Kind::IvfFlat => lists.max(1),
            Kind::Hnsw => MOST_EF,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.kind {
            Kind::IvfFlat => "IVFFlat",
            Kind::Hnsw => "HNSW",
        })?;
        match self.precision {
            Precision::Vector => Ok(()),
            Precision::HalfVec => out.write_str(" (halfvec)"),
        }
    }
}
