-- name: bootstrap.bureau    -- internal    -- law: name text
-- The bureau's head row. True: it was not there.
with made as (
    insert into bureau (bureau_id, name) select :bureau::int, :name::text
    where not exists (select from bureau where bureau_id = :bureau::int))
select not exists (select from bureau where bureau_id = :bureau::int) as made

-- name: bootstrap.head    -- internal
-- Nobody else gives numbers meanwhile.
select count(*) = 1 as locked from (select from bureau where bureau_id = :bureau::int for no key update) b

-- name: bootstrap.series    -- internal    -- law: short text
-- The two kinds of number that registers need: ordinary, and accusations by themselves.
with want (series, pattern) as (
    values (1::int2, :short::text || '信字〔{year}〕{number}号'), (2::int2, :short::text || '信控字〔{year}〕{number}号')),
made as (
    insert into series_pattern (bureau_id, series, pattern) select :bureau::int, series, pattern from want w
    where not exists (select from series_pattern p where p.bureau_id = :bureau::int and p.series = w.series))
select not exists (select from series_pattern where bureau_id = :bureau::int) as made

-- name: bootstrap.audiences    -- internal    -- law: roles_n int4
-- Each role is an audience: kind 2, numbered from 1.
with made as (
    insert into audience (bureau_id, kind, id) select :bureau::int, 2, g from generate_series(1, :roles_n::int4) g
    where not exists (select from audience a where a.bureau_id = :bureau::int and a.kind = 2 and a.id = g))
select not exists (select from audience where bureau_id = :bureau::int and kind = 2) as made

-- name: bootstrap.categories    -- internal
-- What petitions are about, as the template has it: the bureau edits its own tree later.
with made as (
    insert into category (bureau_id, category_id, code, name)
    select :bureau::int, row_number() over (order by code), code, name from category_template
    where not exists (select from category where bureau_id = :bureau::int))
select not exists (select from category where bureau_id = :bureau::int) as made

-- name: bootstrap.officer    -- internal    -- law: badge text, officer_name text, officer_roles int4
-- Who logs in first: without a unit, for there is none yet. True: the badge was not there.
with n as (
    select coalesce(max(officer_id), 0) + 1 as officer_id from officer where bureau_id = :bureau::int
    having count(*) filter (where badge = :badge::text) = 0),
made as (
    insert into officer (bureau_id, officer_id, badge, name, roles, kind, password_hash)
    select :bureau::int, officer_id, :badge::text, :officer_name::text, :officer_roles::int4, 1, :password_hash::text from n),
aud as (insert into audience (bureau_id, kind, id) select :bureau::int, 3, officer_id from n)
select exists (select from n) as made

-- name: bootstrap.administrator    -- internal    -- law: badge text, officer_roles int4
-- Is the one with this badge what he has to be?
select exists (select from officer where bureau_id = :bureau::int and badge = :badge::text
               and roles & :officer_roles::int4 <> 0 and password_hash is not null) as is_one
