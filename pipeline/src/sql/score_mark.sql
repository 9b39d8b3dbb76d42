insert into stage_units (stage, unit, fingerprint, rows)
select 'score', nces_id, fingerprint, documents_analyzed from score_stage
on conflict (stage, unit) do update
   set fingerprint = excluded.fingerprint, rows = excluded.rows, finished_at = now()
