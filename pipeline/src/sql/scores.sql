select k.nces_id::text,
       coalesce(d.name, '')::text as name,
       coalesce(d.state, '')::text as state,
       array[k.readiness_score, k.alignment_score, k.activation_score, k.branding_score]::float8[] as scores,
       k.total_score::float8 as total,
       k.outreach_tier::text as tier,
       k.documents_analyzed as documents,
       to_char(k.scored_at, 'YYYY-MM-DD') as scored_on,
       k.keyword_matches
  from district_keyword_scores k
  left join districts d on d.nces_id = k.nces_id
 where ($1::text is null and k.total_score > 0 or k.nces_id = $1)
   and ($2::text is null or d.state = $2)
 order by k.total_score desc, k.nces_id
 limit $3
