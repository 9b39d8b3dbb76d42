-- Districts whose state counts other students than NCES does: a fifth and fifty more or fewer, in years not more than
-- two apart. One flag for a district and a file. Other figures are another flag; what a person settled stays settled.
with newest as (
    select distinct on (source_type, source_name) source_type, source_name, source_year
      from data_imports
     where success_count > 0
     order by source_type, source_name, imported_at desc, created_at desc
),
state as (
    select m.nces_id, r.source_key, sum(r.enrollment)::int as students
      from district_matches m
      join state_registry_districts r on r.id = m.state_registry_id
     where not m.flag_for_review and r.superseded_at is null and r.enrollment is not null
     group by m.nces_id, r.source_key
),
wanted as (
    select d.id as district_id, 'state_registry_districts' as source_table, 'ENROLLMENT_MISMATCH' as flag_type,
           'enrollment' as field_name,
           format('%s counts %s students, NCES %s', s.source_key, s.students, d.enrollment) as words,
           'low' as severity
      from state s
      join districts d on d.nces_id = s.nces_id
      left join newest i on i.source_type = 'state_registry' and i.source_name = s.source_key
      left join newest n on n.source_type = 'ccd' and n.source_name = 'ccd_lea_membership'
     where abs(s.students - d.enrollment) >= 50
       and abs(s.students - d.enrollment) > 0.2 * greatest(s.students, d.enrollment)
       and abs(coalesce(i.source_year - n.source_year, 0)) <= 2
)
