-- 0001 — the bureau and its people, what they register, and what every act leaves behind.
--
-- Every primary key starts with bureau_id: the bureau is the shard. Row-level security is
-- forced on every table and is the second line behind the checks in C. The owner of the
-- tables is xf_owner; the server is xf_app, which owns nothing and has no DDL.
set local search_path = xf;

-- The actor is {bureau, officer, unit, roles}. After COMMIT the setting is '' and not NULL,
-- so without nullif a policy would fail open.
-- Policies call it as it stands. As `(select actor(..))` each would be a plan node of its own, and a
-- registration, which has 57 of them, took 12 % longer; where it matters PostgreSQL judges it once
-- a scan all the same, for bureau_id is compared with a parameter too.
create function actor(i int) returns int language sql stable parallel safe
    as $$ select (nullif(current_setting('xinfang.actor', true), '')::int[])[i] $$;

-- The hash of a ledger row's leaf (RFC 6962: a leaf begins with 0x00).
create function leaf(bureau int, seat int8, officer int, op uuid, sha bytea, at timestamptz) returns bytea
    language sql stable parallel safe as
    $$ select sha256('\x00'::bytea || int4send(bureau) || int8send(seat) || int4send(officer)
                     || uuid_send(op) || sha || int8send((extract(epoch from at) * 1000)::int8)) $$;

-- The head row is the bureau's sequencer: whoever changes something has locked it.
create table bureau (
    bureau_id int primary key check (bureau_id > 0),
    name text not null,
    ledger int8 not null default 0
) with (fillfactor = 10);

-- Kinds of number, and their last ones; a year's row comes with its first number.
create table series_pattern (
    bureau_id int not null references bureau,
    series int2 not null,                      -- 1 ordinary, 2 accusations
    pattern text not null,                     -- 陆公信字〔{year}〕{number}号
    primary key (bureau_id, series)
);
create table series (
    bureau_id int not null,
    series int2 not null,
    year int2 not null,
    last int8 not null,
    pattern text not null,
    primary key (bureau_id, series, year)
) with (fillfactor = 10);

create table unit (
    bureau_id int not null references bureau,
    unit_id int not null,
    code text not null check (code ~ '^[0-9]{12}$'),
    name text not null,
    short_name text,
    kind int2 not null check (kind between 1 and 7),
    parent int,
    phone text,
    primary key (bureau_id, unit_id),
    unique (bureau_id, code),
    unique (bureau_id, name)
);
create table officer (
    bureau_id int not null references bureau,
    officer_id int not null,
    badge text not null,
    name text not null,
    unit_id int,
    post text,
    roles int not null check (roles > 0),
    phone text,
    kind int2 not null check (kind between 1 and 3),
    password_hash text,
    primary key (bureau_id, officer_id),
    unique (bureau_id, badge),
    foreign key (bureau_id, unit_id) references unit,
    -- system administrator, security administrator and auditor: never two in one hand
    check ((roles & 14336) in (0, 2048, 4096, 8192))
);
create table session (
    bureau_id int not null,
    token_sha bytea not null,
    officer_id int not null,
    device bytea not null,
    opened_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    primary key (bureau_id, token_sha),
    foreign key (bureau_id, officer_id) references officer
);
create index session_of on session (bureau_id, officer_id);

-- What petitions are about: an editable tree. The template is where a new bureau begins.
create table category_template (
    code text primary key,
    name text not null
);
insert into category_template (code, name) values
    ('01', '案件办理'), ('02', '侵财案件未破'), ('03', '执法行为'), ('04', '交通事故'),
    ('05', '户籍身份证'), ('06', '邻里土地纠纷'), ('07', '治安管理'), ('08', '出入境管理'),
    ('09', '电信诈骗'), ('10', '队伍建设'), ('11', '意见建议'), ('99', '其他');
create table category (
    bureau_id int not null references bureau,
    category_id int not null,
    code text not null,
    name text not null,
    parent int,
    valid_from date,
    valid_to date,
    primary key (bureau_id, category_id),
    unique (bureau_id, code),
    unique (bureau_id, name)
);

-- `compartment` says that the matters behind a row are accusations: only then does its
-- policy look at them.
create table petition (
    bureau_id int not null references bureau,
    petition_id int8 not null,                 -- (series * 10000 + year) * 1000000 + number
    number text not null,
    people int not null check (people >= 0),
    received_on date not null,
    registered_on date not null,
    registered_by int not null,
    registered_unit int,
    compartment boolean not null,
    seal_key bytea,                            -- the petition's own key, wrapped
    seat int8 not null,                        -- its place in the ledger
    from_book boolean not null default false,
    row_sha bytea,                             -- of the book's row, normalised
    -- Of the first matter. A column, for a join on arithmetic is not leakproof: under row security
    -- it would be judged row by row, and no index used.
    first_matter int8 not null generated always as (petition_id * 100 + 1) stored,
    primary key (bureau_id, petition_id)
);
create index petition_by_day on petition (bureau_id, registered_on);
create index petition_by_number on petition (bureau_id, number);

create table petitioner (
    bureau_id int not null,
    petition_id int8 not null,
    seq int2 not null,
    name text not null,
    phone_sealed bytea,
    phone_idx bytea,
    id_number_sealed bytea,
    id_number_idx bytea,
    address_sealed bytea,
    representative boolean not null,
    compartment boolean not null,
    primary key (bureau_id, petition_id, seq),
    foreign key (bureau_id, petition_id) references petition
);
create index petitioner_by_phone on petitioner (bureau_id, phone_idx) where phone_idx is not null;
create index petitioner_by_name on petitioner (bureau_id, name);

create table receipt (
    bureau_id int not null,
    petition_id int8 not null,
    seq int2 not null,
    channel int2 not null check (channel between 1 and 6),
    source int2 not null check (source between 1 and 4),
    received_on date not null,
    reference text,
    compartment boolean not null,
    primary key (bureau_id, petition_id, seq),
    foreign key (bureau_id, petition_id) references petition
);

create table matter (
    bureau_id int not null,
    matter_id int8 not null,                   -- petition_id * 100 + k
    petition_id int8 not null,
    version int not null,
    state int2 not null check (state between 1 and 5),
    purpose int2 not null check (purpose between 1 and 3),
    category_id int,
    demand text not null,
    demand_key int8 not null,                  -- law/repeat
    envelope text,
    unit_id int not null,                      -- accountable: exactly one at any time
    handler int,
    complained_unit int,
    accused_officers int[] not null default '{}',
    accused_units int[] not null default '{}',
    inside int[] not null default '{}',        -- officers inside the compartment by name
    received_on date not null,
    due_on date,
    primary key (bureau_id, matter_id),
    foreign key (bureau_id, petition_id) references petition,
    foreign key (bureau_id, unit_id) references unit,
    foreign key (bureau_id, category_id) references category,
    check (purpose = 2 or (accused_officers = '{}' and accused_units = '{}' and inside = '{}'))
) with (fillfactor = 80);
create index matter_by_unit on matter (bureau_id, unit_id, matter_id);

-- The record: append-only; the last event's state, unit and handler are the matter's.
create table event (
    bureau_id int not null,
    matter_id int8 not null,
    version int not null,
    kind int2 not null,
    officer int not null,
    state int2 not null,
    unit_id int not null,
    handler int,
    at timestamptz not null,
    compartment boolean not null,
    primary key (bureau_id, matter_id, version),
    foreign key (bureau_id, matter_id) references matter
);

-- What a petition register says of a petition, as it says it: no rule was applied. A row that
-- changed in the book is a new version; the one before it stays, with the key to what it sealed.
create table book_petition (
    bureau_id int not null,
    petition_id int8 not null,
    version int not null,
    seat int8 not null,
    until_seat int8,                           -- the ledger's place of the version that followed; NULL: current
    registered_on date not null,
    people int not null,
    channel int2 not null,
    source int2 not null,
    petitioner text,
    seal_key bytea,
    phone_sealed bytea,
    address_sealed bytea,
    purpose int2 not null,
    category_id int,
    demand text not null,
    complained_unit int,
    unit_id int not null,
    handler int,
    repeat boolean not null,
    key_matter boolean not null,
    assigned_on date,
    due_on date,
    accepted_on date,
    closed_on date,
    outcome int2 check (outcome between 1 and 4),
    fed_back_on date,
    feedback_way int2 check (feedback_way between 1 and 3),
    followed_up_on date,
    follow_up_way int2 check (follow_up_way between 1 and 2),
    satisfaction int2 check (satisfaction between 1 and 3),
    compartment boolean not null,
    primary key (bureau_id, petition_id, version),
    foreign key (bureau_id, petition_id) references petition
);
create unique index book_petition_current on book_petition (bureau_id, petition_id) where until_seat is null;

-- Proposed by the system, decided by an officer; both are kept.
create table repeat_link (
    bureau_id int not null,
    petition_id int8 not null,
    earlier_petition_id int8 not null,
    matched int2 not null check (matched between 1 and 3),
    proposed_at timestamptz not null,
    same boolean,
    decided_by int,
    decided_at timestamptz,
    primary key (bureau_id, petition_id, earlier_petition_id),
    foreign key (bureau_id, petition_id) references petition,
    foreign key (bureau_id, earlier_petition_id) references petition (bureau_id, petition_id)
);

-- News. Each audience counts for itself, under the head's lock: in commit order, without gaps.
create table audience (
    bureau_id int not null references bureau,
    kind int2 not null check (kind between 1 and 3),
    id int not null,
    cursor int8 not null default 0,
    primary key (bureau_id, kind, id)
) with (fillfactor = 10);
create table feed (
    bureau_id int not null,
    kind int2 not null,
    id int not null,
    cursor int8 not null,
    matter_id int8 not null,
    version int not null,
    event int2 not null,
    at timestamptz not null,
    compartment boolean not null,
    primary key (bureau_id, kind, id, cursor)
);
create table feed_ack (
    bureau_id int not null,
    officer int not null,
    kind int2 not null,
    id int not null,
    cursor int8 not null,
    primary key (bureau_id, officer, kind, id)
);

-- One row a command, its place given under the head's lock.
create table ledger (
    bureau_id int not null,
    seat int8 not null,
    officer int not null,
    op_id uuid not null,
    leaf bytea not null,
    at timestamptz not null,
    primary key (bureau_id, seat)
);
-- What a command answered: a retry is answered from here, byte for byte.
create table op (
    bureau_id int not null,
    officer int not null,
    op_id uuid not null,
    sha bytea not null,
    at timestamptz not null,
    petition_id int8,
    number text,
    matters int2,
    version int,
    state int2,
    due_on date,
    thing int,                                 -- a unit, an officer, a count
    repeats int8[],
    repeat_numbers text[],
    repeat_days date[],
    repeat_matched int2[],
    hints int2[],
    primary key (bureau_id, officer, op_id)
);

-- Reading is on the record.
create table access (
    bureau_id int not null,
    access_id int8 generated always as identity,
    officer int not null,
    matter_id int8 not null,
    kind int2 not null,                        -- 1 opened, 2 history read
    at timestamptz not null,
    primary key (bureau_id, access_id)
);

-- A month whose figures were counted and stand; a later freeze is a later version. What is 0 has
-- no row. unit_id 0 is the bureau, accusations included; units leave them out (-1: no unit).
create table figure_freeze (
    bureau_id int not null references bureau,
    month_on date not null check (extract(day from month_on) = 1),
    version int not null,
    seat int8 not null,                        -- how far the ledger was counted
    frozen_at timestamptz not null,
    primary key (bureau_id, month_on, version)
);
create table figure_month (
    bureau_id int not null,
    month_on date not null,
    version int not null,
    figure int2 not null,
    unit_id int not null,
    value int8 not null,
    primary key (bureau_id, month_on, version, figure, unit_id),
    foreign key (bureau_id, month_on, version) references figure_freeze
);
-- Months into which a book's row came, or from which one went: to be frozen again.
create table figure_touched (
    bureau_id int not null references bureau,
    seat int8 not null,
    month_on date not null,
    primary key (bureau_id, month_on, seat)
);

-- Row-level security. First the bureau, on every table: an actor that is not set is NULL and
-- equals nothing. (A policy that shuts out by <> all would need `is not null` besides.)
do $$
declare t text;
begin
    foreach t in array '{series_pattern,series,unit,officer,session,category,petition,petitioner,receipt,matter,event,book_petition,repeat_link,audience,feed,feed_ack,ledger,op,access,figure_freeze,figure_month,figure_touched}'::text[] loop
        execute format('alter table %I enable row level security; alter table %1$I force row level security', t);
        execute format('create policy bureau on %I using (bureau_id = actor(1))', t);
    end loop;
end $$;
alter table bureau enable row level security;
alter table bureau force row level security;
create policy bureau on bureau using (actor(1) in (0, bureau_id));
alter table category_template enable row level security;
alter table category_template force row level security;
create policy everybody on category_template for select using (true);

-- The compartment of an accusation, of which the accused must learn nothing: head of reception
-- (bit 2), inspector (bit 8), the timer's counting (bit 14), and who is inside by name; never
-- the accused. For select and update, never for all: as a check on insert it would refuse to
-- register a complaint about one's own unit.
-- No act can hide a matter from its own actor. `with check (true)` alone would let it, but an
-- UPDATE that reads a column, and each of ours has a WHERE, has its new row held to the select
-- policy too: it fails with 42501 (tests/sql/policies.c).
create policy compartment_select on matter as restrictive for select using (
    purpose <> 2
    or (actor(2) <> all (accused_officers) and actor(3) <> all (accused_units)
        and ((actor(4) & 16644) <> 0 or actor(2) = any (inside))));
create policy compartment_update on matter as restrictive for update using (
    purpose <> 2
    or (actor(2) <> all (accused_officers) and actor(3) <> all (accused_units)
        and ((actor(4) & 16644) <> 0 or actor(2) = any (inside))))
    with check (true);

-- Petition, petitioner, receipt, book, event and feed follow their matter.
do $$
declare t text;
begin
    foreach t in array '{petition,petitioner,receipt,book_petition}'::text[] loop
        execute format('create policy by_matter on %I as restrictive for select using (not compartment or exists (select from matter m where m.bureau_id = %1$I.bureau_id and m.matter_id between %1$I.petition_id * 100 + 1 and %1$I.petition_id * 100 + 99))', t);
    end loop;
    foreach t in array '{event,feed}'::text[] loop
        execute format('create policy by_matter on %I as restrictive for select using (not compartment or exists (select from matter m where m.bureau_id = %1$I.bureau_id and m.matter_id = %1$I.matter_id))', t);
    end loop;
end $$;
-- Who read a hidden matter is hidden with it.
create policy by_matter on access as restrictive for select using (
    exists (select from matter m where m.bureau_id = access.bureau_id and m.matter_id = access.matter_id));
create policy by_petition on repeat_link as restrictive for select using (
    exists (select from petition p where p.bureau_id = repeat_link.bureau_id and p.petition_id = repeat_link.petition_id)
    and exists (select from petition p where p.bureau_id = repeat_link.bureau_id and p.petition_id = repeat_link.earlier_petition_id));
create policy own_audience on feed as restrictive for select using (
    (kind = 1 and id = actor(3)) or (kind = 2 and (actor(4) >> id) & 1 = 1) or (kind = 3 and id = actor(2)));
create policy own on op as restrictive using (officer = actor(2));
create policy own on feed_ack as restrictive using (officer = actor(2));

grant usage on schema xf to xf_app;
grant select on category_template, series_pattern to xf_app;
grant select, insert on petition, petitioner, receipt, book_petition, event, feed, ledger, op, access, category, figure_freeze, figure_month, figure_touched to xf_app;
grant select, insert, update on unit, officer, session, matter, repeat_link, series, audience, feed_ack to xf_app;
grant select, update on bureau to xf_app;
-- A book's row that changed is taken by column, its versions stay (petition.import); nothing else of
-- what came in is ever written over.
grant update (people, received_on, registered_on, seal_key, row_sha) on petition to xf_app;
grant update (name, phone_sealed, phone_idx, address_sealed) on petitioner to xf_app;
grant update (channel, source, received_on) on receipt to xf_app;
grant update (until_seat) on book_petition to xf_app;
