-- Chunks stored since the index was built or last measured.
select coalesce(sum(s.chunks), 0)::bigint
  from vector_index_builds b
  join document_embedding_state s on s.embedded_at > greatest(b.built_at, b.tuned_at)
 where b.index_name = $1
