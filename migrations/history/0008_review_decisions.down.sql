drop table match_history;
drop table match_decisions;
