-- 0007 — what a matter's demand is found by: its grams (law/gram), computed in C.
--
-- A table of its own, for a GIN index on matter would be paid by every change of a matter. It has
-- no foreign key: a row is written by the statement that writes its matter, and the key's check is
-- what a registration can do without (tests/support/stage_judge.c counts the rows).
set local search_path = xf;

create table matter_gram (
    bureau_id int not null,
    matter_id int8 not null,
    grams int4[] not null,                     -- each once, and gram_year
    compartment boolean not null,
    primary key (bureau_id, matter_id)
);
-- New grams wait in a list that every search reads through, until it has this many kB: then
-- whoever comes next sorts them in.
create index matter_gram_grams on matter_gram using gin (grams) with (fastupdate = on, gin_pending_list_limit = 512);

-- How far the timer came with the matters that were there before (matter.index). A bureau without
-- a row began when every matter had its grams.
create table matter_gram_fill (
    bureau_id int not null references bureau,
    after int8 not null default 0,             -- matters up to this one are done
    done boolean not null default false,
    primary key (bureau_id)
);
do $$ begin
    perform set_config('xinfang.actor', '{0,0,0,0}', true); -- who sees every bureau's head row
    insert into matter_gram_fill (bureau_id) select bureau_id from bureau;
    perform set_config('xinfang.actor', '', true);
end $$;

do $$
declare t text;
begin
    foreach t in array '{matter_gram,matter_gram_fill}'::text[] loop
        execute format('alter table %I enable row level security; alter table %1$I force row level security', t);
        execute format('create policy bureau on %I to xf_app using (bureau_id = actor(1))', t);
    end loop;
end $$;
create policy by_matter on matter_gram as restrictive for select to xf_app using (
    not compartment or exists (select from matter m where m.bureau_id = matter_gram.bureau_id and m.matter_id = matter_gram.matter_id));
grant select, insert, update (grams) on matter_gram to xf_app;
grant select, update (after, done) on matter_gram_fill to xf_app;

-- The gram that all matters of a series' year have and no text: it stands where surrogates would. So
-- a year is asked after the other, and a word that is in a thirtieth of all demands costs the newest
-- years only. Of the year as it stands in a matter_id, series before it.
create function gram_year(year int8) returns int language sql immutable parallel safe
    as $$ select -671088640 + year::int $$;

-- The one way round these policies, because @> is not leakproof: under a policy it is judged row
-- by row and no index is used. It goes as the owner, says what the policies say, and gives numbers
-- only. `+ 0`: else a generic plan ANDs the index with a big bureau's whole primary key. plpgsql
-- keeps its plan; as an SQL function it was planned with every search and took twice as long.
create policy by_gram on matter_gram for select to xf_owner using (true);
create function gram_hits(bureau int, wanted int4[], year int8, before int8) returns setof int8
    language plpgsql stable security definer rows 1000 as $$
begin
    return query select g.matter_id from xf.matter_gram g
    where g.grams @> (wanted || xf.gram_year(year)) and g.bureau_id + 0 = bureau and bureau = xf.actor(1) and g.matter_id + 0 < before
      and (not g.compartment or exists (select from xf.matter m where m.bureau_id = bureau and m.matter_id = g.matter_id));
end $$;
revoke all on function gram_hits from public;
grant execute on function gram_hits to xf_app;

-- How much of the shorter of two demands stands in the other, percent, 99 at most: a registered one, as
-- its caller sees it, and that of the new ones which is most like it (`ends` as in method/grams). A
-- function, for a registration mostly has nobody to compare with, and would prepare for it each time.
create function gram_alike(of_bureau int, of_matter int8, wanted int4[], ends int4[]) returns int
    language plpgsql stable as $$
begin
    return (
        select least(max(100 * s.shared / nullif(least(cardinality(g.grams) - 1, cardinality(n.wanted)), 0)), 99)
        from xf.matter_gram g
        cross join (select wanted[coalesce(ends[i - 1], 0) + 1 : ends[i]] as wanted from generate_subscripts(ends, 1) i) n
        cross join lateral (select count(*) as shared from (select unnest(g.grams) intersect select unnest(n.wanted)) v) s
        where g.bureau_id = of_bureau and g.matter_id = of_matter);
end $$;
revoke all on function gram_alike from public;
grant execute on function gram_alike to xf_app;

-- A search is on record without a matter: kind 4. Its words are not; by their keyed hash an
-- inspector finds out who looked for a word that he names, and nobody reads what was looked for.
alter table access alter column matter_id drop not null, add column words_idx bytea,
    add constraint access_of check ((matter_id is null) = (kind = 4));
drop policy by_matter on access;
create policy by_matter on access as restrictive for select using (
    matter_id is null or exists (select from matter m where m.bureau_id = access.bureau_id and m.matter_id = access.matter_id));

-- How alike the two demands are, in percent (law/repeat); 100: the same words. And for an answer
-- that is given again, what stood beside each proposal.
alter table repeat_link add column alike int2 check (alike between 1 and 100);
alter table op add column repeat_alike int2[], add column repeat_units text[], add column repeat_demands text[];
