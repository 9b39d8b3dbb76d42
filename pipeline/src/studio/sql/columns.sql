-- Columns in order; `quoted` is the name as SQL takes it.
select to_jsonb(one) from (
  select a.attname::text as name,
         quote_ident(a.attname) as quoted,
         format_type(a.atttypid, a.atttypmod) as type,
         a.attnotnull as is_required,
         pg_get_expr(d.adbin, d.adrelid) as default_value,
         col_description(a.attrelid, a.attnum) as comment
    from pg_attribute a
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
   where a.attrelid = to_regclass(format('%I.%I', $1::text, $2::text))
     and a.attnum > 0
     and not a.attisdropped
   order by a.attnum
) as one
