-- name: device.invite    -- law: code_sha bytea, expires_at timestamptz
-- A code for one certificate. A retry is given the same code, which is made of the request itself.
with
old as (select sha from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
bad as (select 'unit_id' as field, 'NO_SUCH_UNIT' as "text"
        where :unit_id::int is not null and not exists (select from unit where bureau_id = :bureau::int and unit_id = :unit_id::int)
        union all
        select 'name', 'DEVICE_NAME_TAKEN' where exists (select from device where bureau_id = :bureau::int and name = :name::text
            and revoked_at is null and until_at > :now::timestamptz)
        limit 1),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old) and not exists (select from bad)
         returning ledger),
i as (insert into invitation (bureau_id, code_sha, name, unit_id, invited_by, invited_at, expires_at)
      select :bureau::int, :code_sha::bytea, :name::text, :unit_id::int, :officer::int, :now::timestamptz, :expires_at::timestamptz from head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz from head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' else 'INVALID' end as verdict,
    bad.field, bad."text", :bureau::int as bureau_id,
    coalesce((select expires_at from invitation where bureau_id = :bureau::int and code_sha = :code_sha::bytea), :expires_at::timestamptz) as expires_at
from (select) one left join head on true left join bad on true left join old on true

-- name: device.enrol.read
-- For whom this code was made; no row: for nobody, or it is too late. One that was used stays, for a
-- retry: the statement decides.
select name from invitation where bureau_id = :bureau::int and code_sha = sha256(convert_to(:code::text, 'UTF8')) and (used_at is not null or expires_at > :now::timestamptz)

-- name: device.enrol    -- law: fingerprint bytea, serial bytea, from_at timestamptz, until_at timestamptz, der bytea
-- Uses the code up and inscribes the device, in one. A code is used once.
with
old as (select sha from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
upd as (update invitation set used_at = :now::timestamptz
        where bureau_id = :bureau::int and code_sha = sha256(convert_to(:code::text, 'UTF8')) and used_at is null and expires_at > :now::timestamptz
            and not exists (select from old)
        returning name, unit_id),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
d as (insert into device (bureau_id, fingerprint, name, unit_id, serial, from_at, until_at, enrolled_at, certificate, op_id)
      select :bureau::int, :fingerprint::bytea, name, unit_id, :serial::bytea, :from_at::timestamptz, :until_at::timestamptz, :now::timestamptz, :der::bytea, :op_id::uuid
      from upd, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz from head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' else 'INVALID' end as verdict,
    'code' as field, 'CODE_WRONG' as "text",
    case when head.ledger is not null then :der::bytea else made.certificate end as certificate, coalesce(upd.name, made.name) as name
from (select) one left join head on true left join upd on true left join old on true
left join device made on made.bureau_id = :bureau::int and made.op_id = :op_id::uuid

-- name: device.renew    -- law: fingerprint bytea, serial bytea, from_at timestamptz, until_at timestamptz, der bytea, device_name text
-- The next certificate of the device that asks, in the place of the one it has. That one is good
-- until the new one is in use (device.retire).
with
old as (select sha from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
was as (select unit_id, revoked_at from device where bureau_id = :bureau::int and fingerprint = :device::bytea),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old)
         and not exists (select from was where revoked_at is not null) returning ledger),
d as (insert into device (bureau_id, fingerprint, name, unit_id, serial, from_at, until_at, enrolled_at, certificate, op_id, renews)
      select :bureau::int, :fingerprint::bytea, :device_name::text, (select unit_id from was), :serial::bytea,
          :from_at::timestamptz, :until_at::timestamptz, :now::timestamptz, :der::bytea, :op_id::uuid, :device::bytea from head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz from head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' else 'UNAUTHENTICATED' end as verdict,
    '' as field, 'DEVICE_REVOKED' as "text",
    case when head.ledger is not null then :der::bytea else made.certificate end as certificate, :device_name::text as name
from (select) one left join head on true left join old on true
left join device made on made.bureau_id = :bureau::int and made.op_id = :op_id::uuid

-- name: device.list
-- The bureau's devices, by name; without `all` only those that may come in.
select array_agg(name) as "devices.name", array_agg(unit_id) as "devices.unit_id", array_agg(unit_name) as "devices.unit_name",
    array_agg(fingerprint) as "devices.fingerprint", array_agg(serial) as "devices.serial", array_agg(enrolled_at) as "devices.enrolled_at",
    array_agg(until_at) as "devices.until_at", array_agg(login_at) as "devices.login_at", array_agg(revoked_at) as "devices.revoked_at",
    array_agg(reason) as "devices.reason"
from (
    select d.*, u.name as unit_name, s.opened_at as login_at from device d
    left join unit u on u.bureau_id = d.bureau_id and u.unit_id = d.unit_id
    left join lateral (select opened_at from session s where s.bureau_id = :bureau::int and s.device = d.fingerprint order by opened_at desc limit 1) s on true
    where d.bureau_id = :bureau::int and (coalesce(:all::bool, false) or (d.revoked_at is null and d.until_at > :now::timestamptz))
    order by d.name, d.enrolled_at desc, d.fingerprint limit 1000) d

-- name: device.revoke
-- Ends a name or a certificate, the sessions there and who is connected. A certificate that never
-- came here is inscribed as revoked, so that it never will.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select fingerprint from device where bureau_id = :bureau::int and revoked_at is null
        and (name = :name::text or fingerprint = :fingerprint::bytea)),
unseen as (select :fingerprint::bytea as fingerprint
           where :fingerprint::bytea is not null and not exists (select from device where bureau_id = :bureau::int and fingerprint = :fingerprint::bytea)),
open as (select code_sha from invitation where bureau_id = :bureau::int and name = :name::text and used_at is null and expires_at > :now::timestamptz),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old)
         and (exists (select from cur) or exists (select from unseen) or exists (select from open)) returning ledger),
upd as (update device set revoked_at = :now::timestamptz, revoked_by = :officer::int, reason = :reason::text
        where bureau_id = :bureau::int and fingerprint in (select fingerprint from cur) and exists (select from head)),
ins as (insert into device (bureau_id, fingerprint, name, enrolled_at, revoked_at, revoked_by, reason)
        select :bureau::int, fingerprint, '', :now::timestamptz, :now::timestamptz, :officer::int, :reason::text from unseen, head),
void as (update invitation set used_at = :now::timestamptz
         where bureau_id = :bureau::int and code_sha in (select code_sha from open) and exists (select from head)),
hit as materialized (select fingerprint, row_number() over (order by fingerprint) as k from (select * from cur union all select * from unseen) x),
s as (update session set ended_at = :now::timestamptz
      where bureau_id = :bureau::int and device in (select fingerprint from hit) and ended_at is null and exists (select from head)),
c as (insert into cut (bureau_id, seat, k, device) select :bureau::int, ledger, k, fingerprint from hit, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, (select count(*) from hit) from head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' else 'NOT_FOUND' end as verdict,
    case when head.ledger is not null then (select count(*) from hit)::int else same.thing end as certificates
from (select) one left join head on true left join old on true left join same on true

-- name: device.retire    -- law: reason text
-- The timer: ends each certificate in whose place another one came that somebody has logged in with. Not
-- sooner, for until then the old one may be all that the desk has: the answer with the new one may have
-- been lost, or the desk gone down before it was on its disk. Who logs in has it there, since a client
-- writes it first. Of two that came in one's place (asked for twice) neither ends the other: which of
-- them the desk kept is not known here. A certificate that was renewed before anybody logged in with
-- it is inscribed as ended, so that it never comes in.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
due as (select n.renews as fingerprint, max(n.name) as name from device n
        left join device o on o.bureau_id = :bureau::int and o.fingerprint = n.renews
        where n.bureau_id = :bureau::int and n.renews is not null and n.until_at > :now::timestamptz and o.revoked_at is null
            and not exists (select from old)
            and exists (select from session s where s.bureau_id = :bureau::int and s.device = n.fingerprint)
        group by n.renews order by n.renews limit :most::int),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from due) returning ledger),
upd as (update device set revoked_at = :now::timestamptz, revoked_by = :officer::int, reason = :reason::text
        where bureau_id = :bureau::int and fingerprint in (select fingerprint from due) and exists (select from head)),
ins as (insert into device (bureau_id, fingerprint, name, enrolled_at, revoked_at, revoked_by, reason)
        select :bureau::int, fingerprint, name, :now::timestamptz, :now::timestamptz, :officer::int, :reason::text from due, head
        where not exists (select from device x where x.bureau_id = :bureau::int and x.fingerprint = due.fingerprint)),
s as (update session set ended_at = :now::timestamptz
      where bureau_id = :bureau::int and device in (select fingerprint from due) and ended_at is null and exists (select from head)),
c as (insert into cut (bureau_id, seat, k, device) select :bureau::int, ledger, row_number() over (order by fingerprint), fingerprint from due, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, (select count(*) from due) from head)
select case when old.sha is null then 'OK' when old.sha = :sha::bytea then 'REPLAY' else 'OP_MISMATCH' end as verdict,
    coalesce(same.thing, (select count(*) from due))::int as certificates
from (select) one left join old on true left join same on true

-- name: standing.cuts    -- internal    -- law: bureaus int4[], seats int8[]
-- Who is cut off behind a place in each bureau's ledger, and how far that was read. Place NULL: only
-- devices are there where nobody has logged in yet; then what was revoked lately, for one that is
-- revoked stays so. Of a hundred and more, the rest comes next time.
select w.bureau, c.seat, c.device, c.officer, c.spare,
    case when count(c.seat) over p >= 100 then max(c.seat) over p else b.ledger end as upto
from unnest(:bureaus::int4[], :seats::int8[]) w(bureau, seat)
join bureau b on b.bureau_id = w.bureau
left join lateral (select * from cut c where c.bureau_id = w.bureau and c.seat > coalesce(w.seat, b.ledger - 100000)
    and (w.seat is not null or c.device is not null) order by c.seat fetch first 100 rows with ties) c on true
window p as (partition by w.bureau)
order by w.bureau, c.seat, c.k
