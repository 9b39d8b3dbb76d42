insert into districts as d
    (nces_id, name, state, city, grades_served, website_domain, phone, address,
     state_leaid, street, zip, lea_type, is_charter, status, school_year)
select nces_id, name, state, city, grades_served, website_domain, phone, address,
       state_leaid, street, zip, lea_type, is_charter, status, school_year
  from nces_stage
on conflict (nces_id) do update
   set name = excluded.name, state = excluded.state, city = excluded.city,
       grades_served = excluded.grades_served, website_domain = excluded.website_domain,
       phone = excluded.phone, address = excluded.address, state_leaid = excluded.state_leaid,
       street = excluded.street, zip = excluded.zip, lea_type = excluded.lea_type,
       is_charter = excluded.is_charter, status = excluded.status,
       school_year = excluded.school_year, updated_at = now()
 where (d.name, d.state, d.city, d.grades_served, d.website_domain, d.phone, d.address,
        d.state_leaid, d.street, d.zip, d.lea_type, d.is_charter, d.status, d.school_year)
       is distinct from
       (excluded.name, excluded.state, excluded.city, excluded.grades_served,
        excluded.website_domain, excluded.phone, excluded.address, excluded.state_leaid,
        excluded.street, excluded.zip, excluded.lea_type, excluded.is_charter, excluded.status,
        excluded.school_year)
