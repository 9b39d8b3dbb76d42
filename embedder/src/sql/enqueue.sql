insert into embedding_work (document_id, input_hash, model)
select document_id, input_hash, $3 from unnest($1::uuid[], $2::text[]) as t (document_id, input_hash)
on conflict (document_id) do update
   set input_hash = excluded.input_hash, model = excluded.model, is_dead = false, reason = null, attempts = 0
 where (embedding_work.input_hash, embedding_work.model) <> (excluded.input_hash, excluded.model)
