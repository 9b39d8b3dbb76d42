-- 0016_state_enrollment, 2026-11-25: what a state counts of students, to be compared with NCES.
-- phase: expand

ALTER TABLE public.state_registry_districts ADD COLUMN enrollment integer;

COMMENT ON COLUMN public.state_registry_districts.enrollment IS 'Students as the state counts them; null where its file does not say';
