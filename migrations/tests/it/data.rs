//! Data migrations: there, back, in batches, and what they refuse.

use std::path::Path;

use migrations::data::{self, DataError, DataState};
use migrations::testing::TestDatabase;
use sha2::{Digest, Sha256};

fn nothing(_: &str) -> Result<Vec<u8>, String> {
    Err("no network here".to_owned())
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn count(database: &TestDatabase, table: &str) -> i64 {
    let sql = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
    sqlx::query_scalar(sql).fetch_one(&database.pool).await.unwrap()
}

async fn with_numbers() -> TestDatabase {
    let database = TestDatabase::new().await;
    let setup = "create schema app; create table app.numbers (n integer primary key, twice integer);
                 insert into app.numbers select n from generate_series(1, 1050) n";
    sqlx::raw_sql(setup).execute(&database.pool).await.unwrap();
    database
}

const DOUBLE: &str = "-- batch: 100\nupdate app.numbers set twice = 2 * n
    where n in (select n from app.numbers where twice is null order by n limit $1)";
const HALVE: &str = "-- batch: 500\nupdate app.numbers set twice = null
    where n in (select n from app.numbers where twice is not null limit $1)";

#[tokio::test]
async fn the_programs_own_come_and_go() {
    let database = TestDatabase::new().await;
    let options = database.options();
    let steps = data::shipped();
    assert_eq!(data::up(&options, &steps, &[], &nothing, |_, _| {}).await.unwrap().len(), 3);
    assert_eq!(count(&database, "reference.states").await, 57);
    assert!(data::up(&options, &steps, &[], &nothing, |_, _| {}).await.unwrap().is_empty(), "nothing twice");
    let only = ["reference".to_owned()];
    let synonyms = || count(&database, "(select unnest(synonyms) from reference.keyword_taxonomy) as each");
    let with_more = synonyms().await;
    assert_eq!(data::down(&options, &steps, &only, |_, _| {}).await.unwrap(), ["reference/0003_more_synonyms"]);
    let before = synonyms().await;
    assert!(before < with_more, "{before} and {with_more}");
    let all = ["reference/0002_keyword_taxonomy", "reference/0001_states"];
    assert_eq!(data::reset(&options, &steps, &[], |_, _| {}).await.unwrap(), all);
    assert_eq!(count(&database, "reference.states").await, 0);
    assert!(data::status(&options, &steps).await.unwrap().iter().all(|one| one.state == DataState::Pending));
}

#[tokio::test]
async fn a_backfill_goes_on_where_it_was_ended() {
    let database = with_numbers().await;
    let options = database.options();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("app/0001_twice.up.sql", DOUBLE), ("app/0001_twice.down.sql", HALVE)]);
    let steps = data::read(folder.path()).unwrap();
    // Row 450 cannot be doubled: four batches are done, the fifth is rolled back.
    let stop = "alter table app.numbers add constraint stop check (twice is distinct from 900)";
    sqlx::raw_sql(stop).execute(&database.pool).await.unwrap();
    let error = data::up(&options, &steps, &[], &nothing, |_, _| {}).await.unwrap_err();
    assert!(error.to_string().contains("stop"), "{error}");
    let standing = data::status(&options, &steps).await.unwrap();
    assert_eq!((standing[0].state, standing[0].rows, standing[0].batches), (DataState::Underway, 400, 4));
    sqlx::raw_sql("alter table app.numbers drop constraint stop").execute(&database.pool).await.unwrap();
    data::up(&options, &steps, &[], &nothing, |_, _| {}).await.unwrap();
    let standing = data::status(&options, &steps).await.unwrap();
    assert_eq!((standing[0].state, standing[0].rows), (DataState::Applied, 1050), "no row twice");
    data::reset(&options, &steps, &[], |_, _| {}).await.unwrap();
    assert_eq!(count(&database, "app.numbers where twice is not null").await, 0);
}

#[tokio::test]
async fn a_flat_file_is_checked_and_stands_ready_as_a_table() {
    let database = with_numbers().await;
    let options = database.options();
    let folder = tempfile::tempdir().unwrap();
    let (rows, json) = ("n,twice\n2001,1\n2002,2\n", "[{\"n\": 3001}]");
    let up = format!(
        "-- file: more.csv (n, twice) sha256:{}\n-- file: https://example.org/other.json sha256:{}\ninsert into app.numbers select n::int, twice::int from pg_temp.more;
         insert into app.numbers (n) select (item ->> 'n')::int from pg_temp.other, jsonb_array_elements(document) item;",
        sha256(rows),
        sha256(json)
    );
    let down = "delete from app.numbers where n > 2000";
    write(
        folder.path(),
        &[("app/0001_more.up.sql", &up), ("app/0001_more.down.sql", down), ("app/files/more.csv", rows)],
    );
    let steps = data::read(folder.path()).unwrap();
    let error = data::up(&options, &steps, &[], &nothing, |_, _| {}).await.unwrap_err();
    assert!(error.to_string().contains("no network here"), "{error}");
    let other = |_: &str| Ok(b"[{\"n\": 4001}]".to_vec());
    let error = data::up(&options, &steps, &[], &other, |_, _| {}).await.unwrap_err();
    assert!(error.to_string().contains("SHA-256"), "{error}");
    assert_eq!(count(&database, "app.numbers").await, 1050, "nothing was applied");
    let right = |_: &str| Ok(json.as_bytes().to_vec());
    data::up(&options, &steps, &[], &right, |_, _| {}).await.unwrap();
    assert_eq!(count(&database, "app.numbers").await, 1053);
    write(folder.path(), &[("app/0001_more.up.sql", &format!("{up} -- edited"))]);
    let error = data::up(&options, &data::read(folder.path()).unwrap(), &[], &right, |_, _| {}).await.unwrap_err();
    assert!(matches!(error, DataError::Drift { .. }), "{error}");
}

#[tokio::test]
async fn what_cannot_be_run_is_refused_before_any_row_is_touched() {
    let database = with_numbers().await;
    let options = database.options();
    for (up, words) in [
        ("-- batch: 10\nupdate app.numbers set twice = 1", "uses $1"),
        ("-- batch: many\nselect $1", "no number"),
        ("-- batch: 10\nselect $1; select $1", "one statement"),
        ("-- batch: 10\nupdate app.numbers set twice = $1", "does not keep to $1"),
        ("-- file: ../secrets.csv (a)\nselect 1", "does not say"),
        (
            "-- file: ../secrets.csv (a) sha256:0000000000000000000000000000000000000000000000000000000000000000\nselect 1",
            "leaves",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &[("app/0001_x.up.sql", up), ("app/0001_x.down.sql", "select 1")]);
        let steps = data::read(folder.path()).unwrap();
        let error = data::up(&options, &steps, &[], &nothing, |_, _| {}).await.unwrap_err();
        assert!(error.to_string().contains(words), "{up}: {error}");
        assert_eq!(count(&database, "app.numbers where twice is not null").await, 0);
    }
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("app/0001_x.up.sql", "select 1"), ("app/0001_y.up.sql", "select 1"), ("app/0001_y.down.sql", "select 1")],
    );
    let error = data::read(folder.path()).unwrap_err();
    assert!(error.to_string().contains("0001_x.down.sql"), "{error}");
    let error = data::up(&options, &data::shipped(), &["none".to_owned()], &nothing, |_, _| {}).await.unwrap_err();
    assert!(matches!(error, DataError::Unknown(_)), "{error}");
}
