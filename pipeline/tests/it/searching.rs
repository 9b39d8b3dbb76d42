use crate::project::{Ran, TestProject, program};

#[tokio::test]
async fn words_meaning_and_both_find_and_are_measured() {
    let project = TestProject::sample().await;
    project.run(&["run"]).expect(0);
    let hits = |arguments: &[&str]| -> Vec<serde_json::Value> {
        let all = [&["search", "capstone exhibition rubric", "--json", "--limit", "5"], arguments].concat();
        let found: serde_json::Value = serde_json::from_str(&project.run(&all).expect(0).stdout).unwrap();
        found["hits"].as_array().unwrap().clone()
    };
    assert_eq!(hits(&[]), hits(&["--by", "words"]), "what measures best with the offline model");
    assert!(hits(&["--by", "words"]).iter().all(|hit| hit["bm25"].is_f64() && hit["similarity"].is_null()));
    assert!(hits(&["--by", "meaning"]).iter().all(|hit| hit["similarity"].is_f64() && hit["bm25"].is_null()));
    assert_eq!(hits(&["--by", "both", "--state", "TX"]).len(), 5, "filters keep lists full");

    let best = &hits(&[])[0];
    let line = serde_json::json!({ "query": "capstone exhibition rubric", "relevant": [best["url"]] });
    std::fs::write(project.path("queries.jsonl"), line.to_string()).unwrap();
    let measured = project.run(&["evaluate", "search", "queries.jsonl", "--json"]).expect(0).stdout;
    let measured: serde_json::Value = serde_json::from_str(&measured).unwrap();
    assert_eq!(measured["by"]["words"]["mrr"], 1.0);
    let line =
        serde_json::json!({ "query": "capstone exhibition rubric", "relevant": [best["url"], "http://nowhere"] });
    std::fs::write(project.path("queries.jsonl"), line.to_string()).unwrap();
    let ran = project.run(&["evaluate", "search", "queries.jsonl"]).expect(0);
    assert!(ran.stderr.contains("1 of 2 answers are of no document here, such as `http://nowhere`"), "{ran:?}");
    std::fs::write(project.path("queries.jsonl"), r#"{"query": "x", "relevant": ["0000000"]}"#).unwrap();
    let ran = project.run(&["evaluate", "search", "queries.jsonl"]).expect(2);
    assert!(ran.stderr.contains("1 of 1 answers are of no document here"), "{ran:?}");
    std::fs::write(project.path("queries.jsonl"), "{\"query\": \"x\"}").unwrap();
    let ran = project.run(&["evaluate", "search", "queries.jsonl"]).expect(2);
    assert!(ran.stderr.contains("line 1") && ran.stderr.contains("relevant"), "{ran:?}");
}

#[tokio::test]
async fn a_score_is_explained_as_a_sum() {
    let project = TestProject::sample().await;
    project.run(&["run"]).expect(0);
    let best = project.run(&["score", "list", "--limit", "1", "--json"]).expect(0).stdout;
    let best: serde_json::Value = serde_json::from_str(best.trim()).unwrap();
    let id = best["nces_id"].as_str().unwrap().to_owned();
    let sum: f64 =
        best["keywords"]["readiness"].as_array().unwrap().iter().map(|one| one["value"].as_f64().unwrap()).sum();
    let score = best["scores"]["readiness"].as_f64().unwrap();
    assert!(((2.0 * sum).min(10.0) - score).abs() < 0.05, "{score} is not 2 × {sum}");
    let shown = project.run(&["score", "explain", &id]).expect(0).stdout;
    assert!(
        shown.contains("portrait of a graduate") && shown.contains(&format!("readiness {score:.2} = min(10, 2 × (")),
        "{shown}"
    );
    let ran = project.run(&["score", "explain", "12"]).expect(2);
    assert!(ran.stderr.contains("7 digits"), "{ran:?}");
}

#[tokio::test]
async fn only_what_changed_is_scored_again() {
    let project = TestProject::sample().await;
    project.run(&["run"]).expect(0);
    let pool = &project.database.pool;
    let score = || {
        let summary: serde_json::Value =
            serde_json::from_str(project.run(&["run", "--only", "score", "--json"]).expect(0).stdout.trim()).unwrap();
        summary["stages"][1]["rows_in"].as_u64().unwrap()
    };
    assert_eq!(score(), 0);
    let (one, documents): (String, i64) = sqlx::query_as(
        "select nces_id::text, count(*) from district_documents group by 1 order by count(*) desc, 1 limit 1",
    )
    .fetch_one(pool)
    .await
    .unwrap();
    // As long as its row says, its text comes in slices.
    let change = "update district_documents set extracted_text = 'community compass', text_length = $2, content_hash = 'x', updated_at = now() where nces_id = $1";
    sqlx::query(change).bind(&one).bind(embedder::texts::LONG_TEXT + 1).execute(pool).await.unwrap();
    assert_eq!(score(), documents.unsigned_abs(), "the documents of its district, and no others");
    let explained = project.run(&["score", "explain", &one]).expect(0).stdout;
    assert!(explained.contains("community compass"), "{explained}");

    sqlx::query("delete from district_documents where nces_id = $1").bind(&one).execute(pool).await.unwrap();
    assert_eq!(score(), 0);
    project.run(&["score", "explain", &one]).expect(2);
    let all: i64 = sqlx::query_scalar("select count(*) from district_documents").fetch_one(pool).await.unwrap();
    let settings = std::fs::read_to_string(project.path("districts.toml")).unwrap();
    std::fs::write(project.path("districts.toml"), settings + "\n[score]\ntaxonomy = \"own.toml\"\n").unwrap();
    let own = project.run(&["score", "taxonomy"]).expect(0).stdout.replace("community compass", "north star");
    std::fs::write(project.path("own.toml"), own).unwrap();
    assert_eq!(score(), all.unsigned_abs(), "another taxonomy scores everything again");
}

#[tokio::test]
async fn files_are_scored_without_a_database_by_ones_own_taxonomy() {
    let project = TestProject::empty().await;
    std::fs::write(project.path("plan.txt"), "Our community com\u{ad}pass and\nthe Portrait of a\nGraduate").unwrap();
    std::fs::write(project.path("page.html"), "<html><body><p>A capstone for every student of the district, shown to the community each spring.</p></body></html>").unwrap();
    let score = |files: &[&str]| {
        Ran::of(&program(project.folder.path(), &[&["score", "text"], files].concat()).output().unwrap())
    };
    let shown = score(&["plan.txt", "page.html"]).expect(0).stdout;
    assert!(shown.starts_with("2 documents: total ") && shown.contains("community compass"), "{shown}");
    assert!(shown.contains("activation 1.02 = min(10, 2 × (0.51))"), ".8 × .8 × .8, doubled: {shown}");

    std::fs::write(project.path("districts.toml"), "[score]\ntaxonomy = \"own.toml\"\n").unwrap();
    let own = "[readiness]\nphrases = [{ is = \"compass\", weight = 9.0, why = \"\" }]\n[alignment]\nphrases = []\n[activation]\nphrases = []\n[branding]\nphrases = []\n";
    std::fs::write(project.path("own.toml"), own).unwrap();
    let ran = score(&["plan.txt"]).expect(2);
    assert!(ran.stderr.contains("own.toml") && ran.stderr.contains("`compass` weighs 9"), "{ran:?}");
    std::fs::write(project.path("own.toml"), own.replace("9.0", "0.5")).unwrap();
    let shown = score(&["plan.txt"]).expect(0).stdout;
    assert!(shown.contains("0.40 = 0.5 × 0.8 × 1 + 0  compass"), "{shown}");
    assert!(score(&["gone.pdf"]).expect(2).stderr.contains("gone.pdf"));
}
