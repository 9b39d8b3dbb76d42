ALTER TABLE public.document_embeddings RESET (toast_tuple_target);
