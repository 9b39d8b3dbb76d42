-- What persons decided about current records: in clerical review, or by marking a match as verified.
with reviewed as (
    select source_key, record_key, record_hash, decision::text, nces_id::text
      from match_decisions
     where withdrawn_at is null
),
verified as (
    select distinct on (r.source_key, r.record_key)
           r.source_key, r.record_key, r.record_hash, 'accept'::text as decision, m.nces_id::text
      from district_matches m
      join state_registry_districts r on r.id = m.state_registry_id
     where m.verified
       and r.state = any($1)
       and not exists (select from match_decisions d
                        where d.source_key = r.source_key and d.record_key = r.record_key)
     order by r.source_key, r.record_key, r.superseded_at desc nulls first
)
select r.id, d.decision, d.nces_id, d.record_hash::text <> r.record_hash::text as is_outdated
  from (select * from reviewed union all select * from verified) d
  join state_registry_districts r
    on r.source_key = d.source_key and r.record_key = d.record_key and r.superseded_at is null
 where r.state = any($1)
 order by r.id, d.decision, d.nces_id
