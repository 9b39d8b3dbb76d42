//! How a link was found, and whether a person should look at it.

use super::State;
use super::outcome::{Candidate, Method};
use crate::Decision;
use crate::blocking::Rule;
use crate::comparison::level;

impl State<'_> {
    pub(super) fn method(&self, record: usize, best: &Candidate) -> Method {
        let (record, lea) = (&self.records[record], &self.leas[best.lea]);
        let has = |level: u8| best.has(level);
        if has(level::DECISION) {
            Method::Manual
        } else if has(level::STATE_ID_SAME) || has(level::NCES_ID_SAME) {
            Method::ExactId
        } else if has(level::NAME_IDENTICAL) {
            Method::ExactName
        } else if has(level::NAME_SAME)
            || (has(level::NAME_SAME_CORE) && record.kinds() == lea.kinds() && record.name.numbers == lea.name.numbers)
        {
            Method::NormalizedName
        } else if has(level::NAME_DIFFERENT) && (has(level::CITY_SAME) || has(level::CITY_ALONE_SAME)) {
            Method::CityType
        } else {
            Method::Fuzzy
        }
    }

    /// Why a person should look at this link; `rival` is how likely another LEA is.
    pub(super) fn review(&self, record: usize, best: &Candidate, rival: f64, has_lost: bool) -> Option<String> {
        if let Some(decision) = self.records[record].decision.as_ref().filter(|decision| decision.accepted.is_some()) {
            return decision.is_outdated.then(|| "the record has changed since a person decided".to_owned());
        }
        if has_lost {
            return Some("another record of this list has the better claim to this LEA".to_owned());
        }
        let id = self.records[record].state_leaid.as_deref();
        let by_id = id.and_then(|id| self.index.with(Rule::Id, id).iter().find(|lea| **lea != best.lea));
        if let Some(other) = by_id.filter(|_| !best.has(level::STATE_ID_SAME)) {
            let other = &self.leas[*other];
            return Some(format!(
                "the state id belongs to `{}` ({}), name and place to another LEA",
                other.published_name,
                other.nces_id.as_deref().unwrap_or("unknown")
            ));
        }
        if best.has(level::STATE_ID_SAME) && !best.is_borne_out() {
            return Some("the state id is this LEA's, and neither name nor place agree".to_owned());
        }
        if best.has(level::ID_ASIDE_SAME) && !best.is_borne_out() {
            return Some("the id behind the name is this LEA's, and neither name nor place agree".to_owned());
        }
        if best.has(level::ID_ASIDE_DIFFERENT) && self.reliability[self.lists[record]].is_id_behind_names() {
            return Some("the id behind the name is another, and those of this list are NCES's".to_owned());
        }
        // Where an id and a place agree and no other LEA is likely, whether the record has one at all is no question.
        let is_alone = best.is_likely() && rival < 1.0 - self.model.accept;
        if is_alone && best.has(level::STATE_ID_SAME) && best.is_in_place() {
            return None;
        }
        (best.probability < self.model.accept).then(|| {
            let needed = self.model.calibration.confidence(self.model.accept);
            // As many digits as tell the two apart.
            let shown = |digits: usize| [best.confidence, needed].map(|value| format!("{value:.digits$}"));
            let [confidence, needed] =
                (4..8).map(shown).find(|[ours, needed]| ours != needed).unwrap_or_else(|| shown(8));
            format!("confidence {confidence} is not above {needed}")
        })
    }
}

impl Decision {
    /// Whether the record may be this LEA.
    pub(super) fn allows(&self, nces_id: Option<&str>) -> bool {
        match &self.accepted {
            Some(accepted) => nces_id == Some(accepted.as_str()),
            None => !self.rejected.iter().any(|rejected| nces_id == Some(rejected.as_str())),
        }
    }
}
