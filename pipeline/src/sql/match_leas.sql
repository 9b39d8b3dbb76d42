select d.id, d.state::text, 'nces'::text as list, d.nces_id::text, d.state_leaid::text, d.name::text,
       d.county::text, d.street::text, d.city::text, d.zip::text,
       split_part(c.mailing_address, ',', 1) as mail_street, c.mailing_city::text as mail_city,
       c.mailing_zip::text as mail_zip,
       d.phone::text, coalesce(c.website_url, d.website_domain)::text as web,
       coalesce(d.status, '') in ('Closed', 'Inactive') as is_closed,
       case when d.is_charter then concat(d.lea_type, ', charter') else d.lea_type end::text as kind,
       d.grades_served::text as grades, d.superintendent_name::text as person
  from districts d
  left join ccd_staff_data c on c.nces_id = d.nces_id
 where d.state = any($1)
 order by d.id
