-- One document of those that workers ended over, the least tried first: no document is worn out while another is spared.
with leased as (
    select document_id
      from embedding_work
     where model = $2 and worker_key is null and not is_dead
     order by attempts, input_hash
     limit 1
       for update skip locked
)
update embedding_work w
   set worker_key = $1, lease_until = now() + interval '5 minutes', attempts = w.attempts + 1
  from leased
 where w.document_id = leased.document_id
returning w.document_id, w.attempts
