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
scripts matter.list read "${lines[@]}"
script matter.list read 32 pipeline "${lines[@]}" >"$bench/group.sql"
few_and_many "list:2011:$count:20" 32 "ratio >= 1.5" matters="$matters"
