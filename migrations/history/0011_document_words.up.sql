-- What search by words reads: a document's words with their places, kept beside it so that a search need not read texts.

create table document_words (
    document_id  uuid primary key references district_documents (id) on delete cascade,
    content_hash varchar(64) not null,
    words        tsvector not null,
    length       integer not null
);
comment on table document_words is 'The words of a document as PostgreSQL''s English dictionary has them; length counts them.';
create index idx_document_words on document_words using gin (words);
alter table document_words enable row level security;
