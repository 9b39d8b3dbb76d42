select i.checksum, i.source_year, i.imported_at
  from data_imports i
 where i.source_type = 'state_registry'
   and i.source_name = $1
   and i.success_count > 0
 order by i.imported_at desc, i.created_at desc
 limit 1
