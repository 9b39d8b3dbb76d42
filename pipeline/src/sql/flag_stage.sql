create temporary table flag_stage (
    district_id uuid, state_registry_id uuid, flag_type text, severity text, description text
) on commit drop
