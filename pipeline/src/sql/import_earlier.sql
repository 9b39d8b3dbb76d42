select max(imported_at)
  from data_imports
 where source_type = 'state_registry'
   and source_name = $1
   and checksum = $2
   and success_count > 0
