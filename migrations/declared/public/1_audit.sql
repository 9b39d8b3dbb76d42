-- Where data came from and what is wrong with it. The declared schema: `districts migrate generate` compares it with the history.

CREATE TABLE public.data_imports (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    source_type character varying(50) NOT NULL,
    source_name character varying(100) NOT NULL,
    source_url text,
    source_file character varying(255),
    record_count integer,
    success_count integer,
    error_count integer,
    error_log jsonb,
    imported_at timestamp without time zone DEFAULT now() NOT NULL,
    imported_by character varying(100),
    checksum character varying(64),
    notes text,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    source_year smallint
);

COMMENT ON TABLE public.data_imports IS 'One row per import, written before the first record of that import';

COMMENT ON COLUMN public.data_imports.success_count IS 'Null while the import runs, and for ever if it failed';

COMMENT ON COLUMN public.data_imports.checksum IS 'SHA-256 of the file, hex';

COMMENT ON COLUMN public.data_imports.source_year IS 'Year the file says it is of; a school year counts by the year it ends in. Null where it says none.';

ALTER TABLE ONLY public.data_imports
    ADD CONSTRAINT data_imports_pkey PRIMARY KEY (id);

CREATE INDEX data_imports_source_name_idx ON public.data_imports USING btree (source_name, imported_at);

CREATE INDEX idx_data_imports_source ON public.data_imports USING btree (source_type, source_name);

ALTER TABLE public.data_imports ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.quality_flags (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    district_id uuid,
    state_registry_id uuid,
    source_table character varying(50),
    flag_type character varying(50) NOT NULL,
    field_name character varying(100),
    description text,
    severity character varying(20) NOT NULL,
    resolved boolean DEFAULT false NOT NULL,
    resolved_at timestamp without time zone,
    resolved_by character varying(100),
    resolution_notes text,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT quality_flags_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical'))
);

COMMENT ON TABLE public.quality_flags IS 'What a person should look at; the stage that raised a flag also withdraws it';

ALTER TABLE ONLY public.quality_flags
    ADD CONSTRAINT quality_flags_pkey PRIMARY KEY (id);

CREATE INDEX idx_quality_flags_district ON public.quality_flags USING btree (district_id) WHERE (NOT resolved);

CREATE INDEX idx_quality_flags_registry ON public.quality_flags USING btree (state_registry_id) WHERE (NOT resolved);

CREATE INDEX idx_quality_flags_type ON public.quality_flags USING btree (flag_type) WHERE (NOT resolved);

ALTER TABLE public.quality_flags ENABLE ROW LEVEL SECURITY;
