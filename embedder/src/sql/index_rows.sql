-- How many vectors there are. A row fills a page: where there are hardly more pages than chunks are recorded, those are
-- all, and the table need not be read for it. Where there are more, rows were replaced, or others wrote some.
select case
         when pg_relation_size('document_embeddings') / current_setting('block_size')::bigint <= chunks * 11 / 10
         then chunks
         else (select count(*) from document_embeddings)
       end
  from (select coalesce(sum(chunks), 0)::bigint as chunks from document_embedding_state) as recorded
