-- Texts of documents ($1). One of more than $2 characters is fetched apart.
select id, case when coalesce(text_length, 0) <= $2 then extracted_text end, content_hash::text
  from district_documents
 where id = any($1)
 order by id
