-- name: clock.list
-- The rules are compiled in: nothing is asked of the database.
select 'OK' as verdict

-- name: clock.count.read
-- The calendar around the starts: their years and the next, where they are known, and the days
-- that the notices name. Of two notices for one day the later year's stands. No limit is longer
-- than a year.
with
span as (select extract(year from min(v))::int as first, extract(year from max(v))::int + 1 as last from unnest(:items.from_on::date[]) x(v)),
current as (select y.year, y.version from span, calendar_year y where y.bureau_id = :bureau::int and y.until_seat is null and y.year between first and last + 1),
days as (select distinct on (d.day) d.day, d.kind, d.name from current c
         join calendar_day d on d.bureau_id = :bureau::int and d.year = c.year and d.version = c.version order by d.day, d.year desc)
select (select array_agg(year) from current) as years,
    array_agg(day order by day) as "days.day_on", array_agg(kind order by day) as "days.kind", array_agg(name order by day) as "days.name"
from days

-- name: clock.count
-- What the named read found is counted in C.
select 'OK' as verdict

-- name: clock.redate.read
-- Running clocks that an older calendar dated, and the calendar as it is now. As in
-- petition.register.read.
with
current as (select year, version, seat from calendar_year where bureau_id = :bureau::int and until_seat is null),
newest as (select coalesce(max(seat), 0) as seat from current),
days as (select distinct on (d.day) d.day, d.kind from current c
         join calendar_day d on d.bureau_id = :bureau::int and d.year = c.year and d.version = c.version order by d.day, d.year desc),
old as (select c.matter_id, c.seq, c.rule, c.rule_from, c.started_on, c.raw_on, c.due_on, c.missing_year from newest, clock c
        where c.bureau_id = :bureau::int and c.ended_on is null and c.calendar_seat < newest.seat order by c.matter_id, c.seq limit :most::int)
select k.*, d.*, newest.seat, (select array_agg(year) from current) as years from newest
cross join lateral (select array_agg(matter_id) as "clocks.matter_id", array_agg(seq) as "clocks.seq", array_agg(rule) as "clocks.rule",
        array_agg(rule_from) as "clocks.rule_from_on", array_agg(started_on) as "clocks.started_on",
        array_agg(raw_on) as "clocks.raw_on", array_agg(due_on) as "clocks.due_on", array_agg(missing_year) as "clocks.missing_year" from old) k
cross join lateral (select array_agg(day order by day) as "days.day_on", array_agg(kind order by day) as "days.kind" from days) d

-- name: clock.redate    -- law: matter_ids int8[], seqs int2[], raws date[], dues date[], missing int2[], reminds date[], seat int8
-- The timer: what was counted anew takes the place of what an older calendar gave. A clock whose
-- days are others is an event of its matter, with the day before and after, and news to who
-- answers for it; of an accusation to those inside only. The others remember the calendar.
with
old as (select sha, version, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
new as (select x.*, case when x.raw_on is null then '{}' else (:reminds::date[])[x.i * 6 - 5 : x.i * 6] end as remind_on
        from unnest(:matter_ids::int8[], :seqs::int2[], :raws::date[], :dues::date[], :missing::int2[]) with ordinality x(matter_id, seq, raw_on, due_on, missing_year, i)),
cur as (select new.*, coalesce(c.due_on, c.raw_on) as was_on, (c.raw_on, c.due_on, c.missing_year) is distinct from (new.raw_on, new.due_on, new.missing_year) as moved
        from new join clock c on c.bureau_id = :bureau::int and c.matter_id = new.matter_id and c.seq = new.seq
        where c.ended_on is null and c.calendar_seat < :seat::int8 and not exists (select from old)),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from cur) returning ledger),
upd as (update clock c set raw_on = cur.raw_on, due_on = cur.due_on, missing_year = cur.missing_year, remind_on = cur.remind_on, calendar_seat = :seat::int8
        from cur, head where c.bureau_id = :bureau::int and c.matter_id = cur.matter_id and c.seq = cur.seq),
moved as (select cur.*, row_number() over (partition by matter_id order by seq)::int as k from cur where moved),
first as (select c.matter_id, min(case when cur.seq is null then coalesce(c.due_on, c.raw_on) else coalesce(cur.due_on, cur.raw_on) end) as due_on
          from clock c left join cur on cur.matter_id = c.matter_id and cur.seq = c.seq
          where c.bureau_id = :bureau::int and c.ended_on is null and c.matter_id in (select matter_id from moved) group by c.matter_id),
m as (update matter x set version = x.version + n.n, due_on = first.due_on
      from (select matter_id, count(*)::int as n from moved group by matter_id) n join first on first.matter_id = n.matter_id, head
      where x.bureau_id = :bureau::int and x.matter_id = n.matter_id
      returning x.matter_id, x.version - n.n as base, x.state, x.unit_id, x.handler, x.purpose = 2 as compartment, x.accused_officers, x.accused_units),
ev as (select moved.seq, moved.was_on, coalesce(moved.due_on, moved.raw_on) as due_on, m.base + moved.k as version, m.* from moved join m on m.matter_id = moved.matter_id),
e as (insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, handler, at, compartment, clock, was_on, due_on)
      select :bureau::int, matter_id, version, 7, :officer::int, state, unit_id, handler, :now::timestamptz, compartment, seq, was_on, due_on from ev),
told as (select 1 as kind, unit_id as id, matter_id, version, compartment from ev where not compartment
         union select 3, handler, matter_id, version, compartment from ev where handler is not null
         union select 3, o.officer_id, matter_id, version, compartment from ev join officer o on o.bureau_id = :bureau::int and (o.roles & 260) <> 0
               and o.officer_id <> all (accused_officers) and coalesce(o.unit_id, 0) <> all (accused_units) where compartment),
num as (select told.*, row_number() over (partition by kind, id order by matter_id, version) as k, count(*) over (partition by kind, id) as n from told),
aud as (update audience a set cursor = a.cursor + w.n from (select distinct kind, id, n from num) w, head
        where a.bureau_id = :bureau::int and a.kind = w.kind and a.id = w.id returning a.kind, a.id, a.cursor - w.n as base),
f as (insert into feed select :bureau::int, num.kind, num.id, aud.base + num.k, num.matter_id, num.version, 7, :now::timestamptz, num.compartment
      from num join aud on aud.kind = num.kind and aud.id = num.id),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
n as (select (select count(*) from cur)::int as looked, (select count(*) from moved)::int as redated),
o as (insert into op (bureau_id, officer, op_id, sha, at, version, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, looked, redated from n, head)
select case when old.sha is null then 'OK' when old.sha = :sha::bytea then 'REPLAY' else 'OP_MISMATCH' end as verdict,
    coalesce(same.version, n.looked) as looked, coalesce(same.thing, n.redated) as redated
from n left join old on true left join same on true
