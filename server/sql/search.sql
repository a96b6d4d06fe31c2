-- search — matters by what their demand says, or by their number; and the grams that they are
-- found by, for matters from before there were any.
--
-- access kind 4: searched.

-- name: matter.search    -- law: only_unit int, page int, words text, grams int4[], petitions int8[], tail text
-- A page of what the reader may see, newest first; who searched is written in the same statement.
-- A common word is found among the newest matters; for others the index is asked, a year after the
-- other (gram_year in 0007_search.sql). Each hit is held against the text. Whether there is a next page, and
-- where, is told by what is seen only; nothing here counts what is not.
with
ask as materialized (select string_to_array(:words::text, ' ') as words, cardinality(:grams::int4[]) > 0 as by_words, coalesce(:after::int8, 9223372036854775807) as before),
a as (insert into access (bureau_id, officer, kind, at, words_idx) select :bureau::int, :officer::int, 4, :now::timestamptz, :text_idx::bytea),
near as materialized (
    select matter_id, demand ~ all ((select words from ask)::text[]) as good from (
        (select matter_id, demand from matter where (select by_words from ask) and :only_unit::int is null
           and bureau_id = :bureau::int and matter_id < (select before from ask) order by matter_id desc limit 500)
        union all
        (select matter_id, demand from matter where (select by_words from ask)
           and bureau_id = :bureau::int and unit_id = :only_unit::int and matter_id < (select before from ask) order by matter_id desc limit 500)) m),
enough as materialized (select not (select by_words from ask) or count(*) filter (where good) > :page::int or count(*) < 500 as enough from near),
deep as (
    select m.matter_id from (
        select s.year from (select series * 10000::int8 + year as year from series where bureau_id = :bureau::int and not (select enough from enough)) s
        where s.year <= (select before from ask) / 100000000 order by s.year desc) s
    cross join lateral (select h.matter_id from gram_hits(:bureau::int, :grams::int4[], s.year, (select before from ask)) h(matter_id) order by h.matter_id desc) h
    cross join lateral (select matter_id, demand from matter m where m.bureau_id = :bureau::int and m.matter_id = h.matter_id
                        and (:only_unit::int is null or m.unit_id = :only_unit::int) offset 0) m
    where m.demand ~ all ((select words from ask)::text[]) limit :page::int + 1), -- nested loops keep the order, and end in time
named as (
    select m.matter_id from unnest(:petitions::int8[]) n(petition_id)
    cross join lateral (select petition_id from petition p where p.bureau_id = :bureau::int and p.petition_id = n.petition_id
                        and right(p.number, length(:tail::text)) = :tail::text offset 0) p
    cross join lateral (select matter_id from matter m where m.bureau_id = :bureau::int and m.matter_id between n.petition_id * 100 + 1 and n.petition_id * 100 + 99
                        and m.matter_id < (select before from ask) and (:only_unit::int is null or m.unit_id = :only_unit::int) offset 0) m),
found as materialized (
    select matter_id from (select matter_id from near where good union select matter_id from deep union select matter_id from named) x
    order by matter_id desc limit :page::int + 1),
page as (
    select m.*, p.number, u.name as unit_name from (select matter_id from found order by matter_id desc limit :page::int) f
    cross join lateral (select matter_id, petition_id, state, purpose, demand, unit_id, received_on, due_on, version from matter m
                        where m.bureau_id = :bureau::int and m.matter_id = f.matter_id offset 0) m
    join petition p on p.bureau_id = :bureau::int and p.petition_id = m.petition_id
    left join unit u on u.bureau_id = :bureau::int and u.unit_id = m.unit_id order by m.matter_id desc)
select array_agg(matter_id) as "matters.matter_id", array_agg(number) as "matters.number", array_agg(state) as "matters.state", array_agg(purpose) as "matters.purpose",
    array_agg(demand) as "matters.demand", array_agg(unit_id) as "matters.unit_id", array_agg(unit_name) as "matters.unit_name", array_agg(received_on) as "matters.received_on",
    array_agg(due_on) as "matters.due_on", array_agg(version) as "matters.version",
    case when (select count(*) from found) > :page::int then min(matter_id) end as next,
    case when not (select enough from enough) and exists (select from matter_gram_fill where bureau_id = :bureau::int and not done) then true end as incomplete
from page

-- name: matter.index.read
-- The next matters without grams, in order; not more text than a request's memory takes.
select array_agg(matter_id order by matter_id) as "matters.matter_id", array_agg(demand order by matter_id) as "matters.demand"
from (select m.matter_id, m.demand, sum(octet_length(m.demand)) over (order by m.matter_id) as bytes, row_number() over (order by m.matter_id) as k
      from matter_gram_fill f
      cross join lateral (select matter_id, demand from matter where bureau_id = :bureau::int and matter_id > f.after order by matter_id limit :most::int) m
      where f.bureau_id = :bureau::int and not f.done) m
where k = 1 or bytes <= 200000

-- name: matter.index    -- law: matter_ids int8[], grams int4[], gram_ends int4[]
-- The timer: their grams, where nobody wrote them meanwhile (petition.import). What is derived from
-- the matters is no event and has no place in the ledger; done twice it is the same.
with
new as (select matter_id, (:grams::int4[])[coalesce(lag(grams_end) over (order by i), 0) + 1 : grams_end] || gram_year(matter_id / 100000000) as grams
        from unnest(:matter_ids::int8[], :gram_ends::int4[]) with ordinality x(matter_id, grams_end, i)),
g as (insert into matter_gram (bureau_id, matter_id, grams, compartment)
      select :bureau::int, m.matter_id, new.grams, m.purpose = 2 from new join matter m on m.bureau_id = :bureau::int and m.matter_id = new.matter_id
      where not exists (select from matter_gram x where x.bureau_id = :bureau::int and x.matter_id = new.matter_id)),
n as (select count(*)::int as looked, max(matter_id) as after from new),
upd as (update matter_gram_fill f set after = coalesce(n.after, f.after),
        done = n.looked = 0 and not exists (select from matter m where m.bureau_id = f.bureau_id and m.matter_id > f.after) -- who found nothing may have looked before there was a row
        from n where f.bureau_id = :bureau::int and not f.done)
select 'OK' as verdict, looked from n
