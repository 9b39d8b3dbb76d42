select r.source_key::text, r.state_district_id::text, m.nces_id::text
  from district_matches m
  join state_registry_districts r on r.id = m.state_registry_id
 where r.superseded_at is null
   and r.state_district_id is not null
   and not m.flag_for_review
