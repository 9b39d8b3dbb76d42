-- 0012_index_shape, 2026-11-24: a vector index says how it is made and how well it finds.
-- phase: expand

ALTER TABLE public.vector_index_builds ADD COLUMN kind text DEFAULT 'ivfflat'::text NOT NULL;

ALTER TABLE public.vector_index_builds ADD COLUMN column_type text DEFAULT 'vector'::text NOT NULL;

ALTER TABLE public.vector_index_builds ADD COLUMN recall double precision;

ALTER TABLE public.vector_index_builds ADD COLUMN filtered_recall double precision;

ALTER TABLE public.vector_index_builds ADD COLUMN tuned_at timestamp without time zone;

COMMENT ON COLUMN public.vector_index_builds.probes IS 'Lists a search visits; of an HNSW index its ef_search';

COMMENT ON COLUMN public.vector_index_builds.recall IS 'recall@10 against exact search, as `districts index tune` measured it';
