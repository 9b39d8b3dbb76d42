-- Documents of one input hash say the same under the same header: they are leased together, so that their texts are
-- sent once, whoever works beside us. (An array, unlike a subquery, is looked up in the index even without statistics.)
with heads as materialized (
    select input_hash
      from embedding_work
     where model = $2 and worker_key is null and not is_dead and attempts <= $4
     order by input_hash
     limit $3
),
leased as (
    select document_id
      from embedding_work
     where model = $2 and worker_key is null and not is_dead and attempts <= $4
       and input_hash = any(array(select input_hash from heads))
       for update skip locked
)
update embedding_work w
   set worker_key = $1, lease_until = now() + interval '5 minutes', attempts = w.attempts + 1
  from leased
 where w.document_id = leased.document_id
returning w.document_id, w.attempts
