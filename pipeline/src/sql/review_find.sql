select r.id, r.state::text, r.source_key::text, r.record_key::text, r.record_hash::text,
       coalesce(r.district_name, '')::text as name, r.state_district_id::text, r.city::text
  from state_registry_districts r
 where r.superseded_at is null
   and r.state = $1
   and (r.state_district_id = $2 or r.state_leaid = $2 or r.record_key = lower($2)
        or lower(r.district_name) = lower($2) or r.id::text like lower($2) || '%')
 order by r.source_key, r.record_key
