//! Names as registries, reports and NCES write them.

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
        ("Athena-Weston SD 29RJ", "athena weston"),
        ("Cullman County Commission on Education", "cullman"),
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
fn a_name_of_nothing_but_style_is_called_by_it() {
    for (published, expected) in [
        ("Central Elementary", "central"),
        ("Central School District", "central"),
        ("Union", "union"),
        ("Union County District School Board", "union"),
        ("City High", "city high"),
    ] {
        let name = Name::parse(published);
        assert_eq!((name.core.as_str(), name.style.len(), name.begins_with_style), (expected, 0, false), "{published}");
    }
    assert!(Name::parse("Central Elementary").kinds.contains(Kind::Elementary));
    assert!(Name::parse("Central Valley").begins_with_style && !Name::parse("J William Leary").begins_with_style);
    // A number's style tells whose number it is.
    assert!(!Name::parse("Regional School Unit 1").style.is_empty());
}

#[test]
fn a_number_alone_in_parentheses_is_an_id() {
    for (published, ids) in [
        ("Mesa Unified District (4235)", &["4235"][..]),
        ("American Heritage Academy  ( 06365 )", &["6365"]),
        ("Plains (K-12)", &[]),
        ("Unity (12)", &[]),
        ("Unity (Campus 123)", &[]),
        ("Unity 123)", &[]),
        ("Unity (123", &[]),
    ] {
        let name = Name::parse(published);
        assert_eq!(name.ids.iter().collect::<Vec<_>>(), ids, "{published}");
        assert!(!ids.iter().any(|id| name.numbers.contains(*id)), "{published}");
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
