alter table ops.schema_migrations disable row level security;
drop table if exists quality_flags;
drop table if exists data_imports;
