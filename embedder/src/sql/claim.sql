-- What ended several workers is taken up alone, so that it takes no others with it.
-- A lease ends with the connection of its holder, which holds an advisory lock on its key; the time is for a holder
-- that is half dead.
update embedding_work w
   set worker_key = $1, lease_until = now() + interval '5 minutes', attempts = w.attempts + 1
  from (
    select document_id
      from embedding_work
     where model = $2
       and not is_dead
       and (worker_key is null
            or lease_until < now()
            or worker_key not in (
                select (classid::bigint << 32) | objid::bigint
                  from pg_locks
                 where locktype = 'advisory' and objsubid = 1
                   and database = (select oid from pg_database where datname = current_database())))
       and attempts <= $4
     order by attempts, document_id
     limit $3
       for update skip locked) free
 where w.document_id = free.document_id
returning w.document_id, w.attempts
