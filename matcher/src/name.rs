//! A district's name, taken apart: the proper name, the numbers in it, and the words that say what
//! kind of agency it is.

use std::collections::BTreeSet;

/// The grade span or legal form that tells siblings of one name apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Elementary grades only.
    Elementary,
    /// High school grades only.
    High,
    /// All grades.
    Unified,
    /// A charter.
    Charter,
    /// A service agency, county office, cooperative.
    Service,
    /// Vocational or technical.
    Vocational,
    /// A city's own district, where the state has local ones beside it.
    City,
    /// A district of the country around a city.
    Local,
    /// A county's district.
    County,
}

/// A name, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// The proper name: folded words in order, joined by blanks.
    pub core: String,
    /// Words of the proper name.
    pub words: Vec<String>,
    /// Kinds the name says.
    pub kinds: BTreeSet<Kind>,
    /// Numbers, without zeros in front.
    pub numbers: BTreeSet<String>,
    /// All words, folded and expanded, in order.
    pub normalized: String,
    /// The name in lower case with single blanks.
    pub as_written: String,
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
    ("csd", &["community", "school", "district"]),
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

/// Words that say only that it is a district, or join other words.
const EMPTY: &[&str] = &[
    "school",
    "district",
    "public",
    "the",
    "of",
    "and",
    "in",
    "for",
    "a",
    "number",
    "system",
    "board",
    "education",
    "department",
    "independent",
    "consolidated",
    "community",
    "unit",
    "area",
    "joint",
    "union",
    "free",
    "central",
    "regional",
    "reorganized",
    "special",
    "schl",
    "inc",
    "corporation",
    "r",
    "re",
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
    ("boces", Kind::Service),
    ("cooperative", Kind::Service),
    ("vocational", Kind::Vocational),
    ("technical", Kind::Vocational),
    ("career", Kind::Vocational),
    ("city", Kind::City),
    ("village", Kind::City),
    ("municipal", Kind::City),
    ("local", Kind::Local),
    ("county", Kind::County),
];

/// Words of a service agency that are not its proper name.
const SERVICE_WORDS: &[&str] = &["center", "services", "program"];

impl Name {
    /// Takes a published name apart.
    pub fn parse(published: &str) -> Self {
        let as_written = published.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let words = expand(&folded_words(published));
        let mut name = Self { normalized: words.join(" "), as_written, ..Self::default() };
        for word in words {
            if let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == word) {
                name.kinds.insert(*kind);
            } else if let Some(number) = number_of(&word) {
                name.numbers.insert(number);
            } else if !EMPTY.contains(&word.as_str()) {
                name.words.push(word);
            }
        }
        if name.kinds.contains(&Kind::Service) && name.words.len() > 1 {
            name.words.retain(|word| !SERVICE_WORDS.contains(&word.as_str()));
        }
        if name.words.is_empty() {
            // A name made of kind words alone, such as `City High`: they are its proper name.
            name.words = name.normalized.split(' ').filter(|word| !EMPTY.contains(word)).map(str::to_owned).collect();
        }
        name.core = name.words.join(" ");
        name
    }
}

/// Lower case, no accents, no marks; letters and digits fall apart.
fn folded_words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut last_was_digit = false;
    for c in text.chars().flat_map(fold_char) {
        if c == '\'' || c == '’' || c == '.' {
            continue;
        }
        if !c.is_alphanumeric() {
            words.push(String::new());
            continue;
        }
        let is_digit = c.is_ascii_digit();
        if let Some(word) = words.last_mut() {
            if !word.is_empty() && is_digit != last_was_digit {
                words.push(c.to_string());
            } else {
                word.push(c);
            }
        }
        last_was_digit = is_digit;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A letter of the Latin alphabets of Europe without its accent, in lower case.
fn fold_char(c: char) -> impl Iterator<Item = char> {
    const ACCENTED: &[(&str, char)] = &[
        ("áàâäãå", 'a'),
        ("éèêë", 'e'),
        ("íìîï", 'i'),
        ("óòôöõ", 'o'),
        ("úùûü", 'u'),
        ("ñ", 'n'),
        ("ç", 'c'),
        ("ý", 'y'),
    ];
    let plain = |c: char| ACCENTED.iter().find(|(accented, _)| accented.contains(c)).map_or(c, |(_, plain)| *plain);
    c.to_lowercase().map(plain).map(|c| if c == '&' { ' ' } else { c })
}

fn expand(words: &[String]) -> Vec<String> {
    let expansion = |word: &String| EXPANSIONS.iter().find(|(short, _)| short == word).map(|(_, long)| *long);
    let mut expanded = Vec::with_capacity(words.len());
    for (position, word) in words.iter().enumerate() {
        let next = words.get(position + 1).map(String::as_str);
        match expansion(word) {
            // `El Paso` is a name; `Lincoln El` and `Lincoln El Sch Dist` are elementary.
            Some(_) if word == "el" && !matches!(next, None | Some("sch" | "school" | "sd" | "dist" | "district")) => {
                expanded.push(word.clone())
            }
            Some(long) => expanded.extend(long.iter().map(|word| (*word).to_owned())),
            None => expanded.push(word.clone()),
        }
    }
    expanded
}

fn number_of(word: &str) -> Option<String> {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word.trim_start_matches('0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core(name: &str) -> String {
        Name::parse(name).core
    }

    #[test]
    fn proper_names_survive_their_packaging() {
        for (published, expected) in [
            ("Akron City School District", "akron"),
            ("Akron City", "akron"),
            ("St. Anne Unified", "saint anne"),
            ("SAINT ANNE USD", "saint anne"),
            ("El Paseo ISD", "el paseo"),
            ("District No. 3 in the county of El Paso", "el paso"),
            ("Mapleton 1", "mapleton"),
            ("Cañon City RE-1", "canon"),
            ("O'Fallon CCSD 90", "ofallon ccsd"),
        ] {
            assert_eq!(core(published), expected, "{published}");
        }
    }

    #[test]
    fn siblings_differ_in_kind() {
        let elementary = Name::parse("Brawley Elementary");
        let high = Name::parse("Brawley Union High");
        assert_eq!(elementary.core, high.core);
        assert_ne!(elementary.kinds, high.kinds);
    }

    #[test]
    fn numbers_lose_their_zeros() {
        assert_eq!(Name::parse("District No. 007").numbers, BTreeSet::from(["7".to_owned()]));
    }
}
