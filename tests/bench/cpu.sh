# cpu — instructions of xinfangd a request, by layer, counted by callgrind: register and open at 16
# sessions. Aim: frame, parse, bind and reply a tenth each at most of what xinfangd needs in all.
#
# What an instruction count says: how much work each layer asks of the processor, the same from run
# to run however busy the machine is. What it does not say: time (a cache miss or a division counts
# like an addition), what the kernel does for us (sockets, which is most of libuv's and a good part
# of libpq's real time), what PostgreSQL does. It flatters nobody evenly: memset by `rep stosb` counts
# once a byte, and valgrind's processor has no SHA instructions, so that the hash in `parse` (half of
# it, in register) costs more here than it does. Under callgrind the server is some fifty times slower,
# so its batches are as large as the sessions allow. Coming and logging in are not counted.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
sessions=16
loading=

go_home()
{
    [ -z "$loading" ] || kill "$loading" 2>/dev/null || true
    [ -z "$loading" ] || wait "$loading" 2>/dev/null || true
    loading=
}
trap 'go_home; leave' EXIT

# counted WHAT TABLE: the line of cpu.py for requests that leave a row each in TABLE.
counted()
{
    local first begun ended dump
    rm -f "$bench"/callgrind.out*
    first=$(psql -c "select count(*) from xf.$2")
    "${desk[@]}" "$1" $sessions 3600 $((seed + RANDOM)) >/dev/null &
    loading=$!
    until [ "$(psql -c "select count(*) from xf.$2")" -gt $((first + 2 * sessions)) ]; do
        kill -0 "$loading"
        sleep 0.5
    done
    callgrind_control -i on "$server" >/dev/null 2>&1
    begun=$(psql -c "select count(*) from xf.$2")
    sleep $((seconds * 4))
    ended=$(psql -c "select count(*) from xf.$2")
    callgrind_control -i off "$server" >/dev/null 2>&1
    callgrind_control -d "$1" "$server" >/dev/null 2>&1
    go_home
    dump=$(find "$bench" -name 'callgrind.out*' -size +10k | head -1)
    "$here/cpu.py" "$dump" "$root" $((ended - begun))
}

tell()
{
    local line=$2 most
    most=$(for layer in frame parse bind reply; do field $layer <<<"$line"; done | sort -n | tail -1)
    record what="$1" sessions=$sessions ratio=null ours="$(field total <<<"$line")" unit=instruction \
        frame="$(field frame <<<"$line")" parse="$(field parse <<<"$line")" bind="$(field bind <<<"$line")" \
        reply="$(field reply <<<"$line")" tls="$(field tls <<<"$line")" db="$(field db <<<"$line")" \
        steps="$(field steps <<<"$line")" session="$(field session <<<"$line")" seal="$(field seal <<<"$line")" \
        loop="$(field loop <<<"$line")" most="$most" aim="most <= 10"
}

"$root/deploy/packages" bench
under=(valgrind -q --tool=callgrind --instr-atstart=no "--callgrind-out-file=$bench/callgrind.out")
prepare limit.handshake_ms=60000 limit.login_ms=300000 limit.call_ms=60000
line=$(counted register op)
tell register "$line"
line=$(counted "open:${today%%-*}:$(psql -c 'select count(*) from xf.petition')" access)
tell open "$line"
