-- Source layer: what NCES and the states publish. Written by imports only.

create table if not exists districts (
    id                   uuid primary key default gen_random_uuid(),
    nces_id              varchar(20) not null unique check (nces_id ~ '^[0-9]{7}$'),
    name                 varchar(500) not null,
    state                varchar(2) not null,
    city                 varchar(255),
    county               varchar(255),
    enrollment           integer,
    grades_served        varchar(50),
    locale_code          varchar(10),
    frpl_percent         numeric,
    minority_percent     numeric,
    website_domain       varchar(500),
    superintendent_name  varchar(255),
    superintendent_email varchar(255),
    phone                varchar(50),
    address              text,
    last_scraped_at      timestamp,
    scrape_status        varchar(50),
    scrape_error         text,
    state_leaid          varchar(50),
    street               varchar(500),
    zip                  varchar(20),
    lea_type             varchar(255),
    is_charter           boolean,
    status               varchar(50),
    school_year          varchar(20),
    created_at           timestamp not null default now(),
    updated_at           timestamp not null default now()
);
comment on table districts is 'The NCES baseline: one row per local education agency (LEA)';
comment on column districts.nces_id is 'NCES LEAID, 7 digits, leading zeros kept';
comment on column districts.state_leaid is 'The state''s own id: NCES ST_LEAID without its state prefix';
comment on column districts.status is 'NCES status in words: Open, New, Closed, Future, Inactive …';
comment on column districts.school_year is 'School year of the newest NCES file that carries this LEA';
create index if not exists idx_districts_state on districts (state);
create index if not exists idx_districts_state_leaid on districts (state, state_leaid);
alter table districts enable row level security;

create table if not exists ccd_staff_data (
    id                   uuid primary key default gen_random_uuid(),
    nces_id              varchar(20) not null unique,
    district_name        varchar(500),
    state                varchar(2),
    website_url          text,
    phone                varchar(50),
    mailing_address      text,
    mailing_city         varchar(255),
    mailing_state        varchar(2),
    mailing_zip          varchar(20),
    physical_address     text,
    physical_city        varchar(255),
    physical_state       varchar(2),
    physical_zip         varchar(20),
    enrollment           integer,
    grades_served        varchar(50),
    lea_type             varchar(255),
    operational_schools  integer,
    is_charter           boolean,
    status               varchar(50),
    superintendent_name  varchar(255),
    superintendent_email varchar(255),
    source_file          varchar(255),
    school_year          varchar(20),
    extracted_at         timestamp,
    created_at           timestamp not null default now(),
    updated_at           timestamp not null default now()
);
comment on table ccd_staff_data is 'Federal enrichment from the Common Core of Data, linked by nces_id';
create index if not exists idx_ccd_staff_data_state on ccd_staff_data (state);
alter table ccd_staff_data enable row level security;

create table if not exists state_registry_districts (
    id                       uuid primary key default gen_random_uuid(),
    state                    varchar(2) not null,
    state_district_id        varchar(50),
    district_name            varchar(500),
    county                   varchar(255),
    city                     varchar(255),
    address                  text,
    street                   varchar(500),
    zip                      varchar(20),
    mail_street              varchar(500),
    mail_city                varchar(255),
    mail_zip                 varchar(20),
    mail_state               varchar(50),
    phone                    varchar(50),
    phone_ext                varchar(20),
    fax                      varchar(50),
    administrator_first_name varchar(255),
    administrator_last_name  varchar(255),
    administrator_email      varchar(255),
    website_url              text,
    latitude                 numeric,
    longitude                numeric,
    district_type            varchar(255),
    district_type_code       varchar(10),
    status                   varchar(50),
    source_url               text,
    last_updated_by_source   varchar(50),
    raw_data                 jsonb not null,
    import_batch_id          uuid not null references data_imports (id) on delete restrict,
    source_key               varchar(100) not null,
    record_key               varchar(600) not null,
    record_hash              varchar(64) not null,
    state_leaid              varchar(50),
    nces_id                  varchar(20),
    superseded_at            timestamp,
    created_at               timestamp not null default now(),
    updated_at               timestamp not null default now()
);
comment on table state_registry_districts is 'One row per district per state file; the newest version of a record has superseded_at null';
comment on column state_registry_districts.raw_data is 'The record exactly as published';
comment on column state_registry_districts.source_key is 'Which registry declaration read it';
comment on column state_registry_districts.record_key is 'Which record of that source this is: its state id, or its name where the source has no id';
comment on column state_registry_districts.record_hash is 'SHA-256 of the record as read; an unchanged record keeps its row';
comment on column state_registry_districts.state_leaid is 'The state id in the form NCES writes after the state prefix of ST_LEAID';
comment on column state_registry_districts.nces_id is 'The NCES id, where the state publishes it';
create index if not exists idx_state_registry_state on state_registry_districts (state);
create index if not exists idx_state_registry_name on state_registry_districts (district_name);
create index if not exists idx_state_registry_import on state_registry_districts (import_batch_id);
create unique index if not exists idx_state_registry_current
    on state_registry_districts (source_key, record_key) where superseded_at is null;
alter table state_registry_districts enable row level security;
