//! The local server's ordinary accidents. Each test has a cluster of its own.

use std::fs;
use std::path::Path;

use migrations::local::{Binaries, Durability, LocalServer, Place, Status, find_or_install, status};
use sqlx::{ConnectOptions, Connection};

fn binaries() -> Binaries {
    find_or_install(&|line| eprintln!("{line}")).unwrap()
}

/// A folder that the server's account can reach, gone with the test.
fn home() -> tempfile::TempDir {
    let home = tempfile::Builder::new().prefix("districts-it-").tempdir().unwrap();
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    home
}

fn start(home: &Path) -> LocalServer {
    LocalServer::start(Place::of(home).unwrap(), binaries(), Durability::None).unwrap()
}

async fn answers(server: &LocalServer) -> bool {
    let Ok(mut connection) = server.options("postgres").connect().await else { return false };
    connection.ping().await.is_ok()
}

#[tokio::test]
async fn starts_on_demand_is_shared_and_stops_with_the_last_user() {
    let home = home();
    let place = Place::of(home.path()).unwrap();
    assert_eq!(status(&place), Status::Absent);
    let first = start(home.path());
    let second = start(home.path());
    assert!(answers(&first).await && answers(&second).await);
    drop(first);
    assert!(answers(&second).await, "the server stays while somebody uses it");
    assert!(place.socket.exists());
    drop(second);
    assert_eq!(status(&place), Status::Stopped);
    assert!(!place.socket.exists(), "nothing is left outside its home");
    assert!(answers(&start(home.path())).await);
}

#[tokio::test]
async fn two_programs_starting_at_once_share_one_cluster() {
    let home = home();
    let path = home.path().to_owned();
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let path = path.clone();
            tokio::task::spawn_blocking(move || start(&path))
        })
        .collect();
    for handle in starts {
        assert!(answers(&handle.await.unwrap()).await);
    }
}

#[tokio::test]
async fn a_crashed_server_and_its_stale_lock_file_are_no_obstacle() {
    let home = home();
    let server = start(home.path());
    let mut connection = server.options("postgres").connect().await.unwrap();
    sqlx::query("create table kept as select 42 as answer").execute(&mut connection).await.unwrap();
    sqlx::query("checkpoint").execute(&mut connection).await.unwrap();
    let Status::Running { pid, .. } = status(server.place()) else { panic!("it runs") };
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL).unwrap();
    while matches!(status(server.place()), Status::Running { .. }) {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let again = start(home.path());
    let mut connection = again.options("postgres").connect().await.unwrap();
    let answer: i32 = sqlx::query_scalar("select answer from kept").fetch_one(&mut connection).await.unwrap();
    assert_eq!(answer, 42);
}

#[tokio::test]
async fn a_lock_file_whose_number_another_process_has_is_no_obstacle() {
    let home = home();
    let place = Place::of(home.path()).unwrap();
    drop(start(home.path()));
    // The system has given the dead server's number to somebody else: to this test.
    let lines = format!("{}\n{}\n1\n5432\n/tmp\n\n", std::process::id(), place.data.display());
    fs::write(place.data.join("postmaster.pid"), lines).unwrap();
    assert!(answers(&start(home.path())).await);
}

#[tokio::test]
async fn a_copy_of_a_running_cluster_starts_beside_the_original() {
    let (original, copy) = (home(), home());
    let first = start(original.path());
    let mut connection = first.options("postgres").connect().await.unwrap();
    sqlx::query("checkpoint").execute(&mut connection).await.unwrap();
    let target = Place::of(copy.path()).unwrap();
    let copied = std::process::Command::new("cp")
        .arg("-a")
        .arg(first.place().data.parent().unwrap())
        .arg(target.data.parent().unwrap())
        .status()
        .unwrap();
    assert!(copied.success());
    let second = start(copy.path());
    assert!(answers(&first).await && answers(&second).await);
    assert_ne!(first.url("postgres"), second.url("postgres"));
}

#[test]
fn a_half_made_cluster_is_made_again() {
    let home = home();
    let place = Place::of(home.path()).unwrap();
    let partial = place.data.with_file_name("data.partial");
    fs::create_dir_all(&partial).unwrap();
    fs::write(partial.join("PG_VERSION"), "18").unwrap();
    drop(start(home.path()));
    assert!(place.has_cluster() && !partial.exists());
}

#[test]
fn the_home_keeps_itself_out_of_git() {
    let home = home();
    Place::of(home.path()).unwrap();
    assert_eq!(fs::read_to_string(home.path().join(".gitignore")).unwrap(), "*\n");
}
