-- name: login.begin.read
-- The officer's password hash, NULL for a badge that nobody has; whether this device is revoked; and
-- for how long the badge is locked here, NULL when it is not.
select o.officer_id, o.password_hash,
    exists (select from device where bureau_id = :bureau::int and fingerprint = :device::bytea and revoked_at is not null) as revoked,
    (select ceil(extract(epoch from locked_until - :now::timestamptz) * 1000)::int8 from login_failure
     where bureau_id = :bureau::int and badge_idx = :badge_idx::bytea and device = :device::bytea and locked_until > :now::timestamptz) as locked_ms
from (select) one left join officer o on o.bureau_id = :bureau::int and o.badge = :badge::text

-- name: login.begin    -- law: proved bool, most_failures int, lock_until timestamptz, forget_before timestamptz, token_sha bytea, expires_at timestamptz, most_sessions int, device_name text, device_serial bytea, device_from timestamptz, device_until timestamptz
-- Opens a session on this device, and ends the officer's oldest ones past most_sessions. The token
-- itself never comes here. A device of deploy/ca is inscribed when somebody first logs in there.
-- A wrong password is counted, for a badge that nobody has too; a right one is no good any more when
-- it was overtaken by the last wrong one that was allowed.
with gone as (select from device where bureau_id = :bureau::int and fingerprint = :device::bytea and revoked_at is not null),
was as (select from login_failure where bureau_id = :bureau::int and badge_idx = :badge_idx::bytea and device = :device::bytea),
clear as (
    update login_failure set tried = '{}', locked_until = null
    where bureau_id = :bureau::int and badge_idx = :badge_idx::bytea and device = :device::bytea
        and :proved::bool and (locked_until is null or locked_until <= :now::timestamptz)
    returning device),
o as (
    select o.officer_id, o.name, o.unit_id, u.name as unit_name, o.roles, o.disabled, exists (select from gone) as gone,
        :proved::bool and (not exists (select from was) or exists (select from clear)) as proved
    from officer o
    left join unit u on u.bureau_id = o.bureau_id and u.unit_id = o.unit_id
    where o.bureau_id = :bureau::int and o.badge = :badge::text),
bad as (
    insert into login_failure as f (bureau_id, badge_idx, device, officer_id, tried, last_at, locked_until)
    select :bureau::int, :badge_idx::bytea, :device::bytea, (select officer_id from o), array[:sha::bytea], :now::timestamptz,
        case when :most_failures::int <= 1 then :lock_until::timestamptz end
    where not :proved::bool
    on conflict (bureau_id, badge_idx, device) do update set (officer_id, tried, last_at, locked_until) = (
        select excluded.officer_id, t, :now::timestamptz, case when cardinality(t) >= :most_failures::int then :lock_until::timestamptz end
        from (select case when f.last_at <= :forget_before::timestamptz then array[:sha::bytea]
                          when :sha::bytea = any (f.tried) then f.tried else f.tried || :sha::bytea end as t) x)
    returning cardinality(tried) as failures, locked_until),
k as (
    insert into login_lock (bureau_id, badge_idx, device, locked_at, officer_id, failures, until_at)
    select :bureau::int, :badge_idx::bytea, :device::bytea, :now::timestamptz, (select officer_id from o), failures, locked_until
    from bad where locked_until is not null
    on conflict do nothing),
s as (
    insert into session (bureau_id, token_sha, officer_id, device, opened_at, expires_at, used_at)
    select :bureau::int, :token_sha::bytea, officer_id, :device::bytea,
        coalesce((select max(x.opened_at) + interval '1 microsecond' from session x -- behind the last of the same moment: of two that tie, nobody knows the older
                  where x.bureau_id = :bureau::int and x.officer_id = o.officer_id and x.ended_at is null
                    and x.opened_at >= :now::timestamptz and x.opened_at < :now::timestamptz + interval '1 second'), :now::timestamptz),
        :expires_at::timestamptz, :now::timestamptz from o
    where proved and not disabled and not gone),
e as (
    update session set ended_at = :now::timestamptz
    where bureau_id = :bureau::int and token_sha in (
        select x.token_sha from o join session x on x.bureau_id = :bureau::int and x.officer_id = o.officer_id
            and x.ended_at is null and x.expires_at > :now::timestamptz
        where o.proved and not o.disabled and not o.gone
        order by x.opened_at desc, x.token_sha offset greatest(:most_sessions::int - 1, 0))
    returning token_sha),
d as (
    insert into device (bureau_id, fingerprint, name, serial, from_at, until_at, enrolled_at)
    select :bureau::int, :device::bytea, :device_name::text, :device_serial::bytea, :device_from::timestamptz, :device_until::timestamptz, :now::timestamptz from o
    where proved and not disabled and :device_name::text is not null and not exists (select from device where bureau_id = :bureau::int and fingerprint = :device::bytea)
    on conflict (bureau_id, fingerprint) do nothing)
select case when o.proved and not o.disabled and not o.gone then 'OK' else 'UNAUTHENTICATED' end as verdict,
    case when o.gone and o.proved then 'DEVICE_REVOKED' when o.disabled and o.proved then 'OFFICER_DISABLED' else 'BAD_PASSWORD' end as "text",
    o.officer_id, o.name, o.unit_id, o.unit_name, o.roles, :expires_at::timestamptz as expires_at,
    (select nullif(count(*), 0)::int from e) as ended,
    (select ledger from bureau where bureau_id = :bureau::int) as login_seat
from (select) one left join o on true

-- name: login.resume    -- law: token_sha bytea, idle_since timestamptz
-- Good with the certificate it was given to, until it expires, is ended, or nobody has used it for long.
-- To come back is no use of it: a program does so by itself.
select case when o.officer_id is null or o.disabled or d.revoked_at is not null then 'UNAUTHENTICATED' else 'OK' end as verdict,
    case when d.revoked_at is not null then 'DEVICE_REVOKED' when o.disabled then 'OFFICER_DISABLED' else 'NOT_LOGGED_IN' end as "text",
    o.officer_id, o.name, o.unit_id, u.name as unit_name, o.roles, s.expires_at,
    (select ledger from bureau where bureau_id = :bureau::int) as login_seat
from (select) one
left join device d on d.bureau_id = :bureau::int and d.fingerprint = :device::bytea
left join session s on s.bureau_id = :bureau::int and s.token_sha = :token_sha::bytea and s.device = :device::bytea
    and s.ended_at is null and s.expires_at > :now::timestamptz and s.used_at > :idle_since::timestamptz
left join officer o on o.bureau_id = s.bureau_id and o.officer_id = s.officer_id
left join unit u on u.bureau_id = o.bureau_id and u.unit_id = o.unit_id

-- name: login.seen    -- internal    -- law: bureaus int4[], tokens bytea[], used bool[], seats int8[]
-- Of these logins, by the hash of their token, those that do not stand any more; but not who is cut off behind
-- the place at which his was judged, for standing.cuts finds him and knows why. One that was used is marked so,
-- once a minute.
with w as (select * from unnest(:bureaus::int4[], :tokens::bytea[], :used::bool[], :seats::int8[]) w(bureau, token, used, seat)),
s as materialized (
    select w.token, w.used, w.seat, s.* from w
    cross join lateral (select bureau_id, officer_id, device, used_at, ended_at from session where bureau_id = w.bureau and token_sha = w.token offset 0) s),
u as (
    update session x set used_at = :now::timestamptz from s
    where s.used and s.ended_at is null and s.used_at <= :now::timestamptz - interval '1 minute' and x.bureau_id = s.bureau_id and x.token_sha = s.token)
select token from s where ended_at is not null
    and not exists (select from cut c where c.bureau_id = s.bureau_id and c.seat > s.seat
                    and (c.device = s.device or (c.officer = s.officer_id and c.spare is distinct from s.device)))

-- name: login.end
-- Ends every session of this officer on this device.
with s as (
    update session set ended_at = :now::timestamptz
    where bureau_id = :bureau::int and officer_id = :officer::int and device = :device::bytea and ended_at is null)
select 'OK' as verdict

-- name: login.set_password
-- Sets the hash, ends the officer's sessions and connections, but the one of who sets his own, and
-- unlocks him: who has forgotten his password has tried.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select officer_id from officer where bureau_id = :bureau::int and badge = :badge::text),
upd as (update officer set password_hash = :password_hash::text
        where bureau_id = :bureau::int and badge = :badge::text and not exists (select from old) returning officer_id),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
s as (update session set ended_at = :now::timestamptz
      where bureau_id = :bureau::int and officer_id in (select officer_id from upd) and ended_at is null),
f as (update login_failure set tried = '{}', locked_until = null
      where bureau_id = :bureau::int and badge_idx = :badge_idx::bytea and exists (select from upd)),
k as (update login_lock set unlocked_at = :now::timestamptz, unlocked_by = :officer::int
      where bureau_id = :bureau::int and badge_idx = :badge_idx::bytea and exists (select from upd)
          and until_at > :now::timestamptz and unlocked_at is null),
c as (insert into cut (bureau_id, seat, k, officer, spare)
      select :bureau::int, ledger, 1, officer_id, case when officer_id = :officer::int then :device::bytea end from upd, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, officer_id from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' else 'INVALID' end as verdict,
    'badge' as field, 'NO_SUCH_OFFICER' as "text", coalesce(upd.officer_id, same.thing) as officer_id
from (select) one left join upd on true left join head on true left join old on true left join same on true

-- name: login.unlock
-- Ends every lock of this badge, at whatever device, and forgets what was tried. One that is not
-- locked is none the worse for it.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select officer_id from officer where bureau_id = :bureau::int and badge = :badge::text and not exists (select from old)),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from cur) returning ledger),
f as (update login_failure set tried = '{}', locked_until = null
      where bureau_id = :bureau::int and badge_idx = :badge_idx::bytea and exists (select from head)),
k as (update login_lock set unlocked_at = :now::timestamptz, unlocked_by = :officer::int
      where bureau_id = :bureau::int and badge_idx = :badge_idx::bytea and exists (select from head)
          and until_at > :now::timestamptz and unlocked_at is null),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, officer_id from cur, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' else 'INVALID' end as verdict,
    'badge' as field, 'NO_SUCH_OFFICER' as "text", coalesce(cur.officer_id, same.thing) as officer_id
from (select) one left join cur on true left join head on true left join old on true left join same on true

-- name: login.failures    -- law: forget_before timestamptz
-- Wrong passwords that still count, and locks, the newest first. A badge that nobody has is not told:
-- it may be a password.
select array_agg(badge) as "failures.badge", array_agg(name) as "failures.name", array_agg(device) as "failures.device",
    array_agg(failures) as "failures.failures", array_agg(last_at) as "failures.last_at", array_agg(locked_until) as "failures.locked_until_at",
    array_agg(unlocked_at) as "failures.unlocked_at", array_agg(unlocked_by) as "failures.unlocked_by"
from (
    select o.badge, o.name, coalesce(d.name, '') as device, x.failures, x.last_at, x.locked_until, x.unlocked_at, b.badge as unlocked_by
    from (
        select officer_id, badge_idx, device, cardinality(tried) as failures, last_at, null::timestamptz as locked_until,
            null::timestamptz as unlocked_at, null::int as unlocked_by
        from login_failure where bureau_id = :bureau::int and last_at > :forget_before::timestamptz and tried <> '{}' and locked_until is null
        union all
        select officer_id, badge_idx, device, failures, locked_at, until_at, unlocked_at, unlocked_by
        from login_lock where bureau_id = :bureau::int
        order by last_at desc limit 200) x
    left join officer o on o.bureau_id = :bureau::int and o.officer_id = x.officer_id
    left join officer b on b.bureau_id = :bureau::int and b.officer_id = x.unlocked_by
    left join device d on d.bureau_id = :bureau::int and d.fingerprint = x.device
    order by x.last_at desc) x
