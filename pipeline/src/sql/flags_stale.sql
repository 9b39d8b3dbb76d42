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
    select null::uuid as district_id, 'data_imports' as source_table, 'STATE_DATA_STALE' as flag_type,
           n.source_name::text as field_name,
           format('the file of %s is of %s, %s years older than the NCES directory', n.source_name, n.source_year,
                  d.year - n.source_year) as words,
           'medium' as severity
      from newest n cross join directory d
     where d.year - n.source_year > 2
)
