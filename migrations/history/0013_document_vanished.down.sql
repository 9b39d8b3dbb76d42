COMMENT ON COLUMN public.district_documents.vanished_at IS NULL;

ALTER TABLE public.district_documents DROP COLUMN vanished_at;
