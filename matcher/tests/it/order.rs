//! The same output whatever the order of rows and the number of threads.

use matcher::{Agency, Model, Place, link_all};
use proptest::prelude::*;

/// Names from few words, so that they collide as real ones do.
fn agencies(list: &'static str) -> impl Strategy<Value = Vec<Agency>> {
    let name = (0..6usize, 0..4usize, 0..4usize).prop_map(|(first, second, kind)| {
        let first = ["Maple", "Cedar", "Oak", "Saint Anne", "New Maple", "St. Anne"][first];
        let second = ["Creek", "Valley", "", "Grove"][second];
        let kind = ["Unified", "Elementary", "Union High", "SD"][kind];
        format!("{first} {second} {kind}")
    });
    let agency = (name, 0..5u8, proptest::option::of(0..9u8), proptest::option::of(0..12u8), 0..2usize).prop_map(
        move |(name, city, phone, id, state)| Agency {
            state: ["CA", "TX"][state].to_owned(),
            list: list.to_owned(),
            nces_id: None,
            state_leaid: id.map(|id| format!("{id:03}")),
            name,
            places: vec![Place { city: Some(format!("City{city}")), ..Place::default() }],
            phone: phone.map(|phone| format!("209555000{phone}")),
            ..Agency::default()
        },
    );
    proptest::collection::vec(agency, 0..25)
}

/// What each record is linked to, by what the agencies are rather than where they stand.
fn links(records: &[Agency], leas: &[Agency], threads: usize) -> Vec<String> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let outcomes = pool.install(|| link_all(&Model::shipped().unwrap(), records, leas));
    let mut links: Vec<String> = outcomes
        .into_iter()
        .map(|outcome| {
            let best = outcome.best.map(|best| (leas[best.lea].clone(), format!("{:.9}", best.confidence)));
            format!("{:?} -> {best:?} {:?}", records[outcome.record], outcome.review)
        })
        .collect();
    links.sort();
    links
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn order_and_threads_do_not_matter(records in agencies("ca"), mut leas in agencies("nces"), turn in 0..25usize) {
        for (number, lea) in leas.iter_mut().enumerate() {
            lea.nces_id = Some(format!("{number:07}"));
        }
        let expected = links(&records, &leas, 1);
        let (mut records, mut leas) = (records, leas);
        let record_turn = turn % records.len().max(1);
        records.rotate_left(record_turn);
        leas.reverse();
        prop_assert_eq!(expected, links(&records, &leas, 2));
    }

    #[test]
    fn confidences_are_probabilities_and_leas_are_not_shared(records in agencies("ca"), leas in agencies("nces")) {
        let outcomes = link_all(&Model::shipped().unwrap(), &records, &leas);
        prop_assert_eq!(outcomes.len(), records.len());
        let mut taken = std::collections::HashSet::new();
        for outcome in &outcomes {
            if let Some(best) = &outcome.best {
                prop_assert!((0.0..=1.0).contains(&best.confidence));
                if outcome.review.is_none() {
                    prop_assert!(taken.insert(best.lea), "two records took one LEA");
                    prop_assert_eq!(&records[outcome.record].state, &leas[best.lea].state);
                }
            }
        }
    }
}
