-- Every district with documents, a hash of what its score is made from, and what the score it has was made from. A
-- document counts by its age class, so a district is rated again on the day one of its documents grows old ($1: today).
select d.nces_id::text,
       md5(string_agg(concat_ws('|', d.id, d.content_hash, d.document_url, d.document_title, d.document_category,
                                case when d.published_on is null then 'unknown'
                                     when d.published_on >= $1::date - interval '6 months' then 'new'
                                     when d.published_on >= $1::date - interval '12 months' then 'recent'
                                     else 'old' end),
                      chr(10) order by d.id)) as inputs,
       min(u.fingerprint)::text as known
  from district_documents d
  left join stage_units u on u.stage = 'score' and u.unit = d.nces_id
 group by d.nces_id
 order by d.nces_id
