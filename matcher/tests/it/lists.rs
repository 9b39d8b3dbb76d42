//! What a list shows of itself: how it writes names, whose numbers it quotes, which counties its ids say.

use matcher::evaluation::Blocking;
use matcher::{Agency, Model, Outcome, link_all};

fn agency(state: &str, list: &str, name: &str) -> Agency {
    Agency { state: state.to_owned(), list: list.to_owned(), name: name.to_owned(), ..Agency::default() }
}

fn lea(state: &str, number: usize, state_leaid: &str, name: &str) -> Agency {
    Agency {
        nces_id: Some(format!("{number:07}")),
        state_leaid: Some(state_leaid.to_owned()),
        ..agency(state, "nces", name)
    }
}

/// The name of the LEA the first record is linked to without a person.
fn linked(records: &[Agency], leas: &[Agency]) -> Option<String> {
    let outcome: Outcome = link_all(&Model::shipped().unwrap(), records, leas).remove(0);
    let best = outcome.best.filter(|_| outcome.review.is_none())?;
    Some(leas[best.lea].name.clone())
}

/// A state is more than a few towns: without bystanders nothing is rare.
fn with_bystanders(mut leas: Vec<Agency>, id: impl Fn(usize) -> String) -> Vec<Agency> {
    let state = leas[0].state.clone();
    for at in 0..100 {
        let letters: String = [at / 10, at % 10].iter().map(|at| (b'a' + *at as u8) as char).collect();
        leas.push(lea(&state, 1000 + at, &id(at), &format!("Bystander{letters}")));
    }
    leas
}

const TOWNS: [&str; 24] = [
    "Alden", "Brandt", "Colby", "Dunmore", "Elkhorn", "Fairfax", "Garland", "Hobart", "Irving", "Jasper", "Kimball",
    "Lamont", "Merrill", "Norwood", "Osgood", "Pierpont", "Quincy", "Ramsey", "Sheldon", "Tipton", "Upton", "Vernon",
    "Walcott", "Yarrow",
];
const COUNTIES: [&str; 4] = ["Adair", "Bryan", "Caddo", "Dewey"];

/// Two dozen towns in four counties, whose ids are the county's number and the district's, and one more.
fn oklahoma() -> Vec<Agency> {
    let one = |(at, town): (usize, &&str)| lea("OK", at, &format!("{:02}-I{:03}", at / 6 + 1, at % 6 + 1), town);
    let more = lea("OK", 50, "02-I007", "Moreland");
    let leas = TOWNS.iter().enumerate().map(one).chain([more]).collect();
    with_bystanders(leas, |at| format!("{:02}-I{:03}", 10 + at / 10, at % 10 + 11))
}

fn named(town: usize, is_told: bool) -> Agency {
    let county = if is_told { format!(", {} County", COUNTIES[town / 6]) } else { String::new() };
    agency("OK", "reports", &format!("{} Independent School District No. I-{}{county}", TOWNS[town], town % 6 + 1))
}

#[test]
fn a_list_that_says_counties_tells_which_of_them_an_id_begins_with() {
    let unnamed = agency("OK", "reports", "Independent School District No. 7, Bryan County");
    let told: Vec<Agency> = (0..24).map(|town| named(town, true)).collect();
    assert_eq!(linked(&[&[unnamed.clone()][..], &told].concat(), &oklahoma()).as_deref(), Some("Moreland"));
    let other = agency("OK", "reports", "Independent School District No. 7, Dewey County");
    assert_eq!(linked(&[&[other][..], &told].concat(), &oklahoma()), None);
    // Two counties show no rule.
    let few: Vec<Agency> =
        (0..12).map(|town| named(town, true)).chain((12..24).map(|town| named(town, false))).collect();
    let outcomes = link_all(&Model::shipped().unwrap(), &[&[unnamed][..], &few].concat(), &oklahoma());
    let best = outcomes[0].best.as_ref().unwrap();
    assert!(best.evidence.iter().all(|item| item.comparison != "county"), "{best:?}");
}

/// The only record of a county would say that its LEA is there, and then be linked to it for that.
#[test]
fn a_record_does_not_tell_of_itself_which_county_its_lea_is_in() {
    let mut leas = oklahoma();
    leas.push(lea("OK", 60, "99-I001", "Lonesome Special Schools, District 75"));
    let county = |name: &str| Some(name.to_owned());
    let alone = Agency { county: county("Lonesome County"), ..agency("OK", "reports", "Lonesome Board of Education") };
    let others = (0..24).map(|town| Agency { county: county(COUNTIES[town / 6]), ..named(town, false) });
    // The same record in another list is no other witness.
    let again = Agency { list: "registry".to_owned(), ..alone.clone() };
    let records: Vec<Agency> = [alone].into_iter().chain(others).chain([again]).collect();
    let outcomes = link_all(&Model::shipped().unwrap(), &records, &leas);
    let compares_county = |outcome: &Outcome| {
        let evidence = &outcome.best.as_ref().unwrap().evidence;
        evidence.iter().any(|item| item.comparison == "county")
    };
    assert!(!compares_county(&outcomes[0]), "{:?}", outcomes[0]);
    assert!(!compares_county(&outcomes[25]), "{:?}", outcomes[25]);
    assert!(outcomes[1..25].iter().all(compares_county), "the others tell of one another");
}

#[test]
fn a_number_is_a_name_in_a_list_whose_numbers_are_those_of_the_ids() {
    let towns = TOWNS.iter().enumerate().map(|(at, town)| lea("KS", at, &format!("D0{}", 201 + 7 * at), town));
    let leas = with_bystanders(towns.collect(), |at| format!("D0{}", 401 + at));
    let named = |prefix: &dyn Fn(usize) -> usize| -> Vec<Agency> {
        (1..24)
            .map(|at| agency("KS", "reports", &format!("{} Unified School District No. {}", TOWNS[at], prefix(at))))
            .collect()
    };
    let unnamed = agency("KS", "reports", "Unified School District No. 201");
    let quoting = [&[unnamed.clone()][..], &named(&|at| 201 + 7 * at)].concat();
    assert_eq!(linked(&quoting, &leas).as_deref(), Some("Alden"));
    let numbering_otherwise = [&[unnamed][..], &named(&|at| 500 - at)].concat();
    assert_eq!(linked(&numbering_otherwise, &leas), None);
}

/// `Quitman Schools` beside `Quitman County Schools`: the one is not the other where a list always says county, and may be
/// where it never does.
#[test]
fn what_a_list_always_says_is_not_left_out() {
    let leas: Vec<Agency> = ["Quitman School District", "Quitman County School District"]
        .into_iter()
        .map(str::to_owned)
        .chain(TOWNS.iter().map(|town| format!("{town} County School District")))
        .chain(TOWNS.iter().map(|town| format!("New {town} School District")))
        .enumerate()
        .map(|(at, name)| lea("MS", at, &format!("{at:04}"), &name))
        .collect();
    let quitman = agency("MS", "registry", "Quitman Public Schools");
    let list = |county: &str| -> Vec<Agency> {
        let others = TOWNS.iter().map(|town| agency("MS", "registry", &format!("{town}{county} Public Schools")));
        [quitman.clone()].into_iter().chain(others).collect()
    };
    let probability = |list: &[Agency]| {
        let best = link_all(&Model::shipped().unwrap(), list, &leas).remove(0).best.unwrap();
        assert_eq!(leas[best.lea].name, "Quitman School District");
        best.probability
    };
    let (always, never) = (probability(&list(" County")), probability(&list("")));
    assert!(always > 0.95 && never < 0.9, "{always} {never}");
}

/// A registry with a record for each district but one: what is left on both sides belongs together sooner than where half of the
/// records are of no district.
#[test]
fn the_last_record_of_a_complete_list_is_the_last_lea() {
    let leas: Vec<Agency> = ["Prairie Consolidated District No. 11"]
        .into_iter()
        .map(str::to_owned)
        .chain(TOWNS.iter().map(|town| format!("{town} School District")))
        .enumerate()
        .map(|(at, name)| lea("CO", at, &format!("{at:04}"), &name))
        .collect();
    let confidence = |strangers: usize| {
        let strange = (0..strangers).map(|at| format!("Stranger{} Academy", (b'a' + at as u8) as char));
        let names = TOWNS.iter().map(|town| format!("{town} Schools")).chain(strange);
        let last = agency("CO", "registry", "Weld 11");
        let records: Vec<Agency> =
            [last].into_iter().chain(names.map(|name| agency("CO", "registry", &name))).collect();
        let outcome = link_all(&Model::shipped().unwrap(), &records, &leas).remove(0);
        outcome.best.map_or(0.0, |best| best.probability)
    };
    let (complete, half) = (confidence(0), confidence(24));
    assert!(complete > 0.5 && half < complete / 2.0, "{complete} {half}");
}

/// Two LEAs of one name, the one closed and the other new: the list shows which of them it has.
#[test]
fn an_older_list_has_the_closed_district_and_a_newer_one_the_new() {
    let of = |standing: &str, at: usize, name: &str| Agency {
        status: Some(standing.to_owned()),
        kind: Some("Regular".to_owned()),
        ..lea("NJ", at, &format!("{at:06}"), name)
    };
    let open = TOWNS.iter().enumerate().map(|(at, town)| of("Open", at, town));
    let closed = COUNTIES.iter().enumerate().map(|(at, town)| of("Closed", 100 + at, town));
    let new = ["Eaton", "Foster", "Gilman", "Hanley"].iter().enumerate().map(|(at, town)| of("New", 200 + at, town));
    let twins = [of("Closed", 300, "Henry Hudson Regional"), of("New", 301, "Henry Hudson Regional")];
    let leas: Vec<Agency> = open.chain(closed).chain(new).chain(twins).collect();
    let status_of = |others: &[&str]| {
        let names = TOWNS.iter().chain(others).map(|town| agency("NJ", "registry", town));
        let records: Vec<Agency> =
            [agency("NJ", "registry", "Henry Hudson Regional")].into_iter().chain(names).collect();
        let best = link_all(&Model::shipped().unwrap(), &records, &leas).remove(0).best.unwrap();
        leas[best.lea].status.clone().unwrap()
    };
    assert_eq!(status_of(&COUNTIES), "Closed");
    assert_eq!(status_of(&["Eaton", "Foster", "Gilman", "Hanley"]), "New");
}

/// The number of a service agency is not that of a district's id.
#[test]
fn a_service_agencys_number_is_no_districts() {
    let towns = TOWNS.iter().enumerate().map(|(at, town)| lea("WA", at, &format!("{}", 101 + at), town));
    let leas = with_bystanders(towns.collect(), |at| format!("{}", 401 + at));
    let named = (1..24).map(|at| agency("WA", "reports", &format!("{} School District No. {}", TOWNS[at], 101 + at)));
    let list =
        |name: &str| -> Vec<Agency> { [agency("WA", "reports", name)].into_iter().chain(named.clone()).collect() };
    assert_eq!(linked(&list("School District No. 101"), &leas).as_deref(), Some("Alden"));
    assert_eq!(linked(&list("Educational Service District No. 101"), &leas), None);
}

/// A town whose name ends in `City` is the LEA's city with it.
#[test]
fn a_name_that_is_the_lea_s_city_is_a_candidate() {
    let city = Agency {
        places: vec![matcher::Place { city: Some("Canon City".to_owned()), ..matcher::Place::default() }],
        ..lea("CO", 1, "1140", "Fremont Re-1")
    };
    let leas = with_bystanders(vec![city], |at| format!("{}", 2000 + at));
    let records = [agency("CO", "registry", "Canon City RE-1")];
    let best = link_all(&Model::shipped().unwrap(), &records, &leas).remove(0).best;
    assert_eq!(best.map(|best| best.lea), Some(0));
}

/// What is left on both sides is compared, whatever it has in common; among many left over it is not likely to be the same.
#[test]
fn what_nobody_wants_is_compared_with_what_nobody_wants() {
    let names = TOWNS.iter().map(|town| format!("{town} School District No. 3"));
    let leas: Vec<Agency> = ["School District No. 3 in the county of El Paso and State of Colorado".to_owned()]
        .into_iter()
        .chain(names)
        .enumerate()
        .map(|(at, name)| lea("CO", at, &format!("{:04}", 1010 + 10 * at), &name))
        .collect();
    let model = Model::shipped().unwrap();
    let records = |count: usize| -> Vec<Agency> {
        let others = TOWNS.iter().take(count).map(|town| agency("CO", "registry", &format!("{town} 3")));
        [agency("CO", "registry", "Widefield 3")].into_iter().chain(others).collect()
    };
    let proposed =
        |count: usize| link_all(&model, &records(count), &leas).remove(0).best.map(|best| (best.lea, best.probability));
    let whole = proposed(24).unwrap();
    assert!(whole.0 == 0 && whole.1 > 0.8, "{whole:?}");
    let half = proposed(12);
    assert!(half.is_none_or(|(_, probability)| probability < 0.5), "{half:?}");

    let truth: Vec<String> = leas.iter().filter_map(|lea| lea.nces_id.clone()).collect();
    let blocking = Blocking::of(&model, &records(24), &leas, &truth);
    assert_eq!((blocking.true_pairs, blocking.true_pairs_by_rules, blocking.compared_true_pairs), (25, 24, 25));
    assert!(blocking.compared < blocking.possible / 4, "{blocking:?}");
    let without: Vec<String> = truth.iter().map(|_| "9999999".to_owned()).collect();
    let none = Blocking::of(&model, &records(24), &leas, &without);
    assert_eq!((none.true_pairs, none.compared_true_pairs), (0, 0));
}

/// NCES lists an agency twice, as what it is and as the board that runs it: the registry's type tells which it means.
#[test]
fn the_registrys_type_tells_twins_apart() {
    let of = |at: usize, name: &str, kind: &str| Agency {
        kind: Some(kind.to_owned()),
        ..lea("CA", at, &format!("{at:07}"), name)
    };
    let centers = TOWNS[..12].iter().enumerate().map(|(at, town)| of(at, &format!("{town} ROP"), "Specialized"));
    let districts = TOWNS[12..].iter().enumerate().map(|(at, town)| of(20 + at, town, "Regular"));
    let boards =
        COUNTIES.iter().enumerate().map(|(at, county)| of(40 + at, &format!("{county} ROP"), "Service agency"));
    let twins = [of(50, "Colton ROP", "Service agency"), of(51, "Colton ROP", "Specialized")];
    let leas: Vec<Agency> = centers.chain(districts).chain(boards).chain(twins).collect();
    let recorded = |name: &str, kind: &str| Agency { kind: Some(kind.to_owned()), ..agency("CA", "registry", name) };
    let kind_of_colton = |kind: &str| {
        let centers = TOWNS[..12].iter().map(|town| recorded(&format!("{town} ROP"), "Regional Occupation Center"));
        let districts = TOWNS[12..].iter().map(|town| recorded(town, "Unified District"));
        let boards = COUNTIES.iter().map(|county| recorded(&format!("{county} ROP"), "Joint Powers"));
        let records: Vec<Agency> =
            [recorded("Colton ROP", kind)].into_iter().chain(centers).chain(districts).chain(boards).collect();
        let best = link_all(&Model::shipped().unwrap(), &records, &leas).remove(0).best.unwrap();
        (leas[best.lea].kind.clone().unwrap(), best.probability)
    };
    for (ours, theirs) in [("Regional Occupation Center", "Specialized"), ("Joint Powers", "Service agency")] {
        let (kind, probability) = kind_of_colton(ours);
        assert!(kind == theirs && probability > 0.8, "{ours}: {kind}, {probability}");
    }
}
