//! What lint says, with its place; and that the history itself is clean.

use migrations::history::HISTORY;
use migrations::lint::{File, Severity, lint};

const BAD: &str = r#"create table accounts (id integer primary key, owner integer references people (id));
create table "Quoted" (id integer);
alter table "Quoted" enable row level security;
create temporary table scratch (x integer);
-- create table in_a_comment (id integer);
select 'create table in_a_string (id integer)';
do $$ begin
  create table hidden (embedding vector(3072));
  execute 'alter table accounts add column secret text';
end $$;
create table copied as select * from accounts;
create view readers as select * from accounts;
create view safe with (security_invoker = true) as select * from accounts;
create materialized view cached as select * from accounts;
create index on accounts using ivfflat (owner);
update accounts set owner = 1;
delete from accounts;
grant select on accounts to anon;
alter table accounts rename column owner to keeper;
"#;

fn found(name: &str, sql: &str, has_down: bool) -> String {
    let lines = lint(File { name, sql, has_down }).into_iter().map(|one| {
        let word = format!("{:?}", one.severity).to_lowercase();
        format!("{}:{} {word} {}: {}\n", one.line, one.column, one.rule, one.message)
    });
    lines.collect()
}

#[test]
fn every_rule_finds_its_case_and_no_other() {
    insta::assert_snapshot!(found("0009_bad.up.sql", BAD, true));
}

#[test]
fn files_are_judged_by_name_way_back_and_statements() {
    let table = "-- no-transaction\nselect 1;\nselect 2;\n";
    let words = found("0009-Bad.sql", table, false);
    for rule in ["no-transaction-statements", "down-missing", "naming"] {
        assert!(words.contains(rule), "{words}");
    }
    assert!(found("0009_x.up.sql", "-- only words\n", true).contains("empty"));
    assert!(found("0009_x.up.sql", "create tabel x ();", true).contains("syntax"));
    assert!(!found("0009_x.up.sql", "-- irreversible: data is merged\nselect 1;", false).contains("down-missing"));
}

#[test]
fn a_rule_is_allowed_with_a_reason_only() {
    let open = "create table t (id integer);";
    let silent = format!("-- allow: rls-missing\n{open}");
    let reasoned = format!("-- allow: rls-missing public reference data\n{open}");
    assert!(found("0009_x.up.sql", &silent, true).contains("rls-missing"));
    assert!(!found("0009_x.up.sql", &reasoned, true).contains("rls-missing"));
}

#[test]
fn the_history_is_clean() {
    for step in HISTORY {
        for (suffix, sql) in [("up", step.up), ("down", step.down)] {
            let name = format!("{}.{suffix}.sql", step.name);
            let findings = lint(File { name: &name, sql, has_down: true });
            let bad: Vec<_> = findings.iter().filter(|finding| finding.severity > Severity::Note).collect();
            assert!(bad.is_empty(), "{bad:#?}");
        }
    }
}
