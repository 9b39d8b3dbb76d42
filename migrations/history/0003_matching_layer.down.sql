drop table if exists district_matches;
