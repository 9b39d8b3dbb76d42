-- Portraits in the plural, portfolios and defenses of learning as districts name them. The whole table again; a test
-- holds it against the program's own.
-- file: keyword_taxonomy_2.csv (phrase, category, weight, is_exact, synonyms, reason) sha256:41a10c02ce32b4ff8ce947ed04406c97f84333cb08a3fadf3ab2a8267836cfad

delete from reference.keyword_taxonomy;

insert into reference.keyword_taxonomy (phrase, category, weight, is_exact, synonyms, reason)
select phrase, category, weight::numeric, is_exact::boolean, string_to_array(coalesce(synonyms, ''), '|'), reason
  from pg_temp.keyword_taxonomy_2;
