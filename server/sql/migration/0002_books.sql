-- 0002 — what the bureau's books hold beside the register of petitions, and what is counted.
--
-- A row is named by its place in its book (book_key) and is kept in versions: one that changed in
-- the book is a new version, the one before it gets `until_seat`, and nothing is rewritten. Words
-- that no rule depends on stay as the book has them.
set local search_path = xf;

-- A leader received (领导接访).
create table reception (
    bureau_id int not null references bureau,
    book_key text not null,
    version int not null,
    seat int8 not null,
    until_seat int8,
    row_sha bytea not null,
    received_on date not null,
    kind text,
    leader int not null,
    petition_number text,
    petition_id int8,
    cases int not null check (cases >= 0),
    people int not null check (people >= 0),
    outcome text,
    limit_on date,
    compartment boolean not null,
    primary key (bureau_id, book_key, version),
    foreign key (bureau_id, leader) references officer,
    foreign key (bureau_id, petition_id) references petition
);
create index reception_by_day on reception (bureau_id, received_on) where until_seat is null;
create index reception_to_link on reception (bureau_id, petition_number) where petition_id is null and petition_number is not null;

-- Officers went to people (走访).
create table visit (
    bureau_id int not null references bureau,
    book_key text not null,
    version int not null,
    seat int8 not null,
    until_seat int8,
    row_sha bytea not null,
    visited_on date not null,
    kind text,
    unit_id int not null,
    place text,
    officers int not null check (officers >= 0),
    settled int not null check (settled >= 0),
    outcome text,
    primary key (bureau_id, book_key, version),
    foreign key (bureau_id, unit_id) references unit
);
create index visit_by_day on visit (bureau_id, visited_on) where until_seat is null;

-- A written notice and its way to the petitioner (告知书).
create table notice (
    bureau_id int not null references bureau,
    book_key text not null,
    version int not null,
    seat int8 not null,
    until_seat int8,
    row_sha bytea not null,
    number text,
    kind text,
    petition_number text,
    petition_id int8,
    carrier text,
    waybill text,
    sent_on date not null,
    signed_on date,
    delivery int2 check (delivery between 1 and 5),
    unit_id int,
    officer_name text,                         -- as printed
    officer int,                               -- who that is, where the unit has one of that name
    phone text,
    compartment boolean not null,
    primary key (bureau_id, book_key, version),
    foreign key (bureau_id, unit_id) references unit,
    foreign key (bureau_id, officer) references officer,
    foreign key (bureau_id, petition_id) references petition
);
create index notice_by_day on notice (bureau_id, sent_on) where until_seat is null;
create index notice_to_link on notice (bureau_id, petition_number) where petition_id is null and petition_number is not null;

-- A dispute found and mediated (矛盾纠纷). Of the four legal kinds of mediation the book says none.
create table dispute (
    bureau_id int not null references bureau,
    book_key text not null,
    version int not null,
    seat int8 not null,
    until_seat int8,
    row_sha bytea not null,
    screened_on date not null,
    unit_id int not null,
    place text,
    kind text,
    source text,
    officer int,
    mediation text,
    participants text,
    settled boolean not null,
    settled_on date,
    primary key (bureau_id, book_key, version),
    foreign key (bureau_id, unit_id) references unit,
    foreign key (bureau_id, officer) references officer
);
create index dispute_by_day on dispute (bureau_id, screened_on) where until_seat is null;

-- A month's small cases, from the case system: numbers only (破小案).
create table theft (
    bureau_id int not null references bureau,
    book_key text not null,
    version int not null,
    seat int8 not null,
    until_seat int8,
    row_sha bytea not null,
    month_on date not null check (extract(day from month_on) = 1),
    kind text not null,
    filed int check (filed >= 0),
    solved int not null check (solved >= 0),
    primary key (bureau_id, book_key, version)
);
create index theft_by_month on theft (bureau_id, month_on) where until_seat is null;

-- Who sat over a hard case: the legal panel of four, or the party committee.
create table panel (
    bureau_id int not null references bureau,
    book_key text not null,
    version int not null,
    seat int8 not null,
    until_seat int8,
    row_sha bytea not null,
    met_on date not null,
    kind int2 not null check (kind between 1 and 2),
    petition_number text,
    petition_id int8,
    participants text,
    aspects text,
    conclusion text,
    note text,
    compartment boolean not null,
    primary key (bureau_id, book_key, version),
    foreign key (bureau_id, petition_id) references petition
);
create index panel_by_day on panel (bureau_id, met_on) where until_seat is null;
create index panel_to_link on panel (bureau_id, petition_number) where petition_id is null and petition_number is not null;

do $$
declare t text;
begin
    foreach t in array '{reception,visit,notice,dispute,theft,panel}'::text[] loop
        execute format('create unique index %1$s_current on %1$I (bureau_id, book_key) where until_seat is null', t);
        execute format('alter table %I enable row level security; alter table %1$I force row level security', t);
        execute format('create policy bureau on %I using (bureau_id = actor(1))', t);
        execute format('grant select, insert, update (until_seat) on %I to xf_app', t);
    end loop;
    -- What names an accusation stands in its compartment; a row that is linked later gets there.
    foreach t in array '{reception,notice,panel}'::text[] loop
        execute format('grant update (petition_id, compartment) on %I to xf_app', t);
        execute format('create policy by_matter on %I as restrictive for select using (not compartment or exists (select from matter m where m.bureau_id = %1$I.bureau_id and m.matter_id between %1$I.petition_id * 100 + 1 and %1$I.petition_id * 100 + 99))', t);
    end loop;
end $$;

-- What is counted, a branch a figure (the numbers are those of enum Figure). Freezing, live
-- totals, units and the list behind a number all read this, so that they cannot disagree. Rows
-- are seen with the rights of who asks.
create view fact with (security_invoker = true) as
    -- 1 petitions
    select p.bureau_id, 1::int2 as figure, p.registered_on as on_day, m.unit_id, 1::int8 as value, p.compartment, p.number as label
    from petition p join matter m on m.bureau_id = p.bureau_id and m.matter_id = p.first_matter
union all -- 2 leader receptions, 3 their cases, 4 their people
    select r.bureau_id, 2::int2, r.received_on, o.unit_id, 1, r.compartment, r.book_key
    from reception r join officer o on o.bureau_id = r.bureau_id and o.officer_id = r.leader where r.until_seat is null
union all
    select r.bureau_id, 3::int2, r.received_on, o.unit_id, r.cases, r.compartment, r.book_key
    from reception r join officer o on o.bureau_id = r.bureau_id and o.officer_id = r.leader where r.until_seat is null and r.cases > 0
union all
    select r.bureau_id, 4::int2, r.received_on, o.unit_id, r.people, r.compartment, r.book_key
    from reception r join officer o on o.bureau_id = r.bureau_id and o.officer_id = r.leader where r.until_seat is null and r.people > 0
union all -- 5 officers on visits, 6 what they settled
    select bureau_id, 5::int2, visited_on, unit_id, officers, false, book_key from visit where until_seat is null and officers > 0
union all
    select bureau_id, 6::int2, visited_on, unit_id, settled, false, book_key from visit where until_seat is null and settled > 0
union all -- 7 fed back
    select p.bureau_id, 7::int2, p.registered_on, m.unit_id, 1, p.compartment, p.number
    from petition p join matter m on m.bureau_id = p.bureau_id and m.matter_id = p.first_matter
    join book_petition b on b.bureau_id = p.bureau_id and b.petition_id = p.petition_id and b.until_seat is null and b.fed_back_on is not null
union all -- 9 notices sent, 10 signed for: by the state, and by the day where no state is given
    select bureau_id, 9::int2, sent_on, unit_id, 1, compartment, coalesce(number, book_key) from notice where until_seat is null
union all
    select bureau_id, 10::int2, sent_on, unit_id, 1, compartment, coalesce(number, book_key) from notice
    where until_seat is null and (delivery = 2 or (delivery is null and signed_on is not null))
union all -- 12 disputes, 13 settled
    select bureau_id, 12::int2, screened_on, unit_id, 1, false, book_key from dispute where until_seat is null
union all
    select bureau_id, 13::int2, screened_on, unit_id, 1, false, book_key from dispute where until_seat is null and settled
union all -- 15 thefts solved
    select bureau_id, 15::int2, month_on, null::int, solved, false, book_key from theft where until_seat is null and solved > 0
union all -- 16 committee meetings
    select bureau_id, 16::int2, met_on, null::int, 1, compartment, book_key from panel where until_seat is null and kind = 2
union all -- 17 key matters, 18 settled, 19 solution adopted, 20 guided to law
    select p.bureau_id, f.figure, p.registered_on, m.unit_id, 1, p.compartment, p.number
    from petition p join matter m on m.bureau_id = p.bureau_id and m.matter_id = p.first_matter
    join book_petition b on b.bureau_id = p.bureau_id and b.petition_id = p.petition_id and b.until_seat is null and b.key_matter
    join (values (17::int2, null::int2), (18, 2), (19, 4), (20, 3)) f(figure, outcome) on f.outcome is null or f.outcome = b.outcome
union all -- 21 repeats: the book's word, or an officer's
    select p.bureau_id, 21::int2, p.registered_on, m.unit_id, 1, p.compartment, p.number
    from petition p join matter m on m.bureau_id = p.bureau_id and m.matter_id = p.first_matter
    where exists (select from book_petition b where b.bureau_id = p.bureau_id and b.petition_id = p.petition_id and b.until_seat is null and b.repeat)
       or exists (select from repeat_link l where l.bureau_id = p.bureau_id and l.petition_id = p.petition_id and l.same);
grant select on fact to xf_app;
