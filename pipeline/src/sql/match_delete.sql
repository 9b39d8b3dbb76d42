-- A person's decision stays, whatever a later run thinks.
delete from district_matches m
 using state_registry_districts r
 where r.id = m.state_registry_id
   and r.state = $1
   and r.superseded_at is null
   and not m.verified
   and not exists (select from match_stage s where s.state_registry_id = m.state_registry_id)
