insert into state_registry_districts
    (state, state_district_id, district_name, county, city, address, street, zip,
     mail_street, mail_city, mail_zip, mail_state, phone, phone_ext, fax,
     administrator_first_name, administrator_last_name, administrator_email, website_url,
     latitude, longitude, enrollment, district_type, district_type_code, status, source_url,
     last_updated_by_source, raw_data, import_batch_id, source_key, record_key, record_hash,
     state_leaid, nces_id)
select $2, s.state_district_id, s.district_name, s.county, s.city,
       nullif(concat_ws(', ', s.street, s.city, case when s.zip is null then null else concat_ws(' ', $2::text, s.zip) end), ''),
       s.street, s.zip, s.mail_street, s.mail_city, s.mail_zip, s.mail_state, s.phone,
       left(s.phone_ext, 20), s.fax, s.administrator_first_name, s.administrator_last_name,
       s.administrator_email, s.website_url, s.latitude, s.longitude, s.enrollment, s.district_type,
       left(s.district_type_code, 10), left(s.status, 50), $3, left(s.last_updated_by_source, 50),
       s.raw_data, $4, $1, s.record_key, s.record_hash, s.state_leaid, s.nces_id
  from registry_stage s
 where not exists (select from state_registry_districts r
                    where r.source_key = $1 and r.record_key = s.record_key
                      and r.superseded_at is null)
