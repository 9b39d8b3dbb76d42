create temporary table enrollment_stage (
    nces_id text, enrollment integer, minority_percent numeric, county text, locale_code text,
    staff_fte numeric, teachers_fte numeric
) on commit drop
