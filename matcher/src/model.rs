//! The weights, as data.

use serde::Deserialize;

/// The model shipped with the program.
const SHIPPED: &str = include_str!("../model.toml");

/// Weights of every comparison and the thresholds of a decision.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Name of this set of numbers.
    pub version: String,
    /// Confidence from which a link needs no person.
    pub accept: f64,
    /// Confidence below which nothing is proposed.
    pub propose: f64,
    /// Share of records without a partner.
    pub no_partner: f64,
    /// How often a true pair agrees.
    pub agree: Agreement,
    /// Levels of the proper name below agreement.
    pub name: NameWeights,
    /// Levels of the agency's kind.
    pub kind: KindWeights,
    /// Levels of numbers inside the name.
    pub number: NumberWeights,
    /// Log-odds of disagreement.
    pub differ: Disagreement,
    /// Log-odds of a county named by the LEA.
    pub county: CountyWeights,
    /// Log-odds of an LEA's status.
    pub status: StatusWeights,
}

/// Probability that a true pair agrees, per comparison.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Agreement {
    pub state_id: f64,
    pub core_name: f64,
    pub phone: f64,
    pub domain: f64,
    pub zip: f64,
    pub street: f64,
    pub city: f64,
}

/// Log-odds of the proper name's levels below agreement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NameWeights {
    pub close: f64,
    pub shares_rare: f64,
    pub different: f64,
}

/// Log-odds of the kind's levels: elementary, high, unified, charter, service.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct KindWeights {
    pub same: f64,
    pub compatible: f64,
    pub conflict: f64,
}

/// Log-odds of the numbers' levels.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NumberWeights {
    pub same: f64,
    pub one_missing: f64,
    pub conflict: f64,
}

/// Log-odds of disagreement.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct Disagreement {
    pub state_id: f64,
    pub phone: f64,
    pub domain: f64,
    pub zip: f64,
    pub street: f64,
    pub city: f64,
}

/// Log-odds of a county named by the LEA.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct CountyWeights {
    pub named: f64,
}

/// Log-odds of an LEA's status.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct StatusWeights {
    pub closed: f64,
}

/// A model that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("Failed to read the matching model")]
pub struct ModelError(#[from] toml::de::Error);

impl Model {
    /// The model shipped with the program.
    pub fn shipped() -> Result<Self, ModelError> {
        Self::parse(SHIPPED)
    }

    /// A model from its text.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        Ok(toml::from_str(text)?)
    }
}
