-- Vectors that nobody stored: each the sum of two that are.
with picked as (
    select embedding, row_number() over (order by md5(id::text)) as place from document_embeddings
     order by md5(id::text) limit 2 * $1
)
select (one.embedding + other.embedding)
  from picked one join picked other on other.place = one.place + 1
 where one.place % 2 = 1
 limit $1
