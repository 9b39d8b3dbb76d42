use std::process::{Command, Stdio};
use std::time::Duration;

use migrations::drift::held_against;
use migrations::history::{HISTORY, Step};
use migrations::runner::{self, Environment, Manner, MigrateError, Repair, up_through};
use migrations::testing::TestDatabase;
use sqlx::ConnectOptions;

const BASE: Step = Step {
    version: 1,
    name: "0001_base",
    up: "create table t (a int);\ninsert into t values (1), (1);\n",
    down: "drop table t;\n",
};
const UNIQUE: Step = Step {
    version: 2,
    name: "0002_unique",
    up: "-- no-transaction\ncreate unique index concurrently if not exists t_a on t (a);\n",
    down: "-- no-transaction\ndrop index concurrently if exists t_a;\n",
};

async fn count(database: &TestDatabase, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(&database.pool).await.unwrap()
}

#[tokio::test]
async fn an_index_that_came_out_invalid_is_dropped_never_recorded_and_built_again() {
    let database = TestDatabase::bare().await;
    let error = up_through(&database.options(), &[BASE, UNIQUE], Manner::default(), |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("0002_unique"), "{error}");
    assert_eq!(count(&database, "select count(*) from pg_class where relname = 't_a'").await, 0);
    assert_eq!(count(&database, "select max(version) from ops.schema_migrations").await, 1);
    // What a killed build leaves: invalid, and in the way of `if not exists`.
    sqlx::raw_sql("create unique index concurrently t_a on t (a)").execute(&database.pool).await.unwrap_err();
    sqlx::query("delete from t").execute(&database.pool).await.unwrap();
    up_through(&database.options(), &[BASE, UNIQUE], Manner::default(), |_| {}).await.unwrap();
    assert_eq!(
        count(&database, "select count(*) from pg_index where indexrelid = 't_a'::regclass and indisvalid").await,
        1
    );
    assert_eq!(count(&database, "select count(*) from ops.migration_log where error is not null").await, 1);
}

#[tokio::test]
async fn a_lock_in_the_way_is_waited_for_and_tried_again() {
    let database = TestDatabase::bare().await;
    up_through(&database.options(), &[BASE], Manner::default(), |_| {}).await.unwrap();
    let mut blocker = database.pool.begin().await.unwrap();
    sqlx::query("lock table t in access exclusive mode").execute(&mut *blocker).await.unwrap();
    let wider = Step {
        version: 2,
        name: "0002_wider",
        up: "-- lock_timeout: 100ms\nalter table t add column b int;\n",
        down: "alter table t drop column b;\n",
    };
    let release = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(700)).await;
        blocker.rollback().await.unwrap();
    });
    up_through(&database.options(), &[BASE, wider], Manner::default(), |_| {}).await.unwrap();
    release.await.unwrap();
    let failed =
        count(&database, "select count(*) from ops.migration_log where version = 2 and error is not null").await;
    assert!(failed >= 1, "the lock was in the way at least once");
}

#[tokio::test]
async fn two_runners_with_concurrently_among_the_files_do_everything_once() {
    let database = TestDatabase::bare().await;
    let run = || {
        let options = database.options();
        async move { up_through(&options, &[PLAIN, UNIQUE], Manner::default(), |_| {}).await.map(|names| names.len()) }
    };
    let (one, other) = tokio::join!(run(), run());
    assert_eq!(one.unwrap() + other.unwrap(), 2);
    assert_eq!(count(&database, "select count(*) from ops.migration_log where action = 'up'").await, 2);
}

#[tokio::test]
async fn repairs_are_refused_without_cause_and_logged_with_reason() {
    let database = TestDatabase::new().await;
    let options = database.options();
    let repair = |version, how| {
        let options = options.clone();
        async move { runner::repair(&options, HISTORY, version, how, "tried in a test").await }
    };
    for (version, how) in [(2, Repair::MarkApplied), (2, Repair::Restamp), (99, Repair::Unmark)] {
        let error = repair(version, how).await.unwrap_err();
        assert!(matches!(error, MigrateError::NothingToRepair { .. }), "{error}");
    }
    sqlx::query("update ops.schema_migrations set checksum = '\\x00' where version = 2")
        .execute(&database.pool)
        .await
        .unwrap();
    repair(2, Repair::Restamp).await.unwrap();
    repair(8, Repair::Unmark).await.unwrap();
    repair(8, Repair::MarkApplied).await.unwrap();
    assert!(runner::up(&options, |_| {}).await.unwrap().is_empty());
    let logged = "select count(*) from ops.migration_log where note = 'tried in a test' and ended_at is not null";
    assert_eq!(count(&database, logged).await, 3);
}

#[tokio::test]
async fn a_deleted_file_is_told_from_a_newer_schema() {
    let database = TestDatabase::new().await;
    let without: Vec<Step> = HISTORY.iter().copied().filter(|step| step.version != 5).collect();
    let error = up_through(&database.options(), &without, Manner::default(), |_| {}).await.unwrap_err();
    assert!(matches!(error, MigrateError::Deleted { version: 5 }), "{error}");
}

#[tokio::test]
async fn an_irreversible_step_says_why() {
    let database = TestDatabase::bare().await;
    let step = Step { down: "-- irreversible: the letters are sent\n", ..BASE };
    up_through(&database.options(), &[step], Manner::default(), |_| {}).await.unwrap();
    let error = runner::down_through(&database.options(), &[step], 0, |_| {}).await.unwrap_err();
    assert!(error.to_string().contains("the letters are sent"), "{error}");
}

#[tokio::test]
async fn a_baseline_records_what_exists_and_runs_nothing() {
    let database = TestDatabase::new().await;
    sqlx::raw_sql("drop schema ops cascade; create schema drizzle; create table drizzle.__drizzle_migrations (id serial, hash text, created_at bigint); insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 1700000000000)")
        .execute(&database.pool)
        .await
        .unwrap();
    let found = runner::drizzle(&database.options()).await.unwrap();
    assert_eq!((found[0].count, found[0].newest_ms), (1, Some(1_700_000_000_000)));
    let held = held_against(&database.url(), HISTORY).await.unwrap();
    assert_eq!((held.drift, held.beside), (vec![], vec!["schema drizzle".to_owned()]));
    runner::baseline(&database.options(), HISTORY, "made by the old scripts").await.unwrap();
    assert!(runner::up(&database.options(), |_| {}).await.unwrap().is_empty());
    assert!(runner::baseline(&database.options(), HISTORY, "again").await.is_err());
}

#[tokio::test]
async fn an_environment_is_what_it_was_marked_last() {
    let database = TestDatabase::bare().await;
    let mut connection = database.options().connect().await.unwrap();
    assert_eq!(runner::environment(&mut connection).await.unwrap(), None);
    for kind in [Environment::Prod, Environment::Dev] {
        runner::mark_environment(&mut connection, kind).await.unwrap();
        assert_eq!(runner::environment(&mut connection).await.unwrap(), Some(kind));
    }
}

/// Run by the next test in a process of its own, which it kills.
#[tokio::test]
async fn applied_by_a_process_that_is_killed() {
    let Ok(url) = std::env::var("DISTRICTS_TEST_KILLED_UP") else { return };
    runner::up(&url.parse().unwrap(), |_| {}).await.unwrap();
}

const PLAIN: Step = Step { up: "create table t (a int);\n", ..BASE };

/// May be run again, but not twice at a time.
const ONE_ROW: Step = Step {
    version: 2,
    name: "0002_one_row",
    up: "-- no-transaction\ninsert into t select 1 from pg_sleep(0.8) where not exists (select from t);\n",
    down: "delete from t;\n",
};

/// Run by the next test in a process of its own, which it kills.
#[tokio::test]
async fn a_slow_step_by_a_process_that_is_killed() {
    let Ok(url) = std::env::var("DISTRICTS_TEST_KILLED_STEP") else { return };
    up_through(&url.parse().unwrap(), &[PLAIN, ONE_ROW], Manner::default(), |_| {}).await.unwrap();
}

#[tokio::test]
async fn what_a_killed_runner_left_at_work_is_waited_for() {
    let database = TestDatabase::bare().await;
    let mut child = child("runner::a_slow_step_by_a_process_that_is_killed", "DISTRICTS_TEST_KILLED_STEP", &database);
    let at_work = "select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'";
    while count(&database, at_work).await == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was seen at work");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(count(&database, at_work).await, 1, "the server goes on for the killed one");
    up_through(&database.options(), &[PLAIN, ONE_ROW], Manner::default(), |_| {}).await.unwrap();
    assert_eq!(count(&database, "select count(*) from t").await, 1);
}

#[tokio::test]
async fn the_books_are_opened_by_many_at_once() {
    for _ in 0..5 {
        let database = TestDatabase::bare().await;
        let records = (0..6).map(|_| {
            let options = database.options();
            tokio::spawn(async move { runner::record(&mut options.connect().await.unwrap(), "backup", "a path").await })
        });
        for record in records.collect::<Vec<_>>() {
            record.await.unwrap().unwrap();
        }
        assert_eq!(count(&database, "select count(*) from ops.migration_log").await, 6);
    }
}

/// A test of this file in a process of its own.
fn child(test: &str, variable: &str, database: &TestDatabase) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env(variable, database.url())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn killed_at_thirty_points_and_run_again_it_ends_the_same() {
    let whole = TestDatabase::bare().await;
    let began = std::time::Instant::now();
    runner::up(&whole.options(), |_| {}).await.unwrap();
    let length = began.elapsed() + Duration::from_millis(60);
    let mut cut_short = 0;
    for point in 0..30_u32 {
        let database = TestDatabase::bare().await;
        let mut child = child("runner::applied_by_a_process_that_is_killed", "DISTRICTS_TEST_KILLED_UP", &database);
        tokio::time::sleep(length * point / 30).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let applied = runner::up(&database.options(), |_| {}).await.unwrap();
        cut_short += usize::from(!applied.is_empty());
        let rows = count(&database, "select count(*) from ops.schema_migrations where success").await;
        assert_eq!(rows, i64::try_from(HISTORY.len()).unwrap(), "killed at point {point}");
        let difference = migrations::drift::drift(&database.url()).await.unwrap();
        assert!(difference.is_empty(), "killed at point {point}: {difference:?}");
    }
    assert!(cut_short >= 10, "{cut_short} of 30 were killed before their end");
}
