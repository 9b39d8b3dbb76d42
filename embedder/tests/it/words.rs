//! Search by words, and both kinds together.

use embedder::search::{Hit, Query};
use embedder::words::{fuse, outdated, refresh, search_words};
use migrations::testing::TestDatabase;

const TEXTS: [&str; 4] = [
    "roof roof bus budget",
    "roof bus bus bus budget budget garden",
    "bus",
    "kitchen garden school window door teacher pupil roof",
];

async fn with_texts() -> TestDatabase {
    let database = TestDatabase::new().await;
    for (number, text) in (1..).zip(TEXTS) {
        let id = format!("{number:07}");
        sqlx::query("insert into districts (nces_id, name, state) values ($1, 'D' || $1, case when $1 = '0000001' then 'TX' else 'CA' end)")
            .bind(&id)
            .execute(&database.pool)
            .await
            .unwrap();
        sqlx::query(
            "insert into district_documents (nces_id, document_url, document_type, extracted_text, text_length, content_hash)
             values ($1, 'http://x/' || $1, 'text', $2, length($2), md5($2))",
        )
        .bind(&id)
        .bind(text)
        .execute(&database.pool)
        .await
        .unwrap();
    }
    database
}

fn query(text: &str) -> Query {
    Query { text: text.to_owned(), limit: 10, ..Query::default() }
}

/// Okapi BM25, as its authors write it.
fn bm25(terms: &[&str], text: &str) -> f64 {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let average = TEXTS.iter().map(|text| words(text).len()).sum::<usize>() as f64 / TEXTS.len() as f64;
    let own = words(text);
    let of = |term: &&str| {
        let having = TEXTS.iter().filter(|text| words(text).iter().any(|word| word == term)).count() as f64;
        let idf = (1.0 + (TEXTS.len() as f64 - having + 0.5) / (having + 0.5)).ln();
        let tf = own.iter().filter(|word| word == term).count() as f64;
        idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * own.len() as f64 / average))
    };
    terms.iter().map(of).sum()
}

#[tokio::test]
async fn the_score_is_bm25() {
    let database = with_texts().await;
    assert_eq!(refresh(&database.pool, |_| {}).await.unwrap(), 4);
    assert_eq!(refresh(&database.pool, |_| {}).await.unwrap(), 0, "nothing changed");
    let hits = search_words(&database.pool, &query("a Roof for the bus")).await.unwrap();
    assert_eq!(hits.len(), 4);
    for hit in &hits {
        let number: usize = hit.nces_id.parse().unwrap();
        let expected = bm25(&["roof", "bus"], TEXTS[number - 1]);
        assert!((hit.bm25.unwrap() - expected).abs() < 1e-9, "{hit:?}, expected {expected}");
    }
    assert!(hits.is_sorted_by(|a, b| a.score >= b.score));
    assert!(hits[0].snippet.contains("«roof»"), "{:?}", hits[0]);
    let texan = search_words(&database.pool, &Query { state: Some("TX".to_owned()), ..query("roof") }).await.unwrap();
    assert_eq!(texan.iter().map(|hit| hit.state.as_str()).collect::<Vec<_>>(), ["TX"]);
}

#[tokio::test]
async fn what_a_person_may_type_is_no_syntax() {
    let database = with_texts().await;
    refresh(&database.pool, |_| {}).await.unwrap();
    for text in ["", "the of and", "roof & | ! ( :*", "it's 'quoted' \\ \"roof\"", "zebra"] {
        search_words(&database.pool, &query(text)).await.unwrap();
    }
    assert_eq!(search_words(&database.pool, &query("roof & | ! ( :*")).await.unwrap().len(), 3);
}

#[tokio::test]
async fn a_changed_document_is_found_by_its_new_words_and_a_deleted_one_not() {
    let database = with_texts().await;
    refresh(&database.pool, |_| {}).await.unwrap();
    let change = "update district_documents set extracted_text = 'zebra', content_hash = 'new' where nces_id = '0000003'; delete from district_documents where nces_id = '0000001'";
    sqlx::raw_sql(change).execute(&database.pool).await.unwrap();
    assert_eq!(outdated(&database.pool).await.unwrap(), 1);
    assert_eq!(refresh(&database.pool, |_| {}).await.unwrap(), 1);
    assert_eq!(search_words(&database.pool, &query("zebra")).await.unwrap()[0].nces_id, "0000003");
    assert_eq!(search_words(&database.pool, &query("bus")).await.unwrap().len(), 1);
}

#[test]
fn two_lists_are_fused_by_rank_and_a_document_of_both_comes_first() {
    let hit = |id: &str, similarity: Option<f64>| Hit {
        nces_id: id.to_owned(),
        district: String::new(),
        state: String::new(),
        title: None,
        url: "http://x".to_owned(),
        score: 9.0,
        similarity,
        bm25: similarity.is_none().then_some(9.0),
        snippet: String::new(),
    };
    let words = vec![hit("1", None), hit("2", None)];
    let meaning = vec![hit("3", Some(0.9)), hit("2", Some(0.8))];
    let fused = fuse(words, meaning, 2);
    assert_eq!(fused.iter().map(|hit| hit.nces_id.as_str()).collect::<Vec<_>>(), ["2", "1"]);
    assert_eq!((fused[0].bm25, fused[0].similarity), (Some(9.0), Some(0.8)));
    assert!((fused[0].score - 2.0 / 62.0).abs() < 1e-12);
}
