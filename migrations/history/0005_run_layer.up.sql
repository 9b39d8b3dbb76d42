-- Run layer: what each night did, and what each unit of work was made from.

create table if not exists pipeline_runs (
    id           uuid primary key default gen_random_uuid(),
    command      text not null,
    version      varchar(50) not null,
    started_by   varchar(100),
    host         varchar(255),
    started_at   timestamp not null default now(),
    finished_at  timestamp,
    outcome      varchar(20) not null default 'running'
                 check (outcome in ('running', 'good', 'expectations_missed', 'failed', 'interrupted')),
    error        text
);
comment on table pipeline_runs is 'One row per run; still `running` without a live holder of the run lock means it was killed';
create index if not exists idx_pipeline_runs_started on pipeline_runs (started_at);
alter table pipeline_runs enable row level security;

create table if not exists stage_runs (
    id           uuid primary key default gen_random_uuid(),
    run_id       uuid not null references pipeline_runs (id) on delete cascade,
    stage        varchar(50) not null,
    outcome      varchar(20) not null default 'running'
                 check (outcome in ('running', 'done', 'skipped', 'failed', 'interrupted')),
    reason       text,
    rows_in      bigint not null default 0,
    rows_out     bigint not null default 0,
    rows_skipped bigint not null default 0,
    rows_failed  bigint not null default 0,
    started_at   timestamp not null default now(),
    duration_ms  bigint,
    error        text,
    unique (run_id, stage)
);
comment on table stage_runs is 'One row per stage of a run';
comment on column stage_runs.rows_out is 'Rows inserted or changed in the tables the stage owns';
comment on column stage_runs.reason is 'Why the stage had nothing to do, when skipped';
alter table stage_runs enable row level security;

create table if not exists stage_units (
    stage       varchar(50) not null,
    unit        text not null,
    fingerprint varchar(64) not null,
    rows        bigint not null,
    finished_at timestamp not null default now(),
    primary key (stage, unit)
);
comment on table stage_units is 'The inputs each unit of work (a file, a state) was last brought into line with, written in the same transaction as its rows';
alter table stage_units enable row level security;

create table if not exists vector_index_builds (
    index_name  text primary key,
    rows        bigint not null,
    lists       integer not null,
    probes      integer not null,
    built_at    timestamp not null default now()
);
comment on table vector_index_builds is 'How each vector index was built; search reads its probes here';
alter table vector_index_builds enable row level security;
