-- Which of these documents ($1) still say what they said ($2), kept so until the transaction ends.
select d.id
  from district_documents d
  join unnest($1::uuid[], $2::text[]) as said (id, content_hash)
    on said.id = d.id and said.content_hash = d.content_hash
 order by d.id
   for share of d
