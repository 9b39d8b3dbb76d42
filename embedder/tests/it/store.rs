use embedder::chunk::Chunker;
use embedder::model::Embedder;
use embedder::queue::{account, enqueue};
use embedder::texts::{LONG_TEXT, long_text};
use embedder::work::plan;
use embedder::worker::{Crew, work};
use migrations::testing::TestDatabase;
use sqlx::PgPool;
use uuid::Uuid;

pub const CHUNKER: Chunker = Chunker { max_tokens: 64, overlap_tokens: 8 };

pub async fn add_documents(pool: &PgPool, count: i32) {
    let setup = "
        insert into districts (nces_id, name, state)
        select lpad(n::text, 7, '0'), 'District ' || n, case when n % 20 = 0 then 'TX' else 'CA' end from generate_series(0, 99) n on conflict do nothing";
    sqlx::raw_sql(setup).execute(pool).await.unwrap();
    sqlx::query(
        "insert into district_documents (nces_id, document_url, document_type, document_title, extracted_text, text_length, content_hash)
         select lpad((n % 100)::text, 7, '0'), 'http://x/' || n, 'text', 'Paper ' || n,
                'About subject' || n || ' and topic' || n % 7 || ': the roof, the bus, the budget of year ' || n, 60, md5(n::text)
           from generate_series(0, $1 - 1) n",
    )
    .bind(count)
    .execute(pool)
    .await
    .unwrap();
}

pub async fn embed_all(pool: &PgPool) -> usize {
    let model = Embedder::hashing();
    let plan = plan(pool, model.name(), CHUNKER).await.unwrap();
    enqueue(pool, &plan, model.name()).await.unwrap();
    let done = work(pool, &model, CHUNKER, Crew::of(1), |_| {}).await.unwrap();
    let account = account(pool).await.unwrap();
    assert_eq!(account.documents, account.current + account.pending + account.dead);
    assert_eq!(done.documents, plan.pending.len());
    plan.pending.len()
}

async fn chunks(pool: &PgPool) -> i64 {
    sqlx::query_scalar("select count(*) from document_embeddings").fetch_one(pool).await.unwrap()
}

/// A pass over pages of a changing list skipped up to 43 % of such corpora, and called itself complete.
#[tokio::test(flavor = "multi_thread")]
async fn one_run_embeds_every_document_however_many_say_the_same() {
    for (documents, distinct) in [(5_000_i64, 5_000), (20_000, 8_000)] {
        let database = TestDatabase::new().await;
        sqlx::query(
            "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
             select lpad((n % 100)::text, 7, '0'), 'http://x/' || n, 'Plan ' || n % $2, 8, md5((n % $2)::text)
               from generate_series(1, $1) n",
        )
        .bind(documents)
        .bind(distinct)
        .execute(&database.pool)
        .await
        .unwrap();
        assert_eq!(embed_all(&database.pool).await as i64, documents);
        let without: i64 = sqlx::query_scalar("select count(*) from district_documents d where not exists (select from document_embeddings e where e.document_id = d.id)").fetch_one(&database.pool).await.unwrap();
        assert_eq!((without, chunks(&database.pool).await), (0, documents));
    }
}

#[tokio::test]
async fn the_whole_document_is_embedded_and_what_is_stored_is_what_was_embedded() {
    let database = TestDatabase::new().await;
    // Each word says its number in letters, for a number may be cut.
    let word = |number: usize| -> String {
        (0..4).map(|place| char::from(b"abcdefghijklmnopqrst"[number / 20_usize.pow(place) % 20])).collect()
    };
    let text = (0..30_000).map(word).collect::<Vec<_>>().join(" ");
    let numbers: std::collections::HashMap<String, usize> = (0..30_000).map(|number| (word(number), number)).collect();
    sqlx::query("insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash) values ('0000001', 'http://x/long', $1, length($1), md5($1))").bind(&text).execute(&database.pool).await.unwrap();
    let model = Embedder::hashing();
    let chunker = Chunker { max_tokens: 2_000, overlap_tokens: 100 };
    let plan = plan(&database.pool, model.name(), chunker).await.unwrap();
    enqueue(&database.pool, &plan, model.name()).await.unwrap();
    work(&database.pool, &model, chunker, Crew::of(1), |_| {}).await.unwrap();
    let stored: Vec<(String, pgvector::Vector)> =
        sqlx::query_as("select chunk_text, embedding from document_embeddings order by chunk_index")
            .fetch_all(&database.pool)
            .await
            .unwrap();
    let mut next = 0;
    for (chunk, vector) in &stored {
        assert_eq!(model.embed_one(chunk).await.unwrap(), vector.to_vec());
        let said: Vec<usize> = chunk.lines().last().unwrap().split(' ').map(|word| numbers[word]).collect();
        assert!(said[0] <= next && said.is_sorted(), "nothing is left out before {next}");
        next = said[said.len() - 1] + 1;
    }
    assert_eq!(next, 30_000);
}

/// What receives a value of any size needs three times its memory.
#[tokio::test]
async fn a_long_text_comes_whole_in_slices_while_it_says_the_same() {
    let database = TestDatabase::new().await;
    let (document, length): (Uuid, i32) = sqlx::query_as(
        "insert into district_documents (nces_id, document_url, extracted_text, text_length, content_hash)
         select '0000001', 'http://x', text, length(text), 'h' from repeat('Wörter 日本 ', 1000000) text
         returning id, text_length",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert!(length > LONG_TEXT && length < 2 * LONG_TEXT);
    let text = long_text(&database.pool, document, "h").await.unwrap().unwrap();
    assert!(text == "Wörter 日本 ".repeat(1_000_000), "{} bytes", text.len());
    assert_eq!(long_text(&database.pool, document, "another").await.unwrap(), None);
}

/// As long as its row says, it is cut and embedded like any other.
#[tokio::test]
async fn a_text_in_slices_is_embedded() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 2).await;
    let long = "update district_documents set text_length = $1 where document_url = 'http://x/1'";
    sqlx::query(long).bind(LONG_TEXT + 1).execute(&database.pool).await.unwrap();
    assert_eq!(embed_all(&database.pool).await, 2);
    let of_it = "select chunk_text from document_embeddings join district_documents d on d.id = document_id where d.document_url = 'http://x/1'";
    let chunks: Vec<String> = sqlx::query_scalar(of_it).fetch_all(&database.pool).await.unwrap();
    assert!(chunks.len() == 1 && chunks[0].contains("About subject1 and topic1"), "{chunks:?}");
}

#[tokio::test]
async fn only_new_and_changed_documents_are_embedded() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 30).await;
    assert_eq!(embed_all(&database.pool).await, 30);
    assert_eq!(embed_all(&database.pool).await, 0);
    let before = chunks(&database.pool).await;
    sqlx::query("update district_documents set extracted_text = repeat('Many more words than before. ', 60), content_hash = 'new' where document_url = 'http://x/3'")
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(embed_all(&database.pool).await, 1);
    assert!(chunks(&database.pool).await > before, "the longer text has more chunks");
    let disagreeing: i64 = sqlx::query_scalar(
        "select count(*) from document_embedding_state s
          where s.chunks <> (select count(*) from document_embeddings e where e.document_id = s.document_id)",
    )
    .fetch_one(&database.pool)
    .await
    .unwrap();
    assert_eq!(disagreeing, 0);
    sqlx::query("update districts set name = 'Renamed' where nces_id = '0000007'")
        .execute(&database.pool)
        .await
        .unwrap();
    assert_eq!(embed_all(&database.pool).await, 1, "the header line is part of what is embedded");
    assert_eq!(plan(&database.pool, "another-model", CHUNKER).await.unwrap().pending.len(), 30);
}

#[tokio::test]
async fn what_became_current_by_another_way_leaves_the_queue() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 3).await;
    embed_all(&database.pool).await;
    let other = plan(&database.pool, "http:another", CHUNKER).await.unwrap();
    enqueue(&database.pool, &other, "http:another").await.unwrap();
    assert_eq!(account(&database.pool).await.unwrap().pending, 3);
    assert_eq!(embed_all(&database.pool).await, 0, "back to the first model, nothing is to do");
    assert_eq!(account(&database.pool).await.unwrap().pending, 0);
}

#[tokio::test]
async fn a_stored_vector_is_the_models() {
    let database = TestDatabase::new().await;
    add_documents(&database.pool, 1).await;
    embed_all(&database.pool).await;
    let (text, vector): (String, pgvector::Vector) =
        sqlx::query_as("select chunk_text, embedding from document_embeddings")
            .fetch_one(&database.pool)
            .await
            .unwrap();
    assert_eq!(vector.to_vec(), Embedder::hashing().embed_one(&text).await.unwrap());
    assert!(text.starts_with("District 0 (TX) · Paper 0\n\nAbout subject0"), "{text}");
}
