-- Districts that have no document any more have no score.
with gone as (
    delete from district_keyword_scores k
     where not exists (select from district_documents d where d.nces_id = k.nces_id)
    returning k.nces_id
),
unmarked as (
    delete from stage_units u
     where u.stage = 'score' and u.unit <> 'districts'
       and not exists (select from district_documents d where d.nces_id = u.unit)
)
select count(*) from gone
