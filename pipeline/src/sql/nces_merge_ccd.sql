insert into ccd_staff_data as c
    (nces_id, district_name, state, website_url, phone,
     mailing_address, mailing_city, mailing_state, mailing_zip,
     physical_address, physical_city, physical_state, physical_zip,
     grades_served, lea_type, operational_schools, is_charter, status,
     source_file, school_year, extracted_at)
select nces_id, name, state, website, phone,
       mail_address, mail_city, left(mail_state, 2), mail_zip,
       address, city, left(office_state, 2), zip,
       grades_served, lea_type, operational_schools, is_charter, status,
       source_file, school_year, now()
  from nces_stage
on conflict (nces_id) do update
   set district_name = excluded.district_name, state = excluded.state,
       website_url = excluded.website_url, phone = excluded.phone,
       mailing_address = excluded.mailing_address, mailing_city = excluded.mailing_city,
       mailing_state = excluded.mailing_state, mailing_zip = excluded.mailing_zip,
       physical_address = excluded.physical_address, physical_city = excluded.physical_city,
       physical_state = excluded.physical_state, physical_zip = excluded.physical_zip,
       grades_served = excluded.grades_served, lea_type = excluded.lea_type,
       operational_schools = excluded.operational_schools, is_charter = excluded.is_charter,
       status = excluded.status, source_file = excluded.source_file,
       school_year = excluded.school_year, extracted_at = excluded.extracted_at, updated_at = now()
 where (c.district_name, c.state, c.website_url, c.phone, c.mailing_address, c.mailing_city,
        c.mailing_state, c.mailing_zip, c.physical_address, c.physical_city, c.physical_state,
        c.physical_zip, c.grades_served, c.lea_type, c.operational_schools, c.is_charter,
        c.status, c.school_year)
       is distinct from
       (excluded.district_name, excluded.state, excluded.website_url, excluded.phone,
        excluded.mailing_address, excluded.mailing_city, excluded.mailing_state,
        excluded.mailing_zip, excluded.physical_address, excluded.physical_city,
        excluded.physical_state, excluded.physical_zip, excluded.grades_served,
        excluded.lea_type, excluded.operational_schools, excluded.is_charter, excluded.status,
        excluded.school_year)
