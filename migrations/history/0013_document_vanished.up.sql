-- 0013_document_vanished, 2026-11-24: a document that its source has no longer is kept, and says since when.
-- phase: expand

ALTER TABLE public.district_documents ADD COLUMN vanished_at timestamp without time zone;

COMMENT ON COLUMN public.district_documents.vanished_at IS 'Since when its source has it no longer; the document is kept';
