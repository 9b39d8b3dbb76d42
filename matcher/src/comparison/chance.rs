//! Agreements hang together: who is in a street is in its zip, its city, its county, and who shares an office shares its phone.
//! Each is measured by the chance that those before it leave.

use std::ops::Deref;

use compact_str::CompactString;
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
    agreed: Option<Agreeing<'a>>,
    /// The narrowest field agreed in.
    last: Option<Field>,
    /// The chance that another agency agrees as far as this.
    left: f64,
    /// Who else could agree as far.
    rival: Rival,
}

/// LEAs in order: as the index lists them, or those that are left of them.
enum Agreeing<'a> {
    Listed(&'a [usize]),
    Left(SmallVec<[usize; 8]>),
}

impl Deref for Agreeing<'_> {
    type Target = [usize];

    fn deref(&self) -> &[usize] {
        match self {
            Self::Listed(leas) => leas,
            Self::Left(leas) => leas,
        }
    }
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
        let agreed = self.agreeing(field, value);
        let (had, have) = (self.agreed.as_ref().map_or(self.around.leas, |agreed| agreed.len()), agreed.len());
        self.left *= match self.last {
            // Nobody else is left who is listed: of others it is known from the state how often they share it.
            Some(last) if had == 1 => self.around.neighbours.of_sharing(last, field),
            _ => have.max(1) as f64 / had.max(1) as f64,
        };
        self.left = self.left.max(self.rival.least(self.around, field));
        (self.agreed, self.last) = (Some(agreed), Some(field));
        (self.around.reliability.of(field) * before / self.left).ln() as f32
    }

    /// Those of the LEAs that agree so far which agree in this too.
    fn agreeing(&self, field: Field, value: &str) -> Agreeing<'a> {
        let with = self.around.index.with(field.rule(), value);
        let Some(agreed) = &self.agreed else { return Agreeing::Listed(with) };
        let (few, many) = if agreed.len() < with.len() { (&**agreed, with) } else { (with, &**agreed) };
        Agreeing::Left(few.iter().copied().filter(|lea| many.binary_search(lea).is_ok()).collect())
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
        let holders = |value: &&CompactString| self.around.index.with(field.rule(), value).len();
        let rarest = shared.reduce(|one, other| if holders(&other) < holders(&one) { other } else { one });
        Some(match rarest {
            Some(value) => Finding { level: same, information: self.agreement(field, value) },
            None => Finding { level: different, information: self.around.disagreement(field) },
        })
    }
}
