ALTER TABLE public.state_registry_districts DROP COLUMN enrollment;
