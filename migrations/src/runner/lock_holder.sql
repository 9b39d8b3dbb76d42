select a.pid,
       a.application_name,
       host(a.client_addr),
       to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS')
  from pg_locks l
  join pg_stat_activity a on a.pid = l.pid
 where l.locktype = 'advisory'
   and l.granted
   and l.objsubid = 1
   and l.database = (select oid from pg_database where datname = current_database())
   and ((l.classid::bigint << 32) | l.objid::bigint) = $1
 limit 1
