-- Document layer: what districts publish, how it scores, and its vectors.

create extension if not exists vector;

create table if not exists district_documents (
    id                uuid primary key default gen_random_uuid(),
    nces_id           varchar(20) not null,
    document_url      text not null,
    document_type     varchar(20),
    document_title    text,
    document_category varchar(50) not null default 'other',
    extracted_text    text not null,
    text_length       integer not null,
    extraction_method varchar(30),
    page_depth        integer,
    discovered_at     timestamp not null default now(),
    last_crawled_at   timestamp,
    content_hash      varchar(64) not null,
    source_key        text,
    published_on      date,
    updated_at        timestamp not null default now(),
    unique (nces_id, document_url)
);
comment on table district_documents is 'One row per document of a district, with its text';
comment on column district_documents.content_hash is 'SHA-256 of extracted_text, hex';
comment on column district_documents.source_key is 'The configured source that delivered it';
comment on column district_documents.published_on is 'The day the document carries, where its source says so';
create index if not exists idx_district_documents_nces on district_documents (nces_id);
create index if not exists idx_district_documents_category on district_documents (document_category);
alter table district_documents enable row level security;

create table if not exists document_crawl_log (
    id                 uuid primary key default gen_random_uuid(),
    nces_id            varchar(20),
    crawl_batch_id     uuid,
    url                text,
    url_type           varchar(20),
    status             varchar(20) not null check (status in ('success', 'failure', 'skipped', 'timeout')),
    http_status        integer,
    error_message      text,
    content_type       varchar(100),
    document_id        uuid references district_documents (id) on delete set null,
    extraction_success boolean,
    keywords_found     text[],
    response_time_ms   integer,
    crawled_at         timestamp not null default now()
);
comment on table document_crawl_log is 'Every attempt to get a document, good or bad';
create index if not exists idx_crawl_log_batch on document_crawl_log (crawl_batch_id);
create index if not exists idx_crawl_log_status on document_crawl_log (status);
create index if not exists idx_crawl_log_nces on document_crawl_log (nces_id);
create index if not exists idx_crawl_log_document on document_crawl_log (document_id);
alter table document_crawl_log enable row level security;

create table if not exists district_keyword_scores (
    id                 uuid primary key default gen_random_uuid(),
    nces_id            varchar(20) not null unique,
    readiness_score    numeric(4,2) not null default 0,
    alignment_score    numeric(4,2) not null default 0,
    activation_score   numeric(4,2) not null default 0,
    branding_score     numeric(4,2) not null default 0,
    total_score        numeric(4,2) not null default 0,
    outreach_tier      varchar(10) not null,
    keyword_matches    jsonb not null,
    documents_analyzed integer not null,
    scored_at          timestamp not null default now(),
    updated_at         timestamp not null default now()
);
comment on table district_keyword_scores is 'One row per district with documents: scores 0 to 10 and the evidence behind them';
create index if not exists idx_keyword_scores_tier on district_keyword_scores (outreach_tier);
alter table district_keyword_scores enable row level security;

create table if not exists document_embeddings (
    id          uuid primary key default gen_random_uuid(),
    document_id uuid not null references district_documents (id) on delete cascade,
    chunk_index integer not null,
    chunk_text  text not null,
    embedding   vector(1536) not null,
    created_at  timestamp not null default now(),
    unique (document_id, chunk_index)
);
comment on table document_embeddings is 'One row per chunk of a document; idx_embeddings_vector is built by the index stage, after load';
-- A 1536-wide vector fits a page. Stored EXTERNAL (the default) the planner underestimates the cost
-- of a scan and ignores the vector index: 782 ms a query instead of 4 ms was measured at 83,194 rows.
alter table document_embeddings alter column embedding set storage plain;
create index if not exists idx_document_embeddings_document on document_embeddings (document_id);
alter table document_embeddings enable row level security;

create table if not exists document_embedding_state (
    document_id  uuid primary key references district_documents (id) on delete cascade,
    input_hash   varchar(64) not null,
    model        varchar(200) not null,
    chunks       integer not null,
    tokens       bigint not null,
    embedded_at  timestamp not null default now()
);
comment on table document_embedding_state is 'What each document''s vectors were made from; a document is current while this agrees with it';
comment on column document_embedding_state.input_hash is 'SHA-256 over chunker version, header line and text';
alter table document_embedding_state enable row level security;
