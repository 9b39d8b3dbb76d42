create temporary table registry_stage (
    record_key text, record_hash text,
    state_district_id text, state_leaid text, nces_id text, district_name text, county text,
    city text, street text, zip text, mail_street text, mail_city text, mail_zip text,
    mail_state text, phone text, phone_ext text, fax text, administrator_first_name text,
    administrator_last_name text, administrator_email text, website_url text,
    district_type text, district_type_code text, status text, last_updated_by_source text,
    latitude numeric, longitude numeric, enrollment integer, raw_data jsonb
) on commit drop
