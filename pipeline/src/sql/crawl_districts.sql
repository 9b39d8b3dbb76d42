-- Districts with anything that leads to a website, and what is known of each: the registry's word first, then the other
-- sources', then e-mail addresses. Those read within the last $3 days are left out unless asked for again.
select n.nces_id::text,
       coalesce(n.district_name, n.nces_name)::text as name,
       n.state::text,
       array_remove(array[n.website, c.website_url, d.website_domain], null)::text[] as websites,
       array_remove(array[n.superintendent_email, c.superintendent_email, d.superintendent_email], null)::text[] as mails
  from national_registry n
  join districts d on d.nces_id = n.nces_id
  left join ccd_staff_data c on c.nces_id = n.nces_id
 where ($1::text is null or n.state = $1)
   and ($2::text[] is null or n.nces_id = any($2))
   and ($4 or not exists (select from district_crawls k
                           where k.nces_id = n.nces_id and k.finished_at > now() - make_interval(days => $3)))
   and coalesce(n.website, c.website_url, d.website_domain,
                n.superintendent_email, c.superintendent_email, d.superintendent_email) is not null
 order by n.nces_id
 limit $5
