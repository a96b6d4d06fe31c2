-- name: feed.follow    -- law: most int8, oldest timestamptz
-- The caller's audiences, and where each begins: as asked, else after what was acknowledged. Of what is
-- missed only the newest `most` and what is not older than `oldest` is told; where something is left
-- out is said. That it is old is judged by the first one, and only then is the last such one looked for.
with
mine as (
    select a.kind, a.id, a.cursor as head, coalesce(w.cursor, k.cursor, 0) as asked from audience a
    left join unnest(:cursors.kind::int2[], :cursors.id::int[], :cursors.cursor::int8[]) w(kind, id, cursor) on w.kind = a.kind and w.id = a.id
    left join feed_ack k on k.bureau_id = :bureau::int and k.officer = :officer::int and k.kind = a.kind and k.id = a.id
    where a.bureau_id = :bureau::int
      and ((a.kind = 1 and a.id = :unit::int) or (a.kind = 2 and (:roles::int4 >> a.id) & 1 = 1) or (a.kind = 3 and a.id = :officer::int))),
near as (select *, greatest(asked, head - :most::int8) as begun from mine),
told as (
    select n.kind, n.id, n.asked, last.cursor is not null as old, coalesce(last.cursor, n.begun) as cursor from near n
    left join lateral (select f.at from feed f where f.bureau_id = :bureau::int and f.kind = n.kind and f.id = n.id and f.cursor > n.begun
                       order by f.cursor limit 1) first on true
    left join lateral (select f.cursor from feed f where f.bureau_id = :bureau::int and f.kind = n.kind and f.id = n.id and f.cursor > n.begun
                       and f.at < :oldest::timestamptz and first.at < :oldest::timestamptz order by f.cursor desc limit 1) last on true)
select array_agg(kind order by kind, id) as "cursors.kind", array_agg(id order by kind, id) as "cursors.id", array_agg(cursor order by kind, id) as "cursors.cursor",
    array_agg(kind order by kind, id) filter (where cursor > asked) as "skipped.kind", array_agg(id order by kind, id) filter (where cursor > asked) as "skipped.id",
    array_agg(asked order by kind, id) filter (where cursor > asked) as "skipped.cursor", bool_or(old) as old
from told

-- name: feed.ack
-- Seen up to here. A table of its own, so that it blocks no writer.
with a as (
    insert into feed_ack as f (bureau_id, officer, kind, id, cursor)
    select :bureau::int, :officer::int, kind, id, max(cursor) from unnest(:cursors.kind::int2[], :cursors.id::int[], :cursors.cursor::int8[]) w(kind, id, cursor)
    where (kind = 1 and id = :unit::int) or (kind = 2 and (:roles::int4 >> id) & 1 = 1) or (kind = 3 and id = :officer::int)
    group by kind, id
    on conflict (bureau_id, officer, kind, id) do update set cursor = greatest(f.cursor, excluded.cursor))
select 'OK' as verdict

-- name: feed.moved
-- Which of these audiences have moved, and how far: a number each, and no word of what came. All of the
-- bureau's are read once: looked up one by one a thousand took ten times as long.
select array_agg(kind) as "cursors.kind", array_agg(id) as "cursors.id", array_agg(cursor) as "cursors.cursor"
from (
    select a.* from (select kind, id, cursor from audience where bureau_id = :bureau::int offset 0) a
    join unnest(:cursors.kind::int2[], :cursors.id::int[], :cursors.cursor::int8[]) w(kind, id, cursor) on w.kind = a.kind and w.id = a.id
    where a.cursor > w.cursor) x

-- name: feed.since
-- What came after the cursors, 100 an audience; policies keep other audiences' rows away.
select array_agg(kind) as "events.audience_kind", array_agg(id) as "events.audience_id", array_agg(cursor) as "events.cursor", array_agg(matter_id) as "events.matter_id",
    array_agg(version) as "events.version", array_agg(event) as "events.kind", array_agg(at) as "events.at"
from (
    select f.* from unnest(:cursors.kind::int2[], :cursors.id::int[], :cursors.cursor::int8[]) w(kind, id, cursor)
    cross join lateral (select * from feed f where f.bureau_id = :bureau::int and f.kind = w.kind and f.id = w.id and f.cursor > w.cursor order by f.cursor limit 100) f
    order by f.kind, f.id, f.cursor) x
