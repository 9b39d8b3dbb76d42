select format('%I.%I', n.nspname, c.relname),
       case when c.relispartition then 'partition'
            when c.relkind in ('r', 'p') then 'table'
            when c.relkind = 'v' then 'view'
            when c.relkind = 'm' then 'materialized view' end,
       c.relrowsecurity
       or (c.relkind = 'v' and coalesce(c.reloptions @> array['security_invoker=true'], false))
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p', 'v', 'm')
   and n.nspname !~ '^pg_'
   and n.nspname <> 'information_schema'
   -- A hosting service answers for its own.
   and (n.nspname = 'public' or pg_has_role(n.nspowner, 'usage'))
   and not exists (select from pg_depend d
                    where d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype = 'e')
 order by 1
