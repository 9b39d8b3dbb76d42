insert into vector_index_builds (index_name, rows, lists, probes, kind, column_type)
values ($1, $2, $3, $4, $5, $6)
on conflict (index_name) do update
   set rows = excluded.rows, lists = excluded.lists, probes = excluded.probes, kind = excluded.kind,
       column_type = excluded.column_type, recall = null, filtered_recall = null, tuned_at = null, built_at = now()
