//! What differs from state to state: its name, and how it abbreviates.

/// Abbreviations that a state reads in its own way.
pub(super) const BY_STATE: &[(&str, &str, &[&str])] = &[
    ("OR", "esd", &["education", "service", "district"]),
    ("WA", "esd", &["educational", "service", "district"]),
    ("NY", "csd", &["central", "school", "district"]),
    ("NY", "city", &["city"]),
    ("IL", "ccsd", &["community", "consolidated", "school", "district"]),
    ("IA", "aea", &["area", "education", "agency"]),
    ("IA", "csd", &["community", "school", "district"]),
    ("MI", "esd", &["educational", "service", "district"]),
    ("MI", "isd", &["intermediate", "school", "district"]),
    ("MI", "csd", &["community", "school", "district"]),
    ("OH", "csd", &["city", "school", "district"]),
    ("OH", "evsd", &["exempted", "village", "school", "district"]),
    ("CO", "au", &["administrative", "services"]),
    ("PA", "iu", &["intermediate", "unit"]),
    ("WI", "uhs", &["union", "high", "school"]),
    ("VT", "su", &["supervisory", "union"]),
    ("ME", "rsu", &["regional", "school", "unit"]),
    ("MA", "rsd", &["regional", "school", "district"]),
    ("IN", "com", &["community"]),
    ("IN", "con", &["consolidated"]),
    ("OK", "tech", &["technical"]),
    ("OK", "technology", &["technical"]),
    ("OK", "ilc", &["interlocal", "cooperative"]),
    ("TX", "reg", &["region"]),
    // What NCES calls the state's own charters, and what they were called before.
    ("GA", "specialty", &["charter"]),
    ("GA", "commission", &["state"]),
    // The state by its short name, beside its code.
    ("AR", "ark", &["arkansas"]),
    ("AZ", "ariz", &["arizona"]),
    ("CA", "calif", &["california"]),
    ("CO", "colo", &["colorado"]),
    ("CT", "conn", &["connecticut"]),
    ("FL", "fla", &["florida"]),
    ("MA", "mass", &["massachusetts"]),
    ("MI", "mich", &["michigan"]),
    ("MN", "minn", &["minnesota"]),
    ("NE", "nebr", &["nebraska"]),
    ("OK", "okla", &["oklahoma"]),
    ("PA", "penn", &["pennsylvania"]),
    ("TN", "tenn", &["tennessee"]),
    ("WA", "wash", &["washington"]),
    ("WI", "wis", &["wisconsin"]),
];

/// States by name, as a name may end in them.
const STATES: &[(&str, &[&str])] = &[
    ("AL", &["alabama"]),
    ("AK", &["alaska"]),
    ("AZ", &["arizona"]),
    ("AR", &["arkansas"]),
    ("CA", &["california"]),
    ("CO", &["colorado"]),
    ("CT", &["connecticut"]),
    ("DE", &["delaware"]),
    ("FL", &["florida"]),
    ("GA", &["georgia"]),
    ("HI", &["hawaii"]),
    ("ID", &["idaho"]),
    ("IL", &["illinois"]),
    ("IN", &["indiana"]),
    ("IA", &["iowa"]),
    ("KS", &["kansas"]),
    ("KY", &["kentucky"]),
    ("LA", &["louisiana"]),
    ("ME", &["maine"]),
    ("MD", &["maryland"]),
    ("MA", &["massachusetts"]),
    ("MI", &["michigan"]),
    ("MN", &["minnesota"]),
    ("MS", &["mississippi"]),
    ("MO", &["missouri"]),
    ("MT", &["montana"]),
    ("NE", &["nebraska"]),
    ("NV", &["nevada"]),
    ("NH", &["new", "hampshire"]),
    ("NJ", &["new", "jersey"]),
    ("NM", &["new", "mexico"]),
    ("NY", &["new", "york"]),
    ("NC", &["north", "carolina"]),
    ("ND", &["north", "dakota"]),
    ("OH", &["ohio"]),
    ("OK", &["oklahoma"]),
    ("OR", &["oregon"]),
    ("PA", &["pennsylvania"]),
    ("RI", &["rhode", "island"]),
    ("SC", &["south", "carolina"]),
    ("SD", &["south", "dakota"]),
    ("TN", &["tennessee"]),
    ("TX", &["texas"]),
    ("UT", &["utah"]),
    ("VT", &["vermont"]),
    ("VA", &["virginia"]),
    ("WA", &["washington"]),
    ("WV", &["west", "virginia"]),
    ("WI", &["wisconsin"]),
    ("WY", &["wyoming"]),
];

/// Codes that are words, or stand for something else in names.
const NO_NAMES: &[&str] = &["CO", "HI", "ID", "IN", "LA", "MA", "ME", "MT", "NE", "OR", "SD"];

/// The words of a state's name.
pub(super) fn name_of(state: &str) -> Option<&'static [&'static str]> {
    STATES.iter().find(|(code, _)| *code == state).map(|(_, name)| *name)
}

/// The words of a state's name, where a word is the code that stands for it.
pub(super) fn name_behind_code(state: &str, word: &str) -> Option<&'static [&'static str]> {
    let is_code = word.eq_ignore_ascii_case(state) && !NO_NAMES.contains(&state);
    if is_code { name_of(state) } else { None }
}
