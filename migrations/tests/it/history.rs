use std::path::Path;

use migrations::history::{HISTORY, newest_version};
use migrations::runner::{self, StepState};
use migrations::testing::TestDatabase;

#[test]
fn every_file_of_the_folder_is_listed_in_order_and_has_a_way_back() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("history");
    let mut files: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    let mut expected: Vec<String> =
        HISTORY.iter().flat_map(|step| [format!("{}.down.sql", step.name), format!("{}.up.sql", step.name)]).collect();
    expected.sort();
    assert_eq!(files, expected);
    for (position, step) in (1..).zip(HISTORY) {
        assert_eq!(step.version, position, "{} has its own number", step.name);
        assert!(step.name.starts_with(&format!("{position:04}_")));
    }
}

#[tokio::test]
async fn up_twice_down_and_up_again_end_where_up_ends() {
    let database = TestDatabase::bare().await;
    let options = database.options();
    let applied = runner::up(&options, |_| {}).await.unwrap();
    assert_eq!(applied.len(), HISTORY.len());
    assert!(runner::up(&options, |_| {}).await.unwrap().is_empty(), "a second up has nothing to do");
    let tables = table_names(&database).await;

    let reverted = runner::down(&options, 0, |_| {}).await.unwrap();
    assert_eq!(reverted.len(), HISTORY.len());
    assert!(table_names(&database).await.is_empty(), "down leaves no table behind");

    runner::up(&options, |_| {}).await.unwrap();
    assert_eq!(table_names(&database).await, tables);
    let statuses = runner::status(&options).await.unwrap();
    assert!(statuses.iter().all(|status| status.state == StepState::Applied));
}

#[tokio::test]
async fn an_edited_file_is_refused_by_name() {
    let database = TestDatabase::new().await;
    sqlx::query("update ops.schema_migrations set checksum = '\\x00' where version = 2")
        .execute(&database.pool)
        .await
        .unwrap();
    let error = runner::up(&database.options(), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("0002_source_layer"), "{error}");
    assert!(error.hint().is_some());
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let database = TestDatabase::new().await;
    let newer = newest_version() + 1;
    sqlx::query("insert into ops.schema_migrations (version, description, success, checksum, execution_time) values ($1, 'later', true, '\\x00', 0)")
        .bind(newer)
        .execute(&database.pool)
        .await
        .unwrap();
    let error = runner::up(&database.options(), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains(&format!("version {newer}")), "{error}");
}

#[tokio::test]
async fn a_gap_below_the_newest_step_is_refused() {
    let database = TestDatabase::new().await;
    sqlx::query("delete from ops.schema_migrations where version = 3").execute(&database.pool).await.unwrap();
    let error = runner::up(&database.options(), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("0003_matching_layer"), "{error}");
}

#[tokio::test]
async fn a_failing_file_is_rolled_back_and_the_next_run_resumes() {
    let database = TestDatabase::bare().await;
    // What 0003 wants to index is in the way, without the column it indexes.
    sqlx::query("create table district_matches (id int)").execute(&database.pool).await.unwrap();
    let error = runner::up(&database.options(), |_| {}).await.unwrap_err();
    assert!(error.to_string().starts_with("Failed to apply `0003_matching_layer.up.sql`"), "{error}");
    let versions: Vec<i64> = sqlx::query_scalar("select version from ops.schema_migrations order by 1")
        .fetch_all(&database.pool)
        .await
        .unwrap();
    assert_eq!(versions, [1, 2], "the failed file is not recorded");

    sqlx::query("drop table district_matches").execute(&database.pool).await.unwrap();
    assert_eq!(runner::up(&database.options(), |_| {}).await.unwrap().len(), HISTORY.len() - 2);
}

async fn table_names(database: &TestDatabase) -> Vec<String> {
    sqlx::query_scalar(
        "select table_name::text from information_schema.tables where table_schema = 'public' order by 1",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap()
}
