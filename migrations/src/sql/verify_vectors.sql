-- Every vector index: what it stands on, and whether it can be relied on.
select i.indexrelid::regclass::text as index,
       i.indrelid::regclass::text as table,
       a.amname::text as kind,
       greatest(c.reltuples, 0)::bigint as rows,
       (select split_part(option, '=', 2)::int from unnest(x.reloptions) as option where option like 'lists=%') as lists,
       nullif(t.atttypmod, -1) as dimensions,
       i.indisvalid as is_valid
  from pg_index i
  join pg_class x on x.oid = i.indexrelid
  join pg_am a on a.oid = x.relam
  join pg_class c on c.oid = i.indrelid
  join pg_attribute t on t.attrelid = i.indexrelid and t.attnum = 1
 where a.amname in ('ivfflat', 'hnsw')
 order by 1
