insert into stage_runs
    (run_id, stage, outcome, reason, rows_in, rows_out, rows_skipped, rows_failed, duration_ms, error)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
