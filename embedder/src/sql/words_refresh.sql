-- The first 400,000 letters: a tsvector holds a megabyte. One of $3 parts of the documents, the $2th.
with changed as (
    select d.id, d.content_hash,
           to_tsvector('english', concat_ws(E'\n', d.document_title, left(d.extracted_text, 400000))) as words
      from district_documents d
      left join document_words w on w.document_id = d.id
     where w.content_hash is distinct from d.content_hash
       and (hashtext(d.id::text) & 2147483647)::bigint % $3 = $2
     limit $1
)
insert into document_words (document_id, content_hash, words, length)
select id, content_hash, words, (select coalesce(sum(cardinality(positions)), 0) from unnest(words))
  from changed
on conflict (document_id) do update
   set content_hash = excluded.content_hash, words = excluded.words, length = excluded.length
