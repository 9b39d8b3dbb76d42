insert into stage_units (stage, unit, fingerprint, rows)
values ($1, $2, $3, $4)
on conflict (stage, unit) do update
   set fingerprint = excluded.fingerprint, rows = excluded.rows, finished_at = now()
