use migrations::history::HISTORY;
use migrations::runner::{self, RunLock};
use migrations::testing::TestDatabase;
use sqlx::{ConnectOptions, Connection};

#[tokio::test]
async fn runners_at_once_apply_every_file_once() {
    let database = TestDatabase::bare().await;
    let runs = (0..4).map(|_| {
        let options = database.options();
        tokio::spawn(async move { runner::up(&options, |_| {}).await.unwrap().len() })
    });
    let mut applied = 0;
    for run in runs {
        applied += run.await.unwrap();
    }
    assert_eq!(applied, HISTORY.len());
}

#[tokio::test]
async fn the_second_is_told_who_holds_the_lock_and_gets_it_when_the_first_is_gone() {
    let database = TestDatabase::bare().await;
    let options = database.options().application_name("the first run");
    let first = RunLock::pipeline(&options, || {}).await.unwrap();
    let error = RunLock::pipeline(&database.options(), || {}).await.unwrap_err();
    assert!(error.to_string().contains("`the first run`"), "{error}");
    // Dropped without release, as by a crash.
    drop(first);
    let mut second = None;
    for _ in 0..500 {
        match RunLock::pipeline(&database.options(), || {}).await {
            Ok(lock) => {
                second = Some(lock);
                break;
            }
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
    second.expect("the lock is free").release().await;
}

#[tokio::test]
async fn a_run_begins_when_the_last_statement_of_a_killed_one_has_ended() {
    let database = TestDatabase::bare().await;
    let mut left = database.options().connect().await.unwrap();
    RunLock::join(&mut left).await.unwrap();
    let begins = tokio::spawn({
        let options = database.options();
        async move { RunLock::pipeline(&options, || {}).await }
    });
    sqlx::query("select pg_sleep(0.5)").execute(&mut left).await.unwrap();
    assert!(!begins.is_finished(), "a connection of the other run is at work");
    left.close().await.unwrap();
    begins.await.unwrap().expect("the connection has ended").release().await;
}
