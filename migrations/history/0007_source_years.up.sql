-- What a source's file says of its own year, so that last year's file is told from this year's, and the
-- staff of the federal file.

alter table data_imports
    add column source_year smallint;
comment on column data_imports.source_year is
    'Year the file says it is of; a school year counts by the year it ends in. Null where it says none.';

alter table ccd_staff_data
    add column staff_fte numeric,
    add column teachers_fte numeric;
comment on column ccd_staff_data.staff_fte is 'All staff in full-time equivalents (CCD file 059).';
comment on column ccd_staff_data.teachers_fte is 'Teachers in full-time equivalents (CCD file 059).';

-- allow: require-concurrent-index-creation one row per import: the build takes milliseconds
create index data_imports_source_name_idx on data_imports (source_name, imported_at);
