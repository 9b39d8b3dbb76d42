-- Every table, partition, view and materialized view of the schemas that are not PostgreSQL's own.
select to_jsonb(one) from (
  select n.nspname::text as schema,
         c.relname::text as name,
         case c.relkind when 'r' then case when c.relispartition then 'partition' else 'table' end
                        when 'p' then 'partitioned table' when 'v' then 'view'
                        when 'm' then 'materialized view' else 'foreign table' end as kind,
         c.relrowsecurity as is_secured,
         (select count(*) from pg_policy p where p.polrelid = c.oid) as policies,
         case when c.relkind in ('r', 'm', 'p') then greatest(c.reltuples, -1)::float8 end as estimate,
         case when c.relkind in ('r', 'm') then pg_size_pretty(pg_total_relation_size(c.oid)) end as size,
         obj_description(c.oid, 'pg_class') as comment
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f')
     and n.nspname not in ('pg_catalog', 'information_schema')
     and n.nspname !~ '^pg_(toast|temp)'
   order by n.nspname, c.relname
) as one
