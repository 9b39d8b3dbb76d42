use std::fs;

use crate::project::TestProject;

#[tokio::test]
async fn the_whole_job_runs_and_the_second_run_changes_no_row() {
    let project = TestProject::sample().await;
    let first = project.run(&["run", "--json"]).expect(0).json();
    assert_eq!(first["verdict"], "good");
    let figures = &first["figures"];
    assert_eq!(figures["districts"], 1_380);
    assert!(figures["chunks"].as_i64().unwrap() >= 1_000, "enough for an index");
    assert_eq!(figures["index"]["rows"], figures["chunks"], "the index is built over all");
    let state = project.state().await;
    let since = project.now().await;

    let second = project.run(&["run", "--json"]).expect(0).json();
    assert_eq!(project.rows_written_after(since).await, 0);
    assert_eq!(project.state().await, state);
    let stages = second["stages"].as_array().unwrap();
    for stage in stages.iter().filter(|stage| stage["stage"] != "check") {
        assert!(stage["skipped"].is_string(), "{stage}");
    }
    let outcomes: Vec<(String, i64)> = sqlx::query_as(
        "select p.outcome::text, count(*) from pipeline_runs p join stage_runs s on s.run_id = p.id group by p.id, p.started_at, 1 order by p.started_at",
    )
    .fetch_all(&project.database.pool)
    .await
    .unwrap();
    assert_eq!(outcomes, [("good".to_owned(), 9), ("good".to_owned(), 9)]);
}

/// The sample's truth: not one wrong link, whatever else.
#[tokio::test]
async fn the_sample_is_linked_without_a_wrong_link() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,registries,match"]).expect(0);
    let links: Vec<(String, String, String)> = sqlx::query_as(
        "select r.source_key::text, r.state_district_id::text, m.nces_id::text from district_matches m
           join state_registry_districts r on r.id = m.state_registry_id where not m.flag_for_review",
    )
    .fetch_all(&project.database.pool)
    .await
    .unwrap();
    let truth = fs::read_to_string(project.path("truth.csv")).unwrap();
    let right = links
        .iter()
        .filter(|(source, id, nces_id)| truth.lines().any(|line| line == format!("{source},{id},{nces_id}")))
        .count();
    assert_eq!(right, links.len());
    let with_partner = truth.lines().skip(1).filter(|line| !line.ends_with(',')).count();
    assert!(right as f64 >= 0.98 * with_partner as f64, "{right} of {with_partner} found");
}

#[tokio::test]
async fn a_changed_file_changes_its_records_and_nothing_else() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,registries,match"]).expect(0);
    let since = project.now().await;
    let path = project.path("files/oh_districts.csv");
    let text = fs::read_to_string(&path).unwrap();
    let line = text.lines().nth(5).unwrap();
    fs::write(&path, text.replace(line, &line.replace("Region 14", "Region 15"))).unwrap();
    let ran = project.run(&["run", "--only", "registries", "--json"]).expect(0).json();
    assert_eq!(ran["stages"][1]["rows_out"], 1);
    let versions: Vec<(bool, i64)> = sqlx::query_as(
        "select superseded_at is null, count(*) from state_registry_districts where xmin::text::bigint > $1 group by 1 order by 1",
    )
    .bind(since)
    .fetch_all(&project.database.pool)
    .await
    .unwrap();
    assert_eq!(versions, [(false, 1), (true, 1)], "the old version is kept, the new one is current");
    let states: Vec<String> = {
        project.run(&["run", "--only", "match", "--json"]).expect(0);
        sqlx::query_scalar("select unit from stage_units where stage = 'match' and xmin::text::bigint > $1")
            .bind(since)
            .fetch_all(&project.database.pool)
            .await
            .unwrap()
    };
    assert_eq!(states, ["OH"], "only the changed state is matched again");
}

#[tokio::test]
async fn a_persons_decision_wins_over_every_later_run() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,registries,match"]).expect(0);
    sqlx::query("update district_matches set nces_id = '3200010', match_method = 'manual', verified = true, verified_by = 'ann', verified_at = now() where id = (select id from district_matches order by id limit 1)")
        .execute(&project.database.pool)
        .await
        .unwrap();
    let ran = project.run(&["run", "--only", "match", "--json"]).expect(0).json();
    assert!(ran["stages"][1]["skipped"].is_null(), "a decision makes its state be matched again");
    let kept: i64 = sqlx::query_scalar("select count(*) from district_matches where verified_by = 'ann' and nces_id = '3200010' and match_method = 'manual'")
        .fetch_one(&project.database.pool)
        .await
        .unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn a_refused_file_leaves_the_other_states_their_night() {
    let project = TestProject::sample().await;
    fs::write(project.path("files/tx_districts.json"), "<html><head><title>Maintenance</title></head></html>").unwrap();
    let ran = project.run(&["run", "--only", "nces,registries,match,check", "--json"]).expect(1).json();
    assert_eq!(ran["verdict"], "expectations_missed");
    let missed = ran["stages"][2]["missed"][0]["what"].as_str().unwrap();
    assert!(missed.contains("an HTML page titled \"Maintenance\""), "{missed}");
    assert_eq!(ran["figures"]["states"].as_array().unwrap().len(), 4);
}

#[tokio::test]
async fn expectations_missed_is_exit_code_1() {
    let project = TestProject::sample().await;
    let path = project.path("districts.toml");
    let settings = fs::read_to_string(&path).unwrap().replace("min_match_rate = 0.9", "min_match_rate = 0.9999");
    fs::write(&path, settings).unwrap();
    let ran = project.run(&["run", "--only", "nces,registries,match,check"]).expect(1);
    assert!(ran.stdout.contains("Expectations missed:"), "{ran:?}");
}

#[tokio::test]
async fn a_dry_run_changes_nothing() {
    let project = TestProject::sample().await;
    let ran = project.run(&["run", "--dry-run"]).expect(0);
    let all = migrations::history::HISTORY.len();
    assert!(ran.stdout.contains(&format!("{all} migrations would be applied")), "{ran:?}");
    let tables: i64 = sqlx::query_scalar("select count(*) from pg_tables where schemaname = 'public'")
        .fetch_one(&project.database.pool)
        .await
        .unwrap();
    assert_eq!(tables, 0);
    project.run(&["migrate", "up"]).expect(0);
    let since = project.now().await;
    let ran = project.run(&["run", "--dry-run"]).expect(0);
    assert!(ran.stdout.contains("1380 LEAs of 2024-2025 would be loaded"), "{ran:?}");
    assert_eq!(project.rows_written_after(since).await, 0);
    let runs: i64 =
        sqlx::query_scalar("select count(*) from pipeline_runs").fetch_one(&project.database.pool).await.unwrap();
    assert_eq!(runs, 0);
}

#[tokio::test]
async fn states_and_stages_can_be_chosen() {
    let project = TestProject::sample().await;
    let ran = project.run(&["run", "--only", "nces,registries,match", "--states", "tx,CO", "--json"]).expect(0).json();
    let names: Vec<&str> =
        ran["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert_eq!(names, ["migrate", "nces", "registries", "match"]);
    let states: Vec<String> =
        sqlx::query_scalar("select distinct state::text from state_registry_districts order by 1")
            .fetch_all(&project.database.pool)
            .await
            .unwrap();
    assert_eq!(states, ["CO", "TX"]);
    let ran = project.run(&["run", "--from", "index", "--json"]).expect(0).json();
    let names: Vec<&str> =
        ran["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert_eq!(names, ["migrate", "index", "check"]);
}

#[tokio::test]
async fn documents_of_unknown_districts_are_counted_and_logged() {
    let project = TestProject::sample().await;
    let line = r#"{"nces_id": "9999999", "url": "http://nowhere/x", "text": "A plan for nobody"}"#;
    let path = project.path("documents/plans.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("{text}{line}\n")).unwrap();
    let ran = project.run(&["run", "--only", "nces,documents", "--json"]).expect(0).json();
    assert_eq!(ran["stages"][2]["rows_failed"], 1);
    let logged: String = sqlx::query_scalar("select error_message from document_crawl_log where status = 'failure'")
        .fetch_one(&project.database.pool)
        .await
        .unwrap();
    assert!(logged.contains("no district"), "{logged}");
}

#[tokio::test]
async fn a_document_that_vanished_is_kept_and_marked_until_it_is_back() {
    let project = TestProject::sample().await;
    project.run(&["run", "--only", "nces,documents"]).expect(0);
    let count = async |question: &'static str| -> i64 {
        sqlx::query_scalar(question).fetch_one(&project.database.pool).await.unwrap()
    };
    let (all, marked) = (
        "select count(*) from district_documents",
        "select count(*) from district_documents where vanished_at is not null",
    );
    let before = count(all).await;
    let path = project.path("documents/plans.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let shorter = text.trim_end().rsplit_once('\n').unwrap().0;
    fs::write(&path, shorter).unwrap();
    let ran = project.run(&["run", "--only", "documents"]).expect(0);
    assert!(ran.stderr.contains("1 document is there no longer"), "{ran:?}");
    assert_eq!((count(all).await, count(marked).await), (before, 1));
    let logged = "select count(*) from document_crawl_log where status = 'skipped' and error_message like '%no longer'";
    assert_eq!(count(logged).await, 1);
    fs::write(&path, &text).unwrap();
    project.run(&["run", "--only", "documents"]).expect(0);
    assert_eq!((count(all).await, count(marked).await), (before, 0));
}

#[tokio::test]
async fn a_file_is_imported_with_its_declaration_and_without() {
    let project = TestProject::sample().await;
    let bare = project.run(&["import", "OH", "files/oh_districts.csv", "--infer"]).expect(2);
    assert!(bare.stderr.contains("load NCES first"), "{bare:?}");
    project.run(&["run", "--only", "nces"]).expect(0);
    let declared = project.run(&["import", "oh", "files/oh_districts.csv"]).expect(0);
    assert!(declared.stdout.contains("230 of 234 records of OH linked"), "{declared:?}");
    let arguments = ["import", "OH", "files/oh_districts.csv", "--infer", "--source", "ohio_found", "--save"];
    let inferred = project.run(&arguments).expect(0);
    assert!(inferred.stdout.contains("state_district_id      District IRN"), "{inferred:?}");
    let saved = fs::read_to_string(project.path("registries/ohio_found.toml")).unwrap();
    assert!(saved.contains("name = \"District Name\""), "{saved}");
    let again = project.run(&arguments).expect(2);
    assert!(again.stderr.contains("ohio_found.toml`: it exists"), "a declaration is not written over: {again:?}");
    project
        .run(&["import", "OH", "files/oh_districts.csv", "--infer", "--source", "dry", "--save", "--dry-run"])
        .expect(0);
    assert!(!project.path("registries/dry.toml").exists(), "a dry run writes nothing");
    let linked: Vec<(String, i64)> = sqlx::query_as(
        "select r.source_key::text, count(*) from district_matches m join state_registry_districts r on r.id = m.state_registry_id
          where not m.flag_for_review group by 1 order by 1",
    )
    .fetch_all(&project.database.pool)
    .await
    .unwrap();
    assert_eq!(linked, [("oh".to_owned(), 230), ("ohio_found".to_owned(), 230)], "the inferred reading is as good");
    let refused = project.run(&["import", "OH", "files/tx_districts.json"]).expect(2);
    assert!(refused.stderr.contains("it is JSON, not delimited text"), "{refused:?}");
}

#[tokio::test]
async fn a_states_file_that_is_years_old_is_flagged_until_a_newer_one_comes() {
    let project = TestProject::sample().await;
    project.run(&["run", "--states", "CO,OH"]).expect(0);
    let pool = &project.database.pool;
    let flagged = || async {
        sqlx::query_scalar::<_, String>(
            "select description from quality_flags where flag_type = 'STATE_DATA_STALE' and not resolved",
        )
        .fetch_all(pool)
        .await
        .unwrap()
    };
    assert!(flagged().await.is_empty());
    for (year, words) in
        [(2020, &["the file of oh is of 2020, 5 years older than the NCES directory"][..]), (2024, &[])]
    {
        sqlx::query("update data_imports set source_year = $1 where source_name = 'oh'")
            .bind(year)
            .execute(pool)
            .await
            .unwrap();
        project.run(&["run", "--only", "check"]).expect(0);
        assert_eq!(flagged().await, words);
    }
}

#[tokio::test]
async fn a_state_that_counts_other_students_than_nces_is_flagged_until_they_agree() {
    let project = TestProject::sample().await;
    let (file, declaration) = (project.path("files/oh_districts.csv"), project.path("registries/oh.toml"));
    let text = std::fs::read_to_string(&file).unwrap();
    let rows = text.lines().enumerate().map(|(number, line)| match number {
        0 => format!("{line},Enrollment 2023-24,Enrollment 2024-25\n"),
        1 => format!("{line},1,\"1,000\"\n"),
        _ => format!("{line},1,200\n"),
    });
    std::fs::write(&file, rows.collect::<String>()).unwrap();
    let text = std::fs::read_to_string(&declaration).unwrap();
    let text = text.replace("[columns]", "[columns]\nenrollment = \"Enrollment *\"");
    std::fs::write(&declaration, text.replace("[\"Region\"]", "[\"Region\", \"Enrollment *\"]")).unwrap();
    project.run(&["run", "--states", "OH", "--only", "migrate,nces,registries,match"]).expect(0);
    let pool = &project.database.pool;
    // 230 is fifteen in a hundred more than 200: less than a fifth.
    sqlx::query("update districts set enrollment = 230 where state = 'OH'").execute(pool).await.unwrap();
    let flagged = || async {
        project.run(&["run", "--only", "check"]).expect(0);
        sqlx::query_scalar::<_, String>(
            "select description from quality_flags where flag_type = 'ENROLLMENT_MISMATCH' and not resolved",
        )
        .fetch_all(pool)
        .await
        .unwrap()
    };
    assert_eq!(flagged().await, ["oh counts 1000 students, NCES 230"], "of the newest year's column");
    sqlx::query("update data_imports set source_year = 2025 where source_name = 'oh'").execute(pool).await.unwrap();
    let membership = "insert into data_imports (source_type, source_name, source_year, success_count, imported_by)
                      values ('ccd', 'ccd_lea_membership', 2021, 1, 'test')";
    sqlx::query(membership).execute(pool).await.unwrap();
    assert!(flagged().await.is_empty(), "four years apart nothing is said");
    sqlx::query("update data_imports set source_year = 2024 where source_type = 'ccd'").execute(pool).await.unwrap();
    assert_eq!(flagged().await.len(), 1);
    sqlx::query("update districts set enrollment = 990 where enrollment = 230").execute(pool).await.unwrap();
    assert!(!flagged().await.iter().any(|words| words.contains("1000 students")), "they agree");
}
