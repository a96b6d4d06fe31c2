# What push and idle share, over common.sh: a broker to compare with, and people at the desks.
# shellcheck shell=bash
# shellcheck disable=SC2154
broker=
broker_port=

# A mosquitto of our own, with the bench's certificates.
open_broker()
{
    local program
    program=$(command -v mosquitto || echo /usr/sbin/mosquitto)
    broker_port=$((20000 + RANDOM % 10000))
    cat >"$bench/mosquitto.conf" <<END
listener $broker_port 127.0.0.1
cafile $bench/ca/ca.pem
certfile $bench/ca/server/bench.xinfang.pem
keyfile $bench/ca/server/bench.xinfang.key
require_certificate true
tls_version tlsv1.3
allow_anonymous true
persistence false
set_tcp_nodelay true
log_dest stderr
log_type error
log_type warning
user $(id -un)
END
    "$program" -c "$bench/mosquitto.conf" 2>>"$bench/mosquitto.log" &
    broker=$!
    until ss -Hltn "sport = :$broker_port" | grep -q .; do
        kill -0 "$broker" || return 1
        sleep 0.1
    done
}

close_broker()
{
    [ -n "$broker" ] || return 0
    kill "$broker" 2>/dev/null || true
    wait "$broker" 2>/dev/null || true
    broker=
}

# people N: N officers at N desks, besides the clerk.
people()
{
    local device
    device=$(openssl x509 -in "$bench/ca/device/desk.pem" -outform DER | sha256sum | cut -c 1-64)
    psql -v desks="$1" -v bureau="$bureau" -v badge="$badge" -v device="$device" -v now="$now" -f "$here/hall.sql"
}
