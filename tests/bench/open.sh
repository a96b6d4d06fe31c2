# open — a matter of 2,000 with its last 20 events and the access row, 1 and 64 sessions, beside
# pgbench as in register.sh; group_beside has 32 reads a transaction.
# shellcheck shell=bash
# shellcheck disable=SC2154
prepare
fill_open
scripts matter.open read "${open_lines[@]}"
script matter.open read 32 pipeline "${open_lines[@]}" >"$bench/group.sql"
few_and_many "open:2026:$count" 32 "ratio >= 1.8"
