-- One document as it was read just now; what is unchanged is only marked as seen.
with merged as (
    insert into district_documents as d
        (nces_id, document_url, document_type, document_title, document_category, extracted_text, text_length,
         extraction_method, content_hash, source_key, page_depth, last_crawled_at)
    values ($1, $2, $3, $4, $5, $6, $7, 'crawl', $8, 'crawl', $9, now())
    on conflict (nces_id, document_url) do update
       set document_type = excluded.document_type, document_title = excluded.document_title,
           document_category = excluded.document_category, extracted_text = excluded.extracted_text,
           text_length = excluded.text_length, content_hash = excluded.content_hash,
           page_depth = excluded.page_depth, last_crawled_at = now(), vanished_at = null,
           updated_at = case when (d.content_hash, d.document_title, d.document_category) is distinct from
                                  (excluded.content_hash, excluded.document_title, excluded.document_category)
                             then now() else d.updated_at end
    returning id
)
select id from merged
