-- Since 0.8 a scan of pgvector's goes on by itself while a filter leaves the list short.
select b.rows, b.lists, b.probes, b.kind, b.column_type,
       coalesce((select (regexp_match(extversion, '^(\d+)\.(\d+)'))::int[] >= '{0,8}'
                   from pg_extension where extname = 'vector'), false) as goes_on
  from vector_index_builds b
  join pg_index i on i.indexrelid = to_regclass(b.index_name)
 where b.index_name = $1
   and i.indisvalid
