-- A flag that a person resolved is not raised again for the same record.
insert into quality_flags
    (district_id, state_registry_id, source_table, flag_type, field_name, description, severity)
select s.district_id, s.state_registry_id, 'district_matches', s.flag_type, 'district_name',
       s.description, s.severity
  from flag_stage s
 where not exists (select from quality_flags f
                    where f.state_registry_id = s.state_registry_id
                      and f.flag_type = s.flag_type
                      and f.district_id is not distinct from s.district_id)
