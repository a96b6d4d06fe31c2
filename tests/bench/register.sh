# register — one bureau, 1 and 64 sessions, beside pgbench with the same statements:
#   beside        pgbench -M prepared -j 2, as many clients, one command a transaction
#   best_beside   its best setting: 1, 2, 4, 8 or 16 clients, its own pipeline, one command a transaction
#   group_beside  64 commands a transaction in one pipeline: our group commit, without an aim
# shellcheck shell=bash
# shellcheck disable=SC2154
prepare

script petition.register change 1 "" "$dice_line" >"$bench/like.sql"
script petition.register change 1 pipeline "$dice_line" >"$bench/best.sql"
script petition.register change 64 pipeline "$dice_line" >"$bench/group.sql"
best_beside "$bench/best.sql" 1 2 4 8 16
group=$(for _ in $(seq "$rounds"); do beside "$bench/group.sql" 2 64; done | median)
for sessions in 1 64; do
    turns register $sessions "$bench/like.sql"
    aim=none
    [ $sessions = 1 ] || aim="ratio >= 4 and best_ratio >= 1.3"
    record sessions=$sessions ours="$o" beside="$l" best_beside="$best" unit=1/s best_clients="$best_at" \
        group_beside="$group" aim="$aim"
done
