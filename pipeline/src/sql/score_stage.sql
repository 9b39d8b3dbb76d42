create temporary table score_stage (
    nces_id text, readiness_score numeric, alignment_score numeric, activation_score numeric,
    branding_score numeric, total_score numeric, outreach_tier text, keyword_matches jsonb,
    documents_analyzed integer, fingerprint text
) on commit drop
