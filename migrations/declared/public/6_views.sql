-- What the web application and the analysts read. security_invoker: the reader's own rights and
-- row level security apply, not the owner's.

create view national_registry with (security_invoker = true) as
with best_match as (
    select distinct on (m.nces_id)
           m.nces_id, m.state_registry_id, m.match_method, m.match_confidence, m.verified
      from district_matches m
      join state_registry_districts r on r.id = m.state_registry_id
     where not m.flag_for_review
       and r.superseded_at is null
     order by m.nces_id, m.verified desc, m.match_confidence desc, r.created_at desc, m.id
),
open_flags as (
    select district_id,
           count(*) filter (where severity in ('high', 'critical')) as high,
           count(*) filter (where severity = 'medium') as medium
      from quality_flags
     where not resolved and district_id is not null
     group by district_id
),
joined as (
    select d.nces_id,
           d.name as nces_name,
           coalesce(r.district_name, d.name) as district_name,
           d.state,
           coalesce(r.city, c.physical_city, d.city) as city,
           coalesce(r.county, d.county) as county,
           coalesce(nullif(concat_ws(' ', r.administrator_first_name, r.administrator_last_name), ''),
                    c.superintendent_name, d.superintendent_name) as superintendent_name,
           coalesce(r.administrator_email, c.superintendent_email, d.superintendent_email) as superintendent_email,
           coalesce(r.phone, c.phone, d.phone) as phone,
           coalesce(r.website_url, c.website_url, d.website_domain) as website,
           coalesce(r.address, c.physical_address, d.address) as address,
           coalesce(d.enrollment, c.enrollment) as enrollment,
           coalesce(d.grades_served, c.grades_served) as grades_served,
           d.locale_code,
           b.match_confidence,
           b.match_method,
           coalesce(b.verified, false) as match_verified,
           case when r.id is not null then 'state_registry'
                when c.id is not null then 'ccd'
                else 'nces_only' end as primary_source,
           r.source_url as state_source_url,
           r.created_at as state_data_captured_at,
           coalesce(f.high, 0) as high_flags,
           coalesce(f.medium, 0) as medium_flags
      from districts d
      left join best_match b on b.nces_id = d.nces_id
      left join state_registry_districts r on r.id = b.state_registry_id
      left join ccd_staff_data c on c.nces_id = d.nces_id
      left join open_flags f on f.district_id = d.id
),
scored as (
    select joined.*,
           greatest(0, least(100,
               40
               + case when match_confidence >= 0.90 then 20
                      when match_confidence >= 0.80 then 15
                      when match_confidence >= 0.70 then 10
                      else 0 end
               + case when superintendent_name is not null then 15 else 0 end
               + case when superintendent_email is not null then 10 else 0 end
               + case when phone is not null then 5 else 0 end
               + case when website is not null then 5 else 0 end
               + case when address is not null then 5 else 0 end
               + case when match_verified then 10 else 0 end
               - 10 * high_flags
               - 5 * medium_flags))::integer as quality_score
      from joined
)
select nces_id, nces_name, district_name, state, city, county,
       superintendent_name, superintendent_email, phone, website, address,
       enrollment, grades_served, locale_code,
       match_confidence, match_method, match_verified,
       primary_source, state_source_url, state_data_captured_at,
       quality_score,
       case when quality_score >= 90 then 'A'
            when quality_score >= 75 then 'B'
            when quality_score >= 60 then 'C'
            when quality_score >= 40 then 'D'
            else 'E' end as quality_tier
  from scored;
comment on view national_registry is 'One row per district: the state registry first, then CCD, then NCES';

create view superintendent_directory with (security_invoker = true) as
select nces_id, district_name, state, city, superintendent_name, superintendent_email,
       phone, website, enrollment, match_confidence
  from national_registry
 where superintendent_name is not null;
comment on view superintendent_directory is 'Districts that have a superintendent';
