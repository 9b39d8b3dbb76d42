-- What a source has no longer is kept and marked; what it has again is unmarked. A document that could not be read this
-- time ($3 are the addresses of such) has not vanished.
with gone as (
    update district_documents d
       set vanished_at = now(), updated_at = now()
     where d.source_key = $1
       and d.vanished_at is null
       and not exists (select from document_stage s
                        where s.nces_id = d.nces_id and s.document_url = d.document_url)
       and not exists (select from unnest($3::text[]) as bad (url) where bad.url = d.document_url)
    returning d.id, d.nces_id, d.document_url
),
back as (
    update district_documents d
       set vanished_at = null, updated_at = now()
      from document_stage s
     where s.nces_id = d.nces_id and s.document_url = d.document_url and d.vanished_at is not null
)
insert into document_crawl_log (nces_id, crawl_batch_id, url, url_type, status, error_message, document_id)
select nces_id, $2, document_url, 'file', 'skipped', 'its source has it no longer', id
  from gone
