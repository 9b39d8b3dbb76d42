delete from reference.keyword_taxonomy;
