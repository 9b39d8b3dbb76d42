//! A district's name, taken apart: the proper name, the numbers in it, and the words that say what
//! kind of agency it is.

mod county;
mod kind;
mod states;
mod vocabulary;
mod whereabouts;
mod words;

use std::collections::BTreeSet;

use compact_str::{CompactString, format_compact};
use county::{county_among, without_county};
use smallvec::SmallVec;
use vocabulary::{CENTER_WORDS, Meaning, meaning};
use whereabouts::{doing_business_as, qualified, without_state, without_state_behind_county, without_whereabouts};
use words::{codes, corrected, expand, folded_words, is_said_of_any, joined_numbers, number_of};

pub use kind::{Grades, Group, Kind, Kinds};
pub(crate) use words::{letter, letters};

/// A name, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Name {
    /// The proper name: folded words in order, joined by blanks.
    pub core: CompactString,
    /// Words of the proper name.
    pub words: Vec<CompactString>,
    /// Kinds the name says.
    pub kinds: Kinds,
    /// Numbers, without zeros in front.
    pub numbers: BTreeSet<CompactString>,
    /// Numbers with the letters written to them: `re2` of `Re-2`, `5b` of `5B`.
    pub codes: BTreeSet<CompactString>,
    /// All words, folded and expanded, in order.
    pub normalized: CompactString,
    /// The same without the words that any district says: `Troy Schools` is `Troy School District`.
    pub said: CompactString,
    /// The name in lower case with single blanks.
    pub as_written: CompactString,
    /// The proper words, sorted: order is style.
    pub sorted_core: CompactString,
    /// The proper words without blanks: `De Kalb` is `DeKalb`.
    pub joined_core: CompactString,
    /// Words in parentheses or behind `in the county of`: where another agency of the name is not.
    pub qualifiers: BTreeSet<CompactString>,
    /// The county it says it is in.
    pub county: Option<CompactString>,
    /// There is no proper name, only a number: `Unified School District No. 259`.
    pub is_numbered: bool,
    /// A word of style stands before the proper name: `Central Valley`.
    pub begins_with_style: bool,
    /// Words of style such as union, free, consolidated, which tell few agencies apart.
    pub style: BTreeSet<CompactString>,
}

/// A text in the spelling in which names are compared: places, persons.
pub fn normalized(text: &str) -> CompactString {
    expand("", folded_words(text)).join(" ").into()
}

impl Name {
    /// Takes a published name apart.
    pub fn parse(published: &str) -> Self {
        Self::parse_in("", published)
    }

    /// Takes a name apart as it is read in that state.
    pub fn parse_in(state: &str, published: &str) -> Self {
        let as_written = published.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ").into();
        let (plain, aside) = qualified(published);
        let words = doing_business_as(expand(state, folded_words(&plain)));
        let mut name = Self { normalized: words.join(" ").into(), as_written, ..Self::default() };
        let (words, behind) = without_whereabouts(without_state_behind_county(state, words));
        let (words, around) = without_county(state, words);
        let aside = [expand(state, folded_words(&aside)), behind, around].concat();
        name.county = county_among(&aside);
        name.qualifiers = aside
            .into_iter()
            .filter(|word| !is_said_of_any(word) && word != "county" && number_of(word).is_none())
            .collect();
        name.numbers = joined_numbers(&plain);
        name.codes = codes(&plain);
        for word in without_state(state, words) {
            let word = corrected(word);
            match meaning(&word) {
                Some(Meaning::Kind(kind)) => name.kinds.insert(kind),
                Some(Meaning::Style) => drop(name.style.insert(word)),
                Some(Meaning::Empty) => {}
                None => match number_of(&word) {
                    Some(number) => drop(name.numbers.insert(number)),
                    // `Passaic Board of Education-Passaic Public Schools`
                    None if name.words.contains(&word) => {}
                    None => name.words.push(word),
                },
            }
        }
        name.said = name.telling();
        name.settle();
        name
    }

    /// The words of a name that may be cut, in the spelling of [`Name::normalized`]; the last as it stands.
    pub(crate) fn begun(state: &str, published: &str) -> CompactString {
        let (plain, _) = qualified(published);
        let mut words = folded_words(&plain);
        let last = words.pop();
        let mut words = expand(state, words);
        words.extend(last);
        doing_business_as(words).join(" ").into()
    }

    /// The proper name is what remains; where nothing does, the other words are it.
    fn settle(&mut self) {
        let is_center = self.kinds.contains(Kind::Service) || self.kinds.contains(Kind::Vocational);
        if is_center && (self.words.len() > 1 || !self.numbers.is_empty()) {
            self.words.retain(|word| !CENTER_WORDS.contains(&word.as_str()));
        }
        if self.words.iter().any(|word| word.len() > 1) {
            // `48J`, `R-1`: the letter belongs to the number; J is a joint district's.
            let is_joint = |letter: &CompactString| letter == "j" && !self.numbers.is_empty();
            let letters = self.words.iter().filter(|word| word.len() == 1);
            let letters = letters.map(|letter| if is_joint(letter) { "joint".into() } else { letter.clone() });
            self.style.extend(letters);
            self.words.retain(|word| word.len() > 1);
        }
        // `Weld County School District No. Re-2` is the county's second: others in it have their own names.
        let has_no_name = self.words.is_empty() || self.kinds.contains(Kind::County);
        self.is_numbered = has_no_name && !self.numbers.is_empty();
        if self.words.is_empty() {
            // A name made of kind words alone, such as `City High`: they are its proper name.
            self.words =
                self.normalized.split(' ').filter(|word| !is_said_of_any(word)).map(CompactString::from).collect();
        }
        self.begins_with_style = self.is_begun_with_style();
        self.core = self.words.join(" ").into();
        self.joined_core = self.words.concat().into();
        let mut sorted: Vec<&str> = self.words.iter().map(CompactString::as_str).collect();
        sorted.sort_unstable();
        self.sorted_core = sorted.join(" ").into();
    }

    fn telling(&self) -> CompactString {
        let words: Vec<&str> = self.normalized.split(' ').filter(|word| !is_said_of_any(word)).collect();
        if words.is_empty() { self.normalized.clone() } else { words.join(" ").into() }
    }

    fn is_begun_with_style(&self) -> bool {
        let mut words = self.normalized.split(' ');
        let is_style = words.next().is_some_and(|first| self.style.contains(first));
        is_style && words.next().is_some_and(|second| self.words.iter().any(|word| word == second))
    }

    /// Whether an agency of the same proper name may be the same: neither name is a number, and kinds do not exclude each
    /// other.
    pub(crate) fn may_be(&self, other: &Self) -> bool {
        let agree = |group| {
            let (ours, theirs) = (self.kinds.of_group(group), other.kinds.of_group(group));
            ours.is_empty() || theirs.is_empty() || !ours.is_disjoint(theirs)
        };
        !self.is_numbered && !other.is_numbered && [Group::Grades, Group::Form, Group::Place].into_iter().all(agree)
    }

    /// The towns it may be named after: of `Canon City` those are `canon` and `canon city`.
    pub(crate) fn towns(&self) -> SmallVec<[CompactString; 2]> {
        let city = self.kinds.contains(Kind::City).then(|| format_compact!("{} city", self.core));
        std::iter::once(self.core.clone()).chain(city).collect()
    }

    /// The county whose district of that number it is: `Kane County School District No. 101`.
    pub(crate) fn numbered_county(&self) -> Option<&str> {
        (self.is_numbered && self.kinds.contains(Kind::County)).then_some(self.core.as_str())
    }

    /// The grades the name says, if it says one.
    pub fn grades(&self) -> Option<Grades> {
        let has = |kind| self.kinds.contains(kind);
        match (has(Kind::Elementary), has(Kind::High), has(Kind::Unified)) {
            (true, false, false) => Some(Grades::Lower),
            (false, true, false) => Some(Grades::Upper),
            (false, false, true) => Some(Grades::All),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn core(name: &str) -> CompactString {
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
            ("O'Fallon CCSD 90", "ofallon"),
            ("N Adams Community", "north adams"),
            ("Prairie 1st", "prairie"),
        ] {
            assert_eq!(core(published), expected, "{published}");
        }
    }

    #[test]
    fn whereabouts_are_no_part_of_the_proper_name() {
        let name = Name::parse("Brandon School District in the Counties of Oakland and Lapee");
        assert_eq!(name.core, "brandon");
        assert!(name.qualifiers.contains("oakland"), "{name:?}");
        let name = Name::parse("Green Local School District (Summit County)");
        assert_eq!((name.core.as_str(), name.county.as_deref()), ("green", Some("summit")));
        assert_eq!(core("Central Valley CSD at Ilion-Mohawk"), "valley");
        assert_eq!(core("Riverside Community School Inc. dba Riverside Academy"), "riverside");
        for between in ["dba", "d.b.a.", "D/B/A", "doing business as"] {
            assert_eq!(core(&format!("Kaizen Foundation {between} Summit High School")), "kaizen foundation summit");
        }
    }

    #[test]
    fn a_state_behind_the_county_is_left_out_however_much_of_it_there_is() {
        let whole = Name::parse_in("CO", "School District No. 1 in the county of Denver and State of Colorado");
        for cut in ["and State of C", "and State o", "and Stat", "and", "& State of Colo", ""] {
            let name = Name::parse_in("CO", &format!("School District No. 1 in the county of Denver {cut}"));
            assert_eq!((&name.core, &name.style, &name.kinds), (&whole.core, &whole.style, &whole.kinds), "{cut}");
        }
        for cut in ["in the county of", "in the coun", "in the co", "in the", "of the counti"] {
            let name = Name::parse_in("CO", &format!("Lewis-Palmer School District No. 38 {cut}"));
            assert_eq!((name.core.as_str(), name.is_numbered, name.county), ("lewis palmer", false, None), "{cut}");
        }
        let name = Name::parse_in("CO", "Edison Joint District No. 54 of the counties of El Paso and");
        assert_eq!(name.core, "edison");
        assert!(name.qualifiers.contains("paso") && !name.qualifiers.contains("and"), "{name:?}");
    }

    #[test]
    fn a_county_beside_the_name_is_none_of_it() {
        for (state, published, expected, county) in [
            ("OK", "Ada Independent School District No. I-19, Pontotoc County, Oklahoma", "ada", "pontotoc"),
            ("OK", "Edmond ISD No. 12 of Oklahoma County", "edmond", "oklahoma"),
            ("IL", "Kane County Community Unit School District No. 304 Geneva", "geneva", "kane"),
            ("CA", "Lagunita Elementary School District Monterey County", "lagunita", "monterey"),
            ("OK", "Hammon Public Schools, Roger Mills County", "hammon", "roger mills"),
        ] {
            let name = Name::parse_in(state, published);
            assert_eq!((name.core.as_str(), name.county.as_deref()), (expected, Some(county)), "{published}");
            assert!(!name.is_numbered && !name.kinds.contains(Kind::County), "{name:?}");
        }
        for (state, published, expected) in [
            ("VA", "Roanoke County", "roanoke"),
            ("MD", "School District of Baltimore County", "baltimore"),
            ("CA", "Orange County School of the Arts", "orange arts"),
            ("OK", "Independent School District No. 12, Oklahoma County", "oklahoma"),
            ("IL", "Kane County School District No. 101", "kane"),
        ] {
            let name = Name::parse_in(state, published);
            assert_eq!((name.core.as_str(), name.county), (expected, None), "{published}");
            assert!(name.kinds.contains(Kind::County), "{published}");
        }
    }

    #[test]
    fn a_number_may_stand_in_place_of_a_name() {
        for (state, published, number) in [
            ("KS", "Unified School District No. 259", "259"),
            ("ME", "Maine School Administrative District No. 11", "11"),
            ("ME", "RSU 11/MSAD 11", "11"),
            ("CO", "Weld County School District No. Re-2", "2"),
            ("OK", "Independent School District No. I-12, Oklahoma County", "12"),
            ("TX", "Education Service Center, Region XIV", "14"),
            ("TX", "REG 14 EDUCATION SERVICE CENTER", "14"),
        ] {
            let name = Name::parse_in(state, published);
            assert!(name.is_numbered && name.numbers.contains(number), "{name:?}");
        }
        assert!(!Name::parse("Mapleton 1").is_numbered);
        let first = "Board of Cooperative Educational Services First Supervisory District of Erie County";
        assert!(Name::parse(first).numbers.contains("1"));
        assert!(Name::parse("Brookings School District 05-1").numbers.contains("51"));
    }

    #[test]
    fn numbers_in_letters_are_numbers_behind_what_they_count() {
        for (state, published, number) in [
            ("SC", "Anderson School District Three", "3"),
            ("WY", "Albany County School District Number One", "1"),
            ("MO", "PETTIS CO. R-XII", "12"),
            ("MO", "MARION C. EARLY R-V", "5"),
            ("MO", "MONTROSE R-XIV", "14"),
            ("MO", "DELTA C-VII", "7"),
        ] {
            let name = Name::parse_in(state, published);
            assert_eq!(name.numbers, BTreeSet::from([number.into()]), "{name:?}");
        }
        assert_eq!(core("Three Rivers School District"), "three rivers");
        // A letter before a number is none.
        assert_eq!(Name::parse("Ada School District No. I-19").numbers, BTreeSet::from(["19".into()]));
        assert!(Name::parse("Malcolm X Academy").numbers.is_empty());
    }

    #[test]
    fn abbreviations_of_the_field_and_of_the_state_are_read() {
        for (state, short, long) in [
            ("VA", "ACCOMACK CO PBLC SCHS", "Accomack County Public Schools"),
            ("IN", "M S D Decatur Township", "MSD Decatur Township"),
            ("IN", "Franklin County Com Sch Corp", "Franklin County Community School Corporation"),
            ("OK", "SOUTHERN OKLA. TECHNOLOGY CTR", "SOUTHERN OK TECH. CTR."),
            ("VA", "ROANOKE VALLEY GOV SCH", "Roanoke Valley Governor's School"),
            ("GA", "State Specialty Schools- Odyssey", "Commission Charter Schools- Odyssey"),
            ("WY", "Sheridan County School District Number Two", "Sheridan County School District #2"),
            ("CO", "School District No. 3", "School District 3"),
            ("PA", "Keystone Central CTC", "Keystone Central Career and Technology Center"),
            ("PA", "Bethlehem AVTS", "Bethlehem Area Vocational-Technical School"),
            ("CA", "North County ROP JPA", "North County Regional Occupational Program Joint Powers AGY"),
        ] {
            assert_eq!(Name::parse_in(state, short).normalized, Name::parse_in(state, long).normalized);
        }
    }

    #[test]
    fn what_any_district_says_is_left_out_of_what_a_name_says() {
        let said = |published: &str| Name::parse(published).said;
        for other in ["Troy Schools", "Troy Public Schools", "The Troy Board of Education"] {
            assert_eq!(said(other), said("Troy School District"), "{other}");
        }
        assert_ne!(said("Troy City Schools"), said("Troy School District"));
        assert_eq!(said("The School District"), "the school district");
    }

    #[test]
    fn the_j_behind_a_number_is_a_joint_district() {
        let style = |published: &str| Name::parse_in("CO", published).style;
        assert_eq!(style("Adams-Arapahoe 28J"), style("Aurora Joint District No. 28"));
        assert!(style("Sterling Morton J").is_disjoint(&style("Aurora Joint District No. 28")));
    }

    #[test]
    fn letters_apart_and_misspelled_words_of_the_field_are_read() {
        assert_eq!(Name::parse("ROUNDUP H S").normalized, Name::parse("Roundup High School").normalized);
        assert_eq!(core("UPPER PITTSGROVE TWP Scool District"), core("Upper Pittsgrove Township School District"));
        assert_eq!(Name::parse("Regional School District 06").normalized, "regional school district 6");
    }

    #[test]
    fn a_name_said_twice_and_blanks_that_do_not_break_are_read() {
        assert_eq!(core("Passaic Board of Education-Passaic Public Schools"), "passaic");
        assert_eq!(core("buckeyeÊlocalÊschoolÊdistrict"), "buckeye");
        assert_eq!(core("Apollo Career Center"), core("Apollo Joint Vocational School"));
        assert_eq!(Name::parse("La MesaU nified School District").normalized, "la mesa unified school district");
        assert_eq!(core("Bethel School District"), "bethel");
    }

    #[test]
    fn siblings_differ_in_kind() {
        let elementary = Name::parse("Brawley Elementary");
        let high = Name::parse("Brawley Union High");
        assert_eq!(elementary.core, high.core);
        assert_ne!(elementary.kinds, high.kinds);
    }

    #[test]
    fn the_letters_at_a_number_are_kept_with_it() {
        for (published, expected) in [
            ("Kiowa C-2", "c2"),
            ("Kiowa County School District No. Re-2", "re2"),
            ("Weld RE01J", "re1"),
            ("Adams-Arapahoe 28J", ""),
            ("Prairie 5B", "5b"),
            ("Joint District No. 28", ""),
            ("Prairie 1st", ""),
            ("Plains K-12", ""),
            ("USD 259", ""),
        ] {
            let codes: Vec<CompactString> = Name::parse(published).codes.into_iter().collect();
            assert_eq!(codes.join(" "), expected, "{published}");
        }
    }

    #[test]
    fn grades_served_are_no_number() {
        for published in ["Plains K-12", "Plains K12 Schools", "PLAINS PK-8"] {
            let name = Name::parse(published);
            assert_eq!((name.core.as_str(), name.numbers.len(), name.style.len()), ("plains", 0, 0), "{published}");
        }
        assert!(Name::parse("Kiowa C-2").numbers.contains("2"));
    }

    #[test]
    fn numbers_lose_their_zeros() {
        assert_eq!(Name::parse("District No. 007").numbers, BTreeSet::from(["7".into()]));
    }
}
