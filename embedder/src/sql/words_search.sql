-- Okapi BM25 with k1 = 1.2 and b = 0.75 over whole documents. Every document with a word of the query is weighed by how
-- rare its words are; the exact score is computed for the likeliest.
with terms as materialized (
    select lexeme, quote_literal(replace(lexeme, '\', ''))::tsquery as query
      from unnest(to_tsvector('english', $1))
),
size as materialized (
    select count(*)::float8 as n, greatest(avg(length), 1)::float8 as average from document_words
),
postings as materialized (
    select t.lexeme, w.document_id from terms t join document_words w on w.words @@ t.query
),
weights as materialized (
    select lexeme, ln(1 + (size.n - count(*) + 0.5) / (count(*) + 0.5)) as idf
      from postings cross join size group by lexeme, size.n
),
any_term as materialized (
    select string_agg(query::text, ' | ')::tsquery as query from terms
),
likely as (
    select p.document_id
      from postings p
      join weights using (lexeme)
      join document_words w using (document_id)
      join district_documents d on d.id = p.document_id
      left join districts l on l.nces_id = d.nces_id
      left join district_keyword_scores k on k.nces_id = d.nces_id
      cross join any_term
     where ($2::text is null or l.state = $2)
       and ($3::text is null or d.document_category = $3)
       and ($5::text is null or k.outreach_tier = $5)
       and ($6::int is null or l.enrollment >= $6)
       and ($7::int is null or l.enrollment <= $7)
     group by p.document_id, w.words, any_term.query
     order by sum(weights.idf) desc, ts_rank(w.words, any_term.query, 1) desc, p.document_id
     limit greatest(300, $4)
),
scored as (
    select w.document_id,
           sum(weights.idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * w.length / size.average))) as bm25
      from likely
      join document_words w using (document_id)
      cross join size
      cross join lateral (
          select lexeme, greatest(cardinality(positions), 1)::float8 as tf from unnest(w.words)
      ) term
      join weights on weights.lexeme = term.lexeme
     group by w.document_id
),
best as (
    select document_id, bm25 from scored order by bm25 desc, document_id limit $4
)
select d.nces_id::text,
       coalesce(l.name, '')::text,
       coalesce(l.state, '')::text,
       d.document_title,
       d.document_url,
       best.bm25,
       ts_headline('english', left(d.extracted_text, 100000), any_term.query,
                   'StartSel=«, StopSel=», MaxWords=40, MinWords=20, ShortWord=2')
  from best
  join district_documents d on d.id = best.document_id
  left join districts l on l.nces_id = d.nces_id
  cross join any_term
 order by best.bm25 desc, d.id
