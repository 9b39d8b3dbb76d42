select m.match_method::text, count(*)
  from district_matches m
  join state_registry_districts r on r.id = m.state_registry_id
 where r.superseded_at is null
   and not m.flag_for_review
 group by 1
 order by 2 desc, 1
