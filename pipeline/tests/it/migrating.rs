use std::os::unix::fs::PermissionsExt as _;

use crate::project::TestProject;

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
