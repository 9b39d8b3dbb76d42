//! Clerical review: a decision wins, outlives re-runs and re-imports, and is asked again when the record changes.

use std::fs;

use crate::project::TestProject;

async fn linked(project: &TestProject) -> TestProjectLink {
    let (state, id, nces_id): (String, String, String) = sqlx::query_as(
        "select r.state::text, r.state_district_id::text, m.nces_id::text
           from district_matches m join state_registry_districts r on r.id = m.state_registry_id
          where r.source_key = 'oh' and not m.flag_for_review order by r.record_key limit 1",
    )
    .fetch_one(&project.database.pool)
    .await
    .unwrap();
    TestProjectLink { state, id, nces_id }
}

struct TestProjectLink {
    state: String,
    id: String,
    nces_id: String,
}

async fn link_of(project: &TestProject, id: &str) -> Option<(String, String, bool, bool)> {
    sqlx::query_as(
        "select m.nces_id::text, m.match_method::text, m.verified, m.flag_for_review
           from district_matches m join state_registry_districts r on r.id = m.state_registry_id
          where r.source_key = 'oh' and r.state_district_id = $1 and r.superseded_at is null",
    )
    .bind(id)
    .fetch_optional(&project.database.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn a_rejected_link_stays_away_and_an_assigned_one_stays() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,registries,match"]).expect(0);
    let link = linked(&project).await;
    project.run(&["review", "reject", &link.state, &link.id, "--by", "ann", "--why", "wrong town"]).expect(0);
    let after = link_of(&project, &link.id).await;
    assert!(after.as_ref().is_none_or(|(nces_id, ..)| *nces_id != link.nces_id), "{after:?}");
    project.run(&["review", "assign", &link.state, &link.id, &link.nces_id, "--by", "bob"]).expect(0);
    let expected = Some((link.nces_id.clone(), "manual".to_owned(), true, false));
    assert_eq!(link_of(&project, &link.id).await, expected);
    project.run(&["run", "--only", "registries,match"]).expect(0);
    assert_eq!(link_of(&project, &link.id).await, expected);
    let kept: Vec<(String, String, bool)> = sqlx::query_as(
        "select decision::text, decided_by::text, withdrawn_at is null from match_decisions order by decided_at",
    )
    .fetch_all(&project.database.pool)
    .await
    .unwrap();
    let expected = [("reject", "ann", false), ("accept", "bob", true)].map(|(a, b, c)| (a.to_owned(), b.to_owned(), c));
    assert_eq!(kept, expected, "an earlier decision is withdrawn, not erased");
}

#[tokio::test]
async fn a_changed_record_is_asked_again_and_its_history_is_kept() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,registries,match"]).expect(0);
    let link = linked(&project).await;
    project.run(&["review", "accept", &link.state, &link.id, "--by", "ann"]).expect(0);
    let path = project.path("files/oh_districts.csv");
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().find(|line| line.contains(&link.id)).unwrap();
    fs::write(
        &path,
        text.replace(
            line,
            &line.replacen("School", "Schule", 1).replacen("Local", "Lokal", 1).replacen("City", "Citi", 1),
        ),
    )
    .unwrap();
    project.run(&["run", "--only", "registries,match"]);
    let (nces_id, method, is_verified, is_flagged) = link_of(&project, &link.id).await.unwrap();
    assert_eq!((nces_id, method.as_str(), is_verified, is_flagged), (link.nces_id, "manual", false, true));
}

#[tokio::test]
async fn the_queue_goes_out_and_comes_back_as_a_table() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,registries,match"]).expect(0);
    project.run(&["review", "export", "queue.csv"]).expect(0);
    let text = fs::read_to_string(project.path("queue.csv")).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let free: String = sqlx::query_scalar(
        "select d.nces_id::text from districts d where d.state = $1
            and not exists (select from district_matches m where m.nces_id = d.nces_id) order by d.nces_id limit 1",
    )
    .bind(lines[1].split(',').nth(1).unwrap().trim_matches('"'))
    .fetch_one(&project.database.pool)
    .await
    .unwrap();
    let undecided = lines[1].strip_suffix(",,,").unwrap().to_owned();
    lines[1] = format!("{undecided},perhaps,,");
    fs::write(project.path("queue.csv"), lines.join("\n")).unwrap();
    let wrong = project.run(&["review", "import", "queue.csv", "--by", "ann"]).expect(2);
    assert!(wrong.stderr.contains("`perhaps` is no decision"), "{wrong:?}");
    lines[1] = format!("{undecided},assign,{free},looked it up");
    fs::write(project.path("queue.csv"), lines.join("\n")).unwrap();
    project.run(&["review", "import", "queue.csv", "--by", "ann"]).expect(0);
    let manual: i64 = sqlx::query_scalar(
        "select count(*) from district_matches where match_method = 'manual' and verified_by = 'ann'",
    )
    .fetch_one(&project.database.pool)
    .await
    .unwrap();
    assert_eq!(manual, 1);
}

#[tokio::test]
async fn a_link_explains_itself_and_evaluation_prints_the_settings() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,registries,match"]).expect(0);
    let link = linked(&project).await;
    let explained = project.run(&["match", "explain", &link.state, &link.id]).expect(0);
    assert!(
        explained.stdout.contains("before any comparison") && explained.stdout.contains("state id: same"),
        "{explained:?}"
    );
    let by_lea = project.run(&["match", "explain", &link.nces_id]).expect(0);
    assert!(by_lea.stdout.contains(&link.id), "{by_lea:?}");
    let unknown = project.run(&["match", "explain", "OH", "no such"]).expect(2);
    assert!(unknown.stderr.contains("hint: name it by its state id"), "{unknown:?}");
    let evaluated = project.run(&["evaluate", "--json", "--plot", "calibration.svg"]).expect(0);
    let first: serde_json::Value = serde_json::from_str(evaluated.stdout.lines().next().unwrap()).unwrap();
    assert!(first["blocking"]["pairs_completeness"].as_f64().unwrap() > 0.99, "{first}");
    assert!(first["blocking"]["reduction_ratio"].as_f64().unwrap() > 0.8, "{first}");
    let picture = std::fs::read_to_string(project.path("calibration.svg")).unwrap();
    assert!(picture.starts_with("<svg") && picture.contains("all fields: ECE"), "{picture}");
    assert_eq!(first["setting"], "all fields");
    assert_eq!(first["pooled"]["wrong"], 0, "{first}");
    assert!(first["pooled"]["recall"].as_f64().unwrap() > 0.98, "{first}");
}
