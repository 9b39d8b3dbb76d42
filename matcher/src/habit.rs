//! What a list writes in its names, and NCES leaves out, or the other way round: learned from the list itself, so that what
//! is always left out is no evidence and what is never left out is some.

use crate::name::{Group, Kind, Kinds};
use crate::prepared::Prepared;

/// What a name may say or leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Said {
    Kind(Kind),
    Style,
    Number,
    Aside,
}

const SAID: usize = Kinds::COUNT + 3;

impl Said {
    fn all() -> impl Iterator<Item = Self> {
        Kinds::all().iter().map(Self::Kind).chain([Self::Style, Self::Number, Self::Aside])
    }

    fn position(self) -> usize {
        match self {
            Self::Kind(kind) => kind as usize,
            Self::Style => Kinds::COUNT,
            Self::Number => Kinds::COUNT + 1,
            Self::Aside => Kinds::COUNT + 2,
        }
    }

    fn is_said_by(self, agency: &Prepared) -> bool {
        match self {
            Self::Kind(kind) => kinds_said(agency, kind.group()).contains(kind),
            Self::Style => !agency.name.style.is_empty(),
            Self::Number => !agency.name.numbers.is_empty(),
            Self::Aside => !agency.name.qualifiers.is_empty(),
        }
    }

    /// It says nothing of the sort: no grades at all, no style at all.
    fn is_left_out_by(self, agency: &Prepared) -> bool {
        match self {
            Self::Kind(kind) => kinds_said(agency, kind.group()).is_empty(),
            Self::Style | Self::Number | Self::Aside => !self.is_said_by(agency),
        }
    }
}

/// The kinds of a group that an agency's name says, and, of its form, its type.
pub(crate) fn kinds_said(agency: &Prepared, group: Group) -> Kinds {
    match group {
        Group::Form => agency.name.kinds.of_group(group).union(agency.type_kinds),
        Group::Grades | Group::Place => agency.name.kinds.of_group(group),
    }
}

/// What it means that one side alone says something: the natural logarithm of how often the other leaves it out in true pairs
/// of the list; of what the record says, over how often LEAs leave it out at all.
#[derive(Debug, Clone)]
pub(crate) struct Habits {
    record_alone: [f32; SAID],
    lea_alone: [f32; SAID],
    other_form: [f32; Kinds::COUNT],
}

/// How many pairs the expectation counts for.
const EXPECTATION_PAIRS: f64 = 8.0;
/// Names depart from every habit: so often at least.
const SELDOM: f64 = 0.05;
/// How often a side leaves out what the other says, before a list has shown anything.
const EXPECTED: f64 = 0.25;
/// How often the sides say different forms: Ohio's career centers are service agencies to NCES.
const EXPECTED_OTHER: f64 = 0.05;

impl Habits {
    /// From pairs that are true.
    pub fn of_pairs(pairs: &[(&Prepared, &Prepared)], leas: &[Prepared]) -> Self {
        let mut habits = Self { record_alone: [0.0; SAID], lea_alone: [0.0; SAID], other_form: [0.0; Kinds::COUNT] };
        for what in Said::all() {
            let leave_it_out = leas.iter().filter(|lea| what.is_left_out_by(lea)).count();
            let by_chance = (leave_it_out as f64 + 0.5) / (leas.len() as f64 + 1.0);
            // What all LEAs leave out those of true pairs do.
            let expected = by_chance * (EXPECTED + (1.0 - EXPECTED) * by_chance * by_chance);
            let of_records = left_out(what, pairs.iter().map(|(record, lea)| (*record, *lea)), expected);
            let of_leas = left_out(what, pairs.iter().map(|(record, lea)| (*lea, *record)), EXPECTED);
            habits.record_alone[what.position()] = (of_records / by_chance).max(SELDOM).ln() as f32;
            habits.lea_alone[what.position()] = of_leas.ln() as f32;
        }
        for kind in Kinds::all().of_group(Group::Form).iter() {
            habits.other_form[kind as usize] = other_form(kind, pairs).ln() as f32;
        }
        habits
    }

    /// The record says it, the LEA nothing of the sort.
    pub fn record_alone(&self, what: Said) -> f32 {
        self.record_alone[what.position()]
    }

    /// The record says this form, the LEA another.
    pub fn other_form(&self, kind: Kind) -> f32 {
        self.other_form[kind as usize]
    }

    /// The LEA says it, the record nothing of the sort.
    pub fn lea_alone(&self, what: Said) -> f32 {
        self.lea_alone[what.position()]
    }
}

/// How often the one leaves out what the other says.
fn left_out<'a>(what: Said, pairs: impl Iterator<Item = (&'a Prepared, &'a Prepared)>, expected: f64) -> f64 {
    let (mut left_out, mut all) = (0.0, 0.0);
    for (_, other) in pairs.filter(|(one, _)| what.is_said_by(one)) {
        left_out += f64::from(u8::from(what.is_left_out_by(other)));
        all += 1.0;
    }
    ((left_out + EXPECTATION_PAIRS * expected) / (all + EXPECTATION_PAIRS)).max(SELDOM)
}

/// How often LEAs that say a form say another than the record.
fn other_form(kind: Kind, pairs: &[(&Prepared, &Prepared)]) -> f64 {
    let of_kind = pairs.iter().filter(|(record, _)| Said::Kind(kind).is_said_by(record));
    let forms = of_kind.map(|(record, lea)| (kinds_said(record, Group::Form), kinds_said(lea, Group::Form)));
    let is_other: Vec<bool> =
        forms.filter(|(_, theirs)| !theirs.is_empty()).map(|(ours, theirs)| ours.is_disjoint(theirs)).collect();
    let others = is_other.iter().filter(|is_other| **is_other).count() as f64;
    ((others + EXPECTATION_PAIRS * EXPECTED_OTHER) / (is_other.len() as f64 + EXPECTATION_PAIRS)).max(SELDOM)
}
