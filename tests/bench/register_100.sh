# register_100 — 100 bureaus, 64 sessions spread over 64 of them, beside pgbench at 64 clients
# that take any of these 64 each time, and its best setting (as in register.sh).
# shellcheck shell=bash
# shellcheck disable=SC2154
first=450001
spread=64

fresh "workers=$(nproc)"
bureau $bureau 县公安局
serve
officers

# 99 more of the same make
psql <<END
do \$\$
declare t text; columns text;
begin
    foreach t in array '{bureau,series_pattern,unit,officer,category,audience}'::text[] loop
        select string_agg(format('%I', column_name), ',') into columns from information_schema.columns
            where table_schema = 'xf' and table_name = t and column_name <> 'bureau_id' and is_generated = 'NEVER';
        execute format('insert into xf.%I (bureau_id, %s) select n, %2\$s from xf.%1\$I, generate_series($first, $first + 98) n where bureau_id = $bureau',
            t, columns);
    end loop;
end \$\$;
analyze xf.bureau, xf.unit, xf.officer, xf.category, xf.audience, xf.series_pattern;
END
for number in $(seq $first $((first + spread - 1))); do
    echo "$number" >"$bench/ca/bureau" # whose desk it is; one authority is enough here
    "$root/deploy/ca" device "$bench/ca" "desk-$number" >/dev/null
done
echo $bureau >"$bench/ca/bureau"
words[4]=$bench/ca/device/desk-@.pem
words[5]=$bench/ca/device/desk-@.key
desk=("$build/bench_load" "${words[@]}")
officer

before="\\set bureau $first - 1 + random(1, $spread)"
scripts petition.register change "$dice_line"
best_beside "$bench/best.sql" 4 8 16 32 64
many="desks=$first:$spread"
turns register 64 "$bench/like.sql" "$many"
bureaus=$(psql -c "select count(distinct bureau_id) from xf.petition")
record sessions=64 ours="$o" beside="$l" best_beside="$best" unit=1/s best_clients="$best_at" \
    bureaus=100 written="$bureaus" aim="ratio >= 3"
