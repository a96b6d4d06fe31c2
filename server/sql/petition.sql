-- name: petition.register.read
-- Is one of the accused a head of reception, an inspector or a leader (bits 2, 7, 8), by
-- name or because his unit is accused? Asked for accusations only.
select exists (
    select from officer where bureau_id = :bureau::int and (roles & 388) <> 0
    and (officer_id = any (:matters.accused_officers::int[]) or unit_id = any (:matters.accused_units::int[]))) as protected

-- name: petition.register    -- law: series int2, year int2, people int, compartment bool, demand_keys int8[], hints int2[]
-- A petition with receipts, petitioners and matters; what came before (same telephone or
-- full name, same demand) is proposed with the rights of who registers.
with
old as (select * from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cats as (select x.i, c.category_id, x.v from unnest(:matters.category::text[]) with ordinality x(v, i)
         left join category c on c.bureau_id = :bureau::int and (c.code = x.v or c.name = x.v)),
bad as (
    select 'matters[' || i - 1 || '].category' as field, 'NO_SUCH_CATEGORY' as "text" from cats where v is not null and category_id is null
    union all
    select 'matters[' || i - 1 || '].complained_unit', 'NO_SUCH_UNIT' from unnest(:matters.complained_unit::int[]) with ordinality x(v, i)
    where v is not null and not exists (select from unit where bureau_id = :bureau::int and unit_id = v)
    union all
    select 'matters[' || i - 1 || '].accused_officers', 'NO_SUCH_OFFICER' from unnest(:matters.accused_officers::int[], :matters.accused_officers.of::int[]) x(v, i)
    where not exists (select from officer where bureau_id = :bureau::int and officer_id = v)
    union all
    select 'matters[' || i - 1 || '].accused_units', 'NO_SUCH_UNIT' from unnest(:matters.accused_units::int[], :matters.accused_units.of::int[]) x(v, i)
    where not exists (select from unit where bureau_id = :bureau::int and unit_id = v)
    limit 1),
ser as (insert into series as s (bureau_id, series, year, last, pattern)
        select :bureau::int, :series::int2, :year::int2, 1, pattern from series_pattern
        where bureau_id = :bureau::int and series = :series::int2 and not exists (select from old) and not exists (select from bad)
        on conflict (bureau_id, series, year) do update set last = s.last + 1 returning last, pattern),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from ser) returning ledger),
n as (select (:series::int2 * 10000::int8 + :year::int2) * 1000000 + s.last as petition_id, h.ledger,
             replace(replace(s.pattern, '{year}', :year::int2::text), '{number}', s.last::text) as number from ser s, head h),
who as (select q.petition_id, 1 as matched from n, unnest(:petitioners.phone_idx::bytea[]) x(v)
        join petitioner q on q.bureau_id = :bureau::int and q.phone_idx = x.v
        union all
        select q.petition_id, 2 from n, unnest(:petitioners.name::text[]) x(v)
        join petitioner q on q.bureau_id = :bureau::int and q.name = x.v),
met as (select petition_id, bit_or(matched) as matched from who group by petition_id),
prior as (select p.petition_id, p.number, p.received_on, met.matched::int2 as matched from met
          cross join lateral (select * from petition p where p.bureau_id = :bureau::int and p.petition_id = met.petition_id offset 0) p
          cross join lateral (select from matter m where m.bureau_id = :bureau::int and m.matter_id between met.petition_id * 100 + 1 and met.petition_id * 100 + 99
                              and m.demand_key = any (:demand_keys::int8[]) limit 1) m
          order by p.petition_id desc limit 10),
found as (select array_agg(petition_id) as ids, array_agg(number) as numbers, array_agg(received_on) as days, array_agg(matched) as matched from prior),
ms as (select x.*, n.petition_id, n.petition_id * 100 + x.i as matter_id from n,
       unnest(:matters.purpose::int2[], :matters.demand::text[], :matters.complained_unit::int[], :matters.envelope::text[], :demand_keys::int8[])
       with ordinality x(purpose, demand, complained_unit, envelope, demand_key, i)),
ao as (select i, array_agg(v) as v from unnest(:matters.accused_officers::int[], :matters.accused_officers.of::int[]) x(v, i) group by i),
au as (select i, array_agg(v) as v from unnest(:matters.accused_units::int[], :matters.accused_units.of::int[]) x(v, i) group by i),
aud as (update audience a set cursor = a.cursor + 1
        from (select 1 as kind, :unit::int as id where not :compartment::bool
              union select 2, 2 where not :compartment::bool
              union select 3, officer_id from officer where :compartment::bool and bureau_id = :bureau::int and (roles & 260) <> 0
                    and officer_id <> all (:matters.accused_officers::int[]) and coalesce(unit_id, 0) <> all (:matters.accused_units::int[])) w
        where a.bureau_id = :bureau::int and a.kind = w.kind and a.id = w.id and exists (select from head)
        returning a.kind, a.id, a.cursor),
p as (insert into petition (bureau_id, petition_id, number, people, received_on, registered_on, registered_by, registered_unit, compartment, seal_key, seat)
      select :bureau::int, petition_id, number, :people::int, (:receipts.received_on::date[])[1], :today::date, :officer::int, nullif(:unit::int, 0), :compartment::bool, :seal_key::bytea, ledger from n),
r as (insert into receipt select :bureau::int, n.petition_id, x.i, x.channel, x.source, x.received_on, x.reference, :compartment::bool
      from n, unnest(:receipts.channel::int2[], :receipts.source::int2[], :receipts.received_on::date[], :receipts.reference::text[]) with ordinality x(channel, source, received_on, reference, i)),
pp as (insert into petitioner select :bureau::int, n.petition_id, x.i, x.name, x.ps, x.pi, x.ns, x.ni, x.ads, x.i <= 5, :compartment::bool
       from n, unnest(:petitioners.name::text[], :petitioners.phone_sealed::bytea[], :petitioners.phone_idx::bytea[], :petitioners.id_number_sealed::bytea[],
                      :petitioners.id_number_idx::bytea[], :petitioners.address_sealed::bytea[]) with ordinality x(name, ps, pi, ns, ni, ads, i)),
m as (insert into matter (bureau_id, matter_id, petition_id, version, state, purpose, category_id, demand, demand_key, envelope, unit_id, complained_unit, accused_officers, accused_units, received_on)
      select :bureau::int, matter_id, petition_id, 1, 1, purpose, (select category_id from cats where cats.i = ms.i), coalesce(demand, ''), demand_key, envelope, :unit::int, complained_unit,
             coalesce((select v from ao where ao.i = ms.i), '{}'), coalesce((select v from au where au.i = ms.i), '{}'), (:receipts.received_on::date[])[1] from ms),
e as (insert into event select :bureau::int, matter_id, 1, 1, :officer::int, 1, :unit::int, null, :now::timestamptz, :compartment::bool from ms),
k as (insert into repeat_link (bureau_id, petition_id, earlier_petition_id, matched, proposed_at)
      select :bureau::int, n.petition_id, prior.petition_id, prior.matched, :now::timestamptz from n, prior),
f as (insert into feed select :bureau::int, kind, id, cursor, n.petition_id * 100 + 1, 1, 1, :now::timestamptz, :compartment::bool from aud, n),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, petition_id, number, matters, repeats, repeat_numbers, repeat_days, repeat_matched, hints)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, n.petition_id, n.number, cardinality(:matters.purpose::int2[]),
             ids, numbers, days, matched, :hints::int2[] from n, found)
select case when n.petition_id is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' when bad.field is not null then 'INVALID' else 'CONFLICT' end as verdict,
    bad.field, bad."text", coalesce(n.petition_id, same.petition_id) as petition_id, coalesce(n.number, same.number) as number,
    (select array_agg(coalesce(n.petition_id, same.petition_id) * 100 + i) from generate_series(1, coalesce(cardinality(:matters.purpose::int2[]), 0)) i) as "matters.matter_id",
    (select array_agg(1) from generate_series(1, coalesce(cardinality(:matters.purpose::int2[]), 0)) i) as "matters.version",
    coalesce(same.repeats, found.ids) as "repeats.petition_id", coalesce(same.repeat_numbers, found.numbers) as "repeats.number",
    coalesce(same.repeat_days, found.days) as "repeats.received_on", coalesce(same.repeat_matched, found.matched) as "repeats.matched",
    coalesce(same.hints, :hints::int2[]) as hints
from found left join n on true left join old on true left join same on true left join bad on true

-- name: petition.import    -- law: year int2, book_number int8, state int2, demand_key int8
-- One row of a petition register, as the book says it: the book's number, one matter, one
-- event, no news and no clock. A category that the tree lacks is added.
with
old as (select sha, petition_id from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
pid as (select (10000::int8 + :year::int2) * 1000000 + :book_number::int8 as petition_id),
held as (select p.petition_id, p.row_sha from pid join petition p on p.bureau_id = :bureau::int and p.petition_id = pid.petition_id),
u as (select unit_id from unit where bureau_id = :bureau::int and (name = :unit_name::text or short_name = :unit_name::text) limit 1),
c as (select unit_id from unit where bureau_id = :bureau::int and (name = :complained_unit_name::text or short_name = :complained_unit_name::text) limit 1),
h as (select officer_id from officer where bureau_id = :bureau::int and badge = :handler_badge::text),
cat as (select category_id from category where bureau_id = :bureau::int and name = :category_name::text),
newcat as (select coalesce(max(category_id), 0) + 1 as category_id from category where bureau_id = :bureau::int
           having :category_name::text is not null and not exists (select from cat)),
bad as (
    select 'unit_name' as field, 'NO_SUCH_UNIT' as "text" where :unit_name::text is not null and not exists (select from u)
    union all
    select 'complained_unit_name', 'NO_SUCH_UNIT' where :complained_unit_name::text is not null and not exists (select from c)
    union all
    select 'handler_badge', 'NO_SUCH_OFFICER' where :handler_badge::text is not null and not exists (select from h)
    union all
    select 'number', 'NUMBER_TAKEN' from held where row_sha is distinct from :row_sha::bytea
    limit 1),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and not exists (select from old) and not exists (select from held)
         and not exists (select from bad) and not coalesce(:dry_run::bool, false) returning ledger),
n as (select petition_id, petition_id * 100 + 1 as matter_id, ledger, :purpose::int2 = 2 as compartment, coalesce((select unit_id from u), :unit::int) as unit_id,
             (select officer_id from h) as handler, coalesce((select category_id from cat), (select category_id from newcat)) as category_id from pid, head),
ic as (insert into category (bureau_id, category_id, code, name) select :bureau::int, newcat.category_id, 'B' || newcat.category_id, :category_name::text from newcat, n),
ser as (insert into series as s (bureau_id, series, year, last, pattern) select :bureau::int, 1, :year::int2, :book_number::int8, pattern from series_pattern, n
        where bureau_id = :bureau::int and series = 1
        on conflict (bureau_id, series, year) do update set last = greatest(s.last, excluded.last)),
p as (insert into petition (bureau_id, petition_id, number, people, received_on, registered_on, registered_by, registered_unit, compartment, seal_key, seat, from_book, row_sha)
      select :bureau::int, petition_id, :number::text, coalesce(:people::int, 1), :registered_on::date, :registered_on::date, :officer::int, nullif(:unit::int, 0), compartment, :seal_key::bytea, ledger, true, :row_sha::bytea from n),
r as (insert into receipt select :bureau::int, petition_id, 1, :channel::int2, :source::int2, :registered_on::date, null, compartment from n),
pp as (insert into petitioner select :bureau::int, petition_id, 1, :petitioner::text, :phone_sealed::bytea, :phone_idx::bytea, null, null, :address_sealed::bytea, true, compartment from n where :petitioner::text is not null),
m as (insert into matter (bureau_id, matter_id, petition_id, version, state, purpose, category_id, demand, demand_key, unit_id, handler, complained_unit, accused_units, inside, received_on)
      select :bureau::int, matter_id, petition_id, 1, :state::int2, :purpose::int2, category_id, :demand::text, :demand_key::int8, unit_id, handler,
             case when not compartment then (select unit_id from c) end,
             case when compartment then coalesce((select array_agg(unit_id) from c), '{}') else '{}' end,
             case when compartment then coalesce((select array_agg(officer_id) from h), '{}') else '{}' end, :registered_on::date from n),
b as (insert into book_petition select :bureau::int, petition_id, coalesce(:repeat::bool, false), coalesce(:key_matter::bool, false), :assigned_on::date, :due_on::date, :accepted_on::date, :closed_on::date,
      :outcome::int2, :fed_back_on::date, :feedback_way::int2, :followed_up_on::date, :follow_up_way::int2, :satisfaction::int2, compartment from n),
e as (insert into event select :bureau::int, matter_id, 1, 5, :officer::int, :state::int2, unit_id, handler, :now::timestamptz, compartment from n),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, petition_id)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, petition_id from n)
select case when n.petition_id is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
            when bad.field = 'number' then 'CONFLICT' when bad.field is not null then 'INVALID' when held.petition_id is not null then 'REPLAY'
            when coalesce(:dry_run::bool, false) then 'OK' else 'CONFLICT' end as verdict,
    bad.field, bad."text", coalesce(n.petition_id, same.petition_id, held.petition_id) as petition_id
from (select) one left join n on true left join old on true left join same on true left join held on true left join bad on true

-- name: petition.decide_repeat
-- Same person and same demand, or not: the officer's word beside the system's.
with
old as (select sha, petition_id from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid),
same as (select * from old where sha = :sha::bytea),
cur as (select petition_id from repeat_link where bureau_id = :bureau::int and petition_id = :petition_id::int8 and earlier_petition_id = :earlier_petition_id::int8),
upd as (update repeat_link set same = :same::bool, decided_by = :officer::int, decided_at = :now::timestamptz
        where bureau_id = :bureau::int and petition_id = :petition_id::int8 and earlier_petition_id = :earlier_petition_id::int8
          and same is distinct from :same::bool and not exists (select from old) returning petition_id),
mat as (update matter set version = version + 1 where bureau_id = :bureau::int and matter_id = :petition_id::int8 * 100 + 1 and exists (select from upd)
        returning matter_id, version, state, unit_id, handler, purpose),
head as (update bureau set ledger = ledger + 1 where bureau_id = :bureau::int and exists (select from mat) returning ledger),
e as (insert into event select :bureau::int, matter_id, version, 4, :officer::int, state, unit_id, handler, :now::timestamptz, purpose = 2 from mat, head),
l as (insert into ledger select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, petition_id)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, petition_id from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
            when cur.petition_id is null then 'NOT_FOUND' else 'CONFLICT' end as verdict, coalesce(upd.petition_id, same.petition_id) as petition_id
from (select) one left join upd on true left join head on true left join old on true left join same on true left join cur on true
