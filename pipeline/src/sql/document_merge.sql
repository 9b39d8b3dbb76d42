with newest as (
    select distinct on (nces_id, document_url) *
      from document_stage
     order by nces_id, document_url, position desc
),
merged as (
    insert into district_documents as d
        (nces_id, document_url, document_type, document_title, document_category, extracted_text,
         text_length, extraction_method, content_hash, source_key, published_on)
    select nces_id, document_url, document_type, document_title, document_category, extracted_text,
           text_length, extraction_method, content_hash, $1, published_on
      from newest
    on conflict (nces_id, document_url) do update
       set document_type = excluded.document_type, document_title = excluded.document_title,
           document_category = excluded.document_category, extracted_text = excluded.extracted_text,
           text_length = excluded.text_length, extraction_method = excluded.extraction_method,
           content_hash = excluded.content_hash, source_key = excluded.source_key,
           published_on = excluded.published_on, updated_at = now()
     where (d.document_type, d.document_title, d.document_category, d.content_hash, d.published_on)
           is distinct from
           (excluded.document_type, excluded.document_title, excluded.document_category,
            excluded.content_hash, excluded.published_on)
    returning d.id, d.nces_id, d.document_url
)
insert into document_crawl_log
    (nces_id, crawl_batch_id, url, url_type, status, document_id, extraction_success)
select nces_id, $2, document_url, 'file', 'success', id, true
  from merged
