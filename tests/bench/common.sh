# What the files of a bench share; sourced by tests/bench/run, which sets root here bench build
# seconds rounds seed socket and, for each, name.
#
#   prepare [KEY=VALUE…]        an empty database, one bureau with its officers, a server
#   fresh, bureau BUREAU, serve, officers    the same in steps
#   leave                       stops the server; done by itself at the end of a file
#   load WHAT SESSIONS SEED [WORD…]          bench_load's line, and a failure if one was refused;
#                               ours and timed take numbers out of it
#   script …, scripts …, beside …, best_beside …        pgbench
#   median                      of the numbers on stdin
#   record KEY=VALUE…           a line, and an object of NAME.json
#   turns …                     ours and pgbench by turns at so many sessions
#   few_and_many …              the whole of it at 1 and at 64 sessions, recorded
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154

# Set for the measurement, and said: a login is not what is measured.
# And one address plays a bureau's desks, all with one officer.
raised="password.memory_kib=1024 limit.hash_queue=256 limit.requests=1000000 limit.request_burst=1000000"
raised+=" limit.handshakes=100000 limit.address_handshakes=100000 limit.address_burst=100000"
raised+=" limit.address_connections=100000 limit.unauthenticated=100000 limit.unauthenticated_early=100000"
raised+=" limit.officer_sessions=1000 limit.searches=1000000"
connections=300 # PostgreSQL's max_connections: pgbench has one a client
pg_bin=/usr/lib/postgresql/15/bin
database=bench
bureau=450922
badge=T00011 # a clerk at the reception
today=2026-03-17
server=
under=() # what the server runs under, valgrind say
now=${today}T09:00:00+08:00

psql()
{
    command psql -qXAt -v ON_ERROR_STOP=1 -h "$socket" -U postgres -d "$database" "$@"
}

# ---- A bureau, its officers, a server ---------------------------------------------------------

# fresh [KEY=VALUE…]: an empty database with our tables, certificates, and the configuration.
fresh()
{
    raised_here="$raised $*"
    echo "Set for $name: max_connections=$connections $raised_here"
    "$root/deploy/cluster" database "$bench/cluster" "$database"
    configure
    "$build/xinfangd" --config "$bench/xinfangd.conf" migrate 2>>"$bench/server.log"
}

configure()
{
    [ -e "$bench/ca/ca.pem" ] || "$root/deploy/ca" init "$bench/ca" 450922
    "$root/deploy/ca" server "$bench/ca" bench.xinfang >/dev/null
    "$root/deploy/ca" device "$bench/ca" desk >/dev/null
    # shellcheck disable=SC2086
    "$root/deploy/conf" server "$bench" "$bench/ca" bench.xinfang "$bench/cluster" "$database" \
        $raised_here listen.port=0 "listen.port_file=$bench/port" "now.fixed=$now" job.every_ms=3600000
    umask 077
    pw=$bench/password
    printf 'bench-password-1' >"$pw"
}

# bureau NUMBER NAME: as an administrator makes it, with one security administrator.
bureau()
{
    "$build/xinfangd" --config "$bench/xinfangd.conf" bootstrap --bureau "$1" --name "$2" --short 陆公 \
        --badge A00001 --officer-name 安全管理员 --password-file "$pw" >/dev/null 2>>"$bench/server.log"
}

# Starts the server; $x is the command line and ${desk[@]} the beginning of each program's words.
serve()
{
    rm -f "$bench/port"
    "${under[@]}" "$build/xinfangd" --config "$bench/xinfangd.conf" 2>>"$bench/server.log" &
    server=$!
    for _ in $(seq 100); do
        [ -s "$bench/port" ] && break
        sleep 0.1
    done
    port=$(cat "$bench/port")
    "$root/deploy/conf" profile "$bench/desk" "$bench/ca" desk 127.0.0.1 "$port" bench.xinfang
    x="$build/xinfang --profile $bench/desk"
    words=(127.0.0.1 "$port" bench.xinfang "$bench/ca/ca.pem" "$bench/ca/device/desk.pem"
        "$bench/ca/device/desk.key" "$badge" "$pw")
    desk=("$build/bench_load" "${words[@]}")
}

# The people of tests/data/luchuan-2020; $badge gets a password.
officers()
{
    $x login A00001 --password-file "$pw" >/dev/null 2>&1
    $x import units "$root/tests/data/luchuan-2020/units.csv" >/dev/null 2>&1
    $x import officers "$root/tests/data/luchuan-2020/officers.csv" >/dev/null 2>&1
    $x login set-password "$badge" --password-file "$pw" >/dev/null 2>&1
}

# The officer whom pgbench plays.
officer()
{
    officer=$(psql -c "select officer_id from xf.officer where bureau_id = $bureau and badge = '$badge'")
    unit=$(psql -c "select unit_id from xf.officer where bureau_id = $bureau and badge = '$badge'")
}

# One bureau on two cores has one worker, for two writers of one bureau wait for each other.
prepare()
{
    fresh workers=1 "$@"
    bureau $bureau 县公安局
    serve
    officers
    officer
}

# A server on a bureau with $matters matters; made once in a run. million KEY=VALUE… as prepare.
matters=1000000
million()
{
    local made=$bench/million.$$ # of this run
    [ "$seconds" -ge 5 ] || matters=20000
    database=bench
    if [ ! -e "$made" ]; then
        rm -f "$bench"/million.*
        prepare
        leave
        echo "Filling $matters matters"
        psql -v bureau=$bureau -v count=$matters -f "$here/million.sql" >"$bench/million.log"
        psql -c "vacuum"
        "$root/deploy/cluster" database "$bench/cluster" million $database
        touch "$made"
    fi
    database=million
    raised_here="$raised workers=1 $*"
    configure
    serve
    officer
}

leave()
{
    [ -n "$server" ] || return 0
    kill "$server" 2>/dev/null || true
    wait "$server" || true
    server=
}

# ---- Ours ---------------------------------------------------------------------------------------

# load WHAT SESSIONS SEED [WORD…]
load()
{
    local line
    line=$("${desk[@]}" "$1" "$2" "$seconds" "${@:3}")
    echo "   $line" >&2
    echo "$line"
    [ "$(field refused <<<"$line")" = 0 ] || { echo "$name: some were refused" >&2 && return 1; }
}

# field KEY: of a line of KEY=VALUE words on stdin
field()
{
    sed -n "s/.*\\b$1=\\([0-9.]*\\).*/\\1/p"
}

ours()
{
    load "$@" | field per_second
}

# timed WHAT SESSIONS SEED [WORD…]: answers a second, p50 and p99 in milliseconds
timed()
{
    local line
    line=$(load "$@")
    awk -v n="$(field per_second <<<"$line")" -v a="$(field p50_us <<<"$line")" -v b="$(field p99_us <<<"$line")" \
        'BEGIN { printf "%.1f %.2f %.2f\n", n, a / 1000, b / 1000 }'
}

median()
{
    sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# ---- pgbench ------------------------------------------------------------------------------------

# script STATEMENT CHANGE|READ COMMANDS PIPELINE [LINE…]: COMMANDS a transaction, each behind these
# lines of pgbench's own. $before: lines that the transaction begins with.
before=
script()
{
    local statement=$1 mode=$2 commands=$3 pipeline=$4
    shift 4
    [ -z "$before" ] || printf '%s\n' "$before"
    [ "$pipeline" != pipeline ] || echo '\startpipeline'
    echo 'begin isolation level read committed;'
    if [ "$mode" = change ]; then
        echo "select set_config('xinfang.actor', '{0,0,0,0}', true);"
        echo "with head as materialized (select bureau_id from bureau where bureau_id = any(array[:bureau::int]) order by bureau_id for no key update) select 1 / (count(*) = cardinality(array[:bureau::int]))::int from head;"
    fi
    for _ in $(seq "$commands"); do
        printf '%s\n' "$@"
        echo "select set_config('xinfang.actor', '{' || :bureau::int || ',' || :officer::int || ',' || :unit::int || ',2}', true);"
        "$build/bench_script" "$statement" "$here/${statement#*.}.values"
    done
    echo 'commit;'
    [ "$mode" != change ] || echo "select pg_notify('xinfang', (:bureau)::text);" # as ours: behind COMMIT
    [ "$pipeline" != pipeline ] || printf '%s\n' '\endpipeline'
}

# scripts STATEMENT CHANGE|READ [LINE…]: like.sql and, in a pipeline of pgbench's own, best.sql
scripts()
{
    script "$1" "$2" 1 "" "${@:3}" >"$bench/like.sql"
    script "$1" "$2" 1 pipeline "${@:3}" >"$bench/best.sql"
}

# pgbench SCRIPT CLIENTS WORD…
pgbench()
{
    local threads=2
    [ "$2" -ge 2 ] || threads=1
    PGOPTIONS="-c search_path=xf -c jit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c max_parallel_workers_per_gather=0" \
        "$pg_bin/pgbench" -n -M prepared -j "$threads" -c "$2" --random-seed="$seed" \
        -h "$socket" -U xf_app -f "$1" -D bureau=$bureau -D officer="$officer" -D unit="$unit" \
        -D today=$today -D year=${today%%-*} -D count="${count:-1}" "${@:3}" "$database" 2>&1
}

# beside SCRIPT CLIENTS COMMANDS: commands a second. Two seconds of warming up do not count, here
# as in bench_load: each connection plans its statements once.
beside()
{
    local said=$bench/pgbench.log
    pgbench "$1" "$2" -T $((seconds + 3)) -P 1 >"$said" || { tail -3 "$said" >&2 && return 1; }
    awk -v k="$3" -v s="$seconds" '/^progress/ && $2 > 2.5 && $2 < s + 2.5 { sum += $4; n++ }
        END { printf "%.1f\n", n ? sum * k / n : 0 }' "$said"
}

# logged SCRIPT CLIENTS [WORD…]: transactions a second, p50 and p99 in milliseconds, of pgbench's own
# log. It has a transaction a line: how long it took, with -R since it was due, and the second and
# microsecond in which it ended.
logged()
{
    rm -f "$bench"/log.*
    (cd "$bench" && pgbench "$1" "$2" -T $((seconds + 3)) -l --log-prefix=log "${@:3}" >"$bench/pgbench.log") ||
        { tail -3 "$bench/pgbench.log" >&2 && return 1; }
    cat "$bench"/log.* | awk '{ printf "%.6f %s\n", $5 + $6 / 1e6, $3 }' | sort -rn |
        awk -v s="$seconds" 'NR == 1 { last = $1 } $1 > last - s { print $2 }' | sort -n | awk -v s="$seconds" \
        '{ v[NR] = $1 } END { printf "%.1f %.2f %.2f\n", NR / s, v[int((NR + 1) / 2)] / 1000, v[int((NR * 99 + 99) / 100)] / 1000 }'
    rm -f "$bench"/log.*
}

# best_beside SCRIPT CLIENTS…: tries each, then measures the best in all rounds; sets best, best_at.
best_beside()
{
    local sql=$1 clients tps most=0
    for clients in "${@:2}"; do
        tps=$(beside "$sql" "$clients" 1)
        echo "   best, $clients clients: $tps/s" >&2
        if awk "BEGIN { exit !($tps > $most) }"; then most=$tps best_at=$clients; fi
    done
    best=$({ echo "$most" && for _ in $(seq 2 "$rounds"); do beside "$sql" "$best_at" 1; done; } | median)
}

# What `open` and `register` ask at random, in pgbench's own language.
dice_line='\set dice random(1, 9000000000000000000)'
open_lines=("$dice_line" '\set number random(1, :count)'
    '\set matter ((10000 + :year) * 1000000 + :number) * 100 + 1')

# 2,000 matters as registered, each with 24 more events in its course.
fill_open()
{
    echo "Filling 2,000 matters with 25 events each" # by ours: what pgbench writes is not sealed
    local k=0
    while [ "$(psql -c 'select count(*) from xf.petition')" -lt 2000 ]; do
        k=$((k + 1))
        seconds=1 load register 64 $((seed + k)) >/dev/null 2>&1
    done
    psql -c "insert into xf.event (bureau_id, matter_id, version, kind, officer, state, unit_id, at, compartment)
             select bureau_id, matter_id, v, 2, $officer, 1, $unit, '$today 09:00+08', false from xf.matter, generate_series(2, 25) v
             where matter_id % 100000000 / 100 <= 2000;
             update xf.matter set version = 25 where matter_id % 100000000 / 100 <= 2000; analyze"
    count=2000
}

# ---- What is told -------------------------------------------------------------------------------

ratio()
{
    awk -v a="$1" -v b="$2" 'BEGIN { if (a + 0 > 0 && b + 0 > 0) printf "%.2f", a / b; else print "null" }'
}

# judged AIM: "true" or "false"; the values of record are in v.
judged()
{
    local aim word all=true
    while read -r -a word; do
        awk -v a="${v[${word[0]}]}" -v op="${word[1]}" -v b="${word[2]}" \
            'BEGIN { exit !(a != "null" && (op == ">=" ? a + 0 >= b + 0 : a + 0 <= b + 0)) }' || all=false
    done <<<"${1// and /$'\n'}"
    echo $all
}

# record KEY=VALUE…: in this order name sessions ours beside ratio best_beside unit seed, null if
# not given, then the rest. ratio and best_ratio: ours by beside and best_beside, or they by ours
# with better=less. `aim` is as "ratio >= 3 and best_ratio >= 1.2", over these keys; judged here.
record()
{
    local -A v=([name]="$name" [seed]="$seed" [sessions]=null [ours]=null [beside]=null [best_beside]=null
        [unit]="" [aim]=none [better]=more [reached]=null)
    local rest=() pair key json=""
    for pair; do
        key=${pair%%=*}
        [ -n "${v[$key]+set}" ] || [ "$key" = ratio ] || rest+=("$key")
        v[$key]=${pair#*=}
    done
    for key in '' best_; do
        [ -z "${v[${key}ratio]:-}" ] || continue
        v[${key}ratio]=$(ratio "${v[ours]}" "${v[${key}beside]}")
        [ "${v[better]}" = more ] || v[${key}ratio]=$(ratio "${v[${key}beside]}" "${v[ours]}")
    done
    [ "${v[aim]}" = none ] || v[reached]=$(judged "${v[aim]}")
    v[date]=$(date +%F)
    v[commit]=$(commit)
    v[raised]=${raised_here:+max_connections=$connections $raised_here}
    for key in name sessions ours beside ratio best_beside unit seed best_ratio "${rest[@]}" aim reached date commit raised; do
        [[ ${v[$key]} =~ ^(-?[0-9]+(\.[0-9]+)?|null|true|false)$ ]] && [ "$key" != commit ] || v[$key]="\"${v[$key]}\""
        json="$json${json:+, }\"$key\": ${v[$key]}"
    done
    echo "{$json}" >>"$bench/$name.new"
    printf '%s' "$name"
    for key in sessions ours beside ratio best_beside best_ratio unit "${rest[@]}" aim reached seed; do
        [ "${v[$key]}" = null ] || printf ' %s=%s' "$key" "${v[$key]//\"/}"
    done
    echo
}

# The commit that is measured; + if the tree has more.
commit()
{
    local at
    at=$(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
    [ -z "$(git -C "$root" status --porcelain 2>/dev/null | head -1)" ] || at=$at+
    echo "$at"
}

# turns WHAT SESSIONS SCRIPT [WORD…]: sets o and l, the medians of ours and pgbench's at as many clients.
turns()
{
    : >"$bench/ours.txt"
    : >"$bench/like.txt"
    for round in $(seq "$rounds"); do
        ours "$1" "$2" $((seed + $2 * 100 + round)) "${@:4}" >>"$bench/ours.txt" # nobody comes twice
        beside "$3" "$2" 1 >>"$bench/like.txt"
    done
    o=$(median <"$bench/ours.txt")
    l=$(median <"$bench/like.txt")
}

# few_and_many WHAT COMMANDS AIM [KEY=VALUE…]: ours at 1 and at 64 sessions beside like.sql, best.sql and
# group.sql, which has COMMANDS a transaction; recorded, with the aim for 64.
few_and_many()
{
    local sessions aim group
    best_beside "$bench/best.sql" 1 2 4 8 16
    group=$(for _ in $(seq "$rounds"); do beside "$bench/group.sql" 2 "$2"; done | median)
    for sessions in 1 64; do
        turns "$1" $sessions "$bench/like.sql"
        aim=none
        [ $sessions = 1 ] || aim=$3
        record sessions=$sessions ours="$o" beside="$l" best_beside="$best" unit=1/s best_clients="$best_at" \
            group_beside="$group" "${@:4}" aim="$aim"
    done
}
