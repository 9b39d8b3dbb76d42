-- Runs, stages, units of work. The declared schema: `districts migrate generate` compares it with the history.

CREATE TABLE public.pipeline_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    command text NOT NULL,
    version character varying(50) NOT NULL,
    started_by character varying(100),
    host character varying(255),
    started_at timestamp without time zone DEFAULT now() NOT NULL,
    finished_at timestamp without time zone,
    outcome character varying(20) DEFAULT 'running'::character varying NOT NULL,
    error text,
    CONSTRAINT pipeline_runs_outcome_check CHECK (outcome IN ('running', 'good', 'expectations_missed', 'failed', 'interrupted'))
);

COMMENT ON TABLE public.pipeline_runs IS 'One row per run; still `running` without a live holder of the run lock means it was killed';

ALTER TABLE ONLY public.pipeline_runs
    ADD CONSTRAINT pipeline_runs_pkey PRIMARY KEY (id);

CREATE INDEX idx_pipeline_runs_started ON public.pipeline_runs USING btree (started_at);

ALTER TABLE public.pipeline_runs ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.stage_runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    run_id uuid NOT NULL,
    stage character varying(50) NOT NULL,
    outcome character varying(20) DEFAULT 'running'::character varying NOT NULL,
    reason text,
    rows_in bigint DEFAULT 0 NOT NULL,
    rows_out bigint DEFAULT 0 NOT NULL,
    rows_skipped bigint DEFAULT 0 NOT NULL,
    rows_failed bigint DEFAULT 0 NOT NULL,
    started_at timestamp without time zone DEFAULT now() NOT NULL,
    duration_ms bigint,
    error text,
    CONSTRAINT stage_runs_outcome_check CHECK (outcome IN ('running', 'done', 'skipped', 'failed', 'interrupted'))
);

COMMENT ON TABLE public.stage_runs IS 'One row per stage of a run';

COMMENT ON COLUMN public.stage_runs.reason IS 'Why the stage had nothing to do, when skipped';

COMMENT ON COLUMN public.stage_runs.rows_out IS 'Rows inserted or changed in the tables the stage owns';

ALTER TABLE ONLY public.stage_runs
    ADD CONSTRAINT stage_runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stage_runs
    ADD CONSTRAINT stage_runs_run_id_stage_key UNIQUE (run_id, stage);

ALTER TABLE public.stage_runs ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.stage_units (
    stage character varying(50) NOT NULL,
    unit text NOT NULL,
    fingerprint character varying(64) NOT NULL,
    rows bigint NOT NULL,
    finished_at timestamp without time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.stage_units IS 'The inputs each unit of work (a file, a state) was last brought into line with, written in the same transaction as its rows';

ALTER TABLE ONLY public.stage_units
    ADD CONSTRAINT stage_units_pkey PRIMARY KEY (stage, unit);

ALTER TABLE public.stage_units ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.vector_index_builds (
    index_name text NOT NULL,
    rows bigint NOT NULL,
    lists integer NOT NULL,
    probes integer NOT NULL,
    built_at timestamp without time zone DEFAULT now() NOT NULL,
    kind text DEFAULT 'ivfflat'::text NOT NULL,
    column_type text DEFAULT 'vector'::text NOT NULL,
    recall double precision,
    filtered_recall double precision,
    tuned_at timestamp without time zone
);

COMMENT ON COLUMN public.vector_index_builds.probes IS 'Lists a search visits; of an HNSW index its ef_search';

COMMENT ON COLUMN public.vector_index_builds.recall IS 'recall@10 against exact search, as `districts index tune` measured it';

COMMENT ON TABLE public.vector_index_builds IS 'How each vector index was built; search reads its probes here';

ALTER TABLE ONLY public.vector_index_builds
    ADD CONSTRAINT vector_index_builds_pkey PRIMARY KEY (index_name);

ALTER TABLE public.vector_index_builds ENABLE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.stage_runs
    ADD CONSTRAINT stage_runs_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.pipeline_runs(id) ON DELETE CASCADE;
