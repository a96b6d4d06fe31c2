-- name: reception.import    -- law: remarks int2[]
-- One row of the book of leader receptions. What names an accusation stands in its compartment;
-- a petition that is not held is linked when the register brings it (figures.freeze).
with
old as (select sha, hints from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
held as (select version, row_sha, received_on from reception where bureau_id = :bureau::int and book_key = :book_key::text and until_seat is null),
h as (select officer_id from officer where bureau_id = :bureau::int and badge = :leader_badge::text),
p as (select petition_id, compartment from petition where bureau_id = :bureau::int and number = :petition_number::text order by petition_id limit 1),
rem as (select :remarks::int2[] || case when :petition_number::text is not null and not exists (select from p) then array[1::int2] else '{}'::int2[] end as remarks),
bad as (
    select 'leader_badge' as field, 'NO_SUCH_OFFICER' as "text" where not exists (select from h)
    union all
    select 'book_key', 'BOOK_ROW_CHANGED' from held where row_sha <> :row_sha::bytea and not coalesce(:update::bool, false)
    limit 1),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old) and not exists (select from bad)
         and not exists (select from held where row_sha = :row_sha::bytea) and not coalesce(:dry_run::bool, false) returning ledger),
was as (update reception set until_seat = ledger from head where bureau_id = :bureau::int and book_key = :book_key::text and until_seat is null returning version),
n as (select ledger, coalesce(was.version, 0) + 1 as version from head left join was on true),
x as (insert into reception (bureau_id, book_key, version, seat, row_sha, received_on, kind, leader, petition_number, petition_id, cases, people, outcome, limit_on, compartment)
      select :bureau::int, :book_key::text, version, ledger, :row_sha::bytea, :received_on::date, :kind::text, (select officer_id from h), :petition_number::text, (select petition_id from p),
             coalesce(:cases::int, 0), coalesce(:people::int, 0), :outcome::text, :limit_on::date, coalesce((select compartment from p), false) from n),
t as (insert into figure_touched select :bureau::int, ledger, month_on from n, (
          select date_trunc('month', :received_on::date::timestamp)::date as month_on union select date_trunc('month', received_on::timestamp)::date from held) months),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, hints) select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, rem.remarks from n, rem)
select case when n.ledger is not null then 'OK' when old.sha <> :sha::bytea then 'OP_MISMATCH'
            when bad.field = 'book_key' then 'CONFLICT' when old.sha is not null then 'REPLAY' when bad.field is not null then 'INVALID' when held.row_sha = :row_sha::bytea then 'REPLAY'
            when coalesce(:dry_run::bool, false) then 'OK' else 'CONFLICT' end as verdict,
    bad.field, bad."text", coalesce(same.hints, rem.remarks) as remarks
from rem left join n on true left join old on true left join same on true left join held on true left join bad on true
