-- A website that no address answers for is a flag; one that answers again takes it away. What a person settled stays so.
with gone as (
    delete from quality_flags f
     using districts d
     where d.nces_id = $1 and f.district_id = d.id and f.flag_type = 'WEBSITE_UNREACHABLE' and not f.resolved and not $2
)
insert into quality_flags (district_id, source_table, flag_type, field_name, description, severity)
select d.id, 'district_crawls', 'WEBSITE_UNREACHABLE', 'website', $3, 'medium'
  from districts d
 where d.nces_id = $1
   and $2
   and not exists (select from quality_flags f where f.district_id = d.id and f.flag_type = 'WEBSITE_UNREACHABLE')
