drop table embedding_paid;
drop table embedding_work;
