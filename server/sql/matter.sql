-- matter — one demand: assign and take change it, the others read.
--
-- A command's steps, here and in every other noun's file:
--   old   the op row of this officer's op_id, if it was used before; of whatever request
--   same  old, if it was this very request (sha): its answer is given again (REPLAY)
--   cur   the matter as it stands and as the actor sees it; no row: NOT_FOUND
--   bad   the first thing wrong with the request: field, and a symbol of text.def (INVALID)
--   upd   the change itself, if version, state, bad and old let it. All that is written below
--         comes from upd and head, so it is all or nothing
--   head  the bureau's next place in the ledger
--   aud   who is told: each audience's next cursor
--   e f l o   the rows of event, feed, ledger and op that every act leaves behind
-- Where many come in one moment (petition.sql) the head says `-- rows`: the statement is for several
-- commands at once, a row each in q, and gives a verdict a row (server/db/rows.h).
--
-- The numbers, for SQL knows no names (proto/*.proto has them):
--   purpose 2                        ACCUSATION, a compartment
--   event and feed kind 2, 3         ASSIGNED, TAKEN: EventKind; it stands in e and again in f
--   audience kind 1, 2, 3            UNIT, ROLE, OFFICER; (2, 2) is the role RECEPTION_HEAD
--   roles & 260                      bits 2 and 8: head of reception, inspector
--   roles & 388                      bits 2, 7 and 8: those and leaders (petition.sql)
--   roles & 16644                    bits 2, 8 and 14: those of 260, and the timer (0001_core.sql)
--   access kind 1, 2, 3              opened, history read, clocks read; 4: search.sql

-- name: matter.assign    -- law: from_states int2[], next_state int2
-- Sends a matter to the unit that answers for it (交办). The unit complained of or accused
-- never handles; an accusation goes to one officer, who gets inside, beside the head of
-- reception and the inspector.
with
old as (select sha, version, state, due_on from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select version, state, purpose, unit_id, complained_unit, accused_officers, accused_units from matter where bureau_id = :bureau::int and matter_id = :matter_id::int8),
bad as (
    select 'to_unit' as field, 'NO_SUCH_UNIT' as "text" from cur where not exists (select from unit where bureau_id = :bureau::int and unit_id = :to_unit::int)
    union all
    select 'to_unit', 'COMPLAINED_HANDLES' from cur where :to_unit::int = any (accused_units || complained_unit)
    union all
    select 'handler', 'HANDLER_NEEDED' from cur where purpose = 2 and :handler::int is null
    union all
    select 'handler', 'HANDLER_NOT_OF_UNIT' where :handler::int is not null
        and not exists (select from officer where bureau_id = :bureau::int and officer_id = :handler::int and unit_id = :to_unit::int)
    union all
    select 'handler', 'COMPLAINED_HANDLES' from cur where :handler::int = any (accused_officers)
    limit 1),
upd as (update matter set version = version + 1, state = :next_state::int2, unit_id = :to_unit::int, handler = :handler::int,
               inside = case when purpose = 2 then array[:handler::int] else inside end
        where bureau_id = :bureau::int and matter_id = :matter_id::int8 and version = :version::int and state = any (:from_states::int2[])
          and not exists (select from bad) and not exists (select from old)
        returning version, state, due_on, purpose = 2 as compartment, accused_officers, accused_units),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
aud as (update audience a set cursor = a.cursor + 1
        from (select 1 as kind, :to_unit::int as id from upd where not compartment
              union select 1, unit_id from cur, upd where not compartment
              union select 2, 2 from upd where not compartment
              union select 3, :handler::int where :handler::int is not null
              union select 3, o.officer_id from officer o, upd where compartment and o.bureau_id = :bureau::int and (o.roles & 260) <> 0
                    and o.officer_id <> all (accused_officers) and coalesce(o.unit_id, 0) <> all (accused_units)) w
        where a.bureau_id = :bureau::int and a.kind = w.kind and a.id = w.id and exists (select from head)
        returning a.kind, a.id, a.cursor),
e as (insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, handler, at, compartment)
      select :bureau::int, :matter_id::int8, version, 2, :officer::int, state, :to_unit::int, :handler::int, :now::timestamptz, compartment from upd, head),
f as (insert into feed (bureau_id, kind, id, cursor, matter_id, version, event, at, compartment)
      select :bureau::int, kind, id, cursor, :matter_id::int8, version, 2, :now::timestamptz, compartment from aud, upd),
l as (insert into ledger (bureau_id, seat, officer, op_id, leaf, at) select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, version, state, due_on)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, version, state, due_on from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
            when cur.version is null then 'NOT_FOUND' when bad.field is not null then 'INVALID' else 'CONFLICT' end as verdict,
    bad.field, bad."text", coalesce(upd.version, same.version) as version, coalesce(upd.state, same.state) as state, coalesce(upd.due_on, same.due_on) as due_on
from (select) one left join cur on true left join upd on true left join head on true left join old on true left join same on true left join bad on true

-- name: matter.take    -- law: from_states int2[], next_state int2
-- The unit confirms that it has the matter (签收): its own unit only.
with
old as (select sha, version, state from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select version from matter where bureau_id = :bureau::int and matter_id = :matter_id::int8 and unit_id = :unit::int),
upd as (update matter set version = version + 1, state = :next_state::int2, handler = coalesce(handler, :officer::int)
        where bureau_id = :bureau::int and matter_id = :matter_id::int8 and unit_id = :unit::int and version = :version::int
          and state = any (:from_states::int2[]) and not exists (select from old)
        returning version, state, unit_id, handler, purpose = 2 as compartment, accused_officers, accused_units),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
aud as (update audience a set cursor = a.cursor + 1
        from (select 1 as kind, unit_id as id from upd where not compartment
              union select 2, 2 from upd where not compartment
              union select 3, o.officer_id from officer o, upd where compartment and o.bureau_id = :bureau::int and ((o.roles & 260) <> 0 or o.officer_id = handler)
                    and o.officer_id <> all (accused_officers) and coalesce(o.unit_id, 0) <> all (accused_units)) w
        where a.bureau_id = :bureau::int and a.kind = w.kind and a.id = w.id and exists (select from head)
        returning a.kind, a.id, a.cursor),
e as (insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, handler, at, compartment)
      select :bureau::int, :matter_id::int8, version, 3, :officer::int, state, unit_id, handler, :now::timestamptz, compartment from upd, head),
f as (insert into feed (bureau_id, kind, id, cursor, matter_id, version, event, at, compartment)
      select :bureau::int, kind, id, cursor, :matter_id::int8, version, 3, :now::timestamptz, compartment from aud, upd),
l as (insert into ledger (bureau_id, seat, officer, op_id, leaf, at) select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, version, state)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, version, state from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
            when cur.version is null then 'NOT_FOUND' else 'CONFLICT' end as verdict,
    coalesce(upd.version, same.version) as version, coalesce(upd.state, same.state) as state
from (select) one left join cur on true left join upd on true left join head on true left join old on true left join same on true

-- name: matter.open    -- law: all_units bool
-- The matter, its petition, and its last 20 events; who opened it is written in the same
-- statement: no row seen, no access row, NOT_FOUND.
with
m as (select * from matter where bureau_id = :bureau::int and matter_id = :matter_id::int8 and (:all_units::bool or unit_id = :unit::int)),
a as (insert into access (bureau_id, officer, matter_id, kind, at) select :bureau::int, :officer::int, matter_id, 1, :now::timestamptz from m)
select m.matter_id, m.petition_id, pt.number, m.version, m.state, m.purpose, m.demand, m.envelope, m.unit_id, m.handler, m.complained_unit, m.due_on,
    pt.people, pt.from_book, pt.seal_key, c.code as category, c.name as category_name,
    (select name from unit where bureau_id = :bureau::int and unit_id = m.unit_id) as unit_name,
    (select name from officer where bureau_id = :bureau::int and officer_id = m.handler) as handler_name,
    (select name from unit where bureau_id = :bureau::int and unit_id = m.complained_unit) as complained_unit_name,
    pp.*, r.*, e.*
from m
join petition pt on pt.bureau_id = :bureau::int and pt.petition_id = m.petition_id
left join category c on c.bureau_id = :bureau::int and c.category_id = m.category_id
cross join lateral (select array_agg(name) as "petitioners.name", array_agg(phone_sealed) as "petitioners.phone_sealed", array_agg(id_number_sealed) as "petitioners.id_number_sealed",
        array_agg(address_sealed) as "petitioners.address_sealed", array_agg(representative) as "petitioners.representative"
    from (select * from petitioner where bureau_id = :bureau::int and petition_id = m.petition_id order by seq) p) pp
cross join lateral (select array_agg(channel) as "receipts.channel", array_agg(source) as "receipts.source", array_agg(received_on) as "receipts.received_on", array_agg(reference) as "receipts.reference"
    from (select * from receipt where bureau_id = :bureau::int and petition_id = m.petition_id order by seq) x) r
cross join lateral (select array_agg(version) as "events.version", array_agg(kind) as "events.kind", array_agg(officer) as "events.officer_id", array_agg(officer_name) as "events.officer_name",
        array_agg(unit_id) as "events.unit_id", array_agg(unit_name) as "events.unit_name", array_agg(at) as "events.at"
    from (select ev.version, ev.kind, ev.officer, o.name as officer_name, ev.unit_id, u.name as unit_name, ev.at
          from (select * from event where bureau_id = :bureau::int and matter_id = :matter_id::int8 order by version desc limit 20) ev
          left join officer o on o.bureau_id = :bureau::int and o.officer_id = ev.officer
          left join unit u on u.bureau_id = :bureau::int and u.unit_id = ev.unit_id order by ev.version desc) e) e

-- name: matter.list    -- law: only_unit int, page int
-- A page, newest first, by keyset; list pages leave no access row. `after` stands where the index
-- can use it: behind `is null or` a page far back walked all that is newer, and under row security
-- `coalesce` counts as leaky, `case` does not.
with
found as (
    select m.matter_id, m.petition_id, m.state, m.purpose, m.demand, m.unit_id, m.received_on, m.due_on, m.version from matter m
    where m.bureau_id = :bureau::int and (:state::int2 is null or m.state = :state::int2) and (:only_unit::int is null or m.unit_id = :only_unit::int)
      and m.matter_id < case when :after::int8 is null then 9223372036854775807 else :after::int8 end
    order by m.matter_id desc limit :page::int + 1),
page as (
    select s.*, p.number, u.name as unit_name from (select * from found order by matter_id desc limit :page::int) s
    join petition p on p.bureau_id = :bureau::int and p.petition_id = s.petition_id
    left join unit u on u.bureau_id = :bureau::int and u.unit_id = s.unit_id order by s.matter_id desc)
select array_agg(matter_id) as "matters.matter_id", array_agg(number) as "matters.number", array_agg(state) as "matters.state", array_agg(purpose) as "matters.purpose",
    array_agg(demand) as "matters.demand", array_agg(unit_id) as "matters.unit_id", array_agg(unit_name) as "matters.unit_name", array_agg(received_on) as "matters.received_on",
    array_agg(due_on) as "matters.due_on", array_agg(version) as "matters.version",
    case when (select count(*) from found) > :page::int then min(matter_id) end as next
from page

-- name: matter.history    -- law: all_units bool
-- The record of a matter, oldest first; reading it is recorded too.
with
m as (select matter_id from matter where bureau_id = :bureau::int and matter_id = :matter_id::int8 and (:all_units::bool or unit_id = :unit::int)),
a as (insert into access (bureau_id, officer, matter_id, kind, at) select :bureau::int, :officer::int, matter_id, 2, :now::timestamptz from m)
select e.* from m
cross join lateral (select array_agg(version) as "events.version", array_agg(kind) as "events.kind", array_agg(officer) as "events.officer_id", array_agg(officer_name) as "events.officer_name",
        array_agg(unit_id) as "events.unit_id", array_agg(unit_name) as "events.unit_name", array_agg(at) as "events.at",
        array_agg(clock) as "events.clock", array_agg(was_on) as "events.was_on", array_agg(due_on) as "events.due_on", array_agg(step) as "events.step"
    from (select ev.version, ev.kind, ev.officer, o.name as officer_name, ev.unit_id, u.name as unit_name, ev.at, ev.clock, ev.was_on, ev.due_on, ev.step
          from (select * from event where bureau_id = :bureau::int and matter_id = :matter_id::int8 and version > coalesce(:after_version::int, 0) order by version limit 200) ev
          left join officer o on o.bureau_id = :bureau::int and o.officer_id = ev.officer
          left join unit u on u.bureau_id = :bureau::int and u.unit_id = ev.unit_id order by ev.version) e) e

-- name: matter.due.read
-- The whole calendar with the holidays' names, to explain by. As in petition.register.read.
with
current as (select year, version from calendar_year where bureau_id = :bureau::int and until_seat is null),
days as (select distinct on (d.day) d.day, d.kind, d.name from current c
         join calendar_day d on d.bureau_id = :bureau::int and d.year = c.year and d.version = c.version order by d.day, d.year desc)
select (select array_agg(year) from current) as years,
    array_agg(day order by day) as "days.day_on", array_agg(kind order by day) as "days.kind", array_agg(name order by day) as "days.name"
from days

-- name: matter.due    -- law: all_units bool
-- The clocks of a matter; reading them is recorded like opening it.
with
m as (select matter_id, petition_id, due_on from matter where bureau_id = :bureau::int and matter_id = :matter_id::int8 and (:all_units::bool or unit_id = :unit::int)),
a as (insert into access (bureau_id, officer, matter_id, kind, at) select :bureau::int, :officer::int, matter_id, 3, :now::timestamptz from m)
select m.matter_id, pt.number, m.due_on, k.* from m
join petition pt on pt.bureau_id = :bureau::int and pt.petition_id = m.petition_id
cross join lateral (select array_agg(seq) as "clocks.seq", array_agg(rule) as "clocks.rule", array_agg(rule_from) as "clocks.valid_from_on", array_agg(started_on) as "clocks.started_on",
        array_agg(raw_on) as "clocks.raw_on", array_agg(due_on) as "clocks.due_on", array_agg(missing_year) as "clocks.missing_year", array_agg(ended_on) as "clocks.ended_on",
        array_agg(nullif(reminded, 0::int2)) as "clocks.step", array_agg(outdated) as "clocks.outdated"
    from (select c.*, c.ended_on is null and c.calendar_seat < (select coalesce(max(seat), 0) from calendar_year where bureau_id = :bureau::int) as outdated
          from clock c where c.bureau_id = :bureau::int and c.matter_id = :matter_id::int8 order by c.seq) c) k
