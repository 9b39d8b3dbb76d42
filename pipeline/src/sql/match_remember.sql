insert into match_history
    (state_registry_id, nces_id, match_method, match_confidence, flag_for_review, matched_at, matched_by)
select m.state_registry_id, m.nces_id, m.match_method, m.match_confidence, m.flag_for_review, m.matched_at, m.matched_by
  from district_matches m
  join state_registry_districts r on r.id = m.state_registry_id
  left join match_stage s on s.state_registry_id = m.state_registry_id
 where r.state = $1
   and r.superseded_at is null
   and not m.verified
   and (s.nces_id, s.match_method, s.flag_for_review)
       is distinct from (m.nces_id::text, m.match_method::text, m.flag_for_review)
