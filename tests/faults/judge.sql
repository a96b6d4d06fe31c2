-- tests/faults/judge — what the clients were told beside what is there, as one line:
-- ok, refused, unknown, lost, doubled, gaps. The temporary table `told` has a row an operation.
set search_path = xf, pg_temp;

with
-- One row for each time that something was done.
made as (
    select split_part(substr(r.name, 4), '-', 1)::int as client, split_part(substr(r.name, 4), '-', 2)::int as seq,
           p.number, p.petition_id * 100 + 1 as matter_id
    from petition p join petitioner r using (bureau_id, petition_id) where r.name ~ '^信访人[0-9]+-[0-9]+$'),
assigned as (select matter_id, version from event where kind = 2),
times as (
    select t.*, case kind when 'register' then (select count(*) from made m where m.client = t.client and m.seq = t.seq)
                          else (select count(*) from assigned a where a.matter_id = t.matter_id) end as done,
        case kind when 'register' then exists (select from made m where m.client = t.client and m.seq = t.seq and m.number = t.number and m.matter_id = t.matter_id)
                  else exists (select from assigned a where a.matter_id = t.matter_id and a.version = t.number::int) end as as_told,
        (select count(*) from ledger l where l.op_id = t.op_id) as seats
    from told t),
-- What was refused and stands there all the same was judged a second time.
verdict as (
    select count(*) filter (where state = 'ok') as ok, count(*) filter (where state = 'refused') as refused,
        count(*) filter (where state = 'unknown') as unknown,
        count(*) filter (where state = 'ok' and not (as_told and seats > 0)) as lost,
        count(*) filter (where done > 1 or seats > 1 or (state = 'refused' and done > 0)) as doubled
    from times),
-- Numbers, seats, cursors and versions begin with 1 and leave none out; each counter stands at
-- the last one. A row that is not where it should be counts, a head that is elsewhere too.
places as (
    select 'number' as what, petition_id % 1000000 as place,
           row_number() over (partition by bureau_id, petition_id / 1000000 order by petition_id) as due from petition
    union all
    select 'seat', seat, row_number() over (partition by bureau_id order by seat) from ledger
    union all
    select 'cursor', cursor, row_number() over (partition by bureau_id, kind, id order by cursor) from feed
    union all
    select 'version', version, row_number() over (partition by bureau_id, matter_id order by version) from event),
heads as (
    select s.last <> (select count(*) from petition p where p.bureau_id = s.bureau_id and p.petition_id / 1000000 = s.series * 10000::int8 + s.year) as off from series s
    union all
    select b.ledger <> (select count(*) from ledger l where l.bureau_id = b.bureau_id) from bureau b
    union all
    select a.cursor <> (select count(*) from feed f where f.bureau_id = a.bureau_id and f.kind = a.kind and f.id = a.id) from audience a
    union all
    select m.version <> (select count(*) from event e where e.bureau_id = m.bureau_id and e.matter_id = m.matter_id) from matter m),
-- Somebody's registration that nobody asked for would be a row too many.
strays as (select from made m where not exists (select from told t where t.client = m.client and t.seq = m.seq and t.kind = 'register'))
select ok, refused, unknown, lost, doubled + (select count(*) from strays),
    (select count(*) from places where place <> due) + (select count(*) from heads where off)
from verdict;
