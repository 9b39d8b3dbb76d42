insert into vector_index_builds (index_name, rows, lists, probes)
values ($1, $2, $3, $4)
on conflict (index_name) do update
   set rows = excluded.rows, lists = excluded.lists, probes = excluded.probes, built_at = now()
