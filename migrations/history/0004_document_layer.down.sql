drop table if exists document_embedding_state;
drop table if exists document_embeddings;
drop table if exists district_keyword_scores;
drop table if exists document_crawl_log;
drop table if exists district_documents;
-- The extension stays: other schemas of the same database may use it.
