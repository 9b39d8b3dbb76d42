select coalesce(l.url_type, '')::text,
       l.status::text,
       coalesce(substring(l.error_message from '^([a-z0-9_]+):'), '')::text as class,
       count(*)
  from document_crawl_log l
  left join districts d on d.nces_id = l.nces_id
 where $1::text is null or d.state = $1
 group by 1, 2, 3
 order by 1, 4 desc, 3
