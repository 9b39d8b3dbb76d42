-- What a district with a state record still lacks, once everything known of it is put together. A flag that a person
-- settled is not raised again; one whose reason is gone goes (flags_settle.sql).
with wanted as (
    select d.id as district_id, 'national_registry' as source_table, v.flag_type, v.field_name, v.words, v.severity
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
)
