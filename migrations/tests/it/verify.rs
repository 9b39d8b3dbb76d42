//! Planted faults are found: what a stranger sees, what is invalid, what is not as the history made it.

use migrations::drift::{Drift, drift, held_against, round_trip};
use migrations::history::HISTORY;
use migrations::testing::TestDatabase;
use migrations::verify::{Sight, verify};

async fn run(database: &TestDatabase, sql: &'static str) {
    sqlx::raw_sql(sql).execute(&database.pool).await.unwrap();
}

#[tokio::test]
async fn a_stranger_is_blocked_until_a_hole_is_made() {
    let database = TestDatabase::new().await;
    run(&database, "insert into districts (nces_id, name, state) values ('0100005', 'Albertville City', 'AL')").await;
    let sealed = verify(&database.options()).await.unwrap();
    assert!(sealed.is_good(), "{sealed:#?}");
    let sight = |seen: &migrations::verify::Verified, name: &str| {
        seen.seen.iter().find(|one| one.relation == name).map(|one| one.sight)
    };
    assert_eq!(sight(&sealed, "public.districts"), Some(Sight::Blocked));
    run(
        &database,
        "create view leak as select name from districts;
         create materialized view frozen as select name from districts;
         create table open_one (id integer);
         create table parent (id integer) partition by range (id);
         alter table parent enable row level security;
         create table part partition of parent for values from (0) to (10);
         insert into parent values (1);
         alter table open_one add constraint positive check (id > 0) not valid",
    )
    .await;
    let holed = verify(&database.options()).await.unwrap();
    assert_eq!(sight(&holed, "public.leak"), Some(Sight::Visible));
    assert_eq!(sight(&holed, "public.frozen"), Some(Sight::Visible));
    assert_eq!(sight(&holed, "public.open_one"), Some(Sight::EmptyAndOpen));
    assert_eq!(sight(&holed, "public.parent"), Some(Sight::Blocked));
    assert_eq!(sight(&holed, "public.part"), Some(Sight::Visible), "a partition has its own row level security");
    assert!(holed.faults.iter().any(|fault| fault.object.contains("positive")), "{:?}", holed.faults);
    let strangers: i64 = sqlx::query_scalar("select count(*) from pg_roles where rolname like 'districts_stranger_%'")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(strangers, 0, "the role goes with the transaction");
}

#[tokio::test]
async fn what_a_host_keeps_beside_is_no_drift() {
    let database = TestDatabase::new().await;
    let hosted = "create schema extensions;
         alter extension vector set schema extensions;
         create schema auth;
         create table auth.users (id integer);
         create publication everything for all tables;
         grant usage on schema public to pg_monitor";
    run(&database, hosted).await;
    let held = held_against(&database.url(), HISTORY).await.unwrap();
    assert_eq!(held.beside, ["publication everything", "schema auth", "schema extensions"]);
    let found: Vec<&str> = held.drift.iter().map(Drift::object).collect();
    assert_eq!(found, ["SCHEMA public; Type: ACL; Schema: -"], "rights on a schema of ours count");
}

#[tokio::test]
async fn every_planted_change_is_drift_and_nothing_else() {
    let database = TestDatabase::new().await;
    assert_eq!(drift(&database.url()).await.unwrap(), []);
    run(
        &database,
        "alter table districts disable row level security;
         alter table districts add column extra integer;
         drop index idx_districts_state;
         create table stray (x integer);
         comment on table stray is 'nobody knows';
         grant select on districts to public;
         alter view national_registry reset (security_invoker)",
    )
    .await;
    let mut found: Vec<String> = drift(&database.url())
        .await
        .unwrap()
        .into_iter()
        .map(|one| match one {
            Drift::Missing { object, .. } => format!("missing {}", object.split("; Schema").next().unwrap_or_default()),
            Drift::Extra { object, .. } => format!("extra {}", object.split("; Schema").next().unwrap_or_default()),
            Drift::Different { object, .. } => {
                format!("different {}", object.split("; Schema").next().unwrap_or_default())
            }
        })
        .collect();
    found.sort();
    insta::assert_snapshot!(found.join("\n"));
}

#[tokio::test]
async fn the_history_goes_there_and_back() {
    let replayed = round_trip(migrations::history::HISTORY).await.unwrap();
    assert_eq!((replayed.drift, replayed.open), (vec![], vec![]));
}
