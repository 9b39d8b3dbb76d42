insert into ops.data_migrations as d (schema, version, name, checksum, rows, batches, ended_at, actor)
values ($1, $2, $3, $4, $5, 1, case when $6 then clock_timestamp() end, $7)
on conflict (schema, version) do update
   set rows = d.rows + excluded.rows, batches = d.batches + 1, ended_at = excluded.ended_at
