-- The newest attempts of any migration, and what was done beside them.
select to_jsonb(one) from (
  select version, name::text, action::text, actor::text, attempt,
         to_char(started_at, 'YYYY-MM-DD HH24:MI:SS') as started,
         to_char(ended_at, 'YYYY-MM-DD HH24:MI:SS') as ended,
         error::text, note::text
    from ops.migration_log
   order by id desc
   limit 100
) as one
