-- What each state's matches rest on, in one string per state.
with records as (
    select state, count(*) as n, max(updated_at) as newest
      from state_registry_districts
     where superseded_at is null
     group by state
),
leas as (
    select state, count(*) as n, max(updated_at) as newest
      from districts
     group by state
),
decisions as (
    select r.state, count(*) as n, max(m.verified_at) as newest
      from district_matches m
      join state_registry_districts r on r.id = m.state_registry_id
     where m.verified
     group by r.state
),
reviewed as (
    select r.state, count(*) as n, max(greatest(d.decided_at, d.withdrawn_at)) as newest
      from match_decisions d
      join state_registry_districts r using (source_key, record_key)
     where r.superseded_at is null
     group by r.state
)
select r.state::text,
       concat_ws(' ', r.n, r.newest, l.n, l.newest, d.n, d.newest, v.n, v.newest)
  from records r
  left join leas l using (state)
  left join decisions d using (state)
  left join reviewed v using (state)
 order by r.state
