-- States, the District of Columbia, territories and the Bureau of Indian Education, as the NCES numbers them:
-- https://nces.ed.gov/ccd/files.asp, FIPST of the LEA directory.
-- file: states.csv (usps, fips, name, kind) sha256:3da2e91c9b989016efb54af2a067f40e3767cf55509e844027063687bc151197

insert into reference.states (usps, fips, name, kind)
select usps, fips, name, kind from pg_temp.states
on conflict (usps) do update set fips = excluded.fips, name = excluded.name, kind = excluded.kind;
