insert into district_matches as m
    (nces_id, state_registry_id, match_method, match_confidence, match_details,
     flag_for_review, review_reason, matched_by)
select nces_id, state_registry_id, match_method, match_confidence, match_details,
       flag_for_review, review_reason, 'districts'
  from match_stage
on conflict (state_registry_id) do update
   set nces_id = excluded.nces_id, match_method = excluded.match_method,
       match_confidence = excluded.match_confidence, match_details = excluded.match_details,
       flag_for_review = excluded.flag_for_review, review_reason = excluded.review_reason,
       matched_by = excluded.matched_by, matched_at = now()
 where not m.verified
   and (m.nces_id, m.match_method, m.match_confidence, m.match_details, m.flag_for_review, m.review_reason)
       is distinct from
       (excluded.nces_id, excluded.match_method, excluded.match_confidence, excluded.match_details,
        excluded.flag_for_review, excluded.review_reason)
