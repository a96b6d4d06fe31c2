-- name: petition.register.read
-- Is one of the accused a head of reception, an inspector or a leader (bits 2, 7, 8), by
-- name or because his unit is accused? And the whole calendar: a receipt may be years old. Of two
-- notices for one day the later year's stands.
with
current as (select year, version, seat from calendar_year where bureau_id = :bureau::int and until_seat is null),
days as (select distinct on (d.day) d.day, d.kind from current c
         join calendar_day d on d.bureau_id = :bureau::int and d.year = c.year and d.version = c.version order by d.day, d.year desc)
select exists (
    select from officer where bureau_id = :bureau::int and (roles & 388) <> 0
    and (officer_id = any (:matters.accused_officers::int[]) or unit_id = any (:matters.accused_units::int[]))) as high_accused,
    (select array_agg(year) from current) as years, (select coalesce(max(seat), 0) from current) as seat,
    array_agg(day order by day) as "days.day_on", array_agg(kind order by day) as "days.kind"
from days

-- name: petition.register    -- law: series int2, year int2, people int, compartment bool, demand_keys int8[], hints int2[], clock_rule text, clock_seqs int2[], clock_froms date[], clock_raws date[], clock_dues date[], clock_missing int2[], clock_reminds date[], calendar_seat int8, grams int4[], gram_ends int4[], alike int2, all_units bool
-- A petition with receipts, petitioners and matters; what came before (same telephone or
-- full name; same demand, or of his newest hundred one alike) is proposed with the rights of who
-- registers, and how it began is shown to who may open it. Each receipt starts its clock with each
-- matter; the matter shows the first day that one of them is due.
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
-- Each looked up by itself: joined, a plan of the day on which a bureau begins walks all its petitioners.
who as (select q.petition_id, 1 as matched from n, unnest(:petitioners.phone_idx::bytea[]) x(v)
        cross join lateral (select petition_id from petitioner where bureau_id = :bureau::int and phone_idx = x.v offset 0) q
        union all
        select q.petition_id, 2 from n, unnest(:petitioners.name::text[]) x(v)
        cross join lateral (select petition_id from petitioner where bureau_id = :bureau::int and name = x.v offset 0) q),
met as (select petition_id, bit_or(matched) as matched, row_number() over (order by petition_id desc) as k from who group by petition_id),
prior as (select p.petition_id, p.number, p.received_on, met.matched::int2 as matched, m.alike, left(case when :all_units::bool or m.unit_id = :unit::int then m.demand end, 60) as demand,
                 (select name from unit where bureau_id = :bureau::int and unit_id = m.unit_id) as unit from met
          cross join lateral (select * from petition p where p.bureau_id = :bureau::int and p.petition_id = met.petition_id offset 0) p
          cross join lateral (select * from (
                                  select unit_id, demand, matter_id, case when demand_key = any (:demand_keys::int8[]) then 100
                                         when met.k <= 100 then gram_alike(:bureau::int, matter_id, :grams::int4[], :gram_ends::int4[]) end::int2 as alike
                                  from matter where bureau_id = :bureau::int and matter_id between met.petition_id * 100 + 1 and met.petition_id * 100 + 99 offset 0) m
                              where m.alike >= :alike::int2 order by m.alike desc, m.matter_id limit 1) m
          order by p.petition_id desc limit 10),
found as (select array_agg(petition_id) as ids, array_agg(number) as numbers, array_agg(received_on) as days, array_agg(matched) as matched,
                 array_agg(alike) as alike, array_agg(unit) as units, array_agg(demand) as demands from prior),
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
r as (insert into receipt (bureau_id, petition_id, seq, channel, source, received_on, reference, compartment)
      select :bureau::int, n.petition_id, x.i, x.channel, x.source, x.received_on, x.reference, :compartment::bool
      from n, unnest(:receipts.channel::int2[], :receipts.source::int2[], :receipts.received_on::date[], :receipts.reference::text[]) with ordinality x(channel, source, received_on, reference, i)),
pp as (insert into petitioner (bureau_id, petition_id, seq, name, phone_sealed, phone_idx, id_number_sealed, id_number_idx, address_sealed, representative, compartment)
       select :bureau::int, n.petition_id, x.i, x.name, x.ps, x.pi, x.ns, x.ni, x.ads, x.i <= 5, :compartment::bool
       from n, unnest(:petitioners.name::text[], :petitioners.phone_sealed::bytea[], :petitioners.phone_idx::bytea[], :petitioners.id_number_sealed::bytea[],
                      :petitioners.id_number_idx::bytea[], :petitioners.address_sealed::bytea[]) with ordinality x(name, ps, pi, ns, ni, ads, i)),
m as (insert into matter (bureau_id, matter_id, petition_id, version, state, purpose, category_id, demand, demand_key, envelope, unit_id, complained_unit, accused_officers, accused_units, received_on, due_on)
      select :bureau::int, matter_id, petition_id, 1, 1, purpose, (select category_id from cats where cats.i = ms.i), coalesce(demand, ''), demand_key, envelope, :unit::int, complained_unit,
             coalesce((select v from ao where ao.i = ms.i), '{}'), coalesce((select v from au where au.i = ms.i), '{}'), (:receipts.received_on::date[])[1],
             (select min(coalesce(x.due_on, x.raw_on)) from unnest(:clock_dues::date[], :clock_raws::date[]) x(due_on, raw_on)) from ms),
g as (insert into matter_gram (bureau_id, matter_id, grams, compartment)
      select :bureau::int, matter_id, (:grams::int4[])[coalesce((:gram_ends::int4[])[i - 1], 0) + 1 : (:gram_ends::int4[])[i]] || gram_year(matter_id / 100000000), :compartment::bool from ms),
c as (insert into clock (bureau_id, matter_id, seq, rule, rule_from, started_on, raw_on, due_on, missing_year, remind_on, calendar_seat, compartment)
      select :bureau::int, ms.matter_id, x.seq, :clock_rule::text, x.rule_from, (:receipts.received_on::date[])[x.seq], x.raw_on, x.due_on, x.missing_year,
             case when x.raw_on is null then '{}' else (:clock_reminds::date[])[x.i * 6 - 5 : x.i * 6] end, :calendar_seat::int8, :compartment::bool
      from ms, unnest(:clock_seqs::int2[], :clock_froms::date[], :clock_raws::date[], :clock_dues::date[], :clock_missing::int2[])
               with ordinality x(seq, rule_from, raw_on, due_on, missing_year, i)),
e as (insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, handler, at, compartment)
      select :bureau::int, matter_id, 1, 1, :officer::int, 1, :unit::int, null, :now::timestamptz, :compartment::bool from ms),
k as (insert into repeat_link (bureau_id, petition_id, earlier_petition_id, matched, proposed_at, alike)
      select :bureau::int, n.petition_id, prior.petition_id, prior.matched, :now::timestamptz, prior.alike from n, prior),
f as (insert into feed (bureau_id, kind, id, cursor, matter_id, version, event, at, compartment)
      select :bureau::int, kind, id, cursor, n.petition_id * 100 + 1, 1, 1, :now::timestamptz, :compartment::bool from aud, n),
l as (insert into ledger (bureau_id, seat, officer, op_id, leaf, at) select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, petition_id, number, matters, repeats, repeat_numbers, repeat_days, repeat_matched, repeat_alike, repeat_units, repeat_demands, hints)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, n.petition_id, n.number, cardinality(:matters.purpose::int2[]),
             ids, numbers, days, matched, alike, units, demands, :hints::int2[] from n, found)
select case when n.petition_id is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH' when bad.field is not null then 'INVALID' else 'CONFLICT' end as verdict,
    bad.field, bad."text", coalesce(n.petition_id, same.petition_id) as petition_id, coalesce(n.number, same.number) as number,
    (select array_agg(coalesce(n.petition_id, same.petition_id) * 100 + i) from generate_series(1, coalesce(cardinality(:matters.purpose::int2[]), 0)) i) as "matters.matter_id",
    (select array_agg(1) from generate_series(1, coalesce(cardinality(:matters.purpose::int2[]), 0)) i) as "matters.version",
    coalesce(same.repeats, found.ids) as "repeats.petition_id", coalesce(same.repeat_numbers, found.numbers) as "repeats.number",
    coalesce(same.repeat_days, found.days) as "repeats.received_on", coalesce(same.repeat_matched, found.matched) as "repeats.matched",
    coalesce(same.repeat_alike, found.alike) as "repeats.alike", coalesce(same.repeat_units, found.units) as "repeats.unit_name", coalesce(same.repeat_demands, found.demands) as "repeats.demand",
    coalesce(same.hints, :hints::int2[]) as hints
from found left join n on true left join old on true left join same on true left join bad on true

-- name: petition.import    -- rows -- law: year int2, book_number int8, state int2, demand_key int8, remarks int2[], grams int4[]
-- Rows of a petition register, as the book says them: the book's number, one matter, one
-- event, no news and no clock. A category that the tree lacks is added. A row that changed in the
-- book is taken with `update`, as a new version beside the old one, while nobody has acted on the
-- matter since; its purpose stays, for the compartment does.
-- Each row is looked up by itself in s, go is those that are taken, n the same with their seats. What
-- is updated lies in `span`: joined without it, a plan of the first day walks whole tables.
with
q as (:rows),
a as (select q.*, (10000::int8 + :year::int2) * 1000000 + :book_number::int8 as petition_id, :purpose::int2 = 2 as accuses from q),
s as materialized (
    select a.*, old.sha as old_sha, old.petition_id as old_petition_id, old.hints as old_hints,
           p.petition_id as held_id, p.row_sha as held_sha, p.registered_on as held_on, m.version as held_version,
           (select max(b.version) from book_petition b where b.bureau_id = :bureau::int and b.petition_id = p.petition_id) as book_version,
           (select true from petitioner x where x.bureau_id = :bureau::int and x.petition_id = p.petition_id limit 1) as has_petitioner,
           (select true from matter_gram x where x.bureau_id = :bureau::int and x.matter_id = a.petition_id * 100 + 1 limit 1) as has_grams,
           u.unit_id as own_unit, c.unit_id as complained, h.officer_id as handler, k.category_id as known_category,
           case when :unit_name::text is not null and u.unit_id is null then '{unit_name,NO_SUCH_UNIT}'::text[]
                when :complained_unit_name::text is not null and c.unit_id is null then '{complained_unit_name,NO_SUCH_UNIT}'
                when :handler_badge::text is not null and h.officer_id is null then '{handler_badge,NO_SUCH_OFFICER}'
                when not p.from_book then '{number,NUMBER_TAKEN}'
                when p.petition_id is not null and p.row_sha is distinct from :row_sha::bytea and not coalesce(:update::bool, false) then '{number,BOOK_ROW_CHANGED}'
                when p.compartment <> accuses then '{purpose,BOOK_PURPOSE_FIXED}'
                when p.row_sha is distinct from :row_sha::bytea
                     and (select true from event e where e.bureau_id = :bureau::int and e.matter_id = m.matter_id and e.kind not in (5, 6) limit 1) then '{number,BOOK_ROW_MOVED_ON}'
           end as bad
    from a
    left join lateral (select * from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid offset 0) old on true
    left join lateral (select * from petition where bureau_id = :bureau::int and petition_id = a.petition_id offset 0) p on true
    left join lateral (select matter_id, version from matter where bureau_id = :bureau::int and matter_id = p.petition_id * 100 + 1 offset 0) m on true
    left join lateral (select unit_id from unit where bureau_id = :bureau::int and (name = :unit_name::text or short_name = :unit_name::text) limit 1) u on true
    left join lateral (select unit_id from unit where bureau_id = :bureau::int and (name = :complained_unit_name::text or short_name = :complained_unit_name::text) limit 1) c on true
    left join lateral (select officer_id from officer where bureau_id = :bureau::int and badge = :handler_badge::text offset 0) h on true
    left join lateral (select category_id from category where bureau_id = :bureau::int and name = :category_name::text offset 0) k on true),
go as (select *, row_number() over (order by i) as place from s
       where old_sha is null and bad is null and not coalesce(:dry_run::bool, false) and (held_id is null or held_sha is distinct from :row_sha::bytea)),
head as (update bureau set ledger = ledger + (select count(*) from go) where bureau_id = :bureau::int and exists (select from go) returning ledger),
newcat as (select :category_name::text as name, (select coalesce(max(category_id), 0) from category where bureau_id = :bureau::int) + row_number() over (order by min(i))::int as category_id
           from go where known_category is null and :category_name::text is not null group by :category_name::text),
n as materialized (
    select go.*, go.petition_id * 100 + 1 as matter_id, head.ledger - (select count(*) from go) + place as seat, held_id is not null as again,
           coalesce(held_version, 0) + 1 as version, coalesce(book_version, 0) + 1 as next_book_version, coalesce(own_unit, :unit::int) as unit_id,
           coalesce(known_category, (select category_id from newcat where newcat.name = :category_name::text)) as category_id,
           case when not accuses then complained end as complained_unit,
           case when accuses and complained is not null then array[complained] else '{}' end as accused_units,
           case when accuses and handler is not null then array[handler] else '{}' end as inside
    from go cross join head),
span as (select min(petition_id) as low, max(petition_id) as high from n where again),
ic as (insert into category (bureau_id, category_id, code, name) select :bureau::int, category_id, 'B' || category_id, name from newcat),
ser as (insert into series as s (bureau_id, series, year, last, pattern)
        select :bureau::int, 1, years.year, years.last, pattern from series_pattern, (select :year::int2 as year, max(:book_number::int8) as last from n group by :year::int2) years
        where bureau_id = :bureau::int and series = 1
        on conflict (bureau_id, series, year) do update set last = greatest(s.last, excluded.last)),
p as (insert into petition (bureau_id, petition_id, number, people, received_on, registered_on, registered_by, registered_unit, compartment, seal_key, seat, from_book, row_sha)
      select :bureau::int, petition_id, :number::text, coalesce(:people::int, 1), :registered_on::date, :registered_on::date, :officer::int, nullif(:unit::int, 0), accuses, :seal_key::bytea, seat, true, :row_sha::bytea
      from n where not again),
p2 as (update petition x set people = coalesce(:people::int, 1), received_on = :registered_on::date, registered_on = :registered_on::date, seal_key = :seal_key::bytea, row_sha = :row_sha::bytea
       from n where again and x.bureau_id = :bureau::int and x.petition_id between (select low from span) and (select high from span) and x.petition_id = n.petition_id),
r as (insert into receipt select :bureau::int, petition_id, 1, :channel::int2, :source::int2, :registered_on::date, null, accuses from n where not again),
r2 as (update receipt x set channel = :channel::int2, source = :source::int2, received_on = :registered_on::date
       from n where again and x.bureau_id = :bureau::int and x.petition_id between (select low from span) and (select high from span) and x.petition_id = n.petition_id and x.seq = 1),
pp as (insert into petitioner select :bureau::int, petition_id, 1, :petitioner::text, :phone_sealed::bytea, :phone_idx::bytea, null, null, :address_sealed::bytea, true, accuses from n
       where :petitioner::text is not null and has_petitioner is null),
pp2 as (update petitioner x set name = coalesce(:petitioner::text, ''), phone_sealed = :phone_sealed::bytea, phone_idx = :phone_idx::bytea, address_sealed = :address_sealed::bytea
        from n where again and x.bureau_id = :bureau::int and x.petition_id between (select low from span) and (select high from span) and x.petition_id = n.petition_id and x.seq = 1),
m as (insert into matter (bureau_id, matter_id, petition_id, version, state, purpose, category_id, demand, demand_key, unit_id, handler, complained_unit, accused_units, inside, received_on)
      select :bureau::int, matter_id, petition_id, 1, :state::int2, :purpose::int2, category_id, :demand::text, :demand_key::int8, unit_id, handler, complained_unit, accused_units, inside, :registered_on::date
      from n where not again),
m2 as (update matter x set version = n.version, state = :state::int2, purpose = :purpose::int2, category_id = n.category_id, demand = :demand::text, demand_key = :demand_key::int8, unit_id = n.unit_id,
              handler = n.handler, complained_unit = n.complained_unit, accused_units = n.accused_units, inside = n.inside, received_on = :registered_on::date
       from n where again and x.bureau_id = :bureau::int and x.matter_id between (select low from span) * 100 and (select high from span) * 100 + 99 and x.matter_id = n.matter_id),
g as (insert into matter_gram (bureau_id, matter_id, grams, compartment) select :bureau::int, matter_id, :grams::int4[] || gram_year(matter_id / 100000000), accuses from n where has_grams is null),
g2 as (update matter_gram x set grams = :grams::int4[] || gram_year(n.matter_id / 100000000) from n where has_grams and x.bureau_id = :bureau::int and x.matter_id between (select low from span) * 100 and (select high from span) * 100 + 99 and x.matter_id = n.matter_id),
-- The version before is closed before the new one comes: one is current.
was as (update book_petition x set until_seat = n.seat from n where again and x.bureau_id = :bureau::int and x.petition_id between (select low from span) and (select high from span) and x.petition_id = n.petition_id and x.until_seat is null returning x.petition_id),
b as (insert into book_petition (bureau_id, petition_id, version, seat, registered_on, people, channel, source, petitioner, seal_key, phone_sealed, address_sealed, purpose, category_id, demand, complained_unit,
             unit_id, handler, repeat, key_matter, assigned_on, due_on, accepted_on, closed_on, outcome, fed_back_on, feedback_way, followed_up_on, follow_up_way, satisfaction, compartment)
      select :bureau::int, petition_id, next_book_version, seat, :registered_on::date, coalesce(:people::int, 1), :channel::int2, :source::int2, :petitioner::text, :seal_key::bytea, :phone_sealed::bytea, :address_sealed::bytea,
             :purpose::int2, category_id, :demand::text, complained, unit_id, handler, coalesce(:repeat::bool, false), coalesce(:key_matter::bool, false), :assigned_on::date, :due_on::date, :accepted_on::date,
             :closed_on::date, :outcome::int2, :fed_back_on::date, :feedback_way::int2, :followed_up_on::date, :follow_up_way::int2, :satisfaction::int2, accuses from n, (select count(*) from was) closed),
t as (insert into figure_touched select :bureau::int, seat, month_on from n cross join lateral (
          select date_trunc('month', :registered_on::date::timestamp)::date as month_on union select date_trunc('month', held_on::timestamp)::date where held_on is not null) months),
e as (insert into event select :bureau::int, matter_id, version, case when again then 6 else 5 end, :officer::int, :state::int2, unit_id, handler, :now::timestamptz, accuses from n),
l as (insert into ledger select :bureau::int, seat, :officer::int, :op_id::uuid,
      leaf(:bureau::int, seat, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, petition_id, hints)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, petition_id, :remarks::int2[] from n)
select case when n.i is not null then 'OK' when old_sha <> :sha::bytea then 'OP_MISMATCH'
            when bad[1] = 'number' then 'CONFLICT' when old_sha is not null then 'REPLAY' when bad is not null then 'INVALID' when held_id is not null then 'REPLAY'
            when coalesce(:dry_run::bool, false) then 'OK' else 'CONFLICT' end as verdict,
    bad[1] as field, bad[2] as "text", coalesce(n.petition_id, old_petition_id, held_id) as petition_id, coalesce(old_hints, :remarks::int2[]) as remarks
from s left join (select i, petition_id from n) n using (i) order by i

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
e as (insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, handler, at, compartment)
      select :bureau::int, matter_id, version, 4, :officer::int, state, unit_id, handler, :now::timestamptz, purpose = 2 from mat, head),
l as (insert into ledger (bureau_id, seat, officer, op_id, leaf, at) select :bureau::int, ledger, :officer::int, :op_id::uuid,
      leaf(:bureau::int, ledger, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from head),
o as (insert into op (bureau_id, officer, op_id, sha, at, petition_id)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, petition_id from upd, head)
select case when head.ledger is not null then 'OK' when old.sha = :sha::bytea then 'REPLAY' when old.sha is not null then 'OP_MISMATCH'
            when cur.petition_id is null then 'NOT_FOUND' else 'CONFLICT' end as verdict, coalesce(upd.petition_id, same.petition_id) as petition_id
from (select) one left join upd on true left join head on true left join old on true left join same on true left join cur on true
