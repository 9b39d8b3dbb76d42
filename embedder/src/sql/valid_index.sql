select b.rows, b.lists, b.probes, b.kind, b.column_type
  from vector_index_builds b
  join pg_index i on i.indexrelid = to_regclass(b.index_name)
 where b.index_name = $1
   and i.indisvalid
