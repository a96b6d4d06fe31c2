# curve — throughput and latency of `register` and `open` over 1, 2, 4, … 256 sessions, ours and
# pgbench's with as many clients: an object a point in curve.json, and the picture curve.png.
# shellcheck shell=bash
# shellcheck disable=SC2154
prepare
[ "$seconds" -le 3 ] || seconds=3 # 36 points: enough to see the shape

# points WHAT STATEMENT MODE LINE…
points()
{
    local sessions our like
    script "$2" "$3" 1 "" "${@:4}" >"$bench/like.sql"
    for sessions in 1 2 4 8 16 32 64 128 256; do
        read -r -a our <<<"$(timed "$1" $sessions $((seed + sessions)))"
        read -r -a like <<<"$(logged "$bench/like.sql" $sessions)"
        record of="${1%%:*}" sessions=$sessions ours="${our[0]}" beside="${like[0]}" unit=1/s ours_p50="${our[1]}" \
            ours_p99="${our[2]}" beside_p50="${like[1]}" beside_p99="${like[2]}"
        echo "$sessions ${our[*]} ${like[*]}" >>"$bench/curve.${1%%:*}.txt"
    done
}

# Of the seven columns: 1 the sessions, 2 to 4 ours, 5 to 7 pgbench's.
draw()
{
    gnuplot <<END
set terminal pngcairo size 1100,760 font "sans,10"
set output "$bench/curve.png"
set multiplot layout 2,2
set logscale x 2
set xrange [1:256]
set xtics (1, 2, 4, 8, 16, 32, 64, 128, 256)
set grid
set key top left
set xlabel "sessions"
do for [what in "register open"] {
    file = sprintf("$bench/curve.%s.txt", what)
    unset logscale y
    set yrange [0:*]
    set ylabel "answers a second"
    set title sprintf("%s: throughput", what)
    plot file using 1:2 with linespoints lw 2 pt 7 lc rgb "#1f5fa8" title "xinfang", \
        file using 1:5 with linespoints lw 2 pt 5 lc rgb "#b0413e" title "pgbench"
    set logscale y
    set yrange [*:*]
    set ylabel "milliseconds"
    set title sprintf("%s: latency", what)
    plot file using 1:3 with linespoints lw 2 pt 7 lc rgb "#1f5fa8" title "xinfang, median", \
        file using 1:4 with linespoints lw 1 dt 2 pt 6 lc rgb "#1f5fa8" title "xinfang, p99", \
        file using 1:6 with linespoints lw 2 pt 5 lc rgb "#b0413e" title "pgbench, median", \
        file using 1:7 with linespoints lw 1 dt 2 pt 4 lc rgb "#b0413e" title "pgbench, p99"
}
END
    echo "Drawn: $bench/curve.png"
}

rm -f "$bench"/curve.*.txt
points register petition.register change "$dice_line"
leave
prepare
fill_open
points "open:${today%%-*}:$count" matter.open read "${open_lines[@]}"
draw
