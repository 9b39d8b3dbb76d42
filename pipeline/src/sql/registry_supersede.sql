update state_registry_districts r
   set superseded_at = now(), updated_at = now()
 where r.source_key = $1
   and r.superseded_at is null
   and not exists (select from registry_stage s
                    where s.record_key = r.record_key and s.record_hash = r.record_hash)
