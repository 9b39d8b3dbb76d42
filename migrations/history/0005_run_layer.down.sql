drop table if exists vector_index_builds;
drop table if exists stage_units;
drop table if exists stage_runs;
drop table if exists pipeline_runs;
