select (select avg(e.embedding) from document_embeddings e where e.document_id = d.id) as mean,
       d.nces_id::text, d.document_url
  from district_documents d
 where d.id = $1
