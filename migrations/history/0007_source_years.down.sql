drop index data_imports_source_name_idx;
alter table ccd_staff_data drop column teachers_fte, drop column staff_fte;
alter table data_imports drop column source_year;
