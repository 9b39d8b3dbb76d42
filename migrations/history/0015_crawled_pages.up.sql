-- 0015_crawled_pages, 2026-11-24: what districts' websites answered last, and how far the reading of each has come.
-- phase: expand
-- allow: adding-serial-primary-key-field the table is made in this file

CREATE TABLE public.crawled_pages (
    nces_id character varying(20) NOT NULL,
    url text NOT NULL,
    etag text,
    last_modified text,
    links jsonb DEFAULT '[]'::jsonb NOT NULL,
    fetched_at timestamp without time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.crawled_pages IS 'Addresses of a district''s website as they were answered last: asked for again only if they have changed.';

CREATE TABLE public.district_crawls (
    nces_id character varying(20) NOT NULL,
    batch_id uuid NOT NULL,
    website text,
    outcome character varying(20) NOT NULL,
    finished_at timestamp without time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.district_crawls IS 'When each district''s website was read to its end, and what came of it; what is not here is still to be read.';

COMMENT ON COLUMN public.district_crawls.website IS 'The address that answered, none where no address did';

ALTER TABLE ONLY public.crawled_pages
    ADD CONSTRAINT crawled_pages_pkey PRIMARY KEY (nces_id, url);

ALTER TABLE ONLY public.district_crawls
    ADD CONSTRAINT district_crawls_pkey PRIMARY KEY (nces_id);

ALTER TABLE public.crawled_pages ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.district_crawls ENABLE ROW LEVEL SECURITY;
