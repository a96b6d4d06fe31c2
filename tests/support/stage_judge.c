/* Sentences and the queries that count their exceptions. */
#include "stage_judge.h"

#include <stdlib.h>

/* clang-format off */
static const xf_judge judges[] = {
    {"the history replays to the state: a matter is what its last event says",
     "select count(*) from xf.matter m left join xf.event e"
     " on (e.bureau_id, e.matter_id, e.version) = (m.bureau_id, m.matter_id, m.version)"
     " where (e.state, e.unit_id) is distinct from (m.state, m.unit_id)"
     " or e.handler is distinct from m.handler"},
    {"a matter's versions are counted from 1 without gaps",
     "select count(*) from (select m.version, count(e.version) as n, min(e.version) as least, max(e.version) as most"
     " from xf.matter m left join xf.event e on (e.bureau_id, e.matter_id) = (m.bureau_id, m.matter_id)"
     " group by m.bureau_id, m.matter_id, m.version) x"
     " where (n, least, most) is distinct from (version, 1, version)"},
    {"an audience's cursor is counted from 1 without gaps",
     "select count(*) from (select a.cursor, count(f.cursor) as n, coalesce(min(f.cursor), 1) as least,"
     " coalesce(max(f.cursor), 0) as most from xf.audience a left join xf.feed f"
     " on (f.bureau_id, f.kind, f.id) = (a.bureau_id, a.kind, a.id) group by a.bureau_id, a.kind, a.id, a.cursor) x"
     " where (n, least, most) is distinct from (cursor, 1, cursor)"},
    {"no news goes to an audience that is not there",
     "select count(*) from xf.feed f where not exists (select from xf.audience a"
     " where (a.bureau_id, a.kind, a.id) = (f.bureau_id, f.kind, f.id))"},
    {"news says what happened: each row has its event",
     "select count(*) from xf.feed f where not exists (select from xf.event e"
     " where (e.bureau_id, e.matter_id, e.version, e.kind) = (f.bureau_id, f.matter_id, f.version, f.event))"},
    {"the ledger's seats are counted from 1 to the head without gaps",
     "select count(*) from (select b.ledger, count(l.seat) as n, coalesce(min(l.seat), 1) as least,"
     " coalesce(max(l.seat), 0) as most from xf.bureau b left join xf.ledger l on l.bureau_id = b.bureau_id"
     " group by b.bureau_id, b.ledger) x where (n, least, most) is distinct from (ledger, 1, ledger)"},
    {"each operation has one place in the ledger",
     "select count(*) from xf.op o where 1 <> (select count(*) from xf.ledger l"
     " where (l.bureau_id, l.officer, l.op_id) = (o.bureau_id, o.officer, o.op_id))"},
    {"each place in the ledger is an operation, and its leaf is that operation's",
     "select count(*) from xf.ledger l left join xf.op o"
     " on (o.bureau_id, o.officer, o.op_id) = (l.bureau_id, l.officer, l.op_id)"
     " where l.leaf is distinct from xf.leaf(o.bureau_id, l.seat, o.officer, o.op_id, o.sha, l.at)"},
    {"a series' numbers are given one after another, but for what a book brought",
     "select count(*) from (select s.last, count(p.petition_id) as n, count(*) filter (where p.from_book) as books,"
     " coalesce(max(p.petition_id % 1000000), 0) as most from xf.series s left join xf.petition p"
     " on p.bureau_id = s.bureau_id and p.petition_id / 1000000 = s.series * 10000 + s.year"
     " group by s.bureau_id, s.series, s.year, s.last) x where last <> most or (books = 0 and last <> n)"},
    {"an accusation is marked as one wherever it leaves a trace",
     "select count(*) from xf.matter m where m.purpose = 2 and (exists (select from xf.petition p"
     " where (p.bureau_id, p.petition_id) = (m.bureau_id, m.petition_id) and not p.compartment)"
     " or exists (select from xf.petitioner p where (p.bureau_id, p.petition_id) = (m.bureau_id, m.petition_id) and not p.compartment)"
     " or exists (select from xf.receipt p where (p.bureau_id, p.petition_id) = (m.bureau_id, m.petition_id) and not p.compartment)"
     " or exists (select from xf.event p where (p.bureau_id, p.matter_id) = (m.bureau_id, m.matter_id) and not p.compartment)"
     " or exists (select from xf.feed p where (p.bureau_id, p.matter_id) = (m.bureau_id, m.matter_id) and not p.compartment)"
     " or exists (select from xf.clock p where (p.bureau_id, p.matter_id) = (m.bureau_id, m.matter_id) and not p.compartment)"
     " or exists (select from xf.reminder p where (p.bureau_id, p.matter_id) = (m.bureau_id, m.matter_id) and not p.compartment)"
     " or exists (select from xf.reminder_told p where (p.bureau_id, p.matter_id) = (m.bureau_id, m.matter_id) and not p.compartment))"},
    {"a matter is found by the grams of its demand as it stands: two Chinese characters side by side are one of them",
     "select count(*) from xf.matter m left join xf.matter_gram g on (g.bureau_id, g.matter_id) = (m.bureau_id, m.matter_id)"
     " where not exists (select from xf.matter_gram_fill f where f.bureau_id = m.bureau_id and not f.done)"
     " and (g.matter_id is null or g.compartment <> (m.purpose = 2) or not xf.gram_year(m.matter_id / 100000000) = any (g.grams)"
     " or exists (select from generate_series(1, length(m.demand) - 1) i"
     " cross join lateral (select ascii(substr(m.demand, i, 1))::int8 as a, ascii(substr(m.demand, i + 1, 1)) as b) c"
     " where a between 19968 and 40959 and b between 19968 and 40959"
     " and ((a << 16 | b) - case when a >= 32768 then 4294967296 else 0 end)::int <> all (g.grams)))"},
    {"a matter shows the first day that one of its running clocks is due",
     "select count(*) from xf.matter m where m.due_on is distinct from (select min(coalesce(c.due_on, c.raw_on))"
     " from xf.clock c where (c.bureau_id, c.matter_id) = (m.bureau_id, m.matter_id) and c.ended_on is null)"},
    {"each step of a clock's ladder that is behind is on record once",
     "select count(*) from (select c.reminded, count(r.step) as n, coalesce(max(r.step), 0) as most"
     " from xf.clock c left join xf.reminder r on (r.bureau_id, r.matter_id, r.seq) = (c.bureau_id, c.matter_id, c.seq)"
     " group by c.bureau_id, c.matter_id, c.seq, c.reminded) x where (n, most) is distinct from (reminded, reminded)"},
    {"a step that was sent is an event, and none that was passed over told anybody",
     "select count(*) from xf.reminder r where (not r.skipped) <> exists (select from xf.event e"
     " where (e.bureau_id, e.matter_id, e.clock, e.step) = (r.bureau_id, r.matter_id, r.seq, r.step) and e.kind = 8)"
     " or (r.skipped and exists (select from xf.reminder_told t"
     " where (t.bureau_id, t.matter_id, t.seq, t.step) = (r.bureau_id, r.matter_id, r.seq, r.step)))"},
};

/* clang-format on */

size_t
xf_judge_count(void)
{
    return sizeof judges / sizeof judges[0];
}

const xf_judge *
xf_judge_at(size_t i)
{
    return &judges[i];
}

int64_t
xf_judge_ask(PGconn *pg, const xf_judge *judge)
{
    int64_t broken = -1;
    PGresult *result = PQexec(pg, judge->sql);

    if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1)
        broken = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return broken;
}
