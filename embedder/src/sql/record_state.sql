insert into document_embedding_state (document_id, input_hash, model, chunks, tokens)
select document_id, input_hash, $3, chunks, tokens
  from unnest($1::uuid[], $2::text[], $4::int[], $5::bigint[]) as t (document_id, input_hash, chunks, tokens)
on conflict (document_id) do update
   set input_hash = excluded.input_hash, model = excluded.model, chunks = excluded.chunks,
       tokens = excluded.tokens, embedded_at = now()
