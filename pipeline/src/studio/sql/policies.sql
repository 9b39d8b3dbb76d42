select to_jsonb(one) from (
  select polname::text as name,
         case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
                     else 'all' end as command,
         case when polpermissive then 'permissive' else 'restrictive' end as kind,
         array(select case when role = 0 then 'public' else pg_get_userbyid(role)::text end
                 from unnest(polroles) as role) as roles,
         pg_get_expr(polqual, polrelid) as using_expression,
         pg_get_expr(polwithcheck, polrelid) as check_expression
    from pg_policy
   where polrelid = to_regclass(format('%I.%I', $1::text, $2::text))
   order by polname
) as one
