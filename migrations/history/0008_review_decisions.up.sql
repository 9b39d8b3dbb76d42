-- What a person decided about a state record: it outlives re-imports and re-runs, and wins.

create table match_decisions (
    id           uuid primary key default gen_random_uuid(),
    source_key   text not null,
    record_key   text not null,
    record_hash  text not null,
    decision     varchar(20) not null check (decision in ('accept', 'reject')),
    nces_id      varchar(20) not null,
    reason       text,
    decided_by   varchar(100) not null,
    decided_at   timestamp not null default clock_timestamp(),
    withdrawn_at timestamp,
    created_at   timestamp not null default now()
);
comment on table match_decisions is
    'Clerical review: which LEA a state record is, or is not, by whom, when and why.';
comment on column match_decisions.record_key is
    'Which record of its source, as in state_registry_districts.record_key.';
comment on column match_decisions.record_hash is
    'The record as it was when decided; another hash later means that it changed and a person is asked again.';
comment on column match_decisions.withdrawn_at is 'A later decision replaced this one.';

create index match_decisions_record_idx on match_decisions (source_key, record_key) where withdrawn_at is null;
alter table match_decisions enable row level security;

-- What a link was before it changed.
create table match_history (
    id                uuid primary key default gen_random_uuid(),
    state_registry_id uuid not null references state_registry_districts (id) on delete cascade,
    nces_id           varchar(20),
    match_method      varchar(50),
    match_confidence  numeric,
    flag_for_review   boolean,
    matched_at        timestamp,
    matched_by        varchar(100),
    replaced_at       timestamp not null default now(),
    created_at        timestamp not null default now()
);
comment on table match_history is 'Links as they were before a later run or a person changed them.';
create index match_history_record_idx on match_history (state_registry_id);
alter table match_history enable row level security;
