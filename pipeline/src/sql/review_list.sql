select r.id, r.state::text, r.source_key::text, r.record_key::text, coalesce(r.district_name, '')::text as name,
       r.state_district_id::text, m.nces_id::text, d.name::text as lea, m.match_confidence::float8 as confidence,
       coalesce(m.review_reason, 'no LEA is likely')::text as reason,
       (m.match_details -> 'runner_up' ->> 'nces_id')::text as runner_up
  from state_registry_districts r
  left join district_matches m on m.state_registry_id = r.id
  left join districts d on d.nces_id = m.nces_id
 where r.superseded_at is null
   and (m.id is null or m.flag_for_review)
   and ($1::text is null or r.state = $1)
   and ($2 or m.id is not null)
 order by m.match_confidence desc nulls last, r.state, r.source_key, r.record_key
