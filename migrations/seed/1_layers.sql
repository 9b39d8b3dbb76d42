-- A few rows in every layer, for readers to be tried on. The districts are invented: no state has the code ZZ.

insert into data_imports (id, source_type, source_name, source_file, record_count, success_count, error_count, imported_by, checksum)
values ('5eed0000-0000-4000-8000-000000000001', 'nces', 'seed', 'seed.sql', 3, 3, 0, 'seed', repeat('0', 64)),
       ('5eed0000-0000-4000-8000-000000000002', 'state_registry', 'seed', 'seed.sql', 2, 2, 0, 'seed', repeat('0', 64))
on conflict do nothing;

insert into districts (id, nces_id, name, state, city, enrollment, grades_served, phone, address)
values ('5eed0000-0000-4000-8000-000000000011', '9900001', 'Seedling Unified', 'ZZ', 'Seedling', 4200, 'KG-12', '(555) 010-0001', '1 Main Street, Seedling'),
       ('5eed0000-0000-4000-8000-000000000012', '9900002', 'Fallow Elementary', 'ZZ', 'Fallow', 310, 'KG-08', '(555) 010-0002', '2 Field Road, Fallow'),
       ('5eed0000-0000-4000-8000-000000000013', '9900003', 'Fallow Union High', 'ZZ', 'Fallow', 290, '09-12', null, null)
on conflict do nothing;

insert into ccd_staff_data (id, nces_id, district_name, state, school_year, lea_type)
values ('5eed0000-0000-4000-8000-000000000021', '9900001', 'Seedling Unified', 'ZZ', '2024-2025', 'Regular public school district')
on conflict do nothing;

insert into state_registry_districts
    (id, state, state_district_id, district_name, city, phone, administrator_first_name, administrator_last_name,
     administrator_email, website_url, raw_data, import_batch_id, source_key, record_key, record_hash)
values ('5eed0000-0000-4000-8000-000000000031', 'ZZ', '001', 'Seedling USD', 'Seedling', '(555) 010-0001', 'Ana', 'Example',
        'ana@seedling.example', 'https://seedling.example', '{"id": "001", "name": "Seedling USD"}',
        '5eed0000-0000-4000-8000-000000000002', 'seed', '001', repeat('1', 64)),
       ('5eed0000-0000-4000-8000-000000000032', 'ZZ', '002', 'Fallow Elem', 'Fallow', null, 'Ben', 'Sample', null, null,
        '{"id": "002", "name": "Fallow Elem"}', '5eed0000-0000-4000-8000-000000000002', 'seed', '002', repeat('2', 64))
on conflict do nothing;

insert into district_matches (id, nces_id, state_registry_id, match_method, match_confidence, match_details, matched_by, flag_for_review, review_reason)
values ('5eed0000-0000-4000-8000-000000000041', '9900001', '5eed0000-0000-4000-8000-000000000031', 'normalized_name', 0.99, '{"best": {"evidence": []}}', 'seed', false, null),
       ('5eed0000-0000-4000-8000-000000000042', '9900002', '5eed0000-0000-4000-8000-000000000032', 'fuzzy', 0.71, '{"best": {"evidence": []}}', 'seed', true, 'seed: a person should look')
on conflict do nothing;

insert into quality_flags (id, district_id, source_table, flag_type, field_name, description, severity)
values ('5eed0000-0000-4000-8000-000000000051', '5eed0000-0000-4000-8000-000000000013', 'districts', 'MISSING_PHONE', 'phone', 'seed: no phone is known', 'medium')
on conflict do nothing;

insert into district_documents (id, nces_id, document_url, document_type, document_title, document_category, extracted_text, text_length, content_hash)
select '5eed0000-0000-4000-8000-000000000061', '9900001', 'https://seedling.example/portrait.html', 'html', 'Portrait of a Graduate',
       'portrait_of_graduate', words, length(words), encode(sha256(convert_to(words, 'UTF8')), 'hex')
  from (values ('Our portrait of a graduate says what every student of Seedling can do.')) as document (words)
on conflict do nothing;

insert into document_crawl_log (id, nces_id, url, url_type, status, http_status, document_id)
values ('5eed0000-0000-4000-8000-000000000071', '9900001', 'https://seedling.example/portrait.html', 'html', 'success', 200,
        '5eed0000-0000-4000-8000-000000000061')
on conflict do nothing;

insert into district_keyword_scores (id, nces_id, readiness_score, total_score, outreach_tier, keyword_matches, documents_analyzed)
values ('5eed0000-0000-4000-8000-000000000081', '9900001', 1.60, 0.40, 'tier2',
        '{"readiness": [{"keyword": "portrait of a graduate", "weight": 1.0, "source_doc": "https://seedling.example/portrait.html", "context": "Our portrait of a graduate says"}]}', 1)
on conflict do nothing;
