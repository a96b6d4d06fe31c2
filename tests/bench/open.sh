# open — a matter of 2,000 with its last 20 events and the access row, 1 and 64 sessions, beside
# pgbench as in register.sh; group_beside has 32 reads a transaction.
# shellcheck shell=bash
# shellcheck disable=SC2154
prepare
fill_open
script matter.open read 1 "" "${open_lines[@]}" >"$bench/like.sql"
script matter.open read 1 pipeline "${open_lines[@]}" >"$bench/best.sql"
script matter.open read 32 pipeline "${open_lines[@]}" >"$bench/group.sql"
best_beside "$bench/best.sql" 1 2 4 8 16
group=$(for _ in $(seq "$rounds"); do beside "$bench/group.sql" 2 32; done | median)
for sessions in 1 64; do
    turns "open:2026:$count" $sessions "$bench/like.sql"
    aim=none
    [ $sessions = 1 ] || aim="ratio >= 1.8"
    record sessions=$sessions ours="$o" beside="$l" best_beside="$best" unit=1/s best_clients="$best_at" \
        group_beside="$group" aim="$aim"
done
