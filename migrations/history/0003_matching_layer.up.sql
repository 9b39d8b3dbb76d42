-- Matching layer: which LEA a state record is, how sure, and why.

create table if not exists district_matches (
    id                uuid primary key default gen_random_uuid(),
    nces_id           varchar(20) not null,
    state_registry_id uuid not null references state_registry_districts (id) on delete cascade,
    match_method      varchar(50) not null,
    match_confidence  numeric not null check (match_confidence between 0 and 1),
    match_details     jsonb not null,
    matched_at        timestamp not null default now(),
    matched_by        varchar(100),
    verified          boolean not null default false,
    verified_at       timestamp,
    verified_by       varchar(100),
    flag_for_review   boolean not null default false,
    review_reason     text,
    created_at        timestamp not null default now(),
    unique (state_registry_id)
);
comment on table district_matches is 'At most one LEA per state record; a row flagged for review is a proposal, not a link';
comment on column district_matches.match_confidence is 'Probability that the link is right, 0 to 1';
comment on column district_matches.match_details is 'The evidence: every comparison with both values, level and weight, and the runner-up';
create index if not exists idx_district_matches_nces on district_matches (nces_id);
create index if not exists idx_district_matches_confidence on district_matches (match_confidence);
create index if not exists idx_district_matches_method on district_matches (match_method);
create index if not exists idx_district_matches_review on district_matches (flag_for_review);
alter table district_matches enable row level security;
