-- A link that a person accepted is verified, unless the record has changed since.
update district_matches m
   set verified = true, verified_at = d.decided_at, verified_by = d.decided_by
  from match_decisions d, state_registry_districts r
 where r.source_key = d.source_key
   and r.record_key = d.record_key
   and r.superseded_at is null
   and r.state = $1
   and m.state_registry_id = r.id
   and d.withdrawn_at is null
   and d.decision = 'accept'
   and m.nces_id = d.nces_id
   and not m.flag_for_review
   and not m.verified
