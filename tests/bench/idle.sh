# idle — 10,000 desks, each of another officer, logged in and following what is new, at rest: bytes
# of the server's memory for each, which is what its RSS grew by. Aim 40 KiB.
#   beside   mosquitto over TLS 1.3 with client certificates, as many subscribers at rest
# The kernel's sockets are in neither. All connections are full handshakes; the server keeps a
# session of each for resumption. pss is what its proportional set grew by. Needs 10,100 descriptors
# a process (ulimit -n; it is raised as far as its hard limit lets).
# shellcheck shell=bash
# shellcheck disable=SC2154
desks=${desks:-10000}
[ "$seconds" -gt 1 ] || desks=500 # only tries whether it works
sitting=

# shellcheck source=tests/bench/broker.bash
. "$here/broker.bash"
trap 'go_home; close_broker; leave' EXIT

if [ "$(ulimit -n)" -lt $((desks + 100)) ] && ! ulimit -n $((desks + 100)); then
    echo "$name: 需要 $((desks + 100)) 个文件描述符：请先放宽 ulimit -Hn" >&2
    exit 1
fi

# memory PID: "RSS PSS" in bytes
memory()
{
    awk '/^Rss:/ { rss = $2 } /^Pss:/ { pss = $2 } END { print rss * 1024, pss * 1024 }' "/proc/$1/smaps_rollup"
}

go_home()
{
    [ -z "$sitting" ] || kill "$sitting" 2>/dev/null || true
    [ -z "$sitting" ] || wait "$sitting" 2>/dev/null || true
    sitting=
}

# sits TALK PORT PID FILE: appends to FILE what RSS and PSS of PID grew by for each desk, in bytes.
sits()
{
    local before after
    before=$(memory "$3")
    : >"$bench/sitting"
    "$build/bench_idle" "$2" "$bench/ca/device/desk.pem" "$bench/ca/device/desk.key" "$1" "$desks" >"$bench/sitting" &
    sitting=$!
    until [ -s "$bench/sitting" ]; do
        kill -0 "$sitting" || return 1
        sleep 0.2
    done
    sleep 2
    after=$(memory "$3")
    go_home
    echo "   $1 $(cat "$bench/sitting") before=${before% *} after=${after% *}" >&2
    echo "$before $after" | awk -v n="$desks" '{ printf "%.0f %.0f\n", ($3 - $1) / n, ($4 - $2) / n }' >>"$4"
}

"$root/deploy/packages" bench
prepare "limit.connections=$((desks + 100))" limit.ping_ms=600000
people "$desks"
open_broker
: >"$bench/ours.txt"
: >"$bench/beside.txt"
# A server that has had its desks once keeps memory for the next: only the first time counts.
sits xinfang "$port" "$server" "$bench/ours.txt"
sits mqtt "$broker_port" "$broker" "$bench/beside.txt"
record sessions="$desks" ours="$(cut -d ' ' -f 1 "$bench/ours.txt")" beside="$(cut -d ' ' -f 1 "$bench/beside.txt")" \
    unit=byte better=less pss="$(cut -d ' ' -f 2 "$bench/ours.txt")" \
    beside_pss="$(cut -d ' ' -f 2 "$bench/beside.txt")" aim="ours <= 40960"
