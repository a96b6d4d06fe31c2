-- 0003 — the calendars that legal clocks are counted by.
--
-- A year comes in whole and is kept in versions: another notice for it is a new version, the one
-- before it gets `until_seat`, and nothing is rewritten. A year without a row is missing, and
-- nobody guesses what its days are.
set local search_path = xf;

create table calendar_year (
    bureau_id int not null references bureau,
    year int2 not null,
    version int not null,
    seat int8 not null,                        -- its place in the ledger
    until_seat int8,                           -- of the version that followed; NULL: current
    imported_at timestamptz not null,
    primary key (bureau_id, year, version)
);
create unique index calendar_year_current on calendar_year (bureau_id, year) where until_seat is null;

-- What the year's notice names: days off and make-up workdays (调休). A notice may name days of
-- the December before it.
create table calendar_day (
    bureau_id int not null,
    year int2 not null,
    version int not null,
    day date not null,
    kind int2 not null check (kind between 1 and 2),
    name text not null,
    primary key (bureau_id, year, version, day),
    foreign key (bureau_id, year, version) references calendar_year
);

do $$
declare t text;
begin
    foreach t in array '{calendar_year,calendar_day}'::text[] loop
        execute format('alter table %I enable row level security; alter table %1$I force row level security', t);
        execute format('create policy bureau on %I using (bureau_id = actor(1))', t);
    end loop;
end $$;
grant select, insert, update (until_seat) on calendar_year to xf_app;
grant select, insert on calendar_day to xf_app;
