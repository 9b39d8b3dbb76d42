-- A lease ends with the connection of its holder, which holds an advisory lock on its key; the time is for a holder
-- that is half dead.
with holders as materialized (
    select (classid::bigint << 32) | objid::bigint as worker_key
      from pg_locks
     where locktype = 'advisory' and objsubid = 1
       and database = (select oid from pg_database where datname = current_database())
)
update embedding_work
   set worker_key = null
 where worker_key is not null
   and not is_dead
   and (lease_until < now() or worker_key not in (select worker_key from holders))
