use crate::project::TestProject;

async fn count(project: &TestProject, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(&project.database.pool).await.unwrap()
}

const DISTRICTS: &str = "insert into districts (nces_id, name, state) values
    ('0100001', '=HYPERLINK(\"http://x\")', 'AL'), ('0200001', 'Plain, with comma', 'AK')";

#[tokio::test]
async fn an_export_is_whole_and_no_cell_of_it_a_formula() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    sqlx::query(DISTRICTS).execute(&project.database.pool).await.unwrap();
    let csv = project.run(&["export", "registry"]).expect(0).stdout;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let names: Vec<String> = reader.records().map(|row| row.unwrap()[1].to_owned()).collect();
    assert_eq!(names, ["'=HYPERLINK(\"http://x\")", "Plain, with comma"]);
    let file = project.folder.path().join("alaska.xlsx");
    let ran = project.run(&["export", "registry", "--state", "ak", "--out", file.to_str().unwrap()]).expect(0);
    assert!(ran.stdout.contains("1 districts"), "{ran:?}");
    assert!(std::fs::read(&file).unwrap().starts_with(b"PK"));
    assert!(!file.with_extension("part").exists());
    let file = project.folder.path().join("all.parquet");
    project.run(&["export", "registry", "--out", file.to_str().unwrap()]).expect(0);
    let bytes = std::fs::read(&file).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
}

#[tokio::test]
async fn a_flag_is_raised_once_settled_for_good_and_withdrawn_with_its_reason() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    let setup = format!(
        "{DISTRICTS};
         insert into data_imports (id, source_type, source_name) values ('00000000-0000-0000-0000-000000000002', 'state_registry', 'ak');
         insert into state_registry_districts (id, state, district_name, raw_data, import_batch_id, source_key, record_key, record_hash, phone)
         values ('00000000-0000-0000-0000-000000000001', 'AK', 'Plain', '{{}}', '00000000-0000-0000-0000-000000000002', 'ak', '1', 'x', '555');
         insert into district_matches (nces_id, state_registry_id, match_method, match_confidence, match_details)
         values ('0200001', '00000000-0000-0000-0000-000000000001', 'exact_id', 0.99, '{{}}');"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(setup)).execute(&project.database.pool).await.unwrap();
    let open = "select count(*) from quality_flags where not resolved";
    for _ in 0..2 {
        project.run(&["run", "--only", "check"]);
        assert_eq!(count(&project, open).await, 4, "name, e-mail, website and address are missing");
    }
    let listed = project.run(&["flags", "list", "--state", "AK", "--json"]).expect(0).stdout;
    let first: serde_json::Value = serde_json::from_str(listed.lines().next().unwrap()).unwrap();
    assert_eq!(first["type"], "MISSING_SUPT_NAME", "the worst comes first");
    project.run(&["flags", "resolve", first["id"].as_str().unwrap(), "--reason", "vacant"]).expect(0);
    project.run(&["flags", "resolve", first["id"].as_str().unwrap(), "--reason", "vacant"]).expect(2);
    sqlx::query("update state_registry_districts set website_url = 'http://ak.example.org'")
        .execute(&project.database.pool)
        .await
        .unwrap();
    project.run(&["run", "--only", "check"]);
    assert_eq!(count(&project, open).await, 2);
    assert_eq!(
        count(&project, "select count(*) from quality_flags where resolved and resolution_notes = 'vacant'").await,
        1
    );
}
