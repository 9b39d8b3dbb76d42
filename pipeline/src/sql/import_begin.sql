insert into data_imports (source_type, source_name, source_file, source_url, checksum, record_count, imported_by)
values ($1, $2, left($3, 255), $4, $5, $6, $7)
returning id
