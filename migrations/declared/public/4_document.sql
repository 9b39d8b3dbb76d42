-- Documents, their scores and vectors. The declared schema: `districts migrate generate` compares it with the history.

CREATE TABLE public.district_documents (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    nces_id character varying(20) NOT NULL,
    document_url text NOT NULL,
    document_type character varying(20),
    document_title text,
    document_category character varying(50) DEFAULT 'other'::character varying NOT NULL,
    extracted_text text NOT NULL,
    text_length integer NOT NULL,
    extraction_method character varying(30),
    page_depth integer,
    discovered_at timestamp without time zone DEFAULT now() NOT NULL,
    last_crawled_at timestamp without time zone,
    content_hash character varying(64) NOT NULL,
    source_key text,
    published_on date,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    vanished_at timestamp without time zone
);

COMMENT ON COLUMN public.district_documents.vanished_at IS 'Since when its source has it no longer; the document is kept';

COMMENT ON TABLE public.district_documents IS 'One row per document of a district, with its text';

COMMENT ON COLUMN public.district_documents.content_hash IS 'SHA-256 of extracted_text, hex';

COMMENT ON COLUMN public.district_documents.source_key IS 'The configured source that delivered it';

COMMENT ON COLUMN public.district_documents.published_on IS 'The day the document carries, where its source says so';

ALTER TABLE ONLY public.district_documents
    ADD CONSTRAINT district_documents_nces_id_document_url_key UNIQUE (nces_id, document_url);

ALTER TABLE ONLY public.district_documents
    ADD CONSTRAINT district_documents_pkey PRIMARY KEY (id);

CREATE INDEX idx_district_documents_category ON public.district_documents USING btree (document_category);

CREATE INDEX idx_district_documents_nces ON public.district_documents USING btree (nces_id);

ALTER TABLE public.district_documents ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.district_keyword_scores (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    nces_id character varying(20) NOT NULL,
    readiness_score numeric(4,2) DEFAULT 0 NOT NULL,
    alignment_score numeric(4,2) DEFAULT 0 NOT NULL,
    activation_score numeric(4,2) DEFAULT 0 NOT NULL,
    branding_score numeric(4,2) DEFAULT 0 NOT NULL,
    total_score numeric(4,2) DEFAULT 0 NOT NULL,
    outreach_tier character varying(10) NOT NULL,
    keyword_matches jsonb NOT NULL,
    documents_analyzed integer NOT NULL,
    scored_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.district_keyword_scores IS 'One row per district with documents: scores 0 to 10 and the evidence behind them';

ALTER TABLE ONLY public.district_keyword_scores
    ADD CONSTRAINT district_keyword_scores_nces_id_key UNIQUE (nces_id);

ALTER TABLE ONLY public.district_keyword_scores
    ADD CONSTRAINT district_keyword_scores_pkey PRIMARY KEY (id);

CREATE INDEX idx_keyword_scores_tier ON public.district_keyword_scores USING btree (outreach_tier);

ALTER TABLE public.district_keyword_scores ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.document_crawl_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    nces_id character varying(20),
    crawl_batch_id uuid,
    url text,
    url_type character varying(20),
    status character varying(20) NOT NULL,
    http_status integer,
    error_message text,
    content_type character varying(100),
    document_id uuid,
    extraction_success boolean,
    keywords_found text[],
    response_time_ms integer,
    crawled_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT document_crawl_log_status_check CHECK (status IN ('success', 'failure', 'skipped', 'timeout'))
);

COMMENT ON TABLE public.document_crawl_log IS 'Every attempt to get a document, good or bad';

ALTER TABLE ONLY public.document_crawl_log
    ADD CONSTRAINT document_crawl_log_pkey PRIMARY KEY (id);

CREATE INDEX idx_crawl_log_batch ON public.document_crawl_log USING btree (crawl_batch_id);

CREATE INDEX idx_crawl_log_document ON public.document_crawl_log USING btree (document_id);

CREATE INDEX idx_crawl_log_nces ON public.document_crawl_log USING btree (nces_id);

CREATE INDEX idx_crawl_log_status ON public.document_crawl_log USING btree (status);

ALTER TABLE public.document_crawl_log ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.document_embedding_state (
    document_id uuid NOT NULL,
    input_hash character varying(64) NOT NULL,
    model character varying(200) NOT NULL,
    chunks integer NOT NULL,
    tokens bigint NOT NULL,
    embedded_at timestamp without time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.document_embedding_state IS 'What each document''s vectors were made from; a document is current while this agrees with it';

COMMENT ON COLUMN public.document_embedding_state.input_hash IS 'SHA-256 over chunker version, header line and text';

ALTER TABLE ONLY public.document_embedding_state
    ADD CONSTRAINT document_embedding_state_pkey PRIMARY KEY (document_id);

ALTER TABLE public.document_embedding_state ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.document_embeddings (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    document_id uuid NOT NULL,
    chunk_index integer NOT NULL,
    chunk_text text NOT NULL,
    embedding public.vector(1536) NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.document_embeddings ALTER COLUMN embedding SET STORAGE PLAIN;
ALTER TABLE public.document_embeddings SET (toast_tuple_target = 8160);

COMMENT ON TABLE public.document_embeddings IS 'One row per chunk of a document; idx_embeddings_vector is built by the index stage, after load';

ALTER TABLE ONLY public.document_embeddings
    ADD CONSTRAINT document_embeddings_document_id_chunk_index_key UNIQUE (document_id, chunk_index);

ALTER TABLE ONLY public.document_embeddings
    ADD CONSTRAINT document_embeddings_pkey PRIMARY KEY (id);

CREATE INDEX idx_document_embeddings_document ON public.document_embeddings USING btree (document_id);

ALTER TABLE public.document_embeddings ENABLE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.document_crawl_log
    ADD CONSTRAINT document_crawl_log_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.district_documents(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.document_embedding_state
    ADD CONSTRAINT document_embedding_state_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.district_documents(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.document_embeddings
    ADD CONSTRAINT document_embeddings_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.district_documents(id) ON DELETE CASCADE;

create table public.embedding_work (
    document_id uuid primary key references public.district_documents (id) on delete cascade,
    input_hash  varchar(64) not null,
    model       varchar(200) not null,
    worker_key  bigint,
    lease_until timestamptz,
    attempts    integer not null default 0,
    is_dead     boolean not null default false,
    reason      text,
    queued_at   timestamptz not null default now()
);
comment on table public.embedding_work is
    'Documents without current vectors: waiting, leased by a worker, or dead with a reason.';
comment on column public.embedding_work.worker_key is
    'Advisory lock of the worker that leased it: a lease ends with its holder''s connection.';
create index idx_embedding_work_free on public.embedding_work (model, input_hash)
    where worker_key is null and not is_dead;
alter table public.embedding_work enable row level security;

create table public.embedding_paid (
    text_hash  bytea not null,
    model      varchar(200) not null,
    embedding  public.vector(1536) not null,
    created_at timestamptz not null default now(),
    primary key (text_hash, model)
);
comment on table public.embedding_paid is
    'What a remote model has been paid for, stored as it arrives: the same text is never sent again.';
alter table public.embedding_paid alter column embedding set storage plain;
alter table public.embedding_paid enable row level security;

create table public.document_words (
    document_id uuid primary key references public.district_documents (id) on delete cascade,
    content_hash varchar(64) not null,
    words tsvector not null,
    length integer not null
);

comment on table public.document_words is 'The words of a document as PostgreSQL''s English dictionary has them; length counts them.';

create index idx_document_words on public.document_words using gin (words);

alter table public.document_words enable row level security;

create table public.crawled_pages (
    nces_id       varchar(20) not null,
    url           text not null,
    etag          text,
    last_modified text,
    links         jsonb not null default '[]',
    fetched_at    timestamp without time zone not null default now(),
    primary key (nces_id, url)
);
comment on table public.crawled_pages is
    'Addresses of a district''s website as they were answered last: asked for again only if they have changed.';
alter table public.crawled_pages enable row level security;

create table public.district_crawls (
    nces_id     varchar(20) primary key,
    batch_id    uuid not null,
    website     text,
    outcome     varchar(20) not null,
    finished_at timestamp without time zone not null default now()
);
comment on table public.district_crawls is
    'When each district''s website was read to its end, and what came of it; what is not here is still to be read.';
comment on column public.district_crawls.website is 'The address that answered, none where no address did';
alter table public.district_crawls enable row level security;
