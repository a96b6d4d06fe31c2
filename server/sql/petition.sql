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

-- name: petition.register    -- rows -- law: series int2, year int2, people int, compartment bool, demand_keys int8[], hints int2[], clock_rule text, clock_seqs int2[], clock_froms date[], clock_raws date[], clock_dues date[], clock_missing int2[], due_on date, clock_reminds date[], calendar_seat int8, grams int4[], gram_ends int4[], alike int2, all_units bool
-- Petitions with receipts, petitioners and matters; what came before (same telephone or
-- full name; same demand, or of his newest hundred one alike) is proposed with the rights of who
-- registers, and how it began is shown to who may open it. Each receipt starts its clock with each
-- matter; the matter shows the first day that one of them is due.
-- Each is looked up in s, go is those that are registered, n the same with number and seat, ms their
-- matters. Apart runs who comes in the same batch for the second time, and who came with an accusation, which
-- several officers together do not see (actor -1: server/db/rows.h).
with
q as (:rows),
faces as (select i, 1 as matched, x.v as phone_idx, null::text as name from q, unnest(:petitioners.phone_idx::bytea[]) x(v) where x.v is not null
          union all select i, 2, null, x.v from q, unnest(:petitioners.name::text[]) x(v)),
-- Each looked up by itself: joined, a plan of the day on which a bureau begins walks all its petitioners.
who as (select f.i, f.matched, p.petition_id, p.compartment from faces f
        cross join lateral (select petition_id, compartment from petitioner where bureau_id = :bureau::int and phone_idx = f.phone_idx offset 0) p where f.matched = 1
        union all
        select f.i, f.matched, p.petition_id, p.compartment from faces f
        cross join lateral (select petition_id, compartment from petitioner where bureau_id = :bureau::int and name = f.name offset 0) p where f.matched = 2),
met as (select i, petition_id, bit_or(matched) as matched, row_number() over (partition by i order by petition_id desc) as k from who group by i, petition_id),
apart as (select f.i from faces f join faces e on e.i < f.i and (e.phone_idx = f.phone_idx or e.name = f.name)
          union all select i from who where compartment and (select actor(2)) = -1),
s as materialized (
    select q.i, old.sha as old_sha, old.petition_id as old_petition_id, old.number as old_number, old.hints as old_hints, old.repeats as old_repeats,
           old.repeat_numbers as old_numbers, old.repeat_days as old_days, old.repeat_matched as old_matched, old.repeat_alike as old_alike,
           old.repeat_units as old_units, old.repeat_demands as old_demands, cat.ids as category_ids, q.i = any (array(select i from apart)) as apart,
           case when cat.missing is not null then array['matters[' || cat.missing - 1 || '].category', 'NO_SUCH_CATEGORY']
                when no.complained_unit is not null then array['matters[' || no.complained_unit - 1 || '].complained_unit', 'NO_SUCH_UNIT']
                when no.accused_officer is not null then array['matters[' || no.accused_officer - 1 || '].accused_officers', 'NO_SUCH_OFFICER']
                when no.accused_unit is not null then array['matters[' || no.accused_unit - 1 || '].accused_units', 'NO_SUCH_UNIT'] end as bad
    from q
    left join lateral (select * from op where bureau_id = :bureau::int and officer = :officer::int and op_id = :op_id::uuid offset 0) old on true
    left join lateral (select array_agg(c.category_id order by x.k) as ids, min(x.k) filter (where x.v is not null and c.category_id is null) as missing
                       from unnest(:matters.category::text[]) with ordinality x(v, k)
                       left join lateral (select category_id from category where bureau_id = :bureau::int and (code = x.v or name = x.v) limit 1) c on true) cat on true
    left join lateral (
        select (select min(x.k) from unnest(:matters.complained_unit::int[]) with ordinality x(v, k)
                where x.v is not null and (select true from unit where bureau_id = :bureau::int and unit_id = x.v) is null) as complained_unit,
               (select min(x.k) from unnest(:matters.accused_officers::int[], :matters.accused_officers.of::int[]) x(v, k)
                where (select true from officer where bureau_id = :bureau::int and officer_id = x.v) is null) as accused_officer,
               (select min(x.k) from unnest(:matters.accused_units::int[], :matters.accused_units.of::int[]) x(v, k)
                where (select true from unit where bureau_id = :bureau::int and unit_id = x.v) is null) as accused_unit) no on true),
go as materialized (select i, category_ids, :series::int2 as series, :year::int2 as year from s where old_sha is null and bad is null and not apart),
ser as (insert into series as s (bureau_id, series, year, last, pattern)
        select :bureau::int, w.series, w.year, w.n, p.pattern from (select series, year, count(*) as n from go group by series, year) w
        join series_pattern p on p.bureau_id = :bureau::int and p.series = w.series
        on conflict (bureau_id, series, year) do update set last = s.last + excluded.last returning series, year, last, pattern),
-- The last has the highest number, the one before it the next lower: as many lower as come after it.
given as materialized (
    select go.*, ser.pattern, ser.last - (select count(*) from go x where x.series = go.series and x.year = go.year and x.i > go.i) as last
    from go, ser where ser.series = go.series and ser.year = go.year),
head as (update bureau set ledger = ledger + (select count(*) from given) where bureau_id = :bureau::int and exists (select from given) returning ledger),
n as materialized (
    select g.i, category_ids, (series * 10000::int8 + year) * 1000000 + last as petition_id, head.ledger - (select count(*) from given x where x.i > g.i) as seat,
           replace(replace(pattern, '{year}', year::text), '{number}', last::text) as number, prior.*
    from given g cross join head
    cross join lateral (
        select array_agg(petition_id) as ids, array_agg(number) as numbers, array_agg(received_on) as days, array_agg(matched) as matched,
               array_agg(alike) as alike, array_agg(unit) as units, array_agg(demand) as demands
        from (select p.petition_id, p.number, p.received_on, met.matched::int2 as matched, m.alike, left(case when :all_units::bool or m.unit_id = :unit::int then m.demand end, 60) as demand,
                     (select name from unit where bureau_id = :bureau::int and unit_id = m.unit_id) as unit
              from met
              cross join lateral (select * from petition p where p.bureau_id = :bureau::int and p.petition_id = met.petition_id offset 0) p
              cross join lateral (select * from (
                                      select unit_id, demand, matter_id, case when demand_key = any (:demand_keys::int8[]) then 100
                                             when met.k <= 100 then gram_alike(:bureau::int, matter_id, :grams::int4[], :gram_ends::int4[]) end::int2 as alike
                                      from matter where bureau_id = :bureau::int and matter_id between met.petition_id * 100 + 1 and met.petition_id * 100 + 99 offset 0) m
                                  where m.alike >= :alike::int2 order by m.alike desc, m.matter_id limit 1) m
              where met.i = g.i order by m.alike desc, p.petition_id desc limit 10) found) prior),
ms as materialized (
    select n.i, x.k, n.petition_id * 100 + x.k as matter_id, x.purpose, x.demand, x.complained_unit, x.envelope, x.demand_key, category_ids[x.k] as category_id,
           (:matters.accused_officers::int[])[a.o[1] : a.o[cardinality(a.o)]] as accused_officers, (:matters.accused_units::int[])[a.u[1] : a.u[cardinality(a.u)]] as accused_units
    from n, unnest(:matters.purpose::int2[], :matters.demand::text[], :matters.complained_unit::int[], :matters.envelope::text[], :demand_keys::int8[])
    with ordinality x(purpose, demand, complained_unit, envelope, demand_key, k)
    -- Where in the lists the k-th matter's stand, which follow each other.
    cross join lateral (select array_positions(:matters.accused_officers.of::int[], x.k::int) as o, array_positions(:matters.accused_units.of::int[], x.k::int) as u) a),
want as materialized (select n.i, n.petition_id, w.kind, w.id from n cross join lateral (
             select 1 as kind, :unit::int as id where not :compartment::bool
             union all select 2, 2 where not :compartment::bool
             union all select 3, officer_id from officer where :compartment::bool and bureau_id = :bureau::int and (roles & 260) <> 0
                   and officer_id <> all (:matters.accused_officers::int[]) and coalesce(unit_id, 0) <> all (:matters.accused_units::int[])) w),
aud as (update audience a set cursor = a.cursor + (select count(*) from want w where w.kind = a.kind and w.id = a.id)
        where a.bureau_id = :bureau::int and a.kind = any (array(select kind::int2 from want)) and a.id = any (array(select id from want))
          and (select true from want w where w.kind = a.kind and w.id = a.id limit 1) returning a.kind, a.id, a.cursor),
p as (insert into petition (bureau_id, petition_id, number, people, received_on, registered_on, registered_by, registered_unit, compartment, seal_key, seat)
      select :bureau::int, petition_id, number, :people::int, (:receipts.received_on::date[])[1], :today::date, :officer::int, nullif(:unit::int, 0), :compartment::bool, :seal_key::bytea, seat from n),
r as (insert into receipt (bureau_id, petition_id, seq, channel, source, received_on, reference, compartment)
      select :bureau::int, n.petition_id, x.k, x.channel, x.source, x.received_on, x.reference, :compartment::bool
      from n, unnest(:receipts.channel::int2[], :receipts.source::int2[], :receipts.received_on::date[], :receipts.reference::text[]) with ordinality x(channel, source, received_on, reference, k)),
pp as (insert into petitioner (bureau_id, petition_id, seq, name, phone_sealed, phone_idx, id_number_sealed, id_number_idx, address_sealed, representative, compartment)
       select :bureau::int, n.petition_id, x.k, x.name, x.ps, x.pi, x.ns, x.ni, x.ads, x.k <= 5, :compartment::bool
       from n, unnest(:petitioners.name::text[], :petitioners.phone_sealed::bytea[], :petitioners.phone_idx::bytea[], :petitioners.id_number_sealed::bytea[],
                      :petitioners.id_number_idx::bytea[], :petitioners.address_sealed::bytea[]) with ordinality x(name, ps, pi, ns, ni, ads, k)),
m as (insert into matter (bureau_id, matter_id, petition_id, version, state, purpose, category_id, demand, demand_key, envelope, unit_id, complained_unit, accused_officers, accused_units, received_on, due_on)
      select :bureau::int, matter_id, matter_id / 100, 1, 1, purpose, category_id, coalesce(demand, ''), demand_key, envelope, :unit::int, complained_unit,
             coalesce(accused_officers, '{}'), coalesce(accused_units, '{}'), (:receipts.received_on::date[])[1], :due_on::date from ms),
g as (insert into matter_gram (bureau_id, matter_id, grams, compartment)
      select :bureau::int, matter_id, (:grams::int4[])[coalesce((:gram_ends::int4[])[k - 1], 0) + 1 : (:gram_ends::int4[])[k]] || gram_year(matter_id / 100000000), :compartment::bool from ms),
c as (insert into clock (bureau_id, matter_id, seq, rule, rule_from, started_on, raw_on, due_on, missing_year, remind_on, calendar_seat, compartment)
      select :bureau::int, ms.matter_id, x.seq, :clock_rule::text, x.rule_from, (:receipts.received_on::date[])[x.seq], x.raw_on, x.due_on, x.missing_year,
             case when x.raw_on is null then '{}' else (:clock_reminds::date[])[x.k * 6 - 5 : x.k * 6] end, :calendar_seat::int8, :compartment::bool
      from ms, unnest(:clock_seqs::int2[], :clock_froms::date[], :clock_raws::date[], :clock_dues::date[], :clock_missing::int2[])
               with ordinality x(seq, rule_from, raw_on, due_on, missing_year, k)),
e as (insert into event (bureau_id, matter_id, version, kind, officer, state, unit_id, handler, at, compartment)
      select :bureau::int, matter_id, 1, 1, :officer::int, 1, :unit::int, null, :now::timestamptz, :compartment::bool from ms),
k as (insert into repeat_link (bureau_id, petition_id, earlier_petition_id, matched, proposed_at, alike)
      select :bureau::int, n.petition_id, x.id, x.matched, :now::timestamptz, x.alike from n, unnest(ids, matched, alike) x(id, matched, alike)),
f as (insert into feed (bureau_id, kind, id, cursor, matter_id, version, event, at, compartment)
      select :bureau::int, kind, id, a.cursor - (select count(*) from want x where x.kind = want.kind and x.id = want.id and x.i > want.i), petition_id * 100 + 1, 1, 1, :now::timestamptz, :compartment::bool
      from want cross join lateral (select cursor from aud where aud.kind = want.kind and aud.id = want.id offset 0) a),
l as (insert into ledger (bureau_id, seat, officer, op_id, leaf, at) select :bureau::int, seat, :officer::int, :op_id::uuid,
      leaf(:bureau::int, seat, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz), :now::timestamptz from n),
o as (insert into op (bureau_id, officer, op_id, sha, at, petition_id, number, matters, repeats, repeat_numbers, repeat_days, repeat_matched, repeat_alike, repeat_units, repeat_demands, hints)
      select :bureau::int, :officer::int, :op_id::uuid, :sha::bytea, :now::timestamptz, petition_id, number, cardinality(:matters.purpose::int2[]),
             ids, numbers, days, matched, alike, units, demands, :hints::int2[] from n)
select case when n.petition_id is not null then 'OK' when old_sha = :sha::bytea then 'REPLAY' when old_sha is not null then 'OP_MISMATCH' when bad is not null then 'INVALID'
            when apart then 'APART' else 'CONFLICT' end as verdict,
    bad[1] as field, bad[2] as "text", coalesce(n.petition_id, old_petition_id) as petition_id, coalesce(n.number, old_number) as number,
    (select array_agg(coalesce(n.petition_id, old_petition_id) * 100 + k) from generate_series(1, coalesce(cardinality(:matters.purpose::int2[]), 0)) k) as "matters.matter_id",
    array_fill(1, array[coalesce(cardinality(:matters.purpose::int2[]), 0)]) as "matters.version",
    coalesce(old_repeats, n.ids) as "repeats.petition_id", coalesce(old_numbers, n.numbers) as "repeats.number",
    coalesce(old_days, n.days) as "repeats.received_on", coalesce(old_matched, n.matched) as "repeats.matched",
    coalesce(old_alike, n.alike) as "repeats.alike", coalesce(old_units, n.units) as "repeats.unit_name", coalesce(old_demands, n.demands) as "repeats.demand",
    coalesce(old_hints, :hints::int2[]) as hints
from s left join lateral (select petition_id, number, ids, numbers, days, matched, alike, units, demands from n where n.i = s.i offset 0) n on true order by i

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
