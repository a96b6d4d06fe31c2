# handshake — full mutual TLS 1.3 handshakes that one core makes in a second: connect, both ends
# verified, the server's session given, close. Aim 0.9 of
#   beside         openssl s_server -Verify 1 with the same files, four processes on that core, so
#                  that it never rests while one of them waits for its peer
#   single_beside  one of them: it takes one connection at a time
# The server has core 0 for itself and bench_handshake core 1: it verifies nothing and is the
# lighter end. server_us and beside_us are CPU of the servers for each, kernel included.
# shellcheck shell=bash
# shellcheck disable=SC2154
how=${how:-full}
processes=4
seats=16
s_servers=()
ports=

# What handshake_resumed shares.
open_servers()
{
    local at first=$((20000 + RANDOM % 10000))
    fresh workers=1
    serve
    taskset -a -c -p 0 "$server" >/dev/null
    rm -f "$bench/silence"
    mkfifo "$bench/silence"
    exec 8<>"$bench/silence" # s_server reads its standard input, and would end with it
    for at in $(seq "$first" $((first + processes - 1))); do
        taskset -c 0 openssl s_server -quiet -accept "127.0.0.1:$at" -tls1_3 -Verify 1 \
            -verify_return_error -CAfile "$bench/ca/ca.pem" -cert "$bench/ca/server/bench.xinfang.pem" \
            -key "$bench/ca/server/bench.xinfang.key" -alpn xinfang/1 -no_ticket -num_tickets 1 \
            <&8 >/dev/null 2>>"$bench/s_server.log" &
        s_servers+=($!)
        ports=$ports${ports:+,}$at
    done
    for at in ${ports//,/ }; do
        until ss -Hltn "sport = :$at" | grep -q .; do sleep 0.1; done
    done
}

close_servers()
{
    kill "${s_servers[@]}" 2>/dev/null || true
    wait "${s_servers[@]}" 2>/dev/null || true
    s_servers=()
    leave
}

# Microseconds of CPU that the processes have had.
cpu_of()
{
    local pid sum=0
    for pid; do
        sum=$((sum + $(awk '{ print $14 + $15 }' "/proc/$pid/stat")))
    done
    echo $((sum * 10000))
}

# shakes PORTS SEATS PID…: "A_SECOND SERVER_US CLIENT_US"
shakes()
{
    local line used shaken
    used=$(cpu_of "${@:3}")
    line=$(taskset -c 1 "$build/bench_handshake" "$1" "$bench/ca/device/desk.pem" \
        "$bench/ca/device/desk.key" xinfang/1 "$2" "$seconds" "$how")
    used=$(($(cpu_of "${@:3}") - used))
    shaken=$(field handshakes <<<"$line")
    echo "   $line" >&2
    if [ "$how" = resumed ] && [ "$(field resumed <<<"$line")" != "$shaken" ]; then
        echo "$name: not all were resumed" >&2
        return 1
    fi
    # The CPU is that of the second of warming up too.
    echo "$(field per_second <<<"$line") $(awk -v u="$used" -v n="$shaken" -v s="$seconds" \
        'BEGIN { printf "%.0f", u / n * s / (s + 1) }') $(field client_us <<<"$line")"
}

column()
{
    awk -v k="$1" '{ print $k }' "$2" | median
}

"$root/deploy/packages" bench
trap close_servers EXIT
open_servers
for file in ours beside single; do : >"$bench/$file.txt"; done
for _ in $(seq "$rounds"); do
    shakes "$port" $seats "$server" >>"$bench/ours.txt"
    shakes "$ports" $seats "${s_servers[@]}" >>"$bench/beside.txt"
    shakes "${ports%%,*}" 1 "${s_servers[0]}" >>"$bench/single.txt"
done
record sessions=$seats ours="$(column 1 "$bench/ours.txt")" beside="$(column 1 "$bench/beside.txt")" unit=1/s \
    single_beside="$(column 1 "$bench/single.txt")" server_us="$(column 2 "$bench/ours.txt")" \
    beside_us="$(column 2 "$bench/beside.txt")" client_us="$(column 3 "$bench/ours.txt")" aim="ratio >= 0.9"
