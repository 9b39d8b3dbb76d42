create temporary table nces_stage (
    nces_id text, name text, state text, state_leaid text,
    address text, street text, city text, office_state text, zip text,
    mail_address text, mail_street text, mail_city text, mail_state text, mail_zip text,
    phone text, website text, website_domain text,
    lea_type text, is_charter boolean, status text, grades_served text,
    operational_schools integer, school_year text, source_file text
) on commit drop
