select id, extracted_text from district_documents where id = any($1) order by id
