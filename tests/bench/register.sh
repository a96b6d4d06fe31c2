# register — one bureau, 1 and 64 sessions, beside pgbench with the same statement, for one command
# (ours takes what came meanwhile in one, server/db/rows.h; all sessions are one officer's, as pgbench's are):
#   beside        pgbench -M prepared -j 2, as many clients, one command a transaction
#   best_beside   its best setting: 1, 2, 4, 8 or 16 clients, its own pipeline, one command a transaction
#   group_beside  64 commands a transaction in one pipeline, a statement each: without an aim
# shellcheck shell=bash
# shellcheck disable=SC2154
prepare

scripts petition.register change "$dice_line"
script petition.register change 64 pipeline "$dice_line" >"$bench/group.sql"
few_and_many register 64 "ratio >= 4 and best_ratio >= 1.3"
