-- 0005 — devices and their certificates, the codes that make one, and who was cut off.
--
-- What stands here about a device or an officer is asked at each login. Who is connected already
-- is cut off by a row of `cut`, which every worker reads every limit.standing_ms.
set local search_path = xf;

create table device (
    bureau_id int not null references bureau,
    fingerprint bytea not null check (octet_length(fingerprint) = 32), -- SHA-256 of the certificate
    name text not null,                        -- its CN; '' of one that was revoked unseen
    unit_id int,
    serial bytea,
    from_at timestamptz,                       -- by the real clock, as the certificate says
    until_at timestamptz,
    enrolled_at timestamptz not null,
    certificate bytea,                         -- DER; NULL: it was not made here (deploy/ca)
    op_id uuid,                                -- of what made it: a retry gets the same one
    revoked_at timestamptz,
    revoked_by int,
    reason text,
    primary key (bureau_id, fingerprint),
    foreign key (bureau_id, unit_id) references unit,
    check ((revoked_at is null) = (reason is null) and (revoked_at is null) = (revoked_by is null))
);
create index device_by_name on device (bureau_id, name);
create unique index device_by_op on device (bureau_id, op_id) where op_id is not null;
create index session_by_device on session (bureau_id, device, opened_at);

-- A code that makes one certificate. The code itself is nowhere.
create table invitation (
    bureau_id int not null references bureau,
    code_sha bytea not null check (octet_length(code_sha) = 32),
    name text not null,
    unit_id int,
    invited_by int not null,
    invited_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,                       -- or void, because its name was revoked
    primary key (bureau_id, code_sha),
    foreign key (bureau_id, unit_id) references unit
);
create index invitation_by_name on invitation (bureau_id, name);

-- Whose connections end: a device's, or an officer's that began before this seat of the ledger.
create table cut (
    bureau_id int not null references bureau,
    seat int8 not null,
    k int2 not null,
    device bytea,
    officer int,
    spare bytea,                               -- the device at which he did it to himself
    primary key (bureau_id, seat, k),
    check ((device is null) <> (officer is null))
);

-- Who was disabled and enabled again, by whom and why. Append-only.
create table standing (
    bureau_id int not null,
    officer_id int not null,
    seat int8 not null,
    disabled boolean not null,
    reason text not null,
    decided_by int not null,
    at timestamptz not null,
    primary key (bureau_id, officer_id, seat),
    foreign key (bureau_id, officer_id) references officer
);
alter table officer add column disabled boolean not null default false;
-- Who administers the system or its people, or audits them, has no other role: none of the three
-- sees a matter.
alter table officer add constraint administers_only check ((roles & 14336) in (0, roles));

do $$
declare t text;
begin
    foreach t in array '{device,invitation,standing}'::text[] loop
        execute format('alter table %I enable row level security; alter table %1$I force row level security', t);
        execute format('create policy bureau on %I using (bureau_id = actor(1))', t);
    end loop;
end $$;
-- The server itself reads it for every bureau that is connected.
alter table cut enable row level security;
alter table cut force row level security;
create policy bureau on cut using (actor(1) in (0, bureau_id));

grant select, insert on device, invitation, standing, cut to xf_app;
grant update (revoked_at, revoked_by, reason) on device to xf_app;
grant update (used_at) on invitation to xf_app;
