delete from quality_flags f
 using state_registry_districts r
 where r.id = f.state_registry_id
   and r.state = $1
   and not f.resolved
   and f.flag_type in ('ORPHAN_STATE_RECORD', 'DUPLICATE_MATCH', 'NAME_MISMATCH', 'MERGER_SUSPECTED', 'SPLIT_SUSPECTED')
   and not exists (select from flag_stage s
                    where s.state_registry_id = f.state_registry_id
                      and s.flag_type = f.flag_type
                      and s.district_id is not distinct from f.district_id)
