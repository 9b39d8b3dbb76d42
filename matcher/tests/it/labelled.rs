//! `cases.csv`: the classes that hurt, by tier. Strong cases are linked; medium ones are linked or left to a person;
//! weak ones are never guessed. No case of any tier is linked wrongly.

use matcher::{Agency, Model, Outcome, Place, link_all};

struct Case {
    tier: String,
    class: String,
    record: Agency,
    leas: Vec<Agency>,
    right: Option<usize>,
}

fn agency(state: &str, list: &str, name: &str, city: &str) -> Agency {
    let places =
        if city.is_empty() { Vec::new() } else { vec![Place { city: Some(city.to_owned()), ..Place::default() }] };
    Agency { state: state.to_owned(), list: list.to_owned(), name: name.to_owned(), places, ..Agency::default() }
}

/// Cells of one line; a quote only around the one cell that has a comma.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for c in line.chars() {
        match c {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            _ => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

fn case(line: &str) -> Case {
    let cells = cells(line);
    let [tier, class, state, name, city, candidates, right] = cells.as_slice() else { panic!("{line}") };
    let mut leas: Vec<Agency> = candidates
        .split('|')
        .map(|candidate| {
            let (name, city) = candidate.split_once('@').unwrap();
            agency(state, "nces", name, city)
        })
        .collect();
    // A state is more than the candidates: without bystanders nothing is rare.
    for number in 0..200 {
        let kind = ["Unified", "Elementary", "Public Schools", "ISD", "Local"][number % 5];
        let letters: String = [number / 14, number % 14].iter().map(|at| (b'a' + *at as u8) as char).collect();
        leas.push(agency(state, "nces", &format!("Bystander{letters} {kind}"), &format!("Town{letters}")));
    }
    for (number, lea) in leas.iter_mut().enumerate() {
        lea.nces_id = Some(format!("{number:07}"));
    }
    Case {
        tier: tier.clone(),
        class: class.clone(),
        record: agency(state, "registry", name, city),
        leas,
        right: right.parse().ok(),
    }
}

fn outcome(case: &Case) -> Outcome {
    link_all(&Model::shipped().unwrap(), std::slice::from_ref(&case.record), &case.leas).remove(0)
}

#[test]
fn labelled_cases_of_every_class() {
    let mut failures = Vec::new();
    let (mut medium, mut linked) = (0, 0);
    for case in include_str!("../../cases.csv").lines().skip(1).map(case) {
        let outcome = outcome(&case);
        let accepted = outcome.best.as_ref().filter(|_| outcome.review.is_none()).map(|best| best.lea);
        let shown = outcome.best.as_ref().map(|best| (case.leas[best.lea].name.clone(), best.probability));
        let is_wrong = accepted.is_some() && accepted != case.right;
        let is_missed = case.tier == "strong" && accepted.is_none();
        if case.tier == "medium" {
            (medium, linked) = (medium + 1, linked + usize::from(accepted.is_some()));
        }
        if is_wrong || is_missed {
            failures.push(format!("{} {} `{}`: {shown:?}", case.tier, case.class, case.record.name));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    assert!(linked * 10 >= medium * 6, "{linked} of {medium} medium cases are linked");
}
