//! The sample knows the truth: how many links are right, wrong and missing.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context as _;
use serde::Serialize;
use sqlx::PgPool;

/// Links against the truth.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Truth {
    /// Links without review that are right.
    pub right: usize,
    /// Links without review that are wrong.
    pub wrong: usize,
    /// Records that have an LEA and no link: in review or without a candidate.
    pub missing: usize,
    /// Records without an LEA that have no link, as it should be.
    pub rightly_none: usize,
}

impl Truth {
    /// Share of the links that are right.
    pub fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong).max(1) as f64
    }

    /// Share of the records with an LEA that are linked to it.
    pub fn recall(&self) -> f64 {
        self.right as f64 / (self.right + self.wrong + self.missing).max(1) as f64
    }
}

/// Compares the links with `truth.csv` of a sample folder.
pub async fn against_truth(pool: &PgPool, folder: &Path) -> anyhow::Result<Truth> {
    let path = folder.join("truth.csv");
    let text = std::fs::read_to_string(&path).with_context(|| format!("Failed to open `{}`", path.display()))?;
    let linked: Vec<(String, String, String)> =
        sqlx::query_as(include_str!("../sql/links.sql")).fetch_all(pool).await?;
    let linked: HashMap<(&str, &str), &str> =
        linked.iter().map(|(source, id, nces_id)| ((source.as_str(), id.as_str()), nces_id.as_str())).collect();
    let mut truth = Truth::default();
    for line in text.lines().skip(1) {
        let mut cells = line.split(',');
        let (Some(source), Some(id), Some(expected)) = (cells.next(), cells.next(), cells.next()) else { continue };
        match (linked.get(&(source, id)), expected) {
            (Some(found), expected) if *found == expected => truth.right += 1,
            (Some(_), _) => truth.wrong += 1,
            (None, "") => truth.rightly_none += 1,
            (None, _) => truth.missing += 1,
        }
    }
    Ok(truth)
}
