-- NCES's directory names no county. Where the district search did not say it either, it is that of the LEA's zip code,
-- else of its city, as the state's own registries place them: geography, whoever is linked to whom. A place that lies in
-- several counties says nothing. What registries without addresses tell, the matcher learns (matcher/src/county.rs).
with placed as (
    select state, zip, city, county, count(*) as records
      from (select state, left(zip, 5) as zip, lower(city) as city,
                   regexp_replace(lower(county), '\s+county$', '') as county
              from state_registry_districts
             where superseded_at is null and county is not null and state = any($1)) as record
     group by state, zip, city, county
), by_zip as (
    select state, zip, min(county) as county from placed where zip is not null
     group by state, zip having count(distinct county) = 1
), by_city as (
    select state, city, min(county) as county from placed where city is not null
     group by state, city having count(distinct county) = 1
)
select d.id, d.state::text, 'nces'::text as list, d.nces_id::text, d.state_leaid::text, d.name::text,
       coalesce(d.county, by_zip.county, by_city.county)::text as county, d.street::text, d.city::text, d.zip::text,
       split_part(c.mailing_address, ',', 1) as mail_street, c.mailing_city::text as mail_city,
       c.mailing_zip::text as mail_zip,
       d.phone::text, coalesce(c.website_url, d.website_domain)::text as web,
       d.status::text as status,
       case when d.is_charter then concat(d.lea_type, ', charter') else d.lea_type end::text as kind,
       d.grades_served::text as grades, d.superintendent_name::text as person
  from districts d
  left join ccd_staff_data c on c.nces_id = d.nces_id
  left join by_zip on by_zip.state = d.state and by_zip.zip = left(d.zip, 5)
  left join by_city on by_city.state = d.state and by_city.city = lower(d.city)
 where d.state = any($1)
 order by d.id
