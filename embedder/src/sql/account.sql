select (select count(*) from district_documents) as documents,
       (select count(*) from embedding_work where not is_dead) as pending,
       (select count(*) from embedding_work where is_dead) as dead,
       (select count(*) from document_embedding_state s
         where not exists (select from embedding_work w where w.document_id = s.document_id)) as current,
       (select count(*) from document_embeddings) as chunks,
       (select coalesce(sum(chunks), 0)::bigint from document_embedding_state) as recorded
