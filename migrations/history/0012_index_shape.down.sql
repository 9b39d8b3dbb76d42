COMMENT ON COLUMN public.vector_index_builds.recall IS NULL;

COMMENT ON COLUMN public.vector_index_builds.probes IS NULL;

ALTER TABLE public.vector_index_builds DROP COLUMN kind;

ALTER TABLE public.vector_index_builds DROP COLUMN column_type;

ALTER TABLE public.vector_index_builds DROP COLUMN recall;

ALTER TABLE public.vector_index_builds DROP COLUMN filtered_recall;

ALTER TABLE public.vector_index_builds DROP COLUMN tuned_at;
