select id, nces_id::text, document_url, document_title, document_category::text, published_on, extracted_text
  from district_documents
 where id = any($1)
 order by id
