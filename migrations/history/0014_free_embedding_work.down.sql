-- no-transaction
DROP INDEX CONCURRENTLY IF EXISTS public.idx_embedding_work_free;
