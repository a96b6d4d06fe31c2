-- 0009 — the list of new grams (0007_search.sql) is read through by every search: half a megabyte of it
-- cost a rare word 4 ms of its 6.6. A shorter one is sorted in more often.
set local search_path = xf;

alter index matter_gram_grams set (gin_pending_list_limit = 64);
