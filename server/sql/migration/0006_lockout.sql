-- 0006 — wrong passwords: how many lately, and who was locked out by them.
--
-- Counted for a badge at a device, whether or not somebody has that badge: what is typed there may
-- be a password, so only a keyed hash of it is kept, as of the passwords that were tried.
set local search_path = xf;

create table login_failure (
    bureau_id int not null references bureau,
    badge_idx bytea not null,
    device bytea not null check (octet_length(device) = 32),
    officer_id int,                            -- NULL: nobody has this badge
    tried bytea[] not null,                    -- the same wrong password is not counted twice
    last_at timestamptz not null,
    locked_until timestamptz,
    primary key (bureau_id, badge_idx, device)
) with (fillfactor = 70);

-- What stays of a lock for who looks into it.
create table login_lock (
    bureau_id int not null references bureau,
    badge_idx bytea not null,
    device bytea not null,
    locked_at timestamptz not null,
    officer_id int,                            -- NULL: nobody had this badge
    failures int not null,
    until_at timestamptz not null,
    unlocked_at timestamptz,
    unlocked_by int,
    primary key (bureau_id, badge_idx, device, locked_at),
    check ((unlocked_at is null) = (unlocked_by is null))
);
create index login_lock_by_time on login_lock (bureau_id, locked_at);
create index login_failure_by_time on login_failure (bureau_id, last_at);

do $$
declare t text;
begin
    foreach t in array '{login_failure,login_lock}'::text[] loop
        execute format('alter table %I enable row level security; alter table %1$I force row level security', t);
        execute format('create policy bureau on %I using (bureau_id = actor(1))', t);
    end loop;
end $$;

grant select, insert, update on login_failure to xf_app;
grant select, insert on login_lock to xf_app;
grant update (unlocked_at, unlocked_by) on login_lock to xf_app;
