-- 0017_embeddings_in_line, 2026-11-26: a chunk stands in the page beside its vector, which leaves 2,000 bytes of it free; the default (2032) compressed every chunk and moved it out of line.
-- phase: expand

ALTER TABLE public.document_embeddings SET (toast_tuple_target='8160');
