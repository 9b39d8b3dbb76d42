-- The runner's record of what filled these tables goes with them, so that the next up fills them again.
delete from ops.data_migrations where schema = 'reference';
drop table reference.keyword_taxonomy;
drop table reference.states;
drop schema reference;
