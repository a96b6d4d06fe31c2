-- :desks officers of the unit of the clerk :badge, each logged in at the bench's one device :device
-- with the token that tests/support/hall_talk.c makes of his number; the clerk himself is the last.
set search_path = xf;
select unit_id as unit, officer_id as clerk from officer where bureau_id = :bureau and badge = :'badge' \gset
insert into officer (bureau_id, officer_id, badge, name, unit_id, roles, kind)
select :bureau, 100000 + i, 'H' || i, '警员' || i, :unit, 1 << 4, 1 from generate_series(0, :desks - 1) i;
insert into audience (bureau_id, kind, id) select :bureau, 3, 100000 + i from generate_series(0, :desks - 1) i;
insert into session (bureau_id, token_sha, officer_id, device, opened_at, used_at, expires_at)
select :bureau, sha256(sha256(i::text::bytea)), case when i < :desks then 100000 + i else :clerk end, decode(:'device', 'hex'),
    :'now'::timestamptz, :'now'::timestamptz, :'now'::timestamptz + interval '12 hours'
from generate_series(0, :desks) i;
analyze officer, audience, session;
