-- A state's file that is years older than the NCES directory: one flag a source, for all its records say the same. A
-- newer file takes the flag away; what a person settled stays so until the file is another year's.
with newest as (
    select distinct on (source_name) source_name, source_year
      from data_imports
     where source_type = 'state_registry' and success_count > 0
     order by source_name, imported_at desc, created_at desc
),
directory as materialized (
    select max(right(school_year, 4)::int) as year from ccd_staff_data where school_year ~ '[0-9]{4}$'
),
wanted as (
    select n.source_name::text as source,
           format('the file of %s is of %s, %s years older than the NCES directory', n.source_name, n.source_year,
                  d.year - n.source_year) as words
      from newest n cross join directory d
     where d.year - n.source_year > 2
),
gone as (
    delete from quality_flags f
     where f.flag_type = 'STATE_DATA_STALE'
       and not f.resolved
       and not exists (select from wanted w where w.source = f.field_name and w.words = f.description)
    returning f.id
),
raised as (
    insert into quality_flags (source_table, flag_type, field_name, description, severity)
    select 'data_imports', 'STATE_DATA_STALE', w.source, w.words, 'medium'
      from wanted w
     where not exists (select from quality_flags f
                        where f.flag_type = 'STATE_DATA_STALE' and f.field_name = w.source and f.description = w.words)
    returning id
)
select (select count(*) from raised), (select count(*) from gone)
