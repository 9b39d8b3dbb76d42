select f.id,
       f.severity::text,
       f.flag_type::text,
       coalesce(d.state, r.state, '')::text,
       coalesce(d.nces_id, '')::text,
       coalesce(r.district_name, d.name, '')::text,
       coalesce(f.description, '')
  from quality_flags f
  left join districts d on d.id = f.district_id
  left join state_registry_districts r on r.id = f.state_registry_id
 where not f.resolved
   and ($1::text is null or coalesce(d.state, r.state) = $1)
   and ($2::text is null or f.flag_type = $2)
 order by array_position(array['critical', 'high', 'medium', 'low'], f.severity::text), 4, 6, f.id
 limit $3
