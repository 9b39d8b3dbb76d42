select id, state::text, source_key::text as list, nces_id::text, state_leaid::text,
       coalesce(district_name, '')::text as name,
       county::text, street::text, city::text, zip::text,
       mail_street::text, mail_city::text, mail_zip::text,
       phone::text, coalesce(website_url, administrator_email)::text as web,
       null::text as status, district_type::text as kind,
       null::text as grades, administrator_last_name::text as person
  from state_registry_districts
 where superseded_at is null
   and state = any($1)
 order by id
