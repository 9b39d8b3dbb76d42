use crate::project::TestProject;

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
