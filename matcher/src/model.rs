//! The weights, as data.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::calibration::Calibration;
use crate::comparison::Finding;
use crate::comparison::level::LEVELS;

/// The model shipped with the program.
const SHIPPED: &str = include_str!("../model.toml");

/// What a level adds to the log-odds: `base + slope × information`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// Log-odds however common the value is.
    pub base: f64,
    /// Log-odds per unit of information (natural logarithm).
    pub slope: f64,
}

/// Weights of every level, and the thresholds of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Name of this set of numbers.
    pub version: String,
    /// Uncalibrated probability from which a link needs no person.
    pub accept: f64,
    /// Calibrated confidence below which nothing is proposed.
    pub propose: f64,
    /// Log-odds of a pair before any finding.
    pub bias: f64,
    /// Of each level, in the order of the list of levels.
    weights: Vec<Weight>,
    /// From competition's probability to the share that is right.
    pub calibration: Calibration,
}

/// The file's form.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    accept: f64,
    propose: f64,
    bias: f64,
    weights: BTreeMap<String, Weight>,
    calibration: Calibration,
}

/// A model that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// The text is no model.
    #[error("Failed to read the matching model")]
    Toml(#[from] toml::de::Error),
    /// A weight is missing or of no level.
    #[error("Failed to read the matching model: {0}")]
    Levels(String),
    /// It cannot be written.
    #[error("Failed to write the matching model")]
    Write(#[from] toml::ser::Error),
}

impl ModelError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Levels(_) => Some(
                "it was trained for another version of this program: train it again with `districts model train`, or use the model that is shipped"
                    .to_owned(),
            ),
            Self::Toml(_) => Some("`districts model train` writes such a file, `districts model show` the one in use".to_owned()),
            Self::Write(_) => None,
        }
    }
}

impl Model {
    /// The model shipped with the program.
    pub fn shipped() -> Result<Self, ModelError> {
        Self::parse(SHIPPED)
    }

    /// A model from its text.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let mut file: File = toml::from_str(text)?;
        let weight = |key: String| file.weights.remove(&key).ok_or(key);
        let weights: Vec<Weight> = LEVELS
            .iter()
            .map(crate::comparison::Level::key)
            .map(weight)
            .collect::<Result<_, _>>()
            .map_err(|key| ModelError::Levels(format!("the level `{key}` has no weight")))?;
        if let Some(unknown) = file.weights.keys().next() {
            return Err(ModelError::Levels(format!("`{unknown}` is no level of any comparison")));
        }
        Ok(Self {
            version: file.version,
            accept: file.accept,
            propose: file.propose,
            bias: file.bias,
            weights,
            calibration: file.calibration,
        })
    }

    /// The model's text.
    pub fn to_toml(&self) -> Result<String, ModelError> {
        let weights = LEVELS.iter().zip(&self.weights).map(|(level, weight)| (level.key(), *weight)).collect();
        Ok(toml::to_string(&File {
            version: self.version.clone(),
            accept: self.accept,
            propose: self.propose,
            bias: self.bias,
            weights,
            calibration: self.calibration.clone(),
        })?)
    }

    /// A model from numbers: the bias, then base and slope of each level.
    pub(crate) fn of_parameters(parameters: &[f64]) -> Self {
        let weights = parameters[1..].chunks_exact(2).map(|pair| Weight { base: pair[0], slope: pair[1] }).collect();
        Self {
            version: "unnamed".to_owned(),
            accept: 0.95,
            propose: 0.3,
            bias: parameters[0],
            weights,
            calibration: Calibration::identity(),
        }
    }

    /// Log-odds of one finding.
    pub(crate) fn weight(&self, finding: &Finding) -> f64 {
        let weight = self.weights[usize::from(finding.level)];
        weight.base + weight.slope * f64::from(finding.information)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_of_another_version_says_so() {
        let other = SHIPPED.replace("weights.\"city: same\"", "weights.\"city: alike\"");
        let error = Model::parse(&other).unwrap_err();
        assert!(error.to_string().contains("`city: same` has no weight"), "{error}");
        assert!(error.hint().is_some_and(|hint| hint.contains("another version")));
    }
}
