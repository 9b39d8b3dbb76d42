-- The same ones every time: two measurements can be held against each other.
select chunk_text from document_embeddings order by md5(id::text) limit $1
