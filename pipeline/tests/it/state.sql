select 'districts', count(*), md5(string_agg(concat_ws('|', nces_id, name, state, city, phone, status, state_leaid), E'\n' order by nces_id))
  from districts
union all
select 'ccd', count(*), md5(string_agg(concat_ws('|', nces_id, website_url, lea_type, school_year), E'\n' order by nces_id))
  from ccd_staff_data
union all
select 'registry', count(*), md5(string_agg(concat_ws('|', source_key, record_key, record_hash, superseded_at is null), E'\n' order by source_key, record_key))
  from state_registry_districts
union all
select 'matches', count(*), md5(string_agg(concat_ws('|', source_key, record_key, m.nces_id, match_method, match_confidence, flag_for_review, match_details), E'\n' order by source_key, record_key))
  from district_matches m join state_registry_districts r on r.id = m.state_registry_id
union all
select 'flags', count(*), md5(string_agg(concat_ws('|', flag_type, severity, description), E'\n' order by flag_type, description))
  from quality_flags
union all
select 'documents', count(*), md5(string_agg(concat_ws('|', nces_id, document_url, content_hash, document_category), E'\n' order by nces_id, document_url))
  from district_documents
union all
select 'scores', count(*), md5(string_agg(concat_ws('|', nces_id, total_score, outreach_tier, keyword_matches), E'\n' order by nces_id))
  from district_keyword_scores
union all
select 'embeddings', count(*), md5(string_agg(concat_ws('|', d.document_url, chunk_index, md5(chunk_text), md5(embedding::text)), E'\n' order by d.nces_id, d.document_url, chunk_index))
  from document_embeddings e join district_documents d on d.id = e.document_id
union all
select 'index', count(*), coalesce(string_agg(concat_ws('|', b.rows, lists, probes), ''), '')
  from vector_index_builds b join pg_index i on i.indexrelid = to_regclass(b.index_name) where i.indisvalid
-- A plan with parallel workers answers in any order.
order by 1
