-- name: figures.show    -- law: previous_from date, previous_to date
-- Petitions by the day in their book: a whole frozen month from its latest version, anything
-- else live and without accusations.
with
span as (select 0 as k, :from_on::date as f, :to_on::date as t union all select 1, :previous_from::date, :previous_to::date where :previous_from::date is not null),
month as (select k, d::date as first, (d + interval '1 month' - interval '1 day')::date as last, f, t
          from span, generate_series(date_trunc('month', f::timestamp), t::timestamp, interval '1 month') d),
part as (select month.*, z.value, z.frozen_at from month
         left join lateral (select value, frozen_at from figure_month x where x.bureau_id = :bureau::int and x.figure = 1
                              and x.year = extract(year from first) and x.month = extract(month from first) and first >= f and last <= t
                            order by version desc limit 1) z on true),
counted as (select k, frozen_at, coalesce(value, (select count(*) from petition p where p.bureau_id = :bureau::int and not p.compartment
                                                  and p.registered_on between greatest(first, f) and least(last, t))) as value from part)
select array[1::int2] as "figures.figure", array[coalesce(sum(value) filter (where k = 0), 0)::int8] as "figures.value",
    array[(sum(value) filter (where k = 1))::int8] as "figures.previous", bool_and(frozen_at is not null) as frozen, max(frozen_at) as frozen_at
from counted

-- name: figures.freeze
-- The timer: months that ended and have no version yet, and those that a book has come into
-- since. Counts everything, accusations too.
with
old as (select sha, thing from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
this as (select date_trunc('month', :today::date::timestamp)::date as first),
done as (select max(seat) as seat from figure_month where bureau_id = :bureau::int and figure = 1),
begun as (select date_trunc('month', min(registered_on)::timestamp)::date as first from petition where bureau_id = :bureau::int),
due as (
    select d::date as first from begun, this, generate_series(begun.first::timestamp, this.first::timestamp - interval '1 month', interval '1 month') d
    where not exists (select from figure_month x where x.bureau_id = :bureau::int and x.figure = 1 and x.year = extract(year from d) and x.month = extract(month from d))
    union
    select distinct date_trunc('month', p.registered_on::timestamp)::date from petition p, this, done
    where p.bureau_id = :bureau::int and p.from_book and p.seat > coalesce(done.seat, 0) and p.registered_on < this.first),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from due) and not exists (select from old) returning ledger),
z as (insert into figure_month (bureau_id, figure, year, month, version, value, seat, frozen_at)
      select :bureau::int, 1, extract(year from first), extract(month from first),
             coalesce((select max(version) from figure_month x where x.bureau_id = :bureau::int and x.figure = 1 and x.year = extract(year from first) and x.month = extract(month from first)), 0) + 1,
             (select count(*) from petition p where p.bureau_id = :bureau::int and p.registered_on >= first and p.registered_on < first + interval '1 month'),
             ledger, :now::timestamptz from due, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, thing)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, (select count(*) from due) from head)
select case when old.sha is null then 'OK' when old.sha = :sha::bytea then 'REPLAY' else 'OP_MISMATCH' end as verdict,
    coalesce(same.thing, (select count(*) from due)::int) as months
from (select) one left join old on true left join same on true
