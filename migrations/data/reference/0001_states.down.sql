delete from reference.states;
