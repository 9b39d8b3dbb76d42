//! The words of agency names: what stands for what, and which words say little.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::Kind;
use super::states::{BY_STATE, name_behind_code};

/// What a word says of an agency, where it is none of a proper name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// It is of this kind.
    Kind(Kind),
    /// How it is organised.
    Style,
    /// That it is a district.
    Empty,
}

type Expansions = FxHashMap<&'static str, &'static [&'static str]>;

static MEANINGS: LazyLock<FxHashMap<&str, Meaning>> = LazyLock::new(|| {
    let styles = STYLE.iter().map(|word| (*word, Meaning::Style));
    let empty = EMPTY.iter().map(|word| (*word, Meaning::Empty));
    styles.chain(empty).chain(KINDS.iter().map(|(word, kind)| (*word, Meaning::Kind(*kind)))).collect()
});
static EXPANDED: LazyLock<Expansions> = LazyLock::new(|| EXPANSIONS.iter().copied().collect());
static EXPANDED_BY_STATE: LazyLock<FxHashMap<&str, Expansions>> = LazyLock::new(|| {
    let mut states: FxHashMap<&str, Expansions> = FxHashMap::default();
    for (state, short, long) in BY_STATE {
        states.entry(state).or_default().insert(short, long);
    }
    states
});
/// Words of the field that are long enough to be known with one letter wrong.
static LONG: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let mut long: Vec<&str> = MEANINGS.keys().copied().filter(|word| word.len() >= SHORTEST_CORRECTED).collect();
    long.sort_unstable();
    long
});

/// Shorter words are too near to names.
pub(super) const SHORTEST_CORRECTED: usize = 7;

/// What a word means, unless it is of a proper name.
pub(super) fn meaning(word: &str) -> Option<Meaning> {
    MEANINGS.get(word).copied()
}

/// What a short form stands for in that state.
pub(super) fn expansion(state: &str, short: &str) -> Option<&'static [&'static str]> {
    let own = EXPANDED_BY_STATE.get(state).and_then(|own| own.get(short));
    own.or_else(|| EXPANDED.get(short)).copied().or_else(|| name_behind_code(state, short))
}

/// The words that [`meaning`] knows, from seven letters up.
pub(super) fn long_words() -> &'static [&'static str] {
    &LONG
}

/// Abbreviations and what they stand for.
const EXPANSIONS: &[(&str, &[&str])] = &[
    ("st", &["saint"]),
    ("ste", &["saint"]),
    ("mt", &["mount"]),
    ("ft", &["fort"]),
    ("sch", &["school"]),
    ("schl", &["school"]),
    ("schls", &["school"]),
    ("schools", &["school"]),
    ("dist", &["district"]),
    ("districts", &["district"]),
    ("co", &["county"]),
    ("cnty", &["county"]),
    ("elem", &["elementary"]),
    ("el", &["elementary"]),
    ("hs", &["high", "school"]),
    ("hsd", &["high", "school", "district"]),
    ("uhsd", &["union", "high", "school", "district"]),
    ("esd", &["elementary", "school", "district"]),
    ("usd", &["unified", "school", "district"]),
    ("unif", &["unified"]),
    ("sd", &["school", "district"]),
    ("isd", &["independent", "school", "district"]),
    ("cisd", &["consolidated", "independent", "school", "district"]),
    ("csd", &["school", "district"]),
    ("ccsd", &["school", "district"]),
    ("lsd", &["local", "school", "district"]),
    ("rsd", &["regional", "school", "district"]),
    ("jusd", &["joint", "unified", "school", "district"]),
    ("juhsd", &["joint", "union", "high", "school", "district"]),
    ("uesd", &["union", "elementary", "school", "district"]),
    ("chsd", &["community", "high", "school", "district"]),
    ("thsd", &["township", "high", "school", "district"]),
    ("cs", &["charter", "school"]),
    ("pcs", &["public", "charter", "school"]),
    ("resa", &["regional", "educational", "service", "agency"]),
    ("resd", &["regional", "educational", "service", "district"]),
    ("esa", &["educational", "service", "agency"]),
    ("esu", &["educational", "service", "unit"]),
    ("boces", &["board", "of", "cooperative", "educational", "services"]),
    ("jvs", &["joint", "vocational", "school"]),
    ("jvsd", &["joint", "vocational", "school", "district"]),
    ("cvsd", &["vocational", "school", "district"]),
    ("sad", &["school", "administrative", "district"]),
    ("msad", &["school", "administrative", "district"]),
    ("rsu", &["regional", "school", "unit"]),
    ("boe", &["board", "of", "education"]),
    ("bd", &["board"]),
    ("hbr", &["harbor"]),
    ("spec", &["special"]),
    ("coop", &["cooperative"]),
    ("hist", &["historical"]),
    ("hts", &["heights"]),
    ("rvr", &["river"]),
    ("spgs", &["springs"]),
    ("spg", &["spring"]),
    ("vly", &["valley"]),
    ("mtn", &["mountain"]),
    ("crk", &["creek"]),
    ("lk", &["lake"]),
    ("fls", &["falls"]),
    ("jct", &["junction"]),
    ("ctl", &["central"]),
    ("cen", &["central"]),
    ("cent", &["central"]),
    ("ctrl", &["central"]),
    ("muni", &["municipal"]),
    ("intermed", &["intermediate"]),
    ("so", &["south"]),
    ("ii", &["2"]),
    ("iii", &["3"]),
    ("iv", &["4"]),
    ("schs", &["school"]),
    ("scho", &["school"]),
    ("pblc", &["public"]),
    ("pub", &["public"]),
    ("corp", &["corporation"]),
    ("msd", &["metropolitan", "school", "district"]),
    ("mun", &["municipal"]),
    ("admin", &["administrative"]),
    ("supv", &["supervisory"]),
    ("gov", &["governors"]),
    ("alt", &["alternative"]),
    ("prep", &["preparatory"]),
    ("intl", &["international"]),
    ("univ", &["university"]),
    ("dept", &["department"]),
    ("hosp", &["hospital"]),
    ("inst", &["institute"]),
    ("trn", &["training"]),
    ("trng", &["training"]),
    ("pgm", &["program"]),
    ("prgm", &["program"]),
    ("svcs", &["services"]),
    ("svc", &["service"]),
    ("serv", &["services"]),
    ("cntr", &["center"]),
    ("ag", &["agricultural"]),
    ("avts", &["area", "vocational", "technical", "school"]),
    ("ctc", &["career", "and", "technical", "center"]),
    ("rop", &["regional", "occupational", "program"]),
    ("jpa", &["joint", "powers", "agency"]),
    ("agy", &["agency"]),
    ("chtr", &["charter"]),
    ("chrtr", &["charter"]),
    ("acdmy", &["academy"]),
    ("sci", &["science"]),
    ("cusd", &["community", "unit", "school", "district"]),
    ("ufsd", &["union", "free", "school", "district"]),
    ("esc", &["educational", "service", "center"]),
    ("coe", &["county", "office", "of", "education"]),
    ("jt", &["joint"]),
    ("jnt", &["joint"]),
    ("un", &["union"]),
    ("comm", &["community"]),
    ("comty", &["community"]),
    ("cmty", &["community"]),
    ("cons", &["consolidated"]),
    ("consol", &["consolidated"]),
    ("ind", &["independent"]),
    ("indep", &["independent"]),
    ("reg", &["regional"]),
    ("voc", &["vocational"]),
    ("tech", &["technical"]),
    ("acad", &["academy"]),
    ("ctr", &["center"]),
    ("twp", &["township"]),
    ("boro", &["borough"]),
    ("educ", &["education"]),
    ("ed", &["education"]),
    ("no", &["number"]),
    ("nbr", &["number"]),
    ("num", &["number"]),
];

/// Words that vary from writer to writer; where a state uses several they tell siblings apart.
const STYLE: &[&str] = &[
    "independent",
    "dependent",
    "collegiate",
    "consolidated",
    "community",
    "unit",
    "area",
    "joint",
    "union",
    "free",
    "central",
    "region",
    "regional",
    "reorganized",
    "special",
    "cooperative",
    "intermediate",
    "supervisory",
    "exempted",
    "enlarged",
    "common",
    "corporation",
    "municipal",
    "village",
    "town",
    "metropolitan",
    "administrative",
    "separate",
];

/// Words that say only that it is a district, or join other words.
const EMPTY: &[&str] = &[
    "school",
    "public",
    "district",
    "the",
    "of",
    "and",
    "in",
    "for",
    "on",
    "a",
    "number",
    "system",
    "board",
    "education",
    "department",
    "committee",
    "commission",
    "schl",
    "cty",
    "inc",
    "r",
    "re",
    "at",
    "state",
];

/// Words that say the kind.
const KINDS: &[(&str, Kind)] = &[
    ("elementary", Kind::Elementary),
    ("primary", Kind::Elementary),
    ("high", Kind::High),
    ("secondary", Kind::High),
    ("unified", Kind::Unified),
    ("charter", Kind::Charter),
    ("academy", Kind::Charter),
    ("service", Kind::Service),
    ("educational", Kind::Service),
    ("office", Kind::Service),
    ("superintendent", Kind::Service),
    ("services", Kind::Service),
    ("agency", Kind::Service),
    ("interlocal", Kind::Service),
    ("vocational", Kind::Vocational),
    ("technical", Kind::Vocational),
    ("career", Kind::Vocational),
    ("city", Kind::City),
    ("local", Kind::Local),
    ("county", Kind::County),
    ("township", Kind::Township),
    ("borough", Kind::Borough),
    ("parish", Kind::Parish),
];

/// Numbers in words, where they count districts: `First Supervisory District`.
pub(super) const ORDINALS: &[&str] =
    &["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"];

/// The same behind what they count: `School District Two`, `District Number One`.
pub(super) const CARDINALS: &[&str] =
    &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// Words of a service agency or a career center that are not its proper name.
pub(super) const CENTER_WORDS: &[&str] = &["center", "program"];
