insert into district_keyword_scores as k
    (nces_id, readiness_score, alignment_score, activation_score, branding_score, total_score,
     outreach_tier, keyword_matches, documents_analyzed)
select nces_id, readiness_score, alignment_score, activation_score, branding_score, total_score,
       outreach_tier, keyword_matches, documents_analyzed
  from score_stage
on conflict (nces_id) do update
   set readiness_score = excluded.readiness_score, alignment_score = excluded.alignment_score,
       activation_score = excluded.activation_score, branding_score = excluded.branding_score,
       total_score = excluded.total_score, outreach_tier = excluded.outreach_tier,
       keyword_matches = excluded.keyword_matches, documents_analyzed = excluded.documents_analyzed,
       scored_at = now(), updated_at = now()
 where (k.readiness_score, k.alignment_score, k.activation_score, k.branding_score, k.total_score,
        k.outreach_tier, k.keyword_matches, k.documents_analyzed)
       is distinct from
       (excluded.readiness_score, excluded.alignment_score, excluded.activation_score,
        excluded.branding_score, excluded.total_score, excluded.outreach_tier,
        excluded.keyword_matches, excluded.documents_analyzed)
