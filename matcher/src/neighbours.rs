//! What LEAs of a state have in common although they are not the same: how often namesakes are one another's neighbours, and
//! how often those that share one thing share the next. California's elementary and high school districts of one name have
//! one office; Texas' namesakes are a day's drive apart.

use rustc_hash::FxHashSet;

use crate::blocking::{Index, Rule};
use crate::prepared::Prepared;
use crate::surroundings::Field;

/// What is shared by no more LEAs than these makes them namesakes.
pub(crate) const FEW: usize = 3;
/// Larger groups are no neighbourhood, and too many pairs.
const MOST_SHARED: usize = 40;

/// Places and ways to reach an agency.
const FIELDS: [Field; 7] =
    [Field::County, Field::City, Field::Zip, Field::Street, Field::Phone, Field::Domain, Field::Person];

/// How many pairs an expectation counts for.
const EXPECTATION_PAIRS: f64 = 4.0;
/// How often those that share one thing share a narrower one, before the state has shown anything.
const EXPECTED_OF_SHARING: f64 = 0.25;

/// How often namesakes share a thing, before the state has shown anything: about as often as all that NCES lists for 2024-25.
fn expected_of_namesakes(field: Field) -> f64 {
    match field {
        Field::County => 0.5,
        Field::City => 0.25,
        Field::Zip => 0.2,
        Field::Person => 0.02,
        _ => 0.05,
    }
}

type Shares = [f64; Field::ALL.len()];

/// Of the LEAs of one state.
#[derive(Debug, Clone)]
pub(crate) struct Neighbours {
    of_namesakes: Shares,
    /// By what is shared, then by the narrower one.
    of_sharing: [Shares; Field::ALL.len()],
}

impl Neighbours {
    pub fn of(leas: &[Prepared], index: &Index) -> Self {
        // A pair of two common words is one.
        let mut namesakes: FxHashSet<(usize, usize)> = FxHashSet::default();
        let of_words = index.all_with(Rule::Word).filter(|holders| holders.len() <= FEW);
        of_words.chain(groups(index, Rule::Core)).for_each(|holders| namesakes.extend(pairs(holders)));
        let of_namesakes = shares(leas, namesakes.into_iter(), expected_of_namesakes);
        let mut of_sharing = [[EXPECTED_OF_SHARING; Field::ALL.len()]; Field::ALL.len()];
        for field in FIELDS {
            let sharing = groups(index, field.rule()).flat_map(pairs);
            of_sharing[field as usize] = shares(leas, sharing, |_| EXPECTED_OF_SHARING);
        }
        Self { of_namesakes, of_sharing }
    }

    /// How often namesakes share this.
    pub fn of_namesakes(&self, field: Field) -> f64 {
        self.of_namesakes[field as usize]
    }

    /// How often those that share the one share the narrower other.
    pub fn of_sharing(&self, field: Field, narrower: Field) -> f64 {
        self.of_sharing[field as usize][narrower as usize]
    }
}

fn groups(index: &Index, rule: Rule) -> impl Iterator<Item = &[usize]> {
    index.all_with(rule).filter(|holders| holders.len() <= MOST_SHARED)
}

fn pairs(holders: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    let others = move |at: usize| holders[at + 1..].iter().map(move |other| (holders[at], *other));
    (0..holders.len()).flat_map(others)
}

/// Which share of the pairs has each field in common.
fn shares(leas: &[Prepared], pairs: impl Iterator<Item = (usize, usize)>, expected: impl Fn(Field) -> f64) -> Shares {
    let (mut all, mut shared) = (0.0, [0.0; Field::ALL.len()]);
    for (one, other) in pairs {
        all += 1.0;
        for field in FIELDS {
            let is_shared = field.agrees(&leas[one], &leas[other]) == Some(true);
            shared[field as usize] += f64::from(u8::from(is_shared));
        }
    }
    let share =
        |field: Field| (shared[field as usize] + EXPECTATION_PAIRS * expected(field)) / (all + EXPECTATION_PAIRS);
    Field::ALL.map(share)
}
