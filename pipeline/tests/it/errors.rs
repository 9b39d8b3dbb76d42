//! What users see when something is wrong: one sentence and a cure, and never a password.

use std::fs;

use crate::pooler::{Mode, Pooler};
use crate::project::{Ran, TestProject, program};

fn run_in(folder: &tempfile::TempDir, arguments: &[&str]) -> Ran {
    let home = folder.path().display().to_string();
    let ran = Ran::of(&program(folder.path(), arguments).output().unwrap()).expect(2);
    Ran { stderr: ran.stderr.replace(&home, "<folder>"), ..ran }
}

#[test]
fn mistakes_on_the_command_line_and_in_settings() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = String::new();
    let mut note = |title: &str, ran: &Ran| seen.push_str(&format!("# {title}\n{}\n", ran.stderr));
    note("unknown stage", &run_in(&folder, &["run", "--only", "nces,matching"]));
    note("not a state", &run_in(&folder, &["run", "--states", "Texas"]));
    note("not PostgreSQL", &run_in(&folder, &["--database-url", "mysql://user:hunter2@host/db", "run"]));
    fs::write(folder.path().join("districts.toml"), "[nces]\ndirectoy = \"x.zip\"\n").unwrap();
    note("unknown setting", &run_in(&folder, &["run"]));
    fs::write(folder.path().join("districts.toml"), "[embed]\nchunk_tokens = 10\n").unwrap();
    note("setting out of range", &run_in(&folder, &["run"]));
    fs::write(folder.path().join("districts.toml"), "[[documents]]\nfolder = \"a\"\njsonl = \"b\"\n").unwrap();
    note("two sources in one", &run_in(&folder, &["run"]));
    fs::write(folder.path().join("districts.toml"), "").unwrap();
    note("settings exist", &run_in(&folder, &["init"]));
    fs::write(folder.path().join(".env"), "PASSWORD hunter2\n").unwrap();
    note("broken .env", &run_in(&folder, &["run"]));
    insta::assert_snapshot!(seen);
    assert!(!seen.contains("hunter2"));
}

#[test]
fn a_server_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    // Port 1 is reserved and nobody listens on it.
    let ran = run_in(&folder, &["--database-url", "postgresql://user:hunter2@127.0.0.1:1/db", "run"]);
    assert!(ran.stderr.contains("Failed to connect to 127.0.0.1:1/db: Connection refused"), "{ran:?}");
    assert!(ran.stderr.contains("hint: is the server running") && !ran.stderr.contains("hunter2"), "{ran:?}");
}

#[tokio::test]
async fn a_database_that_is_not_there_and_an_unmigrated_one() {
    let project = TestProject::empty().await;
    let url = project.database.url();
    let other = url.replace("/test_", "/no_such_");
    let ran = Ran::of(&program(project.folder.path(), &["--database-url", &other, "run"]).output().unwrap()).expect(2);
    assert!(ran.stderr.contains("does not exist") && ran.stderr.contains("create database"), "{ran:?}");
    let ran = project.run(&["search", "anything"]).expect(2);
    assert!(ran.stderr.contains("has no tables yet"), "{ran:?}");
    let ran = project.run(&["db", "status"]).expect(2);
    assert!(ran.stderr.contains("it is not the embedded PostgreSQL (DATABASE_URL names it)"), "{ran:?}");
}

#[tokio::test]
async fn a_role_that_may_not_is_told_so_in_the_servers_own_words() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    let role = format!("reader_{}", std::process::id());
    sqlx::query(sqlx::AssertSqlSafe(format!("create role {role}"))).execute(&project.database.pool).await.unwrap();
    let url = project.database.url();
    let mark = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{mark}options[role]={role}");
    let ran = Ran::of(&program(project.folder.path(), &["--database-url", &url, "run"]).output().unwrap()).expect(2);
    sqlx::query(sqlx::AssertSqlSafe(format!("drop role {role}"))).execute(&project.database.pool).await.unwrap();
    assert!(ran.stderr.contains("permission denied for schema ops\nhint: this role may not do that"), "{ran:?}");
}

/// Sets something for everybody who connects to the project's database.
async fn set(project: &TestProject, setting: &str) {
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&project.database.pool).await.unwrap();
    let statement = format!("alter database {name} set {setting}");
    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&project.database.pool).await.unwrap();
}

const AGAINST_US: [&str; 3] =
    ["search_path = elsewhere", "statement_timeout = '20ms'", "transaction_timeout = '200ms'"];

#[tokio::test]
async fn what_is_set_for_everybody_does_not_stop_a_night() {
    let project = TestProject::sample().await;
    for setting in AGAINST_US {
        set(&project, setting).await;
    }
    project.run(&["run"]).expect(0);
}

#[tokio::test]
async fn nor_does_a_pooler_that_drops_our_settings() {
    let project = TestProject::sample().await;
    for setting in AGAINST_US {
        set(&project, setting).await;
    }
    let pooler = Pooler::before(&project.database, Mode::Session);
    Ran::of(&project.command(&["run"]).env("DATABASE_URL", &pooler.url).output().unwrap()).expect(0);
}

#[tokio::test]
async fn a_pooler_that_shares_connections_is_refused_with_its_cure() {
    let project = TestProject::empty().await;
    let pooler = Pooler::before(&project.database, Mode::Transaction);
    let ran = Ran::of(&project.command(&["run"]).env("DATABASE_URL", &pooler.url).output().unwrap()).expect(2);
    assert!(ran.stderr.contains("hint: a pooler stands between that shares connections among clients"), "{ran:?}");
}

#[tokio::test]
async fn a_database_that_only_reads_is_told_with_its_cure() {
    let project = TestProject::empty().await;
    set(&project, "default_transaction_read_only = on").await;
    let ran = project.run(&["run"]).expect(2);
    assert!(ran.stderr.contains("hint: only reading is allowed there: name the primary server"), "{ran:?}");
}

#[tokio::test]
async fn a_database_without_every_letter_is_refused_before_anything_is_made() {
    let project = TestProject::empty().await;
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&project.database.pool).await.unwrap();
    let latin = format!("{name}_latin");
    let make = format!("create database {latin} encoding 'LATIN1' locale 'C' template template0");
    sqlx::query(sqlx::AssertSqlSafe(make)).execute(&project.database.pool).await.unwrap();
    let url = project.database.url().replace(&name, &latin);
    let ran = Ran::of(&program(project.folder.path(), &["--database-url", &url, "run"]).output().unwrap()).expect(2);
    let drop = format!("drop database {latin} with (force)");
    sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&project.database.pool).await.unwrap();
    assert!(ran.stderr.contains("its encoding is LATIN1") && ran.stderr.contains("encoding 'UTF8'"), "{ran:?}");
}

#[tokio::test]
async fn reverting_asks_for_a_yes() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    let ran = project.run(&["migrate", "down"]).expect(4);
    assert!(ran.stderr.contains("that drops tables with their data") && ran.stderr.contains("--yes"), "{ran:?}");
    project.run(&["migrate", "down", "--yes"]).expect(0);
    let ran = project.run(&["migrate", "status", "--json"]).expect(0).json();
    let states: Vec<&str> =
        ran["migrations"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect();
    assert_eq!(states.last(), Some(&"pending"));
    assert!(states[..states.len() - 1].iter().all(|state| *state == "applied"));
}

#[tokio::test]
async fn a_recorded_command_has_no_password() {
    let project = TestProject::empty().await;
    let url = project.database.url().replace("districts@", "districts:hunter2@");
    let ran =
        Ran::of(&program(project.folder.path(), &["--database-url", &url, "run", "--only", "nces"]).output().unwrap())
            .expect(0);
    assert!(!format!("{ran:?}").contains("hunter2"));
    let command: String =
        sqlx::query_scalar("select command from pipeline_runs").fetch_one(&project.database.pool).await.unwrap();
    assert_eq!(command, "districts --database-url … run --only nces");
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    use std::io::Read;
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path(), &["source", "schema"]);
    let mut child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut first = [0; 1];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    drop(child.stdout.take());
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert!(child.wait().unwrap().success() && stderr.is_empty(), "{stderr}");
}
