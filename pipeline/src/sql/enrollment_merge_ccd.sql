update ccd_staff_data c
   set enrollment = coalesce(s.enrollment, c.enrollment),
       staff_fte = coalesce(s.staff_fte, c.staff_fte),
       teachers_fte = coalesce(s.teachers_fte, c.teachers_fte),
       updated_at = now()
  from enrollment_stage s
 where s.nces_id = c.nces_id
   and (c.enrollment, c.staff_fte, c.teachers_fte)
       is distinct from
       (coalesce(s.enrollment, c.enrollment), coalesce(s.staff_fte, c.staff_fte),
        coalesce(s.teachers_fte, c.teachers_fte))
