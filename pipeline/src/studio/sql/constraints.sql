select to_jsonb(one) from (
  select conname::text as name, pg_get_constraintdef(oid) as definition, convalidated as is_validated
    from pg_constraint
   where conrelid = to_regclass(format('%I.%I', $1::text, $2::text))
   order by contype, conname
) as one
