-- What the runner keeps beside the versions: every attempt, and what kind of database this is.
create table if not exists ops.migration_log (
    id         bigint generated always as identity primary key,
    version    bigint,
    name       text not null,
    action     text not null,
    actor      text not null,
    checksum   text,
    attempt    integer not null default 1,
    note       text,
    error      text,
    started_at timestamptz not null default clock_timestamp(),
    ended_at   timestamptz
);
comment on table ops.migration_log is 'Every attempt at a migration, and what was done beside them; one without an end was killed';
alter table ops.migration_log enable row level security;
create table if not exists ops.environment (
    is_this   boolean primary key default true check (is_this),
    name      text not null check (name in ('dev', 'staging', 'prod')),
    marked_by text not null,
    marked_at timestamptz not null default clock_timestamp()
);
comment on table ops.environment is 'What this database is for: dev may be reset, prod is backed up before an up';
alter table ops.environment enable row level security;
create table if not exists ops.data_migrations (
    schema     text not null,
    version    bigint not null,
    name       text not null unique,
    checksum   bytea not null,
    rows       bigint not null,
    batches    integer not null,
    actor      text not null,
    started_at timestamptz not null default clock_timestamp(),
    ended_at   timestamptz,
    primary key (schema, version)
);
comment on table ops.data_migrations is 'Data migrations by PostgreSQL schema, with the rows they touched';
alter table ops.data_migrations enable row level security;
