//! `districts migrate up --history FOLDER` on folders that are not as they should be, and under faults: what each gets,
//! and that nothing is half done.

use std::path::PathBuf;
use std::time::Duration;

use crate::project::{Ran, TestProject};

const TABLE: &str = "create table a (id int primary key);\nalter table a enable row level security;\n";

/// A project whose `h` folder has these files; a name without a side gets a way back too.
struct Folder {
    project: TestProject,
    path: PathBuf,
}

impl Folder {
    async fn of(files: &[(&str, &[u8])]) -> Self {
        let project = TestProject::empty().await;
        let path = project.path("h");
        std::fs::create_dir(&path).unwrap();
        let folder = Self { project, path };
        files.iter().for_each(|(name, text)| folder.write(name, text));
        folder
    }

    fn write(&self, name: &str, text: &[u8]) {
        if name.contains('.') {
            std::fs::write(self.path.join(name), text).unwrap();
            return;
        }
        std::fs::write(self.path.join(format!("{name}.up.sql")), text).unwrap();
        let back = "-- irreversible: a test goes forward only\n";
        std::fs::write(self.path.join(format!("{name}.down.sql")), back).unwrap();
    }

    fn remove(&self, name: &str) {
        for side in ["up", "down"] {
            std::fs::remove_file(self.path.join(format!("{name}.{side}.sql"))).unwrap();
        }
    }

    fn up(&self, more: &[&str]) -> Ran {
        self.project.run(&[&["migrate", "up", "--history", "h"], more].concat())
    }

    async fn tables(&self) -> Vec<String> {
        let names = "select tablename::text from pg_tables where schemaname = 'public' order by 1";
        sqlx::query_scalar(names).fetch_all(&self.project.database.pool).await.unwrap()
    }
}

/// The code and all of the parts, and that no table was made.
async fn refused(files: &[(&str, &[u8])], code: i32, parts: &[&str]) {
    let folder = Folder::of(files).await;
    let ran = folder.up(&[]).expect(code);
    assert!(ran.stderr.contains("hint: "), "{ran:?}");
    for part in parts {
        assert!(ran.stderr.contains(part), "{part} in {ran:?}");
    }
    assert!(folder.tables().await.is_empty(), "{files:?}");
}

#[tokio::test]
async fn what_is_no_migration_is_a_wrong_call() {
    refused(&[("0001-a.up.sql", TABLE.as_bytes())], 4, &["0001-a.up.sql", "rename it"]).await;
    refused(&[("0001_a.SQL", TABLE.as_bytes())], 4, &["0001_a.SQL"]).await;
    refused(&[("0001_a", b"create table a (n text default '\xff');")], 4, &["0001_a.up.sql", "is not UTF-8"]).await;
    refused(&[("0001_a", b"\xef\xbb\xbf-- no-transaction\nselect 1;")], 4, &["0001_a.up.sql", "byte order mark"]).await;
}

#[tokio::test]
async fn files_that_contradict_each_other_are_all_named() {
    let table = TABLE.as_bytes();
    refused(&[("0001_a", table), ("0001_b", table)], 1, &["0001_a", "0001_b", "the same number"]).await;
    refused(&[("0001_a", table), ("0003_b", table)], 1, &["no migration 0002"]).await;
    refused(&[("0001_a.up.sql", table)], 1, &["0001_a.up.sql", "has no `0001_a.down.sql`"]).await;
    refused(&[("0001_a", b"-- nothing but words\n")], 1, &["0001_a.up.sql", "has no statement"]).await;
}

#[tokio::test]
async fn every_file_is_judged_before_the_first_is_applied() {
    let table = TABLE.as_bytes();
    refused(&[("0001_a", table), ("0002_b", b"create table b (id int);\ncreate tabel c;")], 1, &["0002_b.up.sql:2:"])
        .await;
    refused(&[("0001_a", table), ("0002_b", b"create table b (id int);")], 1, &["0002_b.up.sql:1:1 rls-missing"]).await;
    refused(&[("0001_a", b"-- no-transaction\nselect 1; select 2;")], 1, &["0001_a.up.sql", "one statement"]).await;
    refused(&[("0001_a", b"begin;\nselect 1;\ncommit;")], 1, &["0001_a.up.sql:1:"]).await;
}

#[tokio::test]
async fn line_ends_of_windows_and_large_files_are_applied() {
    let crlf = "-- no-transaction\r\ncreate index concurrently idx_a on a (id);\r\n";
    let rows: String = (0..70_000).map(|n| format!("insert into a values ({n}); -- {:40}\n", "long")).collect();
    assert!(rows.len() > 5_000_000);
    let folder =
        Folder::of(&[("0001_a", TABLE.as_bytes()), ("0002_i", crlf.as_bytes()), ("0003_rows", rows.as_bytes())]).await;
    folder.up(&[]).expect(0);
    let count: i64 =
        sqlx::query_scalar("select count(*) from a").fetch_one(&folder.project.database.pool).await.unwrap();
    assert_eq!(count, 70_000);
    assert!(folder.up(&[]).expect(0).stdout.contains("nothing to apply"));
}

#[tokio::test]
async fn a_late_number_is_applied_only_where_the_order_makes_no_difference() {
    let folder = Folder::of(&[("0001_a", TABLE.as_bytes()), ("0002_x", b"alter table a add column x int;")]).await;
    folder.up(&[]).expect(0);
    // Another developer's 0002 was merged first; ours, applied here, became 0003.
    folder.remove("0002_x");
    folder.write("0002_y", b"alter table a add column y int;");
    folder.write("0003_z", b"alter table a add column z int;");
    assert!(folder.up(&[]).expect(1).stderr.contains("`0002_y` was edited"), "one number, two files");
    folder.remove("0002_y");
    folder.write("0002_x", b"alter table a add column x int;");
    folder.up(&[]).expect(0);
    folder.remove("0003_z");
    folder.write("0003_w", b"alter table a add column w int;");
    folder.write("0004_z", b"alter table a add column z int;");
    assert!(folder.up(&[]).expect(1).stderr.contains("0003_w"));

    let late = Folder::of(&[("0001_a", TABLE.as_bytes()), ("0002_b", b"alter table a add column b int;")]).await;
    late.up(&[]).expect(0);
    unapply_and_apply_later(&late, b"alter table a add column c int;").await;
    let ran = late.up(&[]).expect(1);
    assert!(ran.stderr.contains("is pending below") && ran.stderr.contains("--allow-out-of-order"), "{ran:?}");
    late.up(&["--allow-out-of-order"]).expect(0);

    let matters = Folder::of(&[("0001_a", TABLE.as_bytes()), ("0002_b", b"alter table a add column b int;")]).await;
    matters.up(&[]).expect(0);
    let looks = b"do $$ begin
        if exists (select from information_schema.columns where table_name = 'a' and column_name = 'd')
        then alter table a add column after_d int; else alter table a add column before_d int; end if;
    end $$;";
    unapply_and_apply_later(&matters, looks).await;
    let ran = matters.up(&["--allow-out-of-order"]).expect(1);
    assert!(ran.stderr.contains("the two orders end at different schemas"), "{ran:?}");
    assert!(ran.stdout.contains("after_d") && ran.stdout.contains("before_d"), "{ran:?}");
}

/// 0003 becomes `sql`, while what is applied here goes on at 0004.
async fn unapply_and_apply_later(folder: &Folder, sql: &[u8]) {
    folder.write("0003_placeholder", b"select 1;");
    folder.write("0004_d", b"alter table a add column d int;");
    folder.up(&[]).expect(0);
    folder.project.run(&["migrate", "--history", "h", "repair", "unmark", "3", "--reason", "a test"]).expect(0);
    folder.remove("0003_placeholder");
    folder.write("0003_late", sql);
}

#[tokio::test]
async fn a_history_that_goes_on_from_the_programs_is_judged_where_it_goes_on() {
    let folder = Folder::of(&[]).await;
    assert!(folder.project.run(&["migrate", "check", "--history", "h"]).expect(4).stderr.contains("no migrations"));
    for step in migrations::history::HISTORY {
        folder.write(&format!("{}.up.sql", step.name), step.up.as_bytes());
        folder.write(&format!("{}.down.sql", step.name), step.down.as_bytes());
    }
    folder.up(&[]).expect(0);
    let next = migrations::history::newest_version() + 1;
    folder.write(&format!("{next:04}_open"), b"create table open_to_all (id int);");
    assert!(folder.up(&[]).expect(1).stderr.contains("rls-missing"));
}

#[tokio::test]
async fn a_history_of_somebody_elses_is_reset_without_the_programs_rows() {
    let folder = Folder::of(&[("0001_a.up.sql", TABLE.as_bytes()), ("0001_a.down.sql", b"drop table a;")]).await;
    folder.up(&[]).expect(0);
    folder.project.run(&["migrate", "environment", "dev"]).expect(0);
    folder.project.run(&["migrate", "reset", "--history", "h"]).expect(0);
    assert_eq!(folder.tables().await, ["a"]);
}

#[tokio::test]
async fn edited_and_deleted_files_are_told_apart() {
    let folder = Folder::of(&[("0001_a", TABLE.as_bytes()), ("0002_b", b"alter table a add column b int;")]).await;
    folder.up(&[]).expect(0);
    folder.write("0001_a", format!("-- another word\n{TABLE}").as_bytes());
    let ran = folder.up(&[]).expect(1);
    assert!(ran.stderr.contains("`0001_a` was edited") && ran.stderr.contains("restamp"), "{ran:?}");
    folder
        .project
        .run(&["migrate", "repair", "--history", "h", "restamp", "1", "--reason", "only a comment"])
        .expect(0);
    folder.up(&[]).expect(0);
    folder.remove("0002_b");
    let ran = folder.up(&[]).expect(1);
    assert!(ran.stderr.contains("version 2"), "{ran:?}");
}

#[tokio::test]
async fn an_object_that_exists_already_is_held_against_the_file() {
    let folder = Folder::of(&[("0001_a", TABLE.as_bytes())]).await;
    sqlx::raw_sql(TABLE).execute(&folder.project.database.pool).await.unwrap();
    let ran = folder.up(&[]).expect(3);
    assert!(ran.stderr.contains("what is there is what the file makes"), "{ran:?}");
    assert!(ran.stderr.contains("repair mark-applied 1"), "{ran:?}");
    folder.project.run(&["migrate", "repair", "--history", "h", "mark-applied", "1", "--reason", "by hand"]).expect(0);
    folder.up(&[]).expect(0);

    let folder = Folder::of(&[("0001_a", TABLE.as_bytes())]).await;
    sqlx::raw_sql("create table a (id bigint)").execute(&folder.project.database.pool).await.unwrap();
    let ran = folder.up(&[]).expect(3);
    assert!(ran.stderr.contains("differs from what the file makes"), "{ran:?}");
    assert!(ran.stdout.contains("bigint"), "{ran:?}");
}

#[tokio::test]
async fn a_connection_cut_in_the_middle_leaves_nothing_half_done() {
    let slow = "create table b (id int primary key);\nalter table b enable row level security;\nselect pg_sleep(30);\n";
    let folder = Folder::of(&[("0001_a", TABLE.as_bytes()), ("0002_b", slow.as_bytes())]).await;
    let mut command = folder.project.command(&["migrate", "up", "--history", "h"]);
    let running = std::thread::spawn(move || Ran::of(&command.output().unwrap()));
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()";
    for _ in 0..200 {
        let ended: i64 = sqlx::query_scalar(cut).fetch_one(&folder.project.database.pool).await.unwrap();
        if ended > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let ran = running.join().unwrap().expect(3);
    assert!(ran.stderr.contains("0002_b.up.sql"), "{ran:?}");
    assert_eq!(folder.tables().await, ["a"]);
    folder.write("0002_b", slow.replace("select pg_sleep(30);", "select pg_sleep(0);").as_bytes());
    folder.up(&[]).expect(0);
    assert_eq!(folder.tables().await, ["a", "b"]);
}

#[tokio::test]
async fn a_server_that_cannot_be_reached_is_a_wrong_call_and_its_password_is_not_told() {
    let folder = Folder::of(&[("0001_a", TABLE.as_bytes())]).await;
    let url = "postgres://somebody:verysecret@127.0.0.1:9/nowhere";
    let ran = folder.project.run(&["migrate", "up", "--history", "h", "--database-url", url]).expect(4);
    assert!(ran.stderr.contains("127.0.0.1:9") && !ran.stderr.contains("verysecret"), "{ran:?}");
    let ran = folder.project.run(&["migrate", "up", "--history", "nowhere"]).expect(4);
    assert!(ran.stderr.contains("`nowhere`"), "{ran:?}");
}
