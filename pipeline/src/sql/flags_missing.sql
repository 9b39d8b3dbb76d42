-- What a district with a state record still lacks, once everything known of it is put together. A flag that a person
-- settled is not raised again; one whose reason is gone goes.
with wanted as (
    select d.id as district_id, v.flag_type, v.severity, v.field_name, v.words
      from national_registry n
      join districts d on d.nces_id = n.nces_id
     cross join lateral (values
           ('MISSING_SUPT_NAME', 'high', 'superintendent_name', 'no superintendent is known', n.superintendent_name),
           ('MISSING_EMAIL', 'medium', 'superintendent_email', 'no e-mail address is known', n.superintendent_email),
           ('MISSING_PHONE', 'medium', 'phone', 'no phone is known', n.phone),
           ('MISSING_WEBSITE', 'low', 'website', 'no website is known', n.website),
           ('MISSING_ADDRESS', 'low', 'address', 'no address is known', n.address)
         ) as v (flag_type, severity, field_name, words, value)
     where n.primary_source = 'state_registry'
       and coalesce(btrim(v.value), '') = ''
),
gone as (
    delete from quality_flags f
     where not f.resolved
       and f.flag_type in ('MISSING_SUPT_NAME', 'MISSING_EMAIL', 'MISSING_PHONE', 'MISSING_WEBSITE', 'MISSING_ADDRESS')
       and not exists (select from wanted w where w.district_id = f.district_id and w.flag_type = f.flag_type)
    returning f.id
),
raised as (
    insert into quality_flags (district_id, source_table, flag_type, field_name, description, severity)
    select w.district_id, 'national_registry', w.flag_type, w.field_name, w.words, w.severity
      from wanted w
     where not exists (select from quality_flags f
                        where f.district_id = w.district_id and f.flag_type = w.flag_type)
    returning id
)
select (select count(*) from raised), (select count(*) from gone)
