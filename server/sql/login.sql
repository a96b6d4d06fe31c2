-- name: login.begin.read
-- The officer's password hash; no row for a badge that nobody has.
select officer_id, password_hash from officer where bureau_id = :bureau::int and badge = :badge::text

-- name: login.begin    -- law: token_sha bytea, expires_at timestamptz
-- Opens a session on this device. The token itself never comes here.
with o as (
    select o.officer_id, o.name, o.unit_id, u.name as unit_name, o.roles from officer o
    left join unit u on u.bureau_id = o.bureau_id and u.unit_id = o.unit_id
    where o.bureau_id = :bureau::int and o.badge = :badge::text),
s as (
    insert into session (bureau_id, token_sha, officer_id, device, opened_at, expires_at)
    select :bureau::int, :token_sha::bytea, officer_id, :device::bytea, :now::timestamptz, :expires_at::timestamptz from o)
select officer_id, name, unit_id, unit_name, roles, :expires_at::timestamptz as expires_at from o

-- name: login.resume    -- law: token_sha bytea
-- Good with the certificate it was given to, until it expires or is ended.
select case when o.officer_id is null then 'UNAUTHENTICATED' else 'OK' end as verdict,
    'NOT_LOGGED_IN' as "text", o.officer_id, o.name, o.unit_id, u.name as unit_name, o.roles, s.expires_at
from (select) one
left join session s on s.bureau_id = :bureau::int and s.token_sha = :token_sha::bytea and s.device = :device::bytea
    and s.ended_at is null and s.expires_at > :now::timestamptz
left join officer o on o.bureau_id = s.bureau_id and o.officer_id = s.officer_id
left join unit u on u.bureau_id = o.bureau_id and u.unit_id = o.unit_id

-- name: login.end
-- Ends every session of this officer on this device.
with s as (
    update session set ended_at = :now::timestamptz
    where bureau_id = :bureau::int and officer_id = :officer::int and device = :device::bytea and ended_at is null)
select 'OK' as verdict

-- name: login.set_password
-- Sets the hash and ends the officer's sessions.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select officer_id from officer where bureau_id = :bureau::int and badge = :badge::text),
upd as (update officer set password_hash = :password_hash::text
        where bureau_id = :bureau::int and badge = :badge::text and not exists (select from old) returning officer_id),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
s as (update session set ended_at = :now::timestamptz
      where bureau_id = :bureau::int and officer_id in (select officer_id from upd) and ended_at is null),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, officer_id from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' else 'INVALID' end as verdict,
    'badge' as field, 'NO_SUCH_OFFICER' as "text", coalesce(upd.officer_id, same.thing) as officer_id
from (select) one left join upd on true left join head on true left join old on true left join same on true
