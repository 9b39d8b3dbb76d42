use matcher::{Agency, Method, Model, Outcome, Place, link_all};

fn agency(name: &str, city: &str) -> Agency {
    let places = if city.is_empty() { vec![] } else { vec![Place { city: Some(city.to_owned()), ..Place::default() }] };
    Agency { state: "CA".to_owned(), list: "ca".to_owned(), name: name.to_owned(), places, ..Agency::default() }
}

fn lea(nces_id: &str, state_id: &str, name: &str, city: &str) -> Agency {
    Agency {
        list: "nces".to_owned(),
        nces_id: Some(nces_id.to_owned()),
        state_leaid: Some(state_id.to_owned()),
        ..agency(name, city)
    }
}

/// A state with siblings, twins and bystanders.
fn leas() -> Vec<Agency> {
    let mut leas = vec![
        lea("0600001", "101", "Brawley Elementary", "Brawley"),
        lea("0600002", "102", "Brawley Union High", "Brawley"),
        lea("0600003", "103", "Akron City School District", "Akron"),
        lea("0600004", "104", "Akron Local", "Copley"),
        lea("0600005", "105", "Saint Anne Unified", "Saint Anne"),
        lea("0600006", "106", "Lincoln Unified", "Stockton"),
        lea("0600007", "107", "Lincoln Unified", "Riverside"),
    ];
    for number in 0..60 {
        leas.push(lea(
            &format!("06100{number:02}"),
            &format!("9{number:02}"),
            &format!("Bystander Town{number} Unified"),
            &format!("Elsewhere{number}"),
        ));
    }
    leas
}

fn link(record: Agency) -> Outcome {
    link_all(&Model::shipped().unwrap(), &[record], &leas()).remove(0)
}

/// The NCES id a record is linked to without review.
fn linked(record: Agency) -> Option<String> {
    let outcome = link(record);
    let best = outcome.best.filter(|_| outcome.review.is_none())?;
    leas()[best.lea].nces_id.clone()
}

#[test]
fn siblings_of_one_name_are_told_apart_by_kind() {
    assert_eq!(linked(agency("Brawley Elem", "Brawley")).as_deref(), Some("0600001"));
    assert_eq!(linked(agency("BRAWLEY UHSD", "Brawley")).as_deref(), Some("0600002"));
}

#[test]
fn city_and_local_districts_are_two() {
    assert_eq!(linked(agency("Akron City", "Akron")).as_deref(), Some("0600003"));
    assert_eq!(linked(agency("Akron Local", "Copley")).as_deref(), Some("0600004"));
}

#[test]
fn abbreviations_are_written_out() {
    let outcome = link(agency("ST. ANNE USD", "St Anne"));
    assert_eq!((outcome.method, outcome.review), (Method::NormalizedName, None));
}

#[test]
fn one_name_twice_in_a_state_is_never_guessed() {
    assert_eq!(linked(agency("Lincoln Unified", "")), None);
    assert_eq!(linked(agency("Lincoln Unified", "Riverside")).as_deref(), Some("0600007"));
}

#[test]
fn an_id_links_when_the_name_agrees() {
    let record = Agency { state_leaid: Some("105".to_owned()), ..agency("Saint Anne", "") };
    let outcome = link(record);
    assert_eq!((outcome.method, outcome.review), (Method::ExactId, None));
}

/// Rows of schools that carry their district's id: nothing but the county agrees.
#[test]
fn an_id_links_where_a_place_agrees() {
    let in_county = |agency: Agency, county: &str| Agency { county: Some(county.to_owned()), ..agency };
    let leas: Vec<Agency> =
        leas().into_iter().enumerate().map(|(at, lea)| in_county(lea, &format!("County{}", at / 9))).collect();
    let record = Agency { state_leaid: Some("103".to_owned()), ..agency("J William Leary Junior High School", "") };
    let link = |county: &str| {
        let outcome = link_all(&Model::shipped().unwrap(), &[in_county(record.clone(), county)], &leas).remove(0);
        (outcome.best.map(|best| best.lea), outcome.review.is_some())
    };
    assert_eq!(link("County0"), (Some(2), false));
    assert_ne!(link("County5"), (Some(2), false), "neither name nor place agree");
}

/// New York's other code family hits ST_LEAID by accident.
#[test]
fn an_id_that_hits_another_district_does_not_link() {
    let record = Agency { state_leaid: Some("101".to_owned()), ..agency("Saint Anne Unified", "Saint Anne") };
    let outcome = link(record);
    let reason = outcome.review.expect("a person is asked");
    assert!(reason.contains("`Brawley Elementary` (0600001)"), "both candidates are shown: {reason}");
    let stray = Agency { state_leaid: Some("103".to_owned()), ..agency("Wholly Unlike", "Nowhere") };
    assert_eq!(linked(stray), None);
}

/// California's "SBE" records carry ids of another scheme, which no LEA has.
#[test]
fn an_id_that_no_lea_has_does_not_speak_against_name_and_place() {
    let record = Agency { state_leaid: Some("no such id".to_owned()), ..agency("Saint Anne Unified", "Saint Anne") };
    assert_eq!(linked(record).as_deref(), Some("0600005"));
}

#[test]
fn a_record_without_a_partner_stays_without() {
    assert_eq!(link(agency("Zzyzx Academy of Music", "Zzyzx")).best, None);
}

/// Two records of one list with the same claim: neither is guessed, both are shown.
#[test]
fn two_records_do_not_share_an_lea() {
    let records = [agency("Saint Anne Unified", "Saint Anne"), agency("Saint Anne Unif", "Saint Anne")];
    let outcomes = link_all(&Model::shipped().unwrap(), &records, &leas());
    let linked = outcomes.iter().filter(|outcome| outcome.best.is_some() && outcome.review.is_none()).count();
    assert_eq!(linked, 0, "{outcomes:?}");
    assert!(outcomes.iter().all(|outcome| outcome.best.is_some()));
    assert!(
        outcomes.iter().any(|outcome| outcome.lost_to.is_some() && outcome.review.is_some()),
        "the other is shown to a person"
    );
}

#[test]
fn the_evidence_adds_up_to_the_score() {
    let best = link(agency("Brawley Elem", "Brawley")).best.unwrap();
    let sum = best.prior + best.evidence.iter().map(|item| item.weight).sum::<f64>();
    assert!((sum - best.score).abs() < 1e-9);
    assert!((0.0..=1.0).contains(&best.confidence));
}

fn changes(records: Vec<Agency>, more: &[Agency]) -> Vec<Option<matcher::Change>> {
    let mut leas = leas();
    leas.extend_from_slice(more);
    let outcomes = link_all(&Model::shipped().unwrap(), &records, &leas);
    outcomes.into_iter().map(|outcome| outcome.change).collect()
}

#[test]
fn two_old_districts_of_one_new_one_are_suspected_of_a_merger() {
    let joined = lea("0600090", "190", "Alden-Conger Unified", "Alden");
    let position = leas().len();
    let found = changes(vec![agency("Alden Unified", "Alden"), agency("Conger Unified", "Conger")], &[joined]);
    let mergers: Vec<_> = found.iter().flatten().collect();
    assert!(
        matches!(mergers[..], [matcher::Change::Merger { lea, .. }] if *lea == position),
        "one is linked, the other is told with it: {found:?}"
    );
}

#[test]
fn an_old_district_of_two_new_ones_is_suspected_of_a_split() {
    let parts = [
        lea("0600091", "191", "Tremont Elementary", "Tremont"),
        lea("0600092", "192", "Tremont Union High", "Tremont"),
    ];
    let first = leas().len();
    let found = changes(vec![agency("Tremont Unified", "Tremont")], &parts);
    assert_eq!(found, [Some(matcher::Change::Split { leas: vec![first, first + 1] })]);
    let charter = Agency {
        kind: Some("Independent charter district".to_owned()),
        ..lea("0600093", "193", "Tremont Beacon Academy", "Tremont")
    };
    let found = changes(vec![agency("Tremont Unified", "Tremont")], &[parts[0].clone(), charter]);
    assert_eq!(found, [None]);
}

#[test]
fn siblings_that_each_have_a_record_are_no_split() {
    let found = changes(vec![agency("Brawley Elementary", "Brawley"), agency("Brawley Union High", "Brawley")], &[]);
    assert_eq!(found, [None, None]);
}
