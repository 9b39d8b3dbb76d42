select r.id, r.state::text, r.source_key::text, coalesce(r.district_name, '')::text as name,
       r.state_district_id::text, r.city::text, m.nces_id::text, m.match_method::text, m.match_confidence::float8 as confidence,
       m.match_details, m.flag_for_review, m.review_reason::text, m.verified, m.verified_by::text
  from state_registry_districts r
  left join district_matches m on m.state_registry_id = r.id
 where r.superseded_at is null
   and (r.id = any($1) or m.nces_id = $2)
 order by r.source_key, r.record_key
