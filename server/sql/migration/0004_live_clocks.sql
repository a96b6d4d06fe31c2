-- 0004 — the clocks that run with a matter, and who was reminded of them.
--
-- Days are counted in C (law/clock, law/reminder), never here. A clock is dated by the calendar
-- that stood at its `calendar_seat`; when a later one dates it otherwise, the event says from
-- which day to which.
set local search_path = xf;

create table clock (
    bureau_id int not null,
    matter_id int8 not null,
    seq int2 not null check (seq between 1 and 99), -- of a receipt's clock: the receipt's
    rule text not null,                        -- its row in server/data/clock.csv: name
    rule_from date not null,                   -- and valid_from
    started_on date not null,
    raw_on date,                               -- NULL: working days, and a year is missing
    due_on date,                               -- NULL: a year is missing
    missing_year int2,
    remind_on date[] not null,                 -- the day of each step; '{}' while raw_on is open
    reminded int2 not null default 0 check (reminded between 0 and 6), -- steps behind
    ended_on date,                             -- NULL: it runs
    calendar_seat int8 not null,               -- 0: no calendar at all
    compartment boolean not null,
    primary key (bureau_id, matter_id, seq),
    foreign key (bureau_id, matter_id) references matter,
    check (cardinality(remind_on) = case when raw_on is null then 0 else 6 end)
) with (fillfactor = 80);
create index clock_by_calendar on clock (bureau_id, calendar_seat) where ended_on is null;
create index clock_by_reminder on clock (bureau_id, (remind_on[reminded + 1])) where ended_on is null;

-- A step of a clock's ladder that was reached: sent, or passed over for a higher one.
create table reminder (
    bureau_id int not null,
    matter_id int8 not null,
    seq int2 not null,
    step int2 not null check (step between 1 and 6),
    skipped boolean not null,
    step_on date not null,                     -- the day it was for
    at timestamptz not null,
    compartment boolean not null,
    primary key (bureau_id, matter_id, seq, step),
    foreign key (bureau_id, matter_id, seq) references clock
);

-- Who was told of it. `who` is as whom: the highest that he is.
create table reminder_told (
    bureau_id int not null,
    officer int not null,
    matter_id int8 not null,
    seq int2 not null,
    step int2 not null,
    who int2 not null check (who between 1 and 6),
    acknowledged_at timestamptz,
    compartment boolean not null,
    primary key (bureau_id, officer, matter_id, seq, step),
    foreign key (bureau_id, matter_id, seq, step) references reminder,
    foreign key (bureau_id, officer) references officer
);
create index reminder_told_by_matter on reminder_told (bureau_id, matter_id);

-- What an event says of a clock: which one, its due day before and after (the raw day where the
-- due day was open), or which step of its ladder was sent.
alter table event add column clock int2, add column was_on date, add column due_on date, add column step int2;

do $$
declare t text;
begin
    foreach t in array '{clock,reminder,reminder_told}'::text[] loop
        execute format('alter table %I enable row level security; alter table %1$I force row level security', t);
        execute format('create policy bureau on %I using (bureau_id = actor(1))', t);
        execute format('create policy by_matter on %I as restrictive for select using (not compartment or exists (select from matter m where m.bureau_id = %1$I.bureau_id and m.matter_id = %1$I.matter_id))', t);
        execute format('grant select, insert on %I to xf_app', t);
    end loop;
end $$;
grant update (raw_on, due_on, missing_year, remind_on, reminded, ended_on, calendar_seat) on clock to xf_app;
grant update (acknowledged_at) on reminder_told to xf_app;
