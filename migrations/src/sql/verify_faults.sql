select format('%I', i.indexrelid::regclass::text) as object,
       'the index is invalid: a concurrent build failed' as what,
       format('drop index concurrently %s, then build it again', i.indexrelid::regclass) as cure
  from pg_index i
 where not i.indisvalid
union all
select format('%s on %s', c.conname, c.conrelid::regclass),
       'the constraint is not validated: old rows may break it',
       format('alter table %s validate constraint %I', c.conrelid::regclass, c.conname)
  from pg_constraint c
 where not c.convalidated
   and c.conrelid <> 0
union all
select i.indexrelid::regclass::text,
       format('the vector index was built over %s rows: too few for its lists', c.reltuples::bigint),
       'load first, then `districts run --only index`'
  from pg_index i
  join pg_class x on x.oid = i.indexrelid
  join pg_am a on a.oid = x.relam
  join pg_class c on c.oid = i.indrelid
 where a.amname = 'ivfflat'
   and c.reltuples between 0 and 999
 order by 1
