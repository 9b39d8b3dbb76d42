drop table document_words;
