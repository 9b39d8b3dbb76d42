//! Names that are as long as their list has room for: the end of such a name may be missing. NCES publishes 60 characters,
//! of some states fewer.

use rustc_hash::FxHashMap;

use crate::name::Name;
use crate::prepared::Prepared;

/// From this length on a name may be cut in any list: NCES' 60 characters, or one less where a blank would be the last.
const LONG: usize = 59;
/// Names of one length, none of them longer, which show that there is no room for more.
const MANY: usize = 3;
/// No list has less room.
const NARROWEST: usize = 25;

/// Marks the agencies of each list whose names may be cut.
pub(crate) fn mark(agencies: &mut [Prepared], lists: &[&str]) {
    let lengths: Vec<(usize, bool)> = agencies.iter().map(|agency| length(&agency.published_name)).collect();
    let mut longest: FxHashMap<(&str, bool), (usize, usize)> = FxHashMap::default();
    for (list, (length, has_id)) in lists.iter().zip(&lengths) {
        let (most, many) = longest.entry((list, *has_id)).or_default();
        if length > most {
            (*most, *many) = (*length, 0);
        }
        *many += usize::from(length == most);
    }
    for ((agency, list), (length, has_id)) in agencies.iter_mut().zip(lists).zip(lengths) {
        let (most, many) = longest[&(*list, has_id)];
        if length >= LONG || many >= MANY && length >= NARROWEST && length + 1 >= most {
            agency.begun = Some(Name::begun(&agency.state, &agency.published_name));
            agency.forget_cut_county();
        }
    }
}

/// Letters of a name, and whether an id stands behind it: `Northern Arizona Vocational Institute of Technolog (78786)` was
/// cut before that was written to it. (A blank before the id, where the name was cut at one, is gone.)
fn length(name: &str) -> (usize, bool) {
    let before_id = || {
        let (before, id) = name.strip_suffix(')')?.rsplit_once('(')?;
        id.bytes().all(|byte| byte.is_ascii_digit()).then(|| before.trim_end())
    };
    let before = before_id();
    (before.unwrap_or(name).chars().count(), before.is_some())
}

/// An agency whose name is cut, with it as the other writes it out, where the other begins as it does.
pub(crate) fn as_whole(cut: &Prepared, other: &Prepared) -> Option<Box<Prepared>> {
    let (begun, whole) = (cut.begun.as_ref()?, &other.name.normalized);
    let is_its = whole.len() > begun.len() && whole.starts_with(&**begun) && *whole != cut.name.normalized;
    is_its.then(|| Box::new(cut.named_as(other)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Agency;

    fn marked(names: &[&str]) -> Vec<Prepared> {
        let agency = |name: &&str| Agency { state: "MN".to_owned(), name: (*name).to_owned(), ..Agency::default() };
        let mut prepared: Vec<Prepared> = names.iter().map(|name| Prepared::new(&agency(name))).collect();
        mark(&mut prepared, &vec!["nces"; names.len()]);
        prepared
    }

    const FULL: [&str; 3] = [
        "Cannon Valley Special Education Coo",
        "Austin Albert Lea Area Special Educ",
        "Saint Cloud Math and Science Academ",
    ];

    #[test]
    fn names_are_cut_where_several_are_as_long_as_the_longest() {
        assert!(marked(&FULL).iter().all(|one| one.begun.is_some()));
        assert!(marked(&FULL[1..]).iter().all(|one| one.begun.is_none()));
        assert!(marked(&[&FULL[..], &["Duluth"]].concat())[3].begun.is_none());
        assert!(marked(&["State Specialty Schools I- Utopian Academy for the Arts Char"])[0].begun.is_some());
    }

    #[test]
    fn names_are_cut_before_the_id_behind_them() {
        let cut = [
            "Northern Arizona Vocational Institute of Technolog (78786)",
            "Kaizen Education Foundation dba South Pointe Eleme (79233)",
            "Kaizen Education Foundation dba Tempe Accelerated (79878)",
            "Daisy Education Corporation dba Sonoran Science Ac (79049)",
        ];
        let all = marked(
            &[&cut[..], &["Mesa Unified District (4235)", "An Agency That Nobody Gave an Id, and Longer Than Those"]]
                .concat(),
        );
        assert_eq!(all.iter().filter(|one| one.begun.is_some()).count(), 4);
        let whole = &marked(&["Kaizen Education Foundation dba South Pointe Elementary School"])[0];
        assert_eq!(as_whole(&all[1], whole).unwrap().name.normalized, whole.name.normalized);
    }

    #[test]
    fn a_cut_name_is_read_as_the_other_writes_it_out() {
        let cut = &marked(&FULL)[2];
        let whole = &marked(&["St. Cloud Math and Science Academy"])[0];
        assert_eq!(as_whole(cut, whole).unwrap().name.normalized, whole.name.normalized);
        for other in ["St. Cloud Math and Science", "Duluth Math and Science Academy"] {
            assert!(as_whole(cut, &marked(&[other])[0]).is_none());
        }
    }
}
