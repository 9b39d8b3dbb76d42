use std::path::{Path, PathBuf};

use migrations::generate::{GenerateError, generate};
use migrations::history::folder::{FolderFault, read};

const TABLE: &str = "create table people (\n    id bigint generated always as identity primary key,\n    name varchar(20) not null,\n    phone text\n);\nalter table people enable row level security;\ncreate view names with (security_invoker = true) as select id, name from people;\n";

/// A history that makes `TABLE`, and a declared schema of that text.
fn project(declared: &str) -> (tempfile::TempDir, PathBuf, PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let (history, schema) = (root.path().join("history"), root.path().join("declared/public"));
    std::fs::create_dir_all(&history).unwrap();
    std::fs::create_dir_all(&schema).unwrap();
    std::fs::write(history.join("0001_people.up.sql"), TABLE).unwrap();
    std::fs::write(history.join("0001_people.down.sql"), "drop view names;\ndrop table people;\n").unwrap();
    std::fs::write(schema.join("people.sql"), declared).unwrap();
    let declared = root.path().join("declared");
    (root, history, declared)
}

async fn changed(from: &str, to: &str) -> Result<Vec<migrations::generate::Draft>, GenerateError> {
    assert!(TABLE.contains(from), "the test changes something");
    let (_root, history, declared) = project(&TABLE.replace(from, to));
    generate(&declared, &history, "change people").await
}

#[tokio::test]
async fn what_this_program_declares_is_what_its_history_makes() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let drafts = generate(&crate_folder.join("declared"), &crate_folder.join("history"), "nothing").await.unwrap();
    assert!(drafts.is_empty(), "run `districts migrate generate`: {drafts:#?}");
}

#[tokio::test]
async fn a_new_index_on_an_old_table_is_built_concurrently_in_a_file_of_its_own() {
    let drafts = changed("create view", "create index people_phone_idx on people (phone);\ncreate view").await.unwrap();
    assert_eq!(drafts.len(), 1);
    assert!(drafts[0].up.starts_with("-- no-transaction\n"), "{}", drafts[0].up);
    assert!(drafts[0].up.contains("CREATE INDEX CONCURRENTLY IF NOT EXISTS people_phone_idx"));
    assert!(drafts[0].down.contains("DROP INDEX CONCURRENTLY IF EXISTS"));
}

#[tokio::test]
async fn a_required_column_comes_in_three_steps_and_needs_a_value() {
    let error = changed("phone text", "phone text,\n    team text not null").await.unwrap_err();
    assert!(error.to_string().contains("backfill"), "{error}");
    let drafts = changed("phone text", "phone text,\n    team text not null -- backfill: 'data'").await.unwrap();
    let names: Vec<&str> = drafts.iter().map(|draft| draft.name.as_str()).collect();
    assert_eq!(names, ["0002_change_people", "0003_change_people_fill_team", "0004_change_people_require_team"]);
    assert!(drafts[1].up.contains("SET team = 'data' WHERE team IS NULL"));
    assert!(drafts[1].up.contains("NOT VALID") && drafts[2].up.contains("VALIDATE CONSTRAINT"));
}

#[tokio::test]
async fn a_renamed_column_keeps_its_rows_both_ways() {
    let drafts = changed("phone text", "telephone text -- renamed-from: phone").await.unwrap();
    assert!(drafts[0].up.contains("RENAME COLUMN phone TO telephone"), "{}", drafts[0].up);
    assert!(drafts[0].down.contains("RENAME COLUMN telephone TO phone"), "{}", drafts[0].down);
    assert!(drafts[0].losses.is_empty());
}

#[tokio::test]
async fn without_the_word_a_renamed_column_is_a_loss_that_is_said() {
    let drafts = changed("phone text", "telephone text").await.unwrap();
    assert_eq!(drafts[0].losses, ["drops the column public.people.phone with its data"]);
    assert!(drafts[0].up.contains("-- destructive: drops the column public.people.phone"));
}

#[tokio::test]
async fn a_view_over_a_column_of_another_type_is_made_anew() {
    let drafts = changed("name varchar(20)", "name text").await.unwrap();
    let up = &drafts[0].up;
    let at = |words: &str| up.find(words).unwrap_or_else(|| panic!("no {words} in {up}"));
    assert!(at("DROP VIEW public.names") < at("TYPE text") && at("TYPE text") < at("CREATE VIEW public.names"));
}

#[tokio::test]
async fn keys_policies_checks_and_types_are_proved_there_and_back() {
    let more = "create type mood as enum ('good', 'bad');\ncreate table notes (\n    id bigint primary key,\n    person bigint not null references people (id) on delete cascade,\n    mood mood not null default 'good',\n    length integer generated always as (1) stored,\n    check (id > 0)\n);\ncreate index notes_person_idx on notes (person);\nalter table notes enable row level security;\ncreate policy own on notes for select using (person = 1);\nalter table people add constraint named check (name <> '');\ncreate view names";
    let drafts = changed("create view names", more).await.unwrap();
    assert_eq!(drafts.len(), 1, "{drafts:#?}");
    assert!(drafts[0].up.contains("CREATE POLICY own"));
}

#[tokio::test]
async fn how_a_table_is_stored_is_proved_there_and_back() {
    let to = "alter table people set (fillfactor = 70, toast.autovacuum_enabled = false);\nalter table people alter column phone set storage external;\ncreate view";
    let drafts = changed("create view", to).await.unwrap();
    assert!(drafts[0].up.contains("SET (fillfactor='70'"), "{}", drafts[0].up);
    assert!(drafts[0].down.contains("RESET (fillfactor"), "{}", drafts[0].down);
}

#[tokio::test]
async fn a_table_without_row_level_security_is_not_written() {
    let error = changed("create view", "create table open (id bigint primary key);\ncreate view").await.unwrap_err();
    assert!(matches!(error, GenerateError::Judged(_)), "{error}");
}

#[tokio::test]
async fn a_declared_file_that_does_not_execute_is_named() {
    let error = changed("create view", "create tabel x;\ncreate view").await.unwrap_err();
    assert!(error.to_string().contains("people.sql") && error.to_string().contains("syntax error"), "{error}");
}

#[test]
fn a_folder_is_told_everything_that_is_wrong_with_it() {
    let root = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(root.path().join(name), text).unwrap();
    write("0001_a.up.sql", b"select 1;");
    write("0001_a.down.sql", b"-- irreversible: test");
    write("0003_c.up.sql", b"select 1;");
    write("0003_c.down.sql", b"select 1;");
    write("0003_d.up.sql", b"-- only words\n");
    write("0003_d.down.sql", b"select 1;");
    write("0004-e.sql", b"select 1;");
    write("0005_F.SQL", b"select 1;");
    write("0006_g.up.sql", b"\xef\xbb\xbfselect 1;");
    write("0007_h.up.sql", b"select '\xe9';");
    write("0008_i.up.sql", b"select 1;");
    let faults = read(root.path()).unwrap_err();
    let texts: Vec<String> = faults.iter().map(|fault| format!("{fault}\n  {}", fault.hint())).collect();
    insta::assert_snapshot!(texts.join("\n"));
    assert!(faults.iter().any(|fault| matches!(fault, FolderFault::Duplicate { .. })));
}
