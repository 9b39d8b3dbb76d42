DROP TABLE public.district_crawls;

DROP TABLE public.crawled_pages;
