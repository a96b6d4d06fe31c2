-- name: bureau.import_unit
-- One row of units.csv: made or changed to what the row says. A new unit is an audience too.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
par as (select unit_id from unit where bureau_id = :bureau::int and code = :parent_code::text),
cur as (select unit_id from unit where bureau_id = :bureau::int and code = :code::text),
bad as (select 'parent_code' as field, 'PARENT_UNKNOWN' as "text" where :parent_code::text is not null and not exists (select from par)),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old)
         and not exists (select from bad) and not coalesce(:dry_run::bool, false) returning ledger),
n as (select h.ledger, coalesce((select unit_id from cur), (select coalesce(max(unit_id), 0) + 1 from unit where bureau_id = :bureau::int)) as unit_id from head h),
upd as (update unit set name = :name::text, short_name = :short_name::text, kind = :kind::int2, parent = (select unit_id from par), phone = :phone::text
        where bureau_id = :bureau::int and code = :code::text and exists (select from head)),
ins as (insert into unit select :bureau::int, unit_id, :code::text, :name::text, :short_name::text, :kind::int2, (select unit_id from par), :phone::text
        from n where not exists (select from cur)),
aud as (insert into audience select :bureau::int, 1, unit_id, 0 from n where not exists (select from cur)),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, unit_id from n)
select case when n.unit_id is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' when bad.field is not null then 'INVALID' else 'OK' end as verdict,
    bad.field, bad."text", coalesce(n.unit_id, same.thing) as unit_id
from (select) one left join n on true left join bad on true left join old on true left join same on true

-- name: bureau.import_officer
-- One row of officers.csv. Passwords are set elsewhere, never here. Whose roles or unit are others
-- than before is cut off, for who is connected acts as what he was when he logged in.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
u as (select unit_id from unit where bureau_id = :bureau::int and code = :unit_code::text),
cur as (select officer_id, roles, unit_id from officer where bureau_id = :bureau::int and badge = :badge::text),
bad as (select 'unit_code' as field, 'NO_SUCH_UNIT' as "text" where not exists (select from u)),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old)
         and not exists (select from bad) and not coalesce(:dry_run::bool, false) returning ledger),
n as (select h.ledger, coalesce((select officer_id from cur), (select coalesce(max(officer_id), 0) + 1 from officer where bureau_id = :bureau::int)) as officer_id from head h),
upd as (update officer set name = :name::text, unit_id = (select unit_id from u), post = :post::text, roles = :roles_mask::int4, phone = :phone::text, kind = :kind::int2
        where bureau_id = :bureau::int and badge = :badge::text and exists (select from head)),
ins as (insert into officer select :bureau::int, officer_id, :badge::text, :name::text, (select unit_id from u), :post::text, :roles_mask::int4, :phone::text, :kind::int2, null
        from n where not exists (select from cur)),
aud as (insert into audience select :bureau::int, 3, officer_id, 0 from n where not exists (select from cur)),
c as (insert into cut (bureau_id, seat, k, officer, spare)
      select :bureau::int, ledger, 1, cur.officer_id, case when cur.officer_id = :officer::int then :device::bytea end
      from n, cur where cur.roles <> :roles_mask::int4 or cur.unit_id is distinct from (select unit_id from u)),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, officer_id from n)
select case when n.officer_id is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' when bad.field is not null then 'INVALID' else 'OK' end as verdict,
    bad.field, bad."text", coalesce(n.officer_id, same.thing) as officer_id
from (select) one left join n on true left join bad on true left join old on true left join same on true

-- name: bureau.units
-- Every unit, by code.
select array_agg(unit_id) as "units.unit_id", array_agg(code) as "units.code", array_agg(name) as "units.name",
    array_agg(short_name) as "units.short_name", array_agg(kind) as "units.kind", array_agg(phone) as "units.phone"
from (select * from unit where bureau_id = :bureau::int order by code) u

-- name: bureau.officers
-- Every officer, or those of one unit, by badge.
select array_agg(officer_id) as "officers.officer_id", array_agg(badge) as "officers.badge", array_agg(name) as "officers.name",
    array_agg(unit_id) as "officers.unit_id", array_agg(unit_name) as "officers.unit_name", array_agg(post) as "officers.post",
    array_agg(roles) as "officers.roles", array_agg(disabled) as "officers.disabled"
from (select o.*, u.name as unit_name from officer o left join unit u on u.bureau_id = o.bureau_id and u.unit_id = o.unit_id
      where o.bureau_id = :bureau::int and (:unit_id::int is null or o.unit_id = :unit_id::int) order by badge) o

-- name: bureau.disable_officer
-- Lets an officer in no more: his logins and connections end.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select officer_id, disabled from officer where bureau_id = :bureau::int and badge = :badge::text),
upd as (update officer set disabled = true
        where bureau_id = :bureau::int and badge = :badge::text and disabled = false and officer_id <> :officer::int and not exists (select from old) returning officer_id),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
st as (insert into standing (bureau_id, officer_id, seat, disabled, reason, decided_by, at)
       select :bureau::int, officer_id, ledger, true, :reason::text, :officer::int, :now::timestamptz from upd, head),
s as (update session set ended_at = :now::timestamptz
      where bureau_id = :bureau::int and officer_id in (select officer_id from upd) and ended_at is null),
c as (insert into cut (bureau_id, seat, k, officer) select :bureau::int, ledger, 1, officer_id from upd, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, officer_id from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
        when cur.disabled = true then 'CONFLICT' else 'INVALID' end as verdict,
    'badge' as field, case when cur.officer_id is null then 'NO_SUCH_OFFICER' when cur.disabled = true then 'OFFICER_IS_SO' else 'OFFICER_SELF' end as "text",
    coalesce(upd.officer_id, same.thing) as officer_id
from (select) one left join cur on true left join upd on true left join head on true left join old on true left join same on true

-- name: bureau.enable_officer
-- Lets an officer in again, who was disabled.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select officer_id, disabled from officer where bureau_id = :bureau::int and badge = :badge::text),
upd as (update officer set disabled = false
        where bureau_id = :bureau::int and badge = :badge::text and disabled = true and not exists (select from old) returning officer_id),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
st as (insert into standing (bureau_id, officer_id, seat, disabled, reason, decided_by, at)
       select :bureau::int, officer_id, ledger, false, :reason::text, :officer::int, :now::timestamptz from upd, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, officer_id from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
        when cur.disabled = false then 'CONFLICT' else 'INVALID' end as verdict,
    'badge' as field, case when cur.officer_id is null then 'NO_SUCH_OFFICER' when cur.disabled = false then 'OFFICER_IS_SO' else 'OFFICER_SELF' end as "text",
    coalesce(upd.officer_id, same.thing) as officer_id
from (select) one left join cur on true left join upd on true left join head on true left join old on true left join same on true

-- name: job.bureaus    -- internal
-- Whom the timer works for.
select array_agg(bureau_id order by bureau_id) as bureau_id from bureau
