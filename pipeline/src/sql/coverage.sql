with records as (
    select r.state,
           count(*) as records,
           count(*) filter (where not m.flag_for_review) as linked,
           count(*) filter (where m.flag_for_review) as review,
           count(*) filter (where m.id is null) as orphans,
           count(distinct m.nces_id) filter (where not m.flag_for_review) as covered
      from state_registry_districts r
      left join district_matches m on m.state_registry_id = r.id
     where r.superseded_at is null
     group by r.state
),
leas as (
    select d.state, count(*) as leas
      from districts d
     group by d.state
),
people as (
    select d.state, count(distinct d.nces_id) as superintendents
      from districts d
      join district_matches m on m.nces_id = d.nces_id and not m.flag_for_review
      join state_registry_districts r on r.id = m.state_registry_id and r.superseded_at is null
     where r.administrator_last_name is not null
     group by d.state
)
select coalesce(l.state, r.state)::text,
       coalesce(l.leas, 0), coalesce(r.records, 0), coalesce(r.linked, 0), coalesce(r.review, 0),
       coalesce(r.orphans, 0), coalesce(r.covered, 0), coalesce(p.superintendents, 0)
  from leas l
  full join records r on r.state = l.state
  left join people p on p.state = coalesce(l.state, r.state)
 order by 1
