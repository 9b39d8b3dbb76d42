,
-- The end of every statement that raises flags by itself, behind its `wanted` (district_id, source_table, flag_type,
-- field_name, words, severity): what is wanted no longer goes, what is new comes. Of other words it is another flag; what
-- a person settled is not raised again. $1: the types it speaks for.
gone as (
    delete from quality_flags f
     where f.flag_type = any($1)
       and not f.resolved
       and not exists (select from wanted w
                        where w.flag_type = f.flag_type and w.field_name = f.field_name and w.words = f.description
                          and coalesce(w.district_id, '00000000-0000-0000-0000-000000000000')
                              = coalesce(f.district_id, '00000000-0000-0000-0000-000000000000'))
    returning f.id
),
raised as (
    insert into quality_flags (district_id, source_table, flag_type, field_name, description, severity)
    select w.district_id, w.source_table, w.flag_type, w.field_name, w.words, w.severity
      from wanted w
     where not exists (select from quality_flags f
                        where w.flag_type = f.flag_type and w.field_name = f.field_name and w.words = f.description
                          and coalesce(w.district_id, '00000000-0000-0000-0000-000000000000')
                              = coalesce(f.district_id, '00000000-0000-0000-0000-000000000000'))
    returning id
)
select (select count(*) from raised), (select count(*) from gone)
