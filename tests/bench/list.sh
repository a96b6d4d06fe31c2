# list — a page of 50 out of 1,000,000 matters, behind one of them at random, as a clerk who sees all
# of the bureau, 1 and 64 sessions, beside pgbench with the same statement; best_beside as in register.sh.
# Below --seconds 5 there are fewer matters.
# shellcheck shell=bash
# shellcheck disable=SC2154
million
# Variables, where what is known beforehand would give pgbench another plan than the server has.
lines=("$dice_line" '\set page 50' '\set none 0' '\set number random(1, :count)'
    '\set year random(2011, 2030)'
    '\set matter ((10000 + :year) * 1000000 + :number) * 100 + 1')
count=$((matters / 20)) # of each year
script matter.list read 1 "" "${lines[@]}" >"$bench/like.sql"
script matter.list read 1 pipeline "${lines[@]}" >"$bench/best.sql"
script matter.list read 32 pipeline "${lines[@]}" >"$bench/group.sql"
best_beside "$bench/best.sql" 1 2 4 8 16
group=$(for _ in $(seq "$rounds"); do beside "$bench/group.sql" 2 32; done | median)
for sessions in 1 64; do
    turns "list:2011:$count:20" $sessions "$bench/like.sql"
    aim=none
    [ $sessions = 1 ] || aim="ratio >= 1.5"
    record sessions=$sessions ours="$o" beside="$l" best_beside="$best" unit=1/s best_clients="$best_at" \
        group_beside="$group" matters="$matters" aim="$aim"
done
