//! A database in which a hosting service keeps its own things, and a role that may not touch them.

use migrations::backup::{backup, restore};
use migrations::drift::held_against;
use migrations::history::HISTORY;
use migrations::local::find_or_install;
use migrations::runner::{Manner, up_through};
use migrations::testing::TestDatabase;
use migrations::verify::verify;
use sqlx::{AssertSqlSafe, PgPool};

async fn run(pool: &PgPool, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await.unwrap();
}

async fn count(pool: &PgPool, of: &'static str) -> i64 {
    sqlx::query_scalar(of).fetch_one(pool).await.unwrap()
}

/// The owner of the database, and no superuser: its URL as libpq has it.
async fn hosted(database: &TestDatabase) -> (String, String) {
    let role = format!("owner_{}", uuid::Uuid::new_v4().simple());
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&database.pool).await.unwrap();
    let made = format!(
        "create role {role} createrole;
         alter database {name} owner to {role};
         alter database {name} set maintenance_work_mem = '1MB';
         create schema extensions;
         create extension vector schema extensions;
         grant usage on schema extensions to {role};
         create schema auth;
         create table auth.users (id integer);
         insert into auth.users values (1)"
    );
    run(&database.pool, &made).await;
    let url = database.url();
    let mark = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{mark}options=-c%20role%3D{role}");
    (role, url)
}

#[tokio::test]
async fn a_dump_and_the_way_back_leave_others_alone_and_nothing_drifts() {
    let database = TestDatabase::bare().await;
    let (role, url) = hosted(&database).await;
    let options = database.options().options([("role", role.as_str()), ("search_path", "public,extensions")]);
    up_through(&options, HISTORY, Manner::default(), |_| {}).await.unwrap();
    // An index that pgvector builds in more memory than the server's setting, and not in less.
    run(
        &database.pool,
        "set search_path = public, extensions;
         set maintenance_work_mem = '256MB';
         insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         values ('0100005', 'http://x/1', 'text', 4, 'x');
         insert into document_embeddings (document_id, chunk_index, chunk_text, embedding)
         select d.id, n, 'text', (select array_agg(sin(n * part)) from generate_series(1, 1536) part)::vector
           from district_documents d, generate_series(1, 600) n;
         create index idx_embeddings_vector on document_embeddings using ivfflat (embedding vector_cosine_ops) with (lists = 20)",
    )
    .await;
    let programs = find_or_install(&|_| {}).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let dump = backup(&programs.program("pg_dump"), &url, folder.path(), "hosted").unwrap();
    run(&database.pool, "delete from public.document_embeddings; create table public.late (id integer)").await;

    restore(programs.program("psql").parent().unwrap(), &url, &dump).unwrap();

    assert_eq!(count(&database.pool, "select count(*) from public.document_embeddings").await, 600);
    assert_eq!(count(&database.pool, "select count(*) from auth.users").await, 1);
    let everybody =
        "select count(*) from pg_namespace where nspname = 'public' and has_schema_privilege('public', oid, 'usage')";
    assert_eq!(count(&database.pool, everybody).await, 1, "who reads there may still");
    let held = held_against(&url, HISTORY).await.unwrap();
    assert_eq!((held.drift, held.beside), (vec![], vec!["schema auth".to_owned(), "schema extensions".to_owned()]));
    let seen = verify(&options).await.unwrap();
    assert!(seen.is_good() && seen.seen.iter().all(|one| !one.relation.starts_with("auth")), "{seen:?}");
    run(&database.pool, &format!("drop owned by {role} cascade")).await;
    let name: String = sqlx::query_scalar("select current_database()").fetch_one(&database.pool).await.unwrap();
    run(&database.pool, &format!("alter database {name} owner to current_user; drop role {role}")).await;
}
