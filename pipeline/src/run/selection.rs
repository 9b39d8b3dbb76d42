//! Which stages, which states.

use crate::fault::Fault;
use crate::stage::STAGES;

/// `--only`, `--from` and `--states`.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these stages.
    pub only: Option<Vec<String>>,
    /// This stage and those after it.
    pub from: Option<String>,
    /// Only these states, where a stage goes by state.
    pub states: Option<Vec<String>>,
}

impl Selection {
    /// Refuses stages that do not exist.
    pub fn check(&self) -> Result<(), Fault> {
        let asked = self.only.iter().flatten().chain(&self.from);
        for name in asked {
            if !STAGES.iter().any(|stage| stage.name == name) {
                let known = STAGES.iter().map(|stage| stage.name).collect::<Vec<_>>().join(", ");
                return Err(Fault::new(format!("Failed to find a stage `{name}`"), format!("the stages are {known}")));
            }
        }
        for state in self.states.iter().flatten() {
            if state.len() != 2 {
                return Err(Fault::new(
                    format!("Failed to read `{state}` as a state"),
                    "states are two letters with commas between: --states CA,TX",
                ));
            }
        }
        Ok(())
    }

    /// Whether a stage is to run.
    pub fn includes(&self, stage: &str) -> bool {
        let position = |name: &str| STAGES.iter().position(|stage| stage.name == name);
        let is_named = self.only.as_ref().is_none_or(|only| only.iter().any(|name| name == stage));
        let is_late_enough = self.from.as_ref().is_none_or(|from| position(stage) >= position(from));
        is_named && is_late_enough
    }
}
