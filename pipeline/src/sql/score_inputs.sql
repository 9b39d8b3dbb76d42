select count(*), concat_ws(' ', count(*), max(updated_at), max(discovered_at)) from district_documents
