-- Which state record is which LEA. The declared schema: `districts migrate generate` compares it with the history.

CREATE TABLE public.district_matches (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    nces_id character varying(20) NOT NULL,
    state_registry_id uuid NOT NULL,
    match_method character varying(50) NOT NULL,
    match_confidence numeric NOT NULL,
    match_details jsonb NOT NULL,
    matched_at timestamp without time zone DEFAULT now() NOT NULL,
    matched_by character varying(100),
    verified boolean DEFAULT false NOT NULL,
    verified_at timestamp without time zone,
    verified_by character varying(100),
    flag_for_review boolean DEFAULT false NOT NULL,
    review_reason text,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT district_matches_match_confidence_check CHECK (((match_confidence >= (0)::numeric) AND (match_confidence <= (1)::numeric)))
);

COMMENT ON TABLE public.district_matches IS 'At most one LEA per state record; a row flagged for review is a proposal, not a link';

COMMENT ON COLUMN public.district_matches.match_confidence IS 'Probability that the link is right, 0 to 1';

COMMENT ON COLUMN public.district_matches.match_details IS 'The evidence: every comparison with both values, level and weight, and the runner-up';

ALTER TABLE ONLY public.district_matches
    ADD CONSTRAINT district_matches_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.district_matches
    ADD CONSTRAINT district_matches_state_registry_id_key UNIQUE (state_registry_id);

CREATE INDEX idx_district_matches_confidence ON public.district_matches USING btree (match_confidence);

CREATE INDEX idx_district_matches_method ON public.district_matches USING btree (match_method);

CREATE INDEX idx_district_matches_nces ON public.district_matches USING btree (nces_id);

CREATE INDEX idx_district_matches_review ON public.district_matches USING btree (flag_for_review);

ALTER TABLE public.district_matches ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.match_decisions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    source_key text NOT NULL,
    record_key text NOT NULL,
    record_hash text NOT NULL,
    decision character varying(20) NOT NULL,
    nces_id character varying(20) NOT NULL,
    reason text,
    decided_by character varying(100) NOT NULL,
    decided_at timestamp without time zone DEFAULT clock_timestamp() NOT NULL,
    withdrawn_at timestamp without time zone,
    created_at timestamp without time zone DEFAULT now() NOT NULL,
    CONSTRAINT match_decisions_decision_check CHECK (decision IN ('accept', 'reject'))
);

COMMENT ON TABLE public.match_decisions IS 'Clerical review: which LEA a state record is, or is not, by whom, when and why.';

COMMENT ON COLUMN public.match_decisions.record_key IS 'Which record of its source, as in state_registry_districts.record_key.';

COMMENT ON COLUMN public.match_decisions.record_hash IS 'The record as it was when decided; another hash later means that it changed and a person is asked again.';

COMMENT ON COLUMN public.match_decisions.withdrawn_at IS 'A later decision replaced this one.';

ALTER TABLE ONLY public.match_decisions
    ADD CONSTRAINT match_decisions_pkey PRIMARY KEY (id);

CREATE INDEX match_decisions_record_idx ON public.match_decisions USING btree (source_key, record_key) WHERE (withdrawn_at IS NULL);

ALTER TABLE public.match_decisions ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.match_history (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    state_registry_id uuid NOT NULL,
    nces_id character varying(20),
    match_method character varying(50),
    match_confidence numeric,
    flag_for_review boolean,
    matched_at timestamp without time zone,
    matched_by character varying(100),
    replaced_at timestamp without time zone DEFAULT now() NOT NULL,
    created_at timestamp without time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.match_history IS 'Links as they were before a later run or a person changed them.';

ALTER TABLE ONLY public.match_history
    ADD CONSTRAINT match_history_pkey PRIMARY KEY (id);

CREATE INDEX match_history_record_idx ON public.match_history USING btree (state_registry_id);

ALTER TABLE public.match_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.district_matches
    ADD CONSTRAINT district_matches_state_registry_id_fkey FOREIGN KEY (state_registry_id) REFERENCES public.state_registry_districts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.match_history
    ADD CONSTRAINT match_history_state_registry_id_fkey FOREIGN KEY (state_registry_id) REFERENCES public.state_registry_districts(id) ON DELETE CASCADE;
