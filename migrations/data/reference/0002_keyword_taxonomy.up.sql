-- The keyword taxonomy of the program, for readers of keyword_matches; a test holds the two against each other.
-- file: keyword_taxonomy.csv (phrase, category, weight, is_exact, synonyms, reason) sha256:2316500cf5ea95c63cbf631e86f28cc418144789ad1c680f35e4a21f72b4aea1

delete from reference.keyword_taxonomy;

insert into reference.keyword_taxonomy (phrase, category, weight, is_exact, synonyms, reason)
select phrase, category, weight::numeric, is_exact::boolean, string_to_array(coalesce(synonyms, ''), '|'), reason
  from pg_temp.keyword_taxonomy;
