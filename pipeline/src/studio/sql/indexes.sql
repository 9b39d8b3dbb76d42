select to_jsonb(one) from (
  select pg_get_indexdef(i.indexrelid) as definition,
         pg_size_pretty(pg_relation_size(i.indexrelid)) as size,
         i.indisvalid as is_valid
    from pg_index i
   where i.indrelid = to_regclass(format('%I.%I', $1::text, $2::text))
   order by i.indisprimary desc, 1
) as one
