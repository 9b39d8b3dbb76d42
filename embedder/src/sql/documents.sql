select d.id,
       d.nces_id::text,
       coalesce(l.name, '')::text,
       coalesce(l.state, '')::text,
       d.document_category::text,
       d.document_title,
       d.content_hash::text,
       d.text_length,
       s.input_hash::text,
       s.model::text
  from district_documents d
  left join districts l on l.nces_id = d.nces_id
  left join document_embedding_state s on s.document_id = d.id
 where $1::uuid[] is null or d.id = any($1)
 order by d.id
