-- name: dispute.import    -- law: remarks int2[]
-- One row of the book of disputes, as it stands there; a changed one is a new version.
with
old as (select sha, hints from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
held as (select version, row_sha, screened_on from dispute where bureau_id = :bureau::int and book_key = :book_key::text and until_seat is null),
u as (select unit_id from unit where bureau_id = :bureau::int and (name = :unit_name::text or short_name = :unit_name::text) limit 1),
h as (select officer_id from officer where bureau_id = :bureau::int and badge = :officer_badge::text),
bad as (
    select 'unit_name' as field, 'NO_SUCH_UNIT' as "text" where not exists (select from u)
    union all
    select 'officer_badge', 'NO_SUCH_OFFICER' where :officer_badge::text is not null and not exists (select from h)
    union all
    select 'book_key', 'BOOK_ROW_CHANGED' from held where row_sha <> :row_sha::bytea and not coalesce(:update::bool, false)
    limit 1),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old) and not exists (select from bad)
         and not exists (select from held where row_sha = :row_sha::bytea) and not coalesce(:dry_run::bool, false) returning ledger),
was as (update dispute set until_seat = ledger from head where bureau_id = :bureau::int and book_key = :book_key::text and until_seat is null returning version),
n as (select ledger, coalesce(was.version, 0) + 1 as version from head left join was on true),
x as (insert into dispute (bureau_id, book_key, version, seat, row_sha, screened_on, unit_id, place, kind, source, officer, mediation, participants, settled, settled_on)
      select :bureau::int, :book_key::text, version, ledger, :row_sha::bytea, :screened_on::date, (select unit_id from u), :place::text, :kind::text, :source::text,
             (select officer_id from h), :mediation::text, :participants::text, coalesce(:settled::bool, false), :settled_on::date from n),
t as (insert into figure_touched select :bureau::int, ledger, month_on from n, (
          select date_trunc('month', :screened_on::date::timestamp)::date as month_on union select date_trunc('month', screened_on::timestamp)::date from held) months),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, hints) select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, :remarks::int2[] from n)
select case when n.ledger is not null then 'OK' when old.sha <> :sha::bytea then 'OP_MISMATCH'
            when bad.field = 'book_key' then 'CONFLICT' when old.sha is not null then 'REPLAY' when bad.field is not null then 'INVALID' when held.row_sha = :row_sha::bytea then 'REPLAY'
            when coalesce(:dry_run::bool, false) then 'OK' else 'CONFLICT' end as verdict,
    bad.field, bad."text", coalesce(same.hints, :remarks::int2[]) as remarks
from (select) one left join n on true left join old on true left join same on true left join held on true left join bad on true
