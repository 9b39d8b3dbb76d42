use embedder::DIMENSIONS;
use embedder::model::{Hashing, Model, check};
use proptest::prelude::*;

fn similarity(a: &str, b: &str) -> f32 {
    let model = Hashing::new();
    model.embed(a).iter().zip(model.embed(b)).map(|(x, y)| x * y).sum()
}

/// Bit for bit: stored vectors and queries of different machines and years must meet.
#[test]
fn a_golden_vector() {
    let vector = Hashing::new().embed("Portrait of a Graduate: communication & collaboration");
    let set: Vec<String> = vector
        .iter()
        .enumerate()
        .filter(|(_, value)| **value != 0.0)
        .map(|(place, value)| format!("{place} {:08x}", value.to_bits()))
        .collect();
    insta::assert_snapshot!(set.join("\n"));
}

#[test]
fn words_in_other_forms_are_near_and_other_words_are_far() {
    let near = similarity("graduates' competencies", "competency of a graduate");
    let far = similarity("graduates' competencies", "roof of the gymnasium");
    assert!(near > 0.5 && far < 0.2, "near {near}, far {far}");
}

proptest! {
    #[test]
    fn every_text_has_a_vector_that_may_be_stored(text in "\\PC{0,80}") {
        let model = Hashing::new();
        let vector = model.embed(&text);
        prop_assert!(check(model.name(), &vector).is_ok());
        let length: f32 = vector.iter().map(|value| value * value).sum();
        prop_assert!((length - 1.0).abs() < 1e-4);
        prop_assert_eq!(vector, Hashing::new().embed(&text));
    }
}

#[test]
fn what_must_not_be_stored_is_refused() {
    let mut vector = vec![0.0; DIMENSIONS];
    assert!(check("m", &vector).unwrap_err().to_string().contains("all zeros"));
    vector[3] = f32::NAN;
    assert!(check("m", &vector).unwrap_err().to_string().contains("not finite"));
    assert!(check("m", &vector[..768]).unwrap_err().to_string().contains("768 wide, and 1536"));
}
