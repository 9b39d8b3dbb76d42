use migrations::testing::TestDatabase;

#[tokio::test]
async fn every_table_has_row_level_security() {
    let database = TestDatabase::new().await;
    let open: Vec<String> = sqlx::query_scalar(
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p') and n.nspname in ('public', 'ops') and not c.relrowsecurity",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    assert!(open.is_empty(), "without row level security: {open:?}");
}

#[tokio::test]
async fn a_stranger_sees_nothing_even_with_a_grant() {
    let database = TestDatabase::new().await;
    sqlx::query("insert into districts (nces_id, name, state) values ('0100005', 'Albertville City', 'AL')")
        .execute(&database.pool)
        .await
        .unwrap();
    let mut transaction = database.pool.begin().await.unwrap();
    let role = format!("stranger_{}", uuid::Uuid::new_v4().simple());
    for statement in [
        format!("create role {role}"),
        format!("grant select on all tables in schema public to {role}"),
        format!("set local role {role}"),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *transaction).await.unwrap();
    }
    // The view would leak the table's rows if it ran with its owner's rights.
    for relation in ["districts", "national_registry"] {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {relation}")))
            .fetch_one(&mut *transaction)
            .await
            .unwrap();
        assert_eq!(rows, 0, "{relation}");
    }
    transaction.rollback().await.unwrap();
    let rows: i64 =
        sqlx::query_scalar("select count(*) from national_registry").fetch_one(&database.pool).await.unwrap();
    assert_eq!(rows, 1, "the owner sees it");
}

#[tokio::test]
async fn vectors_are_stored_plain_and_have_no_index_before_load() {
    let database = TestDatabase::new().await;
    let storage: String = sqlx::query_scalar(
        "select attstorage::text from pg_attribute where attrelid = 'document_embeddings'::regclass and attname = 'embedding'",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert_eq!(storage, "p");
    let index: Option<String> = sqlx::query_scalar("select to_regclass('idx_embeddings_vector')::text")
        .fetch_one(&database.pool)
        .await
        .unwrap();
    assert_eq!(index, None);
}

/// The columns that other programs read (SCHEMA.md); renaming or retyping one breaks them.
#[tokio::test]
async fn the_contract_of_the_readers_holds() {
    let database = TestDatabase::new().await;
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select c.table_name::text,
                string_agg(c.column_name || ' ' || format_type(a.atttypid, a.atttypmod), E'\n' order by c.ordinal_position)
           from information_schema.columns c
           join pg_attribute a on a.attrelid = format('public.%I', c.table_name)::regclass and a.attname = c.column_name
          where c.table_schema = 'public'
          group by 1 order by 1",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    let text = rows.iter().map(|(table, columns)| format!("{table}\n{columns}\n")).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(text);
}

#[tokio::test]
async fn quality_scores_follow_their_table() {
    let database = TestDatabase::new().await;
    let setup = "
        insert into districts (nces_id, name, state, phone) values ('0100005', 'Bare', 'AL', '1'), ('0100006', 'Rich', 'AL', null);
        insert into data_imports (id, source_type, source_name) values ('00000000-0000-0000-0000-000000000001', 'state_registry', 'al');
        insert into state_registry_districts (id, state, district_name, administrator_last_name, administrator_email, phone,
            website_url, address, raw_data, import_batch_id, source_key, record_key, record_hash)
        values ('00000000-0000-0000-0000-000000000002', 'AL', 'Rich by the state', 'Lee', 'lee@rich.org', '2', 'http://rich.org', '1 Main St',
            '{}', '00000000-0000-0000-0000-000000000001', 'al', '1', 'x');
        insert into district_matches (nces_id, state_registry_id, match_method, match_confidence, match_details, verified)
        values ('0100006', '00000000-0000-0000-0000-000000000002', 'exact_id', 0.85, '{}', true);
        insert into quality_flags (district_id, flag_type, severity) select id, 'NAME_MISMATCH', 'medium' from districts where name = 'Rich';";
    sqlx::raw_sql(setup).execute(&database.pool).await.unwrap();
    let rows: Vec<(String, i32, String, String)> = sqlx::query_as(
        "select district_name::text, quality_score, quality_tier, primary_source from national_registry order by nces_id",
    )
    .fetch_all(&database.pool)
    .await
    .unwrap();
    let row =
        |name: &str, score: i32, tier: &str, source: &str| (name.to_owned(), score, tier.to_owned(), source.to_owned());
    // 40 + phone 5; and 40 + 15 + 15 + 10 + 5 + 5 + 5 + verified 10 - medium flag 5.
    let expected = [row("Bare", 45, "D", "nces_only"), row("Rich by the state", 100, "A", "state_registry")];
    assert_eq!(rows, expected);
}
