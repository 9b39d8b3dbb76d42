//! What is common in a state, and what can be relied on in a list: the measure of every finding.

use compact_str::CompactString;
use rustc_hash::FxHashMap;

use crate::blocking::{Index, Rule, surprise};
use crate::habit::Habits;
use crate::name::{Kind, Kinds};
use crate::neighbours::Neighbours;
use crate::prepared::Prepared;
use crate::types::TypePairs;

/// A value that two agencies may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    NcesId,
    StateId,
    IdNumber,
    /// The number in parentheses behind a name.
    IdAside,
    County,
    City,
    Zip,
    Street,
    Phone,
    Domain,
    Person,
}

impl Field {
    pub const ALL: [Self; 11] = [
        Self::NcesId,
        Self::StateId,
        Self::IdNumber,
        Self::IdAside,
        Self::County,
        Self::City,
        Self::Zip,
        Self::Street,
        Self::Phone,
        Self::Domain,
        Self::Person,
    ];

    /// The rule its values are counted by.
    pub fn rule(self) -> Rule {
        match self {
            Self::NcesId => Rule::Nces,
            Self::StateId => Rule::Id,
            Self::IdNumber | Self::IdAside => Rule::IdNumber,
            Self::County => Rule::County,
            Self::City => Rule::City,
            Self::Zip => Rule::Zip,
            Self::Street => Rule::Street,
            Self::Phone => Rule::Phone,
            Self::Domain => Rule::Domain,
            Self::Person => Rule::Person,
        }
    }

    /// How often true pairs agree before a list has shown anything.
    fn expected(self) -> f64 {
        match self {
            Self::NcesId | Self::StateId => 0.98,
            Self::IdNumber => 0.3,
            Self::County | Self::City => 0.9,
            Self::Zip | Self::Phone | Self::Domain => 0.85,
            // It may be anything: a year, a number of students.
            Self::IdAside => 0.6,
            Self::Street => 0.7,
            Self::Person => 0.5,
        }
    }

    /// What an agency says of it.
    pub fn values(self, agency: &Prepared) -> &[CompactString] {
        match self {
            Self::NcesId => agency.nces_id.as_slice(),
            Self::StateId => agency.state_leaid.as_slice(),
            Self::IdNumber | Self::IdAside => &[],
            Self::County => agency.county.as_slice(),
            Self::City => &agency.cities,
            Self::Zip => &agency.zips,
            Self::Street => &agency.streets,
            Self::Phone => agency.phone.as_slice(),
            Self::Domain => agency.domain.as_slice(),
            Self::Person => agency.person.as_slice(),
        }
    }

    /// Whether two agencies have it in common; none where one is silent.
    pub fn agrees(self, record: &Prepared, lea: &Prepared) -> Option<bool> {
        if self == Self::IdNumber {
            let (ours, theirs) = (&record.name.numbers, &lea.id_numbers);
            let is_alone = lea.name.numbers.is_empty() && !ours.is_empty() && !theirs.is_empty();
            return is_alone.then(|| !ours.is_disjoint(theirs));
        }
        if self == Self::IdAside {
            let (ours, theirs) = (&record.name.ids, &lea.id_numbers);
            return (!ours.is_empty() && !theirs.is_empty()).then(|| !ours.is_disjoint(theirs));
        }
        let (ours, theirs) = (self.values(record), self.values(lea));
        (!ours.is_empty() && !theirs.is_empty()).then(|| ours.iter().any(|value| theirs.contains(value)))
    }
}

/// How often true pairs of one list agree, per field: the `m` of Fellegi and Sunter, estimated without labels from
/// pairs that are true by their names alone. A column of wrong phones thus counts for nothing, in that file.
#[derive(Debug, Clone)]
pub(crate) struct Reliability {
    agree: [f64; Field::ALL.len()],
    /// ln((1 - m) / (1 - u)) of a disagreement; u is next to nothing.
    disagree: [f32; Field::ALL.len()],
    /// The kinds that types in the list say.
    pub types_said: Kinds,
    /// What its names say or leave out.
    pub habits: Habits,
    /// Which of NCES's types its own are.
    pub types: TypePairs,
}

/// How many pairs the expectation counts for.
const EXPECTATION_PAIRS: f64 = 8.0;
/// From this share of the true pairs on, what they agree in is the rule of the list.
const RULE: f64 = 0.75;

impl Reliability {
    /// From the anchors of the two lists.
    pub fn of_list(records: &[&Prepared], leas: &[Prepared], index: &Index) -> Self {
        let mut counts = [(0.0f64, 0.0f64); Field::ALL.len()];
        let pairs: Vec<(&Prepared, &Prepared)> = anchors_of(records, leas, index).collect();
        for (record, lea) in &pairs {
            for (field, (agree, all)) in Field::ALL.iter().zip(&mut counts) {
                if let Some(agrees) = field.agrees(record, lea) {
                    (*agree, *all) = (*agree + f64::from(u8::from(agrees)), *all + 1.0);
                }
            }
        }
        let mut agree = [0.0; Field::ALL.len()];
        for ((value, field), (yes, all)) in agree.iter_mut().zip(Field::ALL).zip(counts) {
            *value = ((yes + EXPECTATION_PAIRS * field.expected()) / (all + EXPECTATION_PAIRS)).clamp(0.01, 0.995);
        }
        let types_said = records.iter().fold(Kinds::default(), |said, record| said.union(record.type_kinds));
        let disagree = agree.map(|agree| (1.0 - agree).ln() as f32);
        Self { agree, disagree, types_said, habits: Habits::of_pairs(&pairs, leas), types: TypePairs::of_pairs(&pairs) }
    }

    /// Whether the numbers in this list's names are those of the ids: `USD 259` is `KS-D0259`.
    pub fn is_id_number_in_names(&self) -> bool {
        self.of(Field::IdNumber) > RULE
    }

    /// Whether the numbers behind this list's names are those behind NCES's, or its ids.
    pub fn is_id_behind_names(&self) -> bool {
        self.of(Field::IdAside) > RULE
    }

    /// How often true pairs agree.
    pub fn of(&self, field: Field) -> f64 {
        self.agree[field as usize]
    }
}

/// Pairs that are true by their names alone: these are the same and nobody else's. Where a list writes names otherwise than
/// NCES does, such as with a number behind each, the proper names are the same, one LEA's alone, and nothing speaks against.
pub(crate) fn anchors_of<'a>(
    records: &'a [&'a Prepared],
    leas: &'a [Prepared],
    index: &'a Index,
) -> impl Iterator<Item = (&'a Prepared, &'a Prepared)> {
    let mut holders: FxHashMap<&str, usize> = FxHashMap::default();
    for record in records {
        *holders.entry(record.name.said.as_str()).or_default() += 1;
    }
    let only = |rule, value: &str| match index.with(rule, value) {
        [only] => Some(&leas[*only]),
        _ => None,
    };
    records.iter().filter_map(move |record| {
        let name = &record.name;
        let is_alone = || holders[name.said.as_str()] == 1;
        let by_name = || only(Rule::Said, &name.said).filter(|_| is_alone());
        let by_core = || only(Rule::Core, &name.sorted_core).filter(|lea| name.may_be(&lea.name));
        Some((*record, by_name().or_else(by_core)?))
    })
}

/// The state around a pair.
pub(crate) struct Surroundings<'a> {
    pub index: &'a Index,
    pub leas: usize,
    pub reliability: &'a Reliability,
    pub neighbours: &'a Neighbours,
}

impl Surroundings<'_> {
    /// ln(N / LEAs with the value): how surprising it is to meet it by chance.
    pub fn rarity(&self, rule: Rule, value: &str) -> f32 {
        surprise(self.leas, self.index.with(rule, value).len())
    }

    /// The same of a kind.
    pub fn rarity_of_kind(&self, kind: Kind) -> f32 {
        self.index.rarity_of_kind(kind)
    }

    /// ln(m / u) of an agreement on a value.
    pub fn agreement(&self, field: Field, value: &str) -> f32 {
        let shared = self.index.with(field.rule(), value).len().max(1) as f64;
        (self.reliability.of(field) * self.leas.max(1) as f64 / shared).ln() as f32
    }

    /// Whether most true pairs agree in it: else that two differ says nothing.
    pub fn is_reliable(&self, field: Field) -> bool {
        self.reliability.of(field) > 0.5
    }

    /// ln((1 - m) / (1 - u)) of a disagreement.
    pub fn disagreement(&self, field: Field) -> f32 {
        self.reliability.disagree[field as usize]
    }
}
