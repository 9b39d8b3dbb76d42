create temporary table document_stage (
    position integer, nces_id text, document_url text, document_type text, document_title text,
    document_category text, extracted_text text, text_length integer, extraction_method text,
    published_on date, content_hash text
) on commit drop
