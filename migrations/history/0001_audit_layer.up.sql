-- Audit layer: what was imported, from which bytes, and what is wrong with the data.

create table if not exists data_imports (
    id            uuid primary key default gen_random_uuid(),
    source_type   varchar(50) not null,
    source_name   varchar(100) not null,
    source_url    text,
    source_file   varchar(255),
    record_count  integer,
    success_count integer,
    error_count   integer,
    error_log     jsonb,
    imported_at   timestamp not null default now(),
    imported_by   varchar(100),
    checksum      varchar(64),
    notes         text,
    created_at    timestamp not null default now()
);
comment on table data_imports is 'One row per import, written before the first record of that import';
comment on column data_imports.checksum is 'SHA-256 of the file, hex';
comment on column data_imports.success_count is 'Null while the import runs, and for ever if it failed';
create index if not exists idx_data_imports_source on data_imports (source_type, source_name);
alter table data_imports enable row level security;

create table if not exists quality_flags (
    id                uuid primary key default gen_random_uuid(),
    district_id       uuid,
    state_registry_id uuid,
    source_table      varchar(50),
    flag_type         varchar(50) not null,
    field_name        varchar(100),
    description       text,
    severity          varchar(20) not null check (severity in ('low', 'medium', 'high', 'critical')),
    resolved          boolean not null default false,
    resolved_at       timestamp,
    resolved_by       varchar(100),
    resolution_notes  text,
    created_at        timestamp not null default now()
);
comment on table quality_flags is 'What a person should look at; the stage that raised a flag also withdraws it';
create index if not exists idx_quality_flags_district on quality_flags (district_id) where not resolved;
create index if not exists idx_quality_flags_registry on quality_flags (state_registry_id) where not resolved;
create index if not exists idx_quality_flags_type on quality_flags (flag_type) where not resolved;
alter table quality_flags enable row level security;

-- The runner made its own table before this file ran; it is no more public than the others.
alter table ops.schema_migrations enable row level security;
