create index idx_embeddings_vector_new on document_embeddings
 using ivfflat (embedding vector_cosine_ops) with (lists = {lists})
