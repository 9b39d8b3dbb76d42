select id, extracted_text, content_hash::text from district_documents where id = any($1) order by id
