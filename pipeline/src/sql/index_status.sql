select recall, filtered_recall, to_char(tuned_at, 'YYYY-MM-DD HH24:MI') as tuned_at,
       pg_size_pretty(pg_relation_size(to_regclass(index_name))) as size
  from vector_index_builds
 where index_name = $1
