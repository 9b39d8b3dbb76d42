select (select avg(e.embedding) from document_embeddings e where e.document_id = d.id) as mean
  from district_documents d
 where d.id = $1
