# Read by the scripts beside it: a bureau of their own, to be checked, copied and destroyed.
# Needs XF_SOURCE_DIR and XF_BUILD_DIR, as ctest sets them. Sets $root $build $place $config.
LC_ALL=C.UTF-8
export LC_ALL
root=$XF_SOURCE_DIR build=$XF_BUILD_DIR
place=$(mktemp -d /tmp/xf-deploy.XXXXXX)
config=$place/server/xinfangd.conf
server=

fail()
{
    echo "FAILED: $*" >&2
    exit 1
}

stop_server()
{
    [ -n "$server" ] || return 0
    kill -TERM "$server"
    wait "$server" || fail 'xinfangd did not end well'
    server=
}

clean_up()
{
    status=$?
    trap - EXIT INT TERM HUP
    stop_server || status=1
    for cluster in "$place/pg" "$place/pg2"; do
        [ ! -e "$cluster" ] || "$root/deploy/cluster" remove "$cluster" || status=1
    done
    [ "$status" -eq 0 ] || tail -n 40 "$place"/*.log >&2 || :
    rm -rf "$place"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP

# Cluster, certificates, configuration; an empty database.
make_bureau()
{
    "$root/deploy/cluster" up "$place/pg"
    "$root/deploy/cluster" database "$place/pg" xinfang
    "$root/deploy/ca" init "$place/ca" 450922
    "$root/deploy/ca" server "$place/ca" xinfangd.test
    "$root/deploy/conf" server "$place/server" "$place/ca" xinfangd.test "$place/pg" xinfang \
        listen.port=0 listen.port_file="$place/port" password.memory_kib=1024 workers=1
}

# start_server: until the port file says that it listens.
start_server()
{
    rm -f "$place/port"
    "$build/xinfangd" --config "$config" >>"$place/xinfangd.log" 2>&1 &
    server=$!
    for _ in $(seq 300); do
        [ ! -s "$place/port" ] || return 0
        kill -0 "$server" 2>/dev/null || fail 'xinfangd did not start'
        sleep 0.1
    done
    fail 'xinfangd was not ready within 30 s'
}
