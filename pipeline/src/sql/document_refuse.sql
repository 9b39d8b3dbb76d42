with refused as (
    delete from document_stage s
     where not exists (select from districts d where d.nces_id = s.nces_id)
    returning s.nces_id, s.document_url
)
insert into document_crawl_log (nces_id, crawl_batch_id, url, url_type, status, error_message)
select nces_id, $1, document_url, 'file', 'failure', 'NCES lists no district with this id'
  from refused
