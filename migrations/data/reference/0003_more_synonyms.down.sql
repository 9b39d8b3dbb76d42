-- The synonyms as they were before.
update reference.keyword_taxonomy
   set synonyms = string_to_array(
       'portrait of the graduate|portrait of our graduate|portrait of our graduates|portraits of graduates|portrait of graduates|graduate portrait', '|')
 where phrase = 'portrait of a graduate';
update reference.keyword_taxonomy
   set synonyms = string_to_array(
       'graduate profile|profile of the graduate|profile of our graduate|profile of our graduates|profile of graduates', '|')
 where phrase = 'profile of a graduate';
update reference.keyword_taxonomy
   set synonyms = string_to_array(
       'portrait of the learner|portrait of our learners|portrait of learners', '|')
 where phrase = 'portrait of a learner';
update reference.keyword_taxonomy
   set synonyms = string_to_array(
       'portfolio assessments|digital portfolio|digital portfolios|student portfolio|student portfolios|learner portfolio|portfolio defense|portfolio of evidence|eportfolio|e portfolio', '|')
 where phrase = 'portfolio assessment';
update reference.keyword_taxonomy
   set synonyms = string_to_array(
       'exhibitions of learning|presentation of learning|presentations of learning|student exhibitions|defense of learning|learning exhibition|student led conference|student led conferences', '|')
 where phrase = 'exhibition of learning';
