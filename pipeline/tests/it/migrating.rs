use std::os::unix::fs::PermissionsExt as _;

use crate::project::{Ran, TestProject};

#[tokio::test]
async fn only_a_dev_database_is_reset_redone_or_pushed_to() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    for verb in [&["migrate", "reset"][..], &["migrate", "redo"], &["migrate", "push"]] {
        let ran = project.run(verb).expect(4);
        assert!(ran.stderr.contains("not marked") && ran.stderr.contains("environment dev"), "{ran:?}");
    }
    project.run(&["migrate", "environment", "dev"]).expect(0);
    project.run(&["migrate", "redo"]).expect(0);
    project.run(&["migrate", "reset"]).expect(0);
    let ran = project.run(&["migrate", "drift"]).expect(0);
    assert!(ran.stdout.contains("no drift"), "{ran:?}");
}

#[tokio::test]
async fn a_backup_brings_rows_back_and_prod_gets_one_before_an_up() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    project.run(&["migrate", "environment", "prod"]).expect(0);
    project.run(&["migrate", "down", "--yes"]).expect(0);
    let ran = project.run(&["migrate", "up"]).expect(0);
    let path = ran.stdout.lines().find_map(|line| line.strip_prefix("backed up to ")).expect("prod is backed up");
    let mode = std::fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "a dump is read by nobody else");
    let logged: String = sqlx::query_scalar("select note from ops.migration_log where action = 'backup'")
        .fetch_one(&project.database.pool)
        .await
        .unwrap();
    assert_eq!(logged, path);
    let path = path.to_owned();
    let ran = project.run(&["migrate", "restore", &path]).expect(4);
    assert!(ran.stderr.contains("--yes"), "{ran:?}");
    project.run(&["migrate", "restore", &path, "--yes"]).expect(0);
    let ran = project.run(&["migrate", "status"]).expect(0);
    assert!(ran.stdout.contains("pending"), "the backup was made before the newest version: {ran:?}");
}

#[tokio::test]
async fn a_repair_without_cause_is_refused_with_its_own_code() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    let ran = project.run(&["migrate", "repair", "mark-applied", "1", "--reason", "x"]).expect(1);
    assert!(ran.stderr.contains("recorded as applied already"), "{ran:?}");
}

#[tokio::test]
async fn dumps_older_than_seven_days_go_and_younger_ones_stay() {
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    let folder = project.path(".districts/backups");
    std::fs::create_dir_all(&folder).unwrap();
    let aged = |name: &str, days: u64| {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        file.set_modified(std::time::SystemTime::now() - std::time::Duration::from_secs(days * 24 * 3600)).unwrap();
    };
    aged("eight.dump", 8);
    aged("six.dump", 6);
    aged("eight.txt", 8);
    project.run(&["migrate", "backup"]).expect(0);
    let mut left: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    left.sort();
    assert!(left.contains(&"six.dump".to_owned()) && left.contains(&"eight.txt".to_owned()), "{left:?}");
    assert!(!left.contains(&"eight.dump".to_owned()), "{left:?}");
    assert_eq!(left.len(), 3, "and the new one: {left:?}");
}

/// A tmpfs of its own, taken away with the value.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=60m,mode=1777", "tmpfs"])
            .arg(folder.path())
            .output();
        mount.ok().filter(|ran| ran.status.success()).map(|_| Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_under_the_throw_away_server_is_told_and_forgotten_once_there_is_space() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("SKIPPED: a small disk to fill cannot be mounted here (it takes root)");
        return;
    };
    let project = TestProject::empty().await;
    let check = || Ran::of(&project.command(&["migrate", "check"]).env("TMPDIR", disk.0.path()).output().unwrap());
    check().expect(0);
    let fill = disk.0.path().join("fill");
    let _ = std::fs::write(&fill, vec![0; 100 << 20]);
    let ran = check().expect(4);
    assert!(ran.stderr.contains("No space left on device") && ran.stderr.contains("TMPDIR"), "{ran:?}");
    std::fs::remove_file(fill).unwrap();
    check().expect(0);
}

/// An object store that knows one object and who may read it.
async fn object_store(object: &'static str) -> String {
    use axum::http::{HeaderMap, StatusCode};
    let answer = move |headers: HeaderMap| async move {
        let signed = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        match signed.starts_with("AWS4-HMAC-SHA256 Credential=reader/") {
            true => (StatusCode::OK, [("etag", "\"1\""), ("last-modified", "Tue, 24 Nov 2026 00:00:00 GMT")], object),
            false => (
                StatusCode::FORBIDDEN,
                [("etag", ""), ("last-modified", "")],
                "<Error><Code>AccessDenied</Code></Error>",
            ),
        }
    };
    let app = axum::Router::new().route("/moves/colours.csv", axum::routing::get(answer));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_migration_takes_its_rows_from_an_object_store() {
    use sha2::{Digest as _, Sha256};
    let object = "name\nred\ngreen\n";
    let store = object_store(object).await;
    let checksum: String = Sha256::digest(object).iter().map(|byte| format!("{byte:02x}")).collect();
    let project = TestProject::empty().await;
    project.run(&["migrate", "up"]).expect(0);
    sqlx::raw_sql("create table colours (name text); alter table colours enable row level security")
        .execute(&project.database.pool)
        .await
        .unwrap();
    let folder = project.path("data/public");
    std::fs::create_dir_all(&folder).unwrap();
    let write = |checksum: &str| {
        let up = format!(
            "-- file: s3://moves/colours.csv (name) sha256:{checksum}\ninsert into public.colours select name from pg_temp.colours"
        );
        std::fs::write(folder.join("0001_colours.up.sql"), up).unwrap();
        std::fs::write(folder.join("0001_colours.down.sql"), "delete from colours where true").unwrap();
    };
    let up = |key: &str| {
        let mut command = project.command(&["migrate", "data", "up", "--folder", "data"]);
        command.envs([("AWS_ENDPOINT", store.as_str()), ("AWS_ALLOW_HTTP", "true"), ("AWS_REGION", "us-east-1")]);
        command.envs([("AWS_ACCESS_KEY_ID", key), ("AWS_SECRET_ACCESS_KEY", "verysecret")]);
        Ran::of(&command.output().unwrap())
    };
    let count = async || -> i64 {
        sqlx::query_scalar("select count(*) from colours").fetch_one(&project.database.pool).await.unwrap()
    };
    write(&checksum);
    let ran = up("stranger");
    assert_ne!(ran.code, Some(0));
    assert!(ran.stderr.contains("s3://moves/colours.csv") && !ran.stderr.contains("verysecret"), "{ran:?}");
    assert_eq!(count().await, 0);
    write(&"0".repeat(64));
    assert!(up("reader").expect(3).stderr.contains("colours.csv"), "another checksum");
    assert_eq!(count().await, 0);
    write(&checksum);
    up("reader").expect(0);
    assert_eq!(count().await, 2);
}
