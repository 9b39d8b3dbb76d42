-- Who embeds what: several workers on several machines share one queue, and no text is paid for twice.

create table embedding_work (
    document_id uuid primary key references district_documents (id) on delete cascade,
    input_hash  varchar(64) not null,
    model       varchar(200) not null,
    worker_key  bigint,
    lease_until timestamptz,
    attempts    integer not null default 0,
    is_dead     boolean not null default false,
    reason      text,
    queued_at   timestamptz not null default now()
);
comment on table embedding_work is
    'Documents without current vectors: waiting, leased by a worker, or dead with a reason.';
comment on column embedding_work.worker_key is
    'Advisory lock of the worker that leased it: a lease ends with its holder''s connection.';
alter table embedding_work enable row level security;

create table embedding_paid (
    text_hash  bytea not null,
    model      varchar(200) not null,
    embedding  vector(1536) not null,
    created_at timestamptz not null default now(),
    primary key (text_hash, model)
);
comment on table embedding_paid is
    'What a remote model has been paid for, stored as it arrives: the same text is never sent again.';
alter table embedding_paid alter column embedding set storage plain;
alter table embedding_paid enable row level security;
