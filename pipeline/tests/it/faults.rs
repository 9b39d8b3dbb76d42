//! Killed, interrupted, run twice at once: the same final state.

use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::project::{Ran, TestProject};

/// Milliseconds after its start at which a run is killed; a whole run takes about 1,500.
const KILL_AFTER_MS: [u64; 8] = [40, 130, 260, 390, 520, 650, 800, 1000];

#[tokio::test(flavor = "multi_thread")]
async fn killed_anywhere_and_run_again_ends_in_the_same_state() {
    let whole = TestProject::sample().await;
    whole.run(&["run"]).expect(0);
    let expected = whole.state().await;
    let killed = TestProject::sample().await;
    for after in KILL_AFTER_MS {
        let mut child = killed.start(&["run"]);
        tokio::time::sleep(Duration::from_millis(after)).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let ran = wait_for_lock_and_run(&killed).await;
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(killed.state().await, expected);
    let running: i64 = sqlx::query_scalar("select count(*) from pipeline_runs where outcome = 'running'")
        .fetch_one(&killed.database.pool)
        .await
        .unwrap();
    assert_eq!(running, 0, "killed runs are marked as interrupted by the next");
}

/// A killed program is gone at once, its statements are not, and two runs that take up the same words at a time end in
/// a deadlock.
#[tokio::test(flavor = "multi_thread")]
async fn a_run_waits_for_the_statements_of_a_killed_one() {
    let project = TestProject::sample().await;
    project.run(&["run"]).expect(0);
    sqlx::query("delete from document_words").execute(&project.database.pool).await.unwrap();
    let mut held = project.database.pool.begin().await.unwrap();
    sqlx::query("lock table document_words in exclusive mode").execute(&mut *held).await.unwrap();
    let mut killed = project.start(&["run", "--only", "index"]);
    let is_at_work = "select exists (select from pg_stat_activity where datname = current_database()
                       and wait_event_type = 'Lock' and query like '%into document_words%')";
    wait_until(&project, is_at_work).await;
    killed.kill().unwrap();
    killed.wait().unwrap();
    let is_unlocked = "select not exists (select from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'
                        and database = (select oid from pg_database where datname = current_database()))";
    wait_until(&project, is_unlocked).await;
    let next = project.command(&["run"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    tokio::time::sleep(Duration::from_millis(2000)).await;
    let begun: i64 = sqlx::query_scalar("select count(*) from pipeline_runs").fetch_one(&mut *held).await.unwrap();
    // On a very slow machine the server may have noticed by now.
    let is_left: bool = sqlx::query_scalar(
        "select exists (select from pg_stat_activity where datname = current_database() and application_name = $1)",
    )
    .bind(format!("districts run, pid {}", killed.id()))
    .fetch_one(&mut *held)
    .await
    .unwrap();
    held.commit().await.unwrap();
    let ran = Ran::of(&next.wait_with_output().unwrap()).expect(0);
    if is_left {
        assert_eq!(begun, 2, "the next run waits");
        assert!(ran.stderr.contains("waiting until the server has ended"), "{ran:?}");
    }
    wait_until(&project, "select count(*) = 3 from pipeline_runs").await;
}

/// The server needs a moment to notice that a killed program is gone.
async fn wait_for_lock_and_run(project: &TestProject) -> Ran {
    let mut ran = project.run(&["run"]);
    for _ in 0..50 {
        if !ran.stderr.contains("Failed to lock") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        ran = project.run(&["run"]);
    }
    ran
}

/// A run that has documents to embed, started with its words kept.
async fn start_embedding(project: &TestProject) -> std::process::Child {
    project.run(&["run", "--only", "nces,registries,match,documents"]).expect(0);
    let mut command = project.command(&["run"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Asks until the answer is true. However slow the machine is, the fault comes at the right moment.
async fn wait_until(project: &TestProject, question: &'static str) {
    let started = Instant::now();
    while !sqlx::query_scalar::<_, bool>(question).fetch_one(&project.database.pool).await.unwrap() {
        assert!(started.elapsed() < Duration::from_secs(60), "never true: {question}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_cleanly_and_the_next_run_goes_on() {
    let project = TestProject::sample().await;
    let child = start_embedding(&project).await;
    wait_until(&project, "select exists (select from pipeline_runs where outcome = 'running')").await;
    kill(Pid::from_raw(i32::try_from(child.id()).unwrap()), Signal::SIGINT).unwrap();
    let ran = Ran::of(&child.wait_with_output().unwrap()).expect(2);
    assert!(ran.stderr.contains("Interrupted: everything committed so far is kept"), "{ran:?}");
    let last = "select outcome::text from pipeline_runs order by started_at desc limit 1";
    let outcome: String = sqlx::query_scalar(last).fetch_one(&project.database.pool).await.unwrap();
    assert_eq!(outcome, "interrupted");
    wait_for_lock_and_run(&project).await.expect(0);
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_while_vectors_are_written_are_made_again() {
    let project = TestProject::sample().await;
    let child = start_embedding(&project).await;
    // Cuts every connection of the program while it writes vectors.
    let cut = "select count(pg_terminate_backend(pid)) > 0 from pg_stat_activity
                where datname = current_database() and application_name like 'districts%'
                  and exists (select from pg_stat_activity
                               where datname = current_database() and query ilike 'copy document_embeddings%')";
    wait_until(&project, cut).await;
    Ran::of(&child.wait_with_output().unwrap()).expect(0);
    let agreeing: bool = sqlx::query_scalar(
        "select (select sum(chunks) from document_embedding_state) = (select count(*) from document_embeddings)",
    )
    .fetch_one(&project.database.pool)
    .await
    .unwrap();
    assert!(agreeing, "every document has all its chunks, once");
}

#[tokio::test]
async fn a_second_run_is_told_who_holds_the_lock() {
    let project = TestProject::sample().await;
    let options = project.database.options().application_name("districts run, pid 4711");
    let lock = migrations::runner::RunLock::pipeline(&options, || {}).await.unwrap();
    let ran = project.run(&["run"]).expect(2);
    assert!(ran.stderr.contains("`districts run, pid 4711`"), "{ran:?}");
    lock.release().await;
    project.run(&["run", "--only", "nces"]).expect(0);
}
