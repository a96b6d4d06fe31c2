-- 0010 — who may see an accusation, said in functions. As the policies' own words it stood in each
-- plan once a table, and was made ready with every statement although hardly a row needs it: 7 % of
-- what a registration costs. A policy calls one for the row of an accusation and for no other.
-- plpgsql, for an SQL function would be written into the plan again.
set local search_path = xf;

-- An accusation by the three lists of its matter; whom they name and why: 0001_core.sql.
create function accusation_shown(accused_officers int[], accused_units int[], inside int[]) returns boolean
    language plpgsql stable parallel safe as $$
begin
    return xf.actor(2) <> all (accused_officers) and xf.actor(3) <> all (accused_units)
        and ((xf.actor(4) & 16644) <> 0 or xf.actor(2) = any (inside));
end $$;
-- With the rights of who asks: the policy of `matter` answers.
create function matter_shown(of_bureau int, of_matter int8) returns boolean language plpgsql stable parallel safe as $$
begin
    return exists (select from xf.matter where bureau_id = of_bureau and matter_id = of_matter);
end $$;
create function petition_shown(of_bureau int, of_petition int8) returns boolean language plpgsql stable parallel safe as $$
begin
    return exists (select from xf.matter where bureau_id = of_bureau and matter_id between of_petition * 100 + 1 and of_petition * 100 + 99);
end $$;
revoke all on function accusation_shown, matter_shown, petition_shown from public;
grant execute on function accusation_shown, matter_shown, petition_shown to xf_app;

alter policy compartment_select on matter using (purpose <> 2 or accusation_shown(accused_officers, accused_units, inside));
alter policy compartment_update on matter using (purpose <> 2 or accusation_shown(accused_officers, accused_units, inside));
alter policy by_matter on matter_gram using (not compartment or matter_shown(bureau_id, matter_id));
do $$
declare t text;
begin
    foreach t in array '{event,feed,clock,reminder,reminder_told}'::text[] loop
        execute format('alter policy by_matter on %I using (not compartment or matter_shown(bureau_id, matter_id))', t);
    end loop;
    foreach t in array '{petition,petitioner,receipt,book_petition,reception,notice,panel}'::text[] loop
        execute format('alter policy by_matter on %I using (not compartment or petition_shown(bureau_id, petition_id))', t);
    end loop;
end $$;
