-- What NCES and the states say. The declared schema: `districts migrate generate` compares it with the history.

CREATE TABLE public.ccd_staff_data (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    nces_id character varying(20) NOT NULL,
    district_name character varying(500),
    state character varying(2),
    website_url text,
    phone character varying(50),
    mailing_address text,
    mailing_city character varying(255),
    mailing_state character varying(2),
    mailing_zip character varying(20),
    physical_address text,
    physical_city character varying(255),
    physical_state character varying(2),
    physical_zip character varying(20),
    enrollment integer,
    grades_served character varying(50),
    lea_type character varying(255),
    operational_schools integer,
    is_charter boolean,
    status character varying(50),
    superintendent_name character varying(255),
    superintendent_email character varying(255),
    source_file character varying(255),
    school_year character varying(20),
    extracted_at timestamp without time zone,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    staff_fte numeric,
    teachers_fte numeric
);

COMMENT ON TABLE public.ccd_staff_data IS 'Federal enrichment from the Common Core of Data, linked by nces_id';

COMMENT ON COLUMN public.ccd_staff_data.staff_fte IS 'All staff in full-time equivalents (CCD file 059).';

COMMENT ON COLUMN public.ccd_staff_data.teachers_fte IS 'Teachers in full-time equivalents (CCD file 059).';

ALTER TABLE ONLY public.ccd_staff_data
    ADD CONSTRAINT ccd_staff_data_nces_id_key UNIQUE (nces_id);

ALTER TABLE ONLY public.ccd_staff_data
    ADD CONSTRAINT ccd_staff_data_pkey PRIMARY KEY (id);

CREATE INDEX idx_ccd_staff_data_state ON public.ccd_staff_data USING btree (state);

ALTER TABLE public.ccd_staff_data ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.districts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    nces_id character varying(20) NOT NULL,
    name character varying(500) NOT NULL,
    state character varying(2) NOT NULL,
    city character varying(255),
    county character varying(255),
    enrollment integer,
    grades_served character varying(50),
    locale_code character varying(10),
    frpl_percent numeric,
    minority_percent numeric,
    website_domain character varying(500),
    superintendent_name character varying(255),
    superintendent_email character varying(255),
    phone character varying(50),
    address text,
    last_scraped_at timestamp without time zone,
    scrape_status character varying(50),
    scrape_error text,
    state_leaid character varying(50),
    street character varying(500),
    zip character varying(20),
    lea_type character varying(255),
    is_charter boolean,
    status character varying(50),
    school_year character varying(20),
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT districts_nces_id_check CHECK (((nces_id)::text ~ '^[0-9]{7}$'::text))
);

COMMENT ON TABLE public.districts IS 'The NCES baseline: one row per local education agency (LEA)';

COMMENT ON COLUMN public.districts.nces_id IS 'NCES LEAID, 7 digits, leading zeros kept';

COMMENT ON COLUMN public.districts.state_leaid IS 'The state''s own id: NCES ST_LEAID without its state prefix';

COMMENT ON COLUMN public.districts.status IS 'NCES status in words: Open, New, Closed, Future, Inactive …';

COMMENT ON COLUMN public.districts.school_year IS 'School year of the newest NCES file that carries this LEA';

ALTER TABLE ONLY public.districts
    ADD CONSTRAINT districts_nces_id_key UNIQUE (nces_id);

ALTER TABLE ONLY public.districts
    ADD CONSTRAINT districts_pkey PRIMARY KEY (id);

CREATE INDEX idx_districts_state ON public.districts USING btree (state);

CREATE INDEX idx_districts_state_leaid ON public.districts USING btree (state, state_leaid);

ALTER TABLE public.districts ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.state_registry_districts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    state character varying(2) NOT NULL,
    state_district_id character varying(50),
    district_name character varying(500),
    county character varying(255),
    city character varying(255),
    address text,
    street character varying(500),
    zip character varying(20),
    mail_street character varying(500),
    mail_city character varying(255),
    mail_zip character varying(20),
    mail_state character varying(50),
    phone character varying(50),
    phone_ext character varying(20),
    fax character varying(50),
    administrator_first_name character varying(255),
    administrator_last_name character varying(255),
    administrator_email character varying(255),
    website_url text,
    latitude numeric,
    longitude numeric,
    district_type character varying(255),
    district_type_code character varying(10),
    status character varying(50),
    source_url text,
    last_updated_by_source character varying(50),
    raw_data jsonb NOT NULL,
    import_batch_id uuid NOT NULL,
    source_key character varying(100) NOT NULL,
    record_key character varying(600) NOT NULL,
    record_hash character varying(64) NOT NULL,
    state_leaid character varying(50),
    nces_id character varying(20),
    superseded_at timestamp without time zone,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    updated_at timestamp without time zone DEFAULT now() NOT NULL,
    enrollment integer
);

COMMENT ON TABLE public.state_registry_districts IS 'One row per district per state file; the newest version of a record has superseded_at null';

COMMENT ON COLUMN public.state_registry_districts.raw_data IS 'The record exactly as published';

COMMENT ON COLUMN public.state_registry_districts.enrollment IS 'Students as the state counts them; null where its file does not say';

COMMENT ON COLUMN public.state_registry_districts.source_key IS 'Which registry declaration read it';

COMMENT ON COLUMN public.state_registry_districts.record_key IS 'Which record of that source this is: its state id, or its name where the source has no id';

COMMENT ON COLUMN public.state_registry_districts.record_hash IS 'SHA-256 of the record as read; an unchanged record keeps its row';

COMMENT ON COLUMN public.state_registry_districts.state_leaid IS 'The state id in the form NCES writes after the state prefix of ST_LEAID';

COMMENT ON COLUMN public.state_registry_districts.nces_id IS 'The NCES id, where the state publishes it';

ALTER TABLE ONLY public.state_registry_districts
    ADD CONSTRAINT state_registry_districts_pkey PRIMARY KEY (id);

CREATE UNIQUE INDEX idx_state_registry_current ON public.state_registry_districts USING btree (source_key, record_key) WHERE (superseded_at IS NULL);

CREATE INDEX idx_state_registry_import ON public.state_registry_districts USING btree (import_batch_id);

CREATE INDEX idx_state_registry_name ON public.state_registry_districts USING btree (district_name);

CREATE INDEX idx_state_registry_state ON public.state_registry_districts USING btree (state);

ALTER TABLE public.state_registry_districts ENABLE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.state_registry_districts
    ADD CONSTRAINT state_registry_districts_import_batch_id_fkey FOREIGN KEY (import_batch_id) REFERENCES public.data_imports(id) ON DELETE RESTRICT;
