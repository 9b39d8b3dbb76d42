with nearest as materialized (
    select e.document_id, e.chunk_text, e.embedding <=> $1 as distance
      from document_embeddings e
      join district_documents d on d.id = e.document_id
      left join districts l on l.nces_id = d.nces_id
      left join district_keyword_scores k on k.nces_id = d.nces_id
     where ($2::text is null or l.state = $2)
       and ($3::text is null or d.document_category = $3)
       and ($6::text is null or k.outreach_tier = $6)
       and ($7::int is null or l.enrollment >= $7)
       and ($8::int is null or l.enrollment <= $8)
       and ($9::uuid is null or e.document_id <> $9)
     order by e.embedding <=> $1
     limit $4
),
best as (
    select distinct on (document_id) document_id, chunk_text, distance
      from nearest
     order by document_id, distance
)
select d.nces_id::text,
       coalesce(l.name, '')::text,
       coalesce(l.state, '')::text,
       d.document_title,
       d.document_url,
       best.distance,
       best.chunk_text,
       (select count(*) from nearest) as chunks
  from best
  join district_documents d on d.id = best.document_id
  left join districts l on l.nces_id = d.nces_id
 order by best.distance, d.id
 limit $5
