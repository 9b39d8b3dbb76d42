drop table if exists state_registry_districts;
drop table if exists ccd_staff_data;
drop table if exists districts;
