# p99 — half of the peak of `register` and of `open` at 64 sessions, sent at random instants
# whether answers have come or not, beside pgbench -R at the same rate. A time counts from the
# instant at which the request was due. In milliseconds:
#   ours beside best_beside   p99; of pgbench with 64 clients, and with its best setting
#   *_p50                     the medians
#   *_rate                    what it came to a second; below `rate` it fell behind
# shellcheck shell=bash
# shellcheck disable=SC2154
prepare

# column N FILE: the median of column N
column()
{
    cut -d ' ' -f "$1" "$bench/$2.txt" | median
}

# half STATEMENT MODE WHAT CLIENTS LINE…
half()
{
    local what=$3 clients=$4 peak rate file
    scripts "$1" "$2" "${@:5}"
    peak=$(for round in $(seq "$rounds"); do ours "$what" 64 $((seed + round)); done | median)
    rate=$(awk -v p="$peak" 'BEGIN { printf "%d", p / 2 }')
    for file in ours like best; do : >"$bench/$file.txt"; done
    for round in $(seq "$rounds"); do
        timed "$what" 64 $((seed + 50 + round)) rate="$rate" >>"$bench/ours.txt"
        logged "$bench/like.sql" 64 -R "$rate" >>"$bench/like.txt"
        logged "$bench/best.sql" "$clients" -R "$rate" >>"$bench/best.txt"
    done
    record of="${what%%:*}" sessions=64 ours="$(column 3 ours)" beside="$(column 3 like)" best_beside="$(column 3 best)" \
        unit=ms better=less rate="$rate" ours_p50="$(column 2 ours)" beside_p50="$(column 2 like)" best_p50="$(column 2 best)" \
        ours_rate="$(column 1 ours)" beside_rate="$(column 1 like)" best_rate="$(column 1 best)" best_clients="$clients" aim="ratio >= 1"
}

half petition.register change register 2 "$dice_line"
leave
prepare
fill_open
half matter.open read "open:2026:$count" 8 "${open_lines[@]}"
