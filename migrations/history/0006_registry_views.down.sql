drop view if exists superintendent_directory;
drop view if exists national_registry;
