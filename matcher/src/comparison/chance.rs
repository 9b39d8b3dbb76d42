//! Agreements hang together: who is in a street is in its zip, its city, its county, and who shares an office shares its phone.
//! Each is measured by the chance that those before it leave.

use smallvec::SmallVec;

use super::level::LevelId;
use super::{Finding, kind, name};
use crate::prepared::Prepared;
use crate::surroundings::{Field, Surroundings};

/// Of agencies that NCES listed in 2018-19 and no longer in 2024-25, the share in whose street another has its office, of
/// another name and phone: 61 of 1043. Of those still listed 11 of 18,797 had been renamed and got another phone.
const SUCCEEDED: f64 = 0.06;

/// What the agreements so far leave to chance.
pub(super) struct Chance<'a> {
    pub around: &'a Surroundings<'a>,
    /// The LEAs that agree in all of them; none: every one.
    agreed: Option<SmallVec<[usize; 8]>>,
    /// The narrowest field agreed in.
    last: Option<Field>,
    /// The chance that another agency agrees as far as this.
    left: f64,
    /// Who else could agree as far.
    rival: Rival,
}

/// Who the record may be of if not of the LEA, and how likely it would share its place and its phone.
#[derive(Debug, Clone, Copy)]
enum Rival {
    /// Anyone: as many as are listed.
    Anyone,
    /// One of its name and of another kind, which so often shares what has been agreed in.
    Sibling(f64),
    /// One that has closed, and left its building.
    Predecessor,
}

impl Rival {
    fn of(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared, found: &[Finding]) -> Self {
        let is_namesake = found.iter().any(|finding| name::is_namesake(around, finding));
        if is_namesake && found.iter().any(kind::is_another) {
            Self::Sibling(1.0)
        } else if !is_namesake && found.iter().any(name::is_other) && is_reached_otherwise(around, record, lea) {
            Self::Predecessor
        } else {
            Self::Anyone
        }
    }

    /// The least chance that is left when it agrees in this too.
    fn least(&mut self, around: &Surroundings<'_>, field: Field) -> f64 {
        match self {
            Self::Anyone => 0.0,
            Self::Sibling(shares) => {
                *shares = shares.min(around.neighbours.of_namesakes(field));
                *shares
            }
            Self::Predecessor => SUCCEEDED,
        }
    }
}

/// Whether the nearest that both tell, and that the list can be relied on in, is another.
fn is_reached_otherwise(around: &Surroundings<'_>, record: &Prepared, lea: &Prepared) -> bool {
    let agrees = |field: Field| field.agrees(record, lea);
    let mut nearest = [Field::Phone, Field::Street].into_iter().filter(|field| around.is_reliable(*field));
    nearest.find_map(agrees) == Some(false)
        && [Field::Phone, Field::Domain, Field::Person].into_iter().all(|field| agrees(field) != Some(true))
}

impl<'a> Chance<'a> {
    /// Before any agreement; `found` is what the names say.
    pub fn new(around: &'a Surroundings<'a>, record: &Prepared, lea: &Prepared, found: &[Finding]) -> Self {
        Self { around, agreed: None, last: None, left: 1.0, rival: Rival::of(around, record, lea, found) }
    }

    /// ln(m / u) of an agreement on a value, u being the chance that those before it leave.
    pub fn agreement(&mut self, field: Field, value: &str) -> f32 {
        let before = self.left;
        let agree = self.agree(field, value);
        let (had, have) = (self.agreed.as_ref().map_or(self.around.leas, SmallVec::len), agree.len());
        self.left *= match self.last {
            // Nobody else is left who is listed: of others it is known from the state how often they share it.
            Some(last) if had == 1 => self.around.neighbours.of_sharing(last, field),
            _ => have.max(1) as f64 / had.max(1) as f64,
        };
        self.left = self.left.max(self.rival.least(self.around, field));
        (self.agreed, self.last) = (Some(agree), Some(field));
        (self.around.reliability.of(field) * before / self.left).ln() as f32
    }

    fn agree(&self, field: Field, value: &str) -> SmallVec<[usize; 8]> {
        let with = self.around.index.with(field.rule(), value);
        match &self.agreed {
            None => with.into(),
            Some(agreed) if agreed.len() < with.len() => {
                agreed.iter().copied().filter(|lea| with.binary_search(lea).is_ok()).collect()
            }
            Some(agreed) => with.iter().copied().filter(|lea| agreed.binary_search(lea).is_ok()).collect(),
        }
    }

    /// Whether the two have the same, where both say something. One of several values is enough; the rarest of those shared
    /// counts.
    pub fn compare(
        &mut self,
        field: Field,
        (same, different): (LevelId, LevelId),
        record: &Prepared,
        lea: &Prepared,
    ) -> Option<Finding> {
        let (ours, theirs) = (field.values(record), field.values(lea));
        if ours.is_empty() || theirs.is_empty() {
            return None;
        }
        let shared = ours.iter().filter(|value| theirs.contains(value));
        let rarest = shared.min_by_key(|value| self.around.index.with(field.rule(), value).len());
        Some(match rarest {
            Some(value) => Finding { level: same, information: self.agreement(field, value) },
            None => Finding { level: different, information: self.around.disagreement(field) },
        })
    }
}
