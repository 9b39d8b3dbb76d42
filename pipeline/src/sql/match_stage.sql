create temporary table match_stage (
    nces_id text, state_registry_id uuid, match_method text, match_confidence numeric,
    match_details jsonb, flag_for_review boolean, review_reason text
) on commit drop
