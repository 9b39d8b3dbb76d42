-- What readers of the tables look up: states by their FIPS code (the first two digits of an NCES id), and the
-- phrases that documents are scored by. Filled by the data migrations of the same schema.
create schema if not exists reference;

create table reference.states (
    usps varchar(2) primary key,
    fips varchar(2) not null unique,
    name varchar(60) not null unique,
    kind varchar(20) not null check (kind in ('state', 'district', 'territory', 'bureau'))
);
comment on table reference.states is 'States and what the NCES lists beside them; fips begins an NCES id.';
alter table reference.states enable row level security;

create table reference.keyword_taxonomy (
    phrase    varchar(100) primary key,
    category  varchar(20) not null check (category in ('readiness', 'alignment', 'activation', 'branding')),
    weight    numeric(3, 2) not null check (weight between 0.5 and 1.0),
    is_exact  boolean not null,
    synonyms  text[] not null,
    reason    text not null
);
comment on table reference.keyword_taxonomy is 'The phrases of keyword_matches: what each weighs, and why.';
alter table reference.keyword_taxonomy enable row level security;
