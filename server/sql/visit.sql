-- name: visit.import    -- law: remarks int2[]
-- One row of the book of visits, as it stands there; a changed one is a new version.
with
old as (select sha, hints from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
held as (select version, row_sha, visited_on from visit where bureau_id = :bureau::int and book_key = :book_key::text and until_seat is null),
u as (select unit_id from unit where bureau_id = :bureau::int and (name = :unit_name::text or short_name = :unit_name::text) limit 1),
bad as (
    select 'unit_name' as field, 'NO_SUCH_UNIT' as "text" where not exists (select from u)
    union all
    select 'book_key', 'BOOK_ROW_CHANGED' from held where row_sha <> :row_sha::bytea and not coalesce(:update::bool, false)
    limit 1),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old) and not exists (select from bad)
         and not exists (select from held where row_sha = :row_sha::bytea) and not coalesce(:dry_run::bool, false) returning ledger),
was as (update visit set until_seat = ledger from head where bureau_id = :bureau::int and book_key = :book_key::text and until_seat is null returning version),
n as (select ledger, coalesce(was.version, 0) + 1 as version from head left join was on true),
x as (insert into visit (bureau_id, book_key, version, seat, row_sha, visited_on, kind, unit_id, place, officers, settled, outcome)
      select :bureau::int, :book_key::text, version, ledger, :row_sha::bytea, :visited_on::date, :kind::text, (select unit_id from u), :place::text,
             :officers::int, coalesce(:settled::int, 0), :outcome::text from n),
t as (insert into figure_touched select :bureau::int, ledger, month_on from n, (
          select date_trunc('month', :visited_on::date::timestamp)::date as month_on union select date_trunc('month', visited_on::timestamp)::date from held) months),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, hints) select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, :remarks::int2[] from n)
select case when n.ledger is not null then 'OK' when old.sha <> :sha::bytea then 'OP_MISMATCH'
            when bad.field = 'book_key' then 'CONFLICT' when old.sha is not null then 'REPLAY' when bad.field is not null then 'INVALID' when held.row_sha = :row_sha::bytea then 'REPLAY'
            when coalesce(:dry_run::bool, false) then 'OK' else 'CONFLICT' end as verdict,
    bad.field, bad."text", coalesce(same.hints, :remarks::int2[]) as remarks
from (select) one left join n on true left join old on true left join same on true left join held on true left join bad on true
