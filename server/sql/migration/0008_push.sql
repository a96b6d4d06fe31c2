-- 0008 — what a whole unit or role is told is never of an accusation: then the answer to what came
-- is the same for all of them, and is asked once (server/session/push.h).
set local search_path = xf;

alter table feed add constraint shared_is_open check (kind = 3 or not compartment);
