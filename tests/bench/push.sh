# push — a clerk registers a petition, and 1,000 desks, each of another officer of his unit, are told
# over TLS: from the moment the request is sent, commit and all, until an EVENT is decrypted at a
# desk. p99 in microseconds, and none may be missed.
#   beside   mosquitto over TLS 1.3 with client certificates, 1,000 subscribers of one topic, QoS 1,
#            a message of as many bytes. It keeps nothing: no commit, no rights.
# Both from bench_push: the same loop, the same clock, one core for the desks. ratio is beside by
# ours. from_commit_us is p99 less the median of when the clerk got his answer.
# shellcheck shell=bash
# shellcheck disable=SC2154
desks=${desks:-1000}
pause_ms=${pause_ms:-100}

# shellcheck source=tests/bench/broker.bash
. "$here/broker.bash"
trap 'close_broker; leave' EXIT

# pushes TALK PORT FIRST
pushes()
{
    local line
    line=$("$build/bench_push" "$2" "$bench/ca/device/desk.pem" "$bench/ca/device/desk.key" "$1" "$desks" \
        "$seconds" "$pause_ms" "$3")
    echo "   $1 $line" >&2
    echo "$line"
}

# values KEY FILE: the median of a key over the lines of a file; sum: its sum
values()
{
    field "$1" <"$2" | median
}
sum()
{
    field "$1" <"$2" | awk '{ n += $1 } END { print n + 0 }'
}

"$root/deploy/packages" bench
prepare limit.connections=2000 "limit.db_queue=$((desks * 2))" limit.ping_ms=600000
people "$desks"
open_broker
for file in ours beside; do : >"$bench/$file.txt"; done
for round in $(seq "$rounds"); do
    pushes xinfang "$port" $((round * 1000000)) >>"$bench/ours.txt"
    pushes mqtt "$broker_port" 1 >>"$bench/beside.txt"
done
missed=$(sum missed "$bench/ours.txt")
p99=$(values p99_us "$bench/ours.txt")
record sessions="$desks" ours="$p99" beside="$(values p99_us "$bench/beside.txt")" unit=us better=less \
    p50="$(values p50_us "$bench/ours.txt")" beside_p50="$(values p50_us "$bench/beside.txt")" \
    max="$(values max_us "$bench/ours.txt")" beside_max="$(values max_us "$bench/beside.txt")" \
    from_commit_us=$((p99 - $(values done_us "$bench/ours.txt"))) missed="$missed" \
    beside_missed="$(sum missed "$bench/beside.txt")" aim="ratio >= 1"
if [ "$missed" -ne 0 ]; then
    echo "$name: $missed events were missed" >&2
    exit 1
fi
