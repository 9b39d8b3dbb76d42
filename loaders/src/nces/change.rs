//! What became of LEAs between two years.

use std::collections::BTreeMap;

use super::{Directory, Lea};

/// One difference between two directories.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The later year has an LEA that the earlier had not.
    Opened(Side),
    /// The earlier year had an LEA that the later has not.
    Gone(Side),
    /// Both have it, and the later calls it closed.
    Closed(Side),
    /// It has another name.
    Renamed {
        /// The LEA as the later year has it.
        #[serde(flatten)]
        lea: Side,
        /// Its name before.
        before: String,
    },
    /// It has another status.
    Status {
        /// The LEA as the later year has it.
        #[serde(flatten)]
        lea: Side,
        /// Its status before.
        before: String,
    },
    /// The state gave it another id.
    StateId {
        /// The LEA as the later year has it.
        #[serde(flatten)]
        lea: Side,
        /// Its `ST_LEAID` before.
        before: String,
        /// Its `ST_LEAID` after.
        after: String,
    },
}

/// The LEA a change is about.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Side {
    /// NCES id.
    pub nces_id: String,
    /// State.
    pub state: String,
    /// Name.
    pub name: String,
    /// Status in words.
    pub status: Option<String>,
}

impl From<&Lea> for Side {
    fn from(lea: &Lea) -> Self {
        Self {
            nces_id: lea.nces_id.clone(),
            state: lea.state.clone(),
            name: lea.name.clone(),
            status: lea.status.clone(),
        }
    }
}

/// Every difference that matters, by NCES id.
pub fn changes(earlier: &Directory, later: &Directory) -> Vec<Change> {
    let by_id = |directory: &'_ Directory| -> BTreeMap<String, Lea> {
        directory.leas.iter().map(|lea| (lea.nces_id.clone(), lea.clone())).collect()
    };
    let (before, after) = (by_id(earlier), by_id(later));
    let mut changes: Vec<(String, Change)> = Vec::new();
    for (id, lea) in &after {
        match before.get(id) {
            None => changes.push((id.clone(), Change::Opened(lea.into()))),
            Some(old) => changes.extend(between(old, lea).into_iter().map(|change| (id.clone(), change))),
        }
    }
    let gone = before.iter().filter(|(id, _)| !after.contains_key(*id));
    changes.extend(gone.map(|(id, lea)| (id.clone(), Change::Gone(lea.into()))));
    changes.sort_by(|a, b| a.0.cmp(&b.0));
    changes.into_iter().map(|(_, change)| change).collect()
}

fn between(old: &Lea, new: &Lea) -> Vec<Change> {
    let mut changes = Vec::new();
    let (was, is) = (old.status.clone().unwrap_or_default(), new.status.clone().unwrap_or_default());
    if is_closed(&is) && !is_closed(&was) {
        changes.push(Change::Closed(new.into()));
    } else if was != is {
        changes.push(Change::Status { lea: new.into(), before: was });
    }
    if folded(&old.name) != folded(&new.name) {
        changes.push(Change::Renamed { lea: new.into(), before: old.name.clone() });
    }
    if let (Some(before), Some(after)) = (&old.state_leaid, &new.state_leaid)
        && before != after
    {
        changes.push(Change::StateId { lea: new.into(), before: before.clone(), after: after.clone() });
    }
    changes
}

fn is_closed(status: &str) -> bool {
    status.eq_ignore_ascii_case("closed")
}

/// Case and blanks are no rename.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
