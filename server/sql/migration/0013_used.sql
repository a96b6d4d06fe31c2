-- 0013 — when a login was used last, so that a token ends as its connection does: half an hour after the
-- last request (limit.idle_ms). The server itself asks, of all bureaus at once, which logins stand.
set local search_path = xf;

alter table session add used_at timestamptz;
update session set used_at = opened_at;
alter table session alter used_at set not null;
alter policy bureau on session using (actor(1) in (0, bureau_id));
