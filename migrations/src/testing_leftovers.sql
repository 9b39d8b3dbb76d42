-- $1: the template in use, $2: now, in seconds
select datname
  from pg_database d
 where not exists (select from pg_stat_activity a where a.datname = d.datname)
   and (   (datname like 'template\__%' and datname not in ('template0', 'template1', $1))
        or datname like 'building\_%'
        or (datname ~ '^test_[0-9]+_' and split_part(datname, '_', 2)::bigint < $2 - 3600))
