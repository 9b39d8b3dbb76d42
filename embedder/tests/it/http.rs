//! A model behind an address: what servers do to their clients.

use std::time::{Duration, Instant};

use embedder::EmbedError;
use embedder::model::{Http, HttpSettings, Secret};
use serde_json::json;

use crate::server::{Shared, Trick, start, vector_of};

pub fn settings(url: &str) -> HttpSettings {
    HttpSettings {
        url: url.to_owned(),
        name: "test-model".to_owned(),
        key: Some(Secret::new("sk-very-secret")),
        max_inputs: 16,
        patience: Duration::from_secs(20),
        timeout: Duration::from_secs(5),
        ..HttpSettings::default()
    }
}

fn texts(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("text number {number}")).collect()
}

async fn with_tricks(
    tricks: impl IntoIterator<Item = Trick>,
    count: usize,
) -> (Result<Vec<Vec<f32>>, EmbedError>, Shared) {
    let (url, shared) = start().await;
    shared.lock().unwrap().tricks.extend(tricks);
    let model = Http::new(settings(&url)).unwrap();
    let answers = model.embed(&texts(count)).await;
    (answers.map(|all| all.into_iter().map(Result::unwrap).collect()), shared)
}

fn expected(count: usize) -> Vec<Vec<f32>> {
    texts(count).iter().map(|text| vector_of(text)).collect()
}

#[tokio::test]
async fn azure_takes_the_key_bare_and_its_version_in_the_address() {
    let (url, shared) = start().await;
    let azure =
        HttpSettings { key_header: Some("api-key".to_owned()), ..settings(&format!("{url}?api-version=2024-10-21")) };
    assert!(!format!("{azure:?}").contains("sk-very-secret"));
    let answers = Http::new(azure).unwrap().embed(&texts(2)).await.unwrap();
    assert_eq!(answers.into_iter().map(Result::unwrap).collect::<Vec<_>>(), expected(2));
    let seen = shared.lock().unwrap();
    assert_eq!(
        (seen.keys.as_slice(), seen.queries.as_slice()),
        (&["sk-very-secret".to_owned()][..], &["api-version=2024-10-21".to_owned()][..])
    );
    let wrong = HttpSettings { key_header: Some("no header".to_owned()), ..settings(&url) };
    assert!(Http::new(wrong).unwrap_err().to_string().contains("`no header`"));
}

#[tokio::test]
async fn vectors_are_placed_by_index_in_base64_and_in_floats() {
    for trick in [Trick::Backwards, Trick::Floats] {
        let (answers, shared) = with_tricks([trick.clone()], 10).await;
        assert_eq!(answers.unwrap(), expected(10), "{trick:?}");
        assert_eq!(shared.lock().unwrap().keys, ["Bearer sk-very-secret"]);
    }
}

#[tokio::test]
async fn a_wrong_answer_is_asked_for_again_and_never_taken() {
    for trick in [
        Trick::Shorter,
        Trick::Zeros,
        Trick::NotANumber,
        Trick::TwiceTheSameIndex,
        Trick::CutShort,
        Trick::Raw("{\"data\": [{\"emb"),
        Trick::Raw("<html>a proxy's page</html>"),
        Trick::Raw(""),
    ] {
        let (answers, shared) = with_tricks([trick.clone()], 3).await;
        assert_eq!(answers.unwrap(), expected(3), "{trick:?}");
        assert_eq!(shared.lock().unwrap().requests, 2);
    }
}

#[tokio::test]
async fn the_wrong_width_stops_at_once_unless_padding_is_asked_for() {
    let (answers, shared) = with_tricks([Trick::Width(384)], 3).await;
    let error = answers.unwrap_err();
    assert!(error.to_string().contains("384 wide") && error.hint().unwrap().contains("pad = true"), "{error}");
    assert_eq!(shared.lock().unwrap().requests, 1);
    let (url, shared) = start().await;
    shared.lock().unwrap().tricks.push_back(Trick::Width(384));
    let model = Http::new(HttpSettings { pads: true, ..settings(&url) }).unwrap();
    let vector = model.embed(&texts(1)).await.unwrap().remove(0).unwrap();
    assert!(vector[..384].iter().all(|value| *value == 0.5) && vector[384..].iter().all(|value| *value == 0.0));
}

#[tokio::test]
async fn passing_refusals_are_waited_out_and_retry_after_is_a_floor() {
    let later = |status, headers| Trick::Status(status, json!({ "error": { "message": "slow down" } }), headers);
    let began = std::time::Instant::now();
    let tricks = [later(429, vec![("retry-after", "1")]), later(500, vec![]), later(503, vec![]), later(429, vec![])];
    let (answers, shared) = with_tricks(tricks, 3).await;
    assert_eq!(answers.unwrap(), expected(3));
    assert_eq!(shared.lock().unwrap().requests, 5);
    assert!(began.elapsed() >= Duration::from_secs(1), "Retry-After was heeded");
}

#[tokio::test]
async fn a_storm_of_429s_is_sat_out_with_and_without_retry_after() {
    for after in [Some("1"), None] {
        let (url, shared) = start().await;
        shared.lock().unwrap().storm = Some((Instant::now() + Duration::from_secs(2), after));
        let model = Http::new(HttpSettings { max_inputs: 4, ..settings(&url) }).unwrap();
        let answers: Vec<Vec<f32>> = model.embed(&texts(40)).await.unwrap().into_iter().map(Result::unwrap).collect();
        assert_eq!(answers, expected(40));
        let seen = shared.lock().unwrap();
        assert!(seen.throttled < 20, "{} requests into the storm", seen.throttled);
        assert!(seen.answered.values().all(|times| *times == 1));
    }
}

#[tokio::test]
async fn a_server_that_stalls_is_asked_again_and_given_up_when_patience_ends() {
    let (url, shared) = start().await;
    let impatient =
        HttpSettings { timeout: Duration::from_millis(200), patience: Duration::from_secs(4), ..settings(&url) };
    shared.lock().unwrap().tricks.extend((0..2).map(|_| Trick::Stalled(Duration::from_secs(60))));
    let model = Http::new(impatient.clone()).unwrap();
    let answers: Vec<Vec<f32>> = model.embed(&texts(3)).await.unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, expected(3));
    shared.lock().unwrap().tricks.extend((0..50).map(|_| Trick::Stalled(Duration::from_secs(60))));
    let error = Http::new(impatient).unwrap().embed(&texts(3)).await.unwrap_err();
    assert!(error.hint().unwrap().contains("did not come back in time"), "{error}");
}

#[tokio::test]
async fn what_a_person_must_cure_stops_at_once_and_shows_no_key() {
    let billing = json!({ "error": { "message": "You exceeded your current quota", "type": "insufficient_quota", "code": "credit_balance_exhausted" } });
    for (status, body, cure) in
        [(429, billing, "out of credit"), (401, json!({ "error": "bad key" }), "is the key right")]
    {
        let (answers, shared) = with_tricks([Trick::Status(status, body, vec![("retry-after", "1")])], 3).await;
        let error = answers.unwrap_err();
        assert!(error.hint().unwrap().contains(cure), "{error}");
        assert!(!format!("{error:?}{error}").contains("sk-very-secret"));
        assert_eq!(shared.lock().unwrap().requests, 1);
    }
    let debug = format!("{:?}", Http::new(settings("http://127.0.0.1:1/v1")).unwrap());
    assert!(!debug.contains("sk-very-secret"), "{debug}");
}

#[test]
fn a_key_does_not_travel_in_the_open() {
    let error = Http::new(settings("http://models.example.org/v1")).unwrap_err();
    assert!(error.to_string().contains("in the open"), "{error}");
}

#[tokio::test]
async fn a_batch_that_is_too_much_is_halved_down_to_the_guilty_text() {
    let (url, shared) = start().await;
    shared.lock().unwrap().poison = Some("number 5");
    let model = Http::new(settings(&url)).unwrap();
    let answers = model.embed(&texts(10)).await.unwrap();
    let refused: Vec<usize> = (0..10).filter(|at| answers[*at].is_err()).collect();
    assert_eq!(refused, [5]);
    assert!(answers[5].as_ref().unwrap_err().contains("maximum context length"));
    assert_eq!(answers[9].as_ref().unwrap(), &vector_of("text number 9"));
}

#[tokio::test]
async fn a_server_with_small_requests_is_served_in_small_requests() {
    let (url, shared) = start().await;
    shared.lock().unwrap().most_inputs = 3;
    let model = Http::new(settings(&url)).unwrap();
    let answers: Vec<Vec<f32>> = model.embed(&texts(16)).await.unwrap().into_iter().map(Result::unwrap).collect();
    assert_eq!(answers, expected(16));
}

#[tokio::test]
async fn a_refusal_that_says_nothing_of_length_buries_no_document() {
    let unknown = || Trick::Status(422, json!({ "message": "unknown field encoding_format" }), vec![]);
    let (answers, shared) = with_tricks([unknown(), unknown()], 2).await;
    assert!(answers.unwrap_err().to_string().contains("unknown field"));
    assert_eq!(shared.lock().unwrap().requests, 2, "both texts, then one alone");
}

#[tokio::test]
async fn what_was_refused_costs_nothing() {
    let (url, shared) = start().await;
    shared.lock().unwrap().most_inputs = 1;
    // Eight texts of three tokens each: three times refused in halves, and paid once.
    let model = Http::new(HttpSettings { price: 1e6, max_cost: Some(40.0), ..settings(&url) }).unwrap();
    assert_eq!(model.embed(&texts(8)).await.unwrap().len(), 8);
}

#[tokio::test]
async fn the_cost_is_set_aside_before_a_request_and_ends_the_run() {
    let (url, shared) = start().await;
    let model = Http::new(HttpSettings { price: 1e6, max_cost: Some(40.0), max_inputs: 1, ..settings(&url) }).unwrap();
    let error = model.embed(&texts(100)).await.unwrap_err();
    assert!(error.to_string().contains("$40"), "{error}");
    assert!(shared.lock().unwrap().answered.len() <= 13, "a text has 3 tokens at least");
}
