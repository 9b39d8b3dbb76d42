select b.rows, b.lists, b.probes
  from vector_index_builds b
  join pg_index i on i.indexrelid = to_regclass(b.index_name)
 where i.indisvalid
