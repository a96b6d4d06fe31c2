-- name: reminder.send.read
-- Running clocks that reached the next step of their ladder, the one that waited longest first; not one
-- that an older calendar dated: clock.redate may move its day yet.
with
newest as (select coalesce(max(seat), 0) as seat from calendar_year where bureau_id = :bureau::int and until_seat is null),
due as (
    select c.matter_id, c.seq, c.reminded, c.remind_on, row_number() over (order by c.remind_on[c.reminded + 1], c.matter_id, c.seq) as k from newest, clock c
    where c.bureau_id = :bureau::int and c.ended_on is null and c.remind_on[c.reminded + 1] <= :today::date and c.calendar_seat >= newest.seat
    order by c.remind_on[c.reminded + 1], c.matter_id, c.seq limit :most::int)
select array_agg(matter_id order by k) as "clocks.matter_id", array_agg(seq order by k) as "clocks.seq", array_agg(reminded order by k) as "clocks.reminded",
    (select array_agg(x.day order by due.k, x.i) from due, unnest(due.remind_on) with ordinality x(day, i)) as days_on
from due

-- name: reminder.send    -- law: matter_ids int8[], seqs int2[], behind int2[], steps int2[], tells int4[]
-- The timer: one step of each clock, and on record whom it told; the steps between were passed
-- over. Whom a step tells comes as bits; where none of them is there (no handler yet, a unit
-- without a head, or the one complained of) the next one up is told. Of an accusation only who is inside its compartment,
-- never a unit's head, never the accused. A clock that somebody else reminded of meanwhile has
-- another `reminded`; one whose day moved meanwhile, or will by a calendar that came meanwhile, waits.
with
old as (select sha, version, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select x.*, c.remind_on, row_number() over (partition by x.matter_id order by x.seq)::int as k
        from unnest(:matter_ids::int8[], :seqs::int2[], :behind::int2[], :steps::int2[], :tells::int4[]) x(matter_id, seq, behind, step, tells)
        join clock c on c.bureau_id = :bureau::int and c.matter_id = x.matter_id and c.seq = x.seq and c.reminded = x.behind
        where c.ended_on is null and x.step > x.behind and c.remind_on[x.step] <= :today::date and not exists (select from old)
          and c.calendar_seat >= (select coalesce(max(seat), 0) from calendar_year where bureau_id = :bureau::int and until_seat is null)),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from cur) returning ledger),
upd as (update clock c set reminded = cur.step from cur, head where c.bureau_id = :bureau::int and c.matter_id = cur.matter_id and c.seq = cur.seq),
m as (update matter x set version = x.version + n.n from (select matter_id, count(*)::int as n from cur group by matter_id) n, head
      where x.bureau_id = :bureau::int and x.matter_id = n.matter_id
      returning x.matter_id, x.version - n.n as base, x.state, x.unit_id, x.handler, x.purpose = 2 as compartment, x.complained_unit, x.accused_officers, x.accused_units, x.inside),
ev as (select cur.seq, cur.behind, cur.step, cur.tells, cur.remind_on, m.base + cur.k as version, m.* from cur join m on m.matter_id = cur.matter_id),
e as (insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, handler, at, compartment, clock, step)
      select :bureau::int, matter_id, version, 8, :officer::int, state, unit_id, handler, :now::timestamptz, compartment, seq, step from ev),
may as (select ev.matter_id, ev.seq, ev.tells, o.officer_id, r.who from ev
        join officer o on o.bureau_id = :bureau::int and o.officer_id <> all (ev.accused_officers) and coalesce(o.unit_id, 0) <> all (ev.accused_units)
        cross join lateral (values (1, o.officer_id = ev.handler and (not ev.compartment or o.officer_id = any (ev.inside))),
                                   (2, (o.roles & 32) <> 0 and o.unit_id = ev.unit_id and o.unit_id is distinct from ev.complained_unit and not ev.compartment),
                                   (3, (o.roles & 4) <> 0),
                                   (4, (o.roles & 128) <> 0 and (not ev.compartment or o.officer_id = any (ev.inside))),
                                   (5, (o.roles & 128) <> 0 and (not ev.compartment or o.officer_id = any (ev.inside))),
                                   (6, (o.roles & 256) <> 0)) r(who, so) where r.so),
low as (select matter_id, seq, min(who) as who, bool_or((tells >> who) & 1 = 1) as anybody from may group by matter_id, seq),
told as (select may.matter_id, may.seq, may.officer_id, max(may.who) as who from may join low on low.matter_id = may.matter_id and low.seq = may.seq
         where (may.tells >> may.who) & 1 = 1 or (not low.anybody and may.who = low.who) group by may.matter_id, may.seq, may.officer_id),
r as (insert into reminder (bureau_id, matter_id, seq, step, skipped, step_on, at, compartment)
      select :bureau::int, ev.matter_id, ev.seq, s.step, s.step < ev.step, ev.remind_on[s.step], :now::timestamptz, ev.compartment
      from ev, generate_series(ev.behind + 1, ev.step) s(step)),
t as (insert into reminder_told (bureau_id, officer, matter_id, seq, step, who, compartment)
      select :bureau::int, told.officer_id, ev.matter_id, ev.seq, ev.step, told.who, ev.compartment from told join ev on ev.matter_id = told.matter_id and ev.seq = told.seq),
num as (select told.officer_id as id, ev.matter_id, ev.version, ev.compartment, row_number() over (partition by told.officer_id order by ev.matter_id, ev.version) as k,
               count(*) over (partition by told.officer_id) as n from told join ev on ev.matter_id = told.matter_id and ev.seq = told.seq),
aud as (update audience a set cursor = a.cursor + w.n from (select distinct id, n from num) w, head
        where a.bureau_id = :bureau::int and a.kind = 3 and a.id = w.id returning a.id, a.cursor - w.n as base),
f as (insert into feed select :bureau::int, 3, num.id, aud.base + num.k, num.matter_id, num.version, 8, :now::timestamptz, num.compartment from num join aud on aud.id = num.id),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
n as (select (select count(*) from cur)::int as looked, (select count(*) from told)::int as people),
o as (insert into op (bureau_id, officer, op_id, sha, at, version, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, looked, people from n, head)
select case when old.sha is null then 'OK' when old.sha = :sha::bytea then 'REPLAY' else 'OP_MISMATCH' end as verdict,
    coalesce(same.version, n.looked) as looked, coalesce(same.thing, n.people) as told
from n left join old on true left join same on true

-- name: reminder.list    -- law: all_units bool, page int
-- One's own; or all of a matter that the reader may open, steps passed over too: then it is
-- recorded like a reading of its history.
with
m as (select matter_id from matter where bureau_id = :bureau::int and matter_id = :matter_id::int8 and (:all_units::bool or unit_id = :unit::int)),
a as (insert into access (bureau_id, officer, matter_id, kind, at) select :bureau::int, :officer::int, matter_id, 2, :now::timestamptz from m),
mine as (
    select t.matter_id, t.seq, t.step, t.officer, t.who, t.acknowledged_at from reminder_told t
    where :matter_id::int8 is null and t.bureau_id = :bureau::int and t.officer = :officer::int and (t.acknowledged_at is null or coalesce(:acknowledged::bool, false))
      and (:after::int8 is null or (t.matter_id, t.seq, t.step) < (:after::int8 / 1000, (:after::int8 / 10 % 100)::int2, (:after::int8 % 10)::int2))
    order by t.matter_id desc, t.seq desc, t.step desc limit :page::int + 1),
whole as (
    select r.matter_id, r.seq, r.step, t.officer, t.who, t.acknowledged_at from m join reminder r on r.bureau_id = :bureau::int and r.matter_id = m.matter_id
    left join reminder_told t on t.bureau_id = :bureau::int and t.matter_id = r.matter_id and t.seq = r.seq and t.step = r.step),
found as (select * from mine union all select * from whole),
page as (
    select (f.matter_id * 100 + f.seq) * 10 + f.step as reminder_id, f.*, r.skipped, r.at, p.number, c.rule, c.rule_from, c.raw_on, c.due_on, o.name as officer_name
    from (select * from found order by matter_id desc, seq desc, step desc limit case when :matter_id::int8 is null then :page::int end) f
    join reminder r on r.bureau_id = :bureau::int and r.matter_id = f.matter_id and r.seq = f.seq and r.step = f.step
    join clock c on c.bureau_id = :bureau::int and c.matter_id = f.matter_id and c.seq = f.seq
    join petition p on p.bureau_id = :bureau::int and p.petition_id = f.matter_id / 100
    left join officer o on o.bureau_id = :bureau::int and o.officer_id = f.officer
    order by f.matter_id desc, f.seq desc, f.step desc, f.who, f.officer)
select array_agg(reminder_id) as "reminders.reminder_id", array_agg(matter_id) as "reminders.matter_id", array_agg(number) as "reminders.number", array_agg(rule) as "reminders.rule",
    array_agg(rule_from) as "reminders.rule_from_on", array_agg(step) as "reminders.step", array_agg(skipped) as "reminders.skipped", array_agg(who) as "reminders.who",
    array_agg(officer) as "reminders.officer_id", array_agg(officer_name) as "reminders.officer_name", array_agg(raw_on) as "reminders.raw_on", array_agg(due_on) as "reminders.due_on",
    array_agg(at) as "reminders.at", array_agg(acknowledged_at) as "reminders.acknowledged_at",
    case when (select count(*) from mine) > :page::int then min(reminder_id) end as next
from page having :matter_id::int8 is null or exists (select from m)

-- name: reminder.acknowledge
-- One's own reminder; a second time changes nothing and tells when the first was.
with
old as (select sha, at from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select matter_id, seq, step, acknowledged_at from reminder_told where bureau_id = :bureau::int and officer = :officer::int
          and matter_id = :reminder_id::int8 / 1000 and seq = :reminder_id::int8 / 10 % 100 and step = :reminder_id::int8 % 10),
upd as (update reminder_told t set acknowledged_at = :now::timestamptz from cur
        where t.bureau_id = :bureau::int and t.officer = :officer::int and t.matter_id = cur.matter_id and t.seq = cur.seq and t.step = cur.step
          and t.acknowledged_at is null and not exists (select from old) returning t.acknowledged_at),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from upd) returning ledger),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at) select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz from head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
            when cur.matter_id is null then 'NOT_FOUND' else 'OK' end as verdict,
    coalesce(upd.acknowledged_at, same.at, cur.acknowledged_at) as acknowledged_at
from (select) one left join upd on true left join head on true left join old on true left join same on true left join cur on true
