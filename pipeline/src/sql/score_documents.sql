-- Documents ($1). A text of more than $2 characters is fetched apart.
select id,
       nces_id::text,
       document_url,
       document_title,
       document_category::text,
       published_on,
       content_hash::text,
       case when coalesce(text_length, 0) <= $2 then extracted_text end
  from district_documents
 where id = any($1)
 order by id
