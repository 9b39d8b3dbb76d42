-- A value that the file does not have leaves what another file said.
update districts d
   set enrollment = coalesce(s.enrollment, d.enrollment),
       minority_percent = coalesce(s.minority_percent, d.minority_percent),
       county = coalesce(s.county, d.county),
       locale_code = coalesce(s.locale_code, d.locale_code),
       updated_at = now()
  from enrollment_stage s
 where s.nces_id = d.nces_id
   and (d.enrollment, d.minority_percent, d.county, d.locale_code)
       is distinct from
       (coalesce(s.enrollment, d.enrollment), coalesce(s.minority_percent, d.minority_percent),
        coalesce(s.county, d.county), coalesce(s.locale_code, d.locale_code))
