-- Characters of a document's text ($1, while its content hash is $2), from number $3 on, $4 at most.
select substr(extracted_text, $3, $4) from district_documents where id = $1 and content_hash = $2
