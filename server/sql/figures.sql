-- name: figures.show    -- law: figures int2[], parts int2[], wholes int2[], books int2[], from_ons date[], to_ons date[], previous_from_ons date[], previous_to_ons date[]
-- Each figure over its own days: a whole frozen month from its latest version, anything else live
-- and without accusations; by unit and by month where asked. Of a rate `value` counts its part and
-- `base` its whole; of a number `whole` is 0. Of a year before the first one in a figure's book (law/indicator)
-- nothing is said.
with
wanted as (select * from unnest(:figures::int2[], :parts::int2[], :wholes::int2[], :books::int2[]) with ordinality x(figure, part, whole, book, i)),
span as (select k, i, f, t from (
             select 0 as k, i, f, t from unnest(:from_ons::date[], :to_ons::date[]) with ordinality x(f, t, i)
             union all select 1, i, f, t from unnest(:previous_from_ons::date[], :previous_to_ons::date[]) with ordinality x(f, t, i)) s),
month as (select distinct k, f, t, d::date as first, least((d + interval '1 month' - interval '1 day')::date, t) as last, greatest(d::date, f) as begin
          from span, generate_series(date_trunc('month', f::timestamp), t::timestamp, interval '1 month') d),
begun as (select coalesce(least((select min(registered_on) from petition where bureau_id = :bureau::int),
                                (select min(month_on) from figure_touched where bureau_id = :bureau::int)), :today::date) as on_day),
first as (select book, date_trunc('year', on_day::timestamp)::date as on_day from (
              select 0 as book, min(registered_on) as on_day from petition where bureau_id = :bureau::int
              union all select 1, min(received_on) from reception where bureau_id = :bureau::int
              union all select 2, min(visited_on) from visit where bureau_id = :bureau::int
              union all select 3, min(sent_on) from notice where bureau_id = :bureau::int
              union all select 4, min(screened_on) from dispute where bureau_id = :bureau::int
              union all select 5, min(month_on) from theft where bureau_id = :bureau::int
              union all select 6, min(met_on) from panel where bureau_id = :bureau::int) x),
known as (select wanted.i from wanted join first on first.book = wanted.book join span on span.i = wanted.i and span.k = 1 and span.f >= first.on_day),
latest as (select month_on, max(version) as version from figure_freeze where bureau_id = :bureau::int group by month_on),
part as (select month.*, z.version, z.seat, z.frozen_at from month
         left join lateral (select x.version, x.seat, x.frozen_at from latest join figure_freeze x on x.bureau_id = :bureau::int and x.month_on = latest.month_on and x.version = latest.version
                            where latest.month_on = month.first and month.begin = month.first and month.last = (month.first + interval '1 month' - interval '1 day')::date) z on true),
counted as (select wanted.i, span.k, part.first, part.version, part.begin, part.last, c.which, c.figure
            from wanted join span on span.i = wanted.i join part on part.k = span.k and part.f = span.f and part.t = span.t,
            lateral (select 1 as which, wanted.part as figure union all select 2, wanted.whole where wanted.whole <> 0) c),
live as materialized (select x.figure, x.on_day, x.unit_id, x.value from fact x where x.bureau_id = :bureau::int and not x.compartment
           and x.on_day >= (select min(begin) from part where version is null) and x.on_day <= (select max(last) from part where version is null)),
cell as (
    select c.i, c.k, c.first, c.which, x.unit_id, x.value from counted c
    join figure_month x on x.bureau_id = :bureau::int and x.month_on = c.first and x.version = c.version and x.figure = c.figure
    where (x.unit_id <> 0) = coalesce(:by_unit::bool, false)
    union all
    select c.i, c.k, c.first, c.which, case when coalesce(:by_unit::bool, false) then coalesce(x.unit_id, -1) else 0 end, x.value
    from counted c join live x on x.figure = c.figure and x.on_day between c.begin and c.last where c.version is null
    union all -- the bureau's lines stand even where nothing was counted
    select c.i, c.k, c.first, c.which, 0, 0 from counted c where not coalesce(:by_unit::bool, false)),
line as (select i, unit_id, case when :by_month::bool then (first + k * interval '1 year')::date end as month_on,
                coalesce(sum(value) filter (where k = 0 and which = 1), 0)::int8 as value, sum(value) filter (where k = 1 and which = 1)::int8 as previous,
                coalesce(sum(value) filter (where k = 0 and which = 2), 0)::int8 as base, sum(value) filter (where k = 1 and which = 2)::int8 as previous_base
         from cell group by 1, 2, 3),
told as (select wanted.i, wanted.figure, wanted.whole, line.value, line.base, nullif(line.unit_id, 0) as unit_id, line.month_on, u.name,
                case when known.i is not null then coalesce(line.previous, 0) end as previous,
                case when known.i is not null then coalesce(line.previous_base, 0) end as previous_base
         from line join wanted on wanted.i = line.i left join known on known.i = line.i left join unit u on u.bureau_id = :bureau::int and u.unit_id = line.unit_id
         order by line.month_on nulls first, line.unit_id, wanted.i)
select array_agg(figure) as "figures.figure", array_agg(value) as "figures.value", array_agg(previous) as "figures.previous",
    array_agg(case when whole <> 0 then base end) as "figures.whole", array_agg(case when whole <> 0 then previous_base end) as "figures.previous_whole",
    array_agg(unit_id) as "figures.unit_id", array_agg(name) as "figures.unit_name", array_agg(month_on) as "figures.month_on",
    (select bool_and(version is not null and not exists (select from figure_touched t where t.bureau_id = :bureau::int and t.month_on = part.first and t.seat > part.seat))
     from part, begun where part.last >= begun.on_day) as frozen, (select max(frozen_at) from part) as frozen_at
from told

-- name: figures.list    -- law: part int2, whole int2, from_on date, to_on date, page int, after_on date, after_label text
-- The rows behind a number, as the reader may see them, by day and label. Of a rate: the rows of
-- its whole, and which of them count. How many more stand in closed compartments is told for
-- frozen months only, where the total is known to all.
with
shown as (select x.on_day, x.label, x.unit_id, x.value, x.compartment from fact x
          where x.bureau_id = :bureau::int and x.figure = case when :whole::int2 = 0 then :part::int2 else :whole::int2 end
            and x.on_day between :from_on::date and :to_on::date and (:unit_id::int is null or (x.unit_id = :unit_id::int and not x.compartment))),
page as (select * from shown where :after_on::date is null or (on_day, label) > (:after_on::date, :after_label::text) order by on_day, label limit :page::int + 1),
row as (select page.*, u.name, :whole::int2 = 0 or exists (select from fact y where y.bureau_id = :bureau::int and y.figure = :part::int2
                                                             and y.on_day = page.on_day and y.label = page.label) as counted
        from (select * from page order by on_day, label limit :page::int) page
        left join unit u on u.bureau_id = :bureau::int and u.unit_id = page.unit_id order by page.on_day, page.label),
frozen as (select x.month_on, max(x.version) as version from figure_freeze x where x.bureau_id = :bureau::int and x.month_on >= :from_on::date
             and (x.month_on + interval '1 month' - interval '1 day')::date <= :to_on::date group by x.month_on),
hidden as (select greatest(coalesce(sum(z.value), 0) - coalesce(sum(s.value), 0), 0)::int8 as closed from frozen
           left join lateral (select sum(value) as value from figure_month z where z.bureau_id = :bureau::int and z.month_on = frozen.month_on and z.version = frozen.version
                              and z.unit_id = 0 and z.figure = case when :whole::int2 = 0 then :part::int2 else :whole::int2 end) z on true
           left join lateral (select sum(value) as value from shown s where s.on_day >= frozen.month_on and s.on_day < frozen.month_on + interval '1 month') s on true)
select array_agg(on_day) as "rows.book_on", array_agg(label) as "rows.label", array_agg(unit_id) as "rows.unit_id", array_agg(name) as "rows.unit_name",
    array_agg(value) as "rows.value", array_agg(counted) as "rows.counted",
    case when (select count(*) from page) > :page::int then max(on_day)::text || ' ' || (array_agg(label order by on_day desc, label desc))[1] end as next,
    case when :unit_id::int is null then (select closed from hidden) end as closed
from row

-- name: figures.definitions    -- law: figures int2[]
-- Nothing is asked of the tables: what each figure is stands in law/indicator.
select :figures::int2[] as "definitions.figure"

-- name: figures.freeze
-- The timer: months that ended and have no version yet, and those that a book has touched since.
-- Counts everything, accusations too; by unit without them. What names a petition that came later
-- is linked here, so that a notice about an accusation gets into its compartment; its month is
-- touched by that, and frozen again the next time (`seat` is what was counted: not this act). Half
-- a year at a time, the newest first.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
this as (select date_trunc('month', :today::date::timestamp)::date as first),
begun as (select date_trunc('month', least((select min(registered_on) from petition where bureau_id = :bureau::int),
                                           (select min(month_on) from figure_touched where bureau_id = :bureau::int))::timestamp)::date as first),
due as (
    select d::date as first from begun, this, generate_series(begun.first::timestamp, this.first::timestamp - interval '1 month', interval '1 month') d
    left join lateral (select seat from figure_freeze x where x.bureau_id = :bureau::int and x.month_on = d::date order by version desc limit 1) z on true
    where z.seat is null or exists (select from figure_touched t where t.bureau_id = :bureau::int and t.month_on = d::date and t.seat > z.seat)
    order by d desc limit 6), -- the head row is held meanwhile: the rest waits for the next time
counted as materialized (select x.figure, x.unit_id, date_trunc('month', x.on_day::timestamp)::date as month_on, x.value, x.compartment from fact x -- one scan for all months
            where x.bureau_id = :bureau::int and x.on_day >= (select min(first) from due) and x.on_day < (select max(first) + interval '1 month' from due)),
loose as (
    select 1 as book, x.book_key, p.petition_id, p.compartment, x.received_on as on_day from reception x join petition p on p.bureau_id = :bureau::int and p.number = x.petition_number
    where x.bureau_id = :bureau::int and x.petition_id is null and x.petition_number is not null
    union all
    select 2, x.book_key, p.petition_id, p.compartment, x.sent_on from notice x join petition p on p.bureau_id = :bureau::int and p.number = x.petition_number
    where x.bureau_id = :bureau::int and x.petition_id is null and x.petition_number is not null
    union all
    select 3, x.book_key, p.petition_id, p.compartment, x.met_on from panel x join petition p on p.bureau_id = :bureau::int and p.number = x.petition_number
    where x.bureau_id = :bureau::int and x.petition_id is null and x.petition_number is not null),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and (exists (select from due) or exists (select from loose)) and not exists (select from old) returning ledger),
lr as (update reception x set petition_id = loose.petition_id, compartment = loose.compartment from loose, head
       where x.bureau_id = :bureau::int and x.book_key = loose.book_key and loose.book = 1 and x.petition_id is null),
ln as (update notice x set petition_id = loose.petition_id, compartment = loose.compartment from loose, head
       where x.bureau_id = :bureau::int and x.book_key = loose.book_key and loose.book = 2 and x.petition_id is null),
lp as (update panel x set petition_id = loose.petition_id, compartment = loose.compartment from loose, head
       where x.bureau_id = :bureau::int and x.book_key = loose.book_key and loose.book = 3 and x.petition_id is null),
t as (insert into figure_touched select distinct :bureau::int, ledger, date_trunc('month', on_day::timestamp)::date from head, loose),
z as (insert into figure_freeze (bureau_id, month_on, version, seat, frozen_at)
      select :bureau::int, first, coalesce((select max(version) from figure_freeze x where x.bureau_id = :bureau::int and x.month_on = first), 0) + 1, ledger - 1, :now::timestamptz from due, head),
y as (insert into figure_month (bureau_id, month_on, version, figure, unit_id, value)
      select :bureau::int, due.first, coalesce((select max(version) from figure_freeze x where x.bureau_id = :bureau::int and x.month_on = due.first), 0) + 1, f.figure, f.unit_id, f.value
      from head, due join (
          select x.month_on, x.figure, case when grouping(x.unit_id) = 1 then 0 else coalesce(x.unit_id, -1) end as unit_id,
                 case when grouping(x.unit_id) = 1 then sum(x.value) else sum(x.value) filter (where not x.compartment) end as value
          from counted x group by grouping sets ((x.month_on, x.figure), (x.month_on, x.figure, x.unit_id))) f on f.month_on = due.first where f.value <> 0),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, (select count(*) from due) from head)
select case when old.sha is null then 'OK' when old.sha = :sha::bytea then 'REPLAY' else 'OP_MISMATCH' end as verdict,
    coalesce(same.thing, (select count(*) from due)::int) as months
from (select) one left join old on true left join same on true
