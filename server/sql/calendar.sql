-- name: calendar.import
-- A whole year of days off and make-up workdays. The same days again change nothing; others are
-- a new version.
with
old as (select sha, version from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
given as (select * from unnest(:days.day_on::date[], :days.kind::int2[], :days.name::text[]) x(day, kind, name)),
cur as (select version from calendar_year where bureau_id = :bureau::int and year = :year::int2 and until_seat is null),
stored as (select d.day, d.kind, d.name from cur join calendar_day d on d.bureau_id = :bureau::int and d.year = :year::int2 and d.version = cur.version),
held as (select version from cur
         where not exists (table given except table stored) and not exists (table stored except table given)),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old) and not exists (select from held) returning ledger),
was as (update calendar_year set until_seat = ledger from head where bureau_id = :bureau::int and year = :year::int2 and until_seat is null returning version),
n as (select ledger, coalesce(was.version, 0) + 1 as version from head left join was on true),
y as (insert into calendar_year (bureau_id, year, version, seat, imported_at) select :bureau::int, :year::int2, version, ledger, :now::timestamptz from n),
d as (insert into calendar_day (bureau_id, year, version, day, kind, name) select :bureau::int, :year::int2, n.version, given.day, given.kind, given.name from n, given),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, version)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, version from n)
select case when n.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
            when held.version is not null then 'REPLAY' else 'CONFLICT' end as verdict,
    coalesce(n.version, same.version, held.version) as version, n.version is not null or same.version is not null as changed
from (select) one left join n on true left join old on true left join same on true left join held on true

-- name: calendar.show
-- The year as its current version has it.
select case when y.version is null then 'NOT_FOUND' else 'OK' end as verdict, 'year' as field, 'CALENDAR_MISSING' as "text", y.year, y.version, y.imported_at, d.*
from (select) one left join (select * from calendar_year where bureau_id = :bureau::int and year = :year::int2 and until_seat is null) y on true
cross join lateral (select array_agg(day order by day) as "days.day_on", array_agg(kind order by day) as "days.kind", array_agg(name order by day) as "days.name"
    from calendar_day where bureau_id = :bureau::int and year = y.year and version = y.version) d
