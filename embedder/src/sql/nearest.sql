-- The nearest chunks; with $2 among the two in a hundred whose document falls into a class of its own.
select e.id, e.embedding
  from document_embeddings e
 where not $2 or hashtextextended(e.document_id::text, 0) % 50 = 0
 order by e.embedding <=> $1
 limit $3
