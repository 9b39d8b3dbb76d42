-- no-transaction
-- 0014_free_embedding_work, 2026-11-24: leasing looks at what is free alone, however long the queue is.
-- phase: expand

CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_embedding_work_free ON public.embedding_work USING btree (model, input_hash) WHERE ((worker_key IS NULL) AND (NOT is_dead));
