# search — a term that 10 and one that 25,641 of 1,000,000 matters have, one session, through the
# whole path; in milliseconds, ours is p99. Nothing stands beside: the aims are times. The grams are
# the server's own, written by its timer before the measuring begins; filled_s is how long that took.
# Below --seconds 5 there are fewer matters.
# shellcheck shell=bash
# shellcheck disable=SC2154
million job.every_ms=100 limit.round=500

begun=$SECONDS
until [ "$(psql -c "select coalesce(bool_and(done), true) from xf.matter_gram_fill")" = t ]; do
    [ $((SECONDS - begun)) -lt 900 ] || { echo "search: the grams were not written in 900 s" >&2 && exit 1; }
    sleep 1
done
filled=$((SECONDS - begun))
psql -c "analyze xf.matter_gram"
leave # plans are made when a connection begins
million

# term TEXT OF AIM
term()
{
    local found
    found=$(psql -c "select count(*) from xf.matter where demand like '%$1%'")
    for round in $(seq "$rounds"); do timed "search:$1" 1 $((seed + round)); done >"$bench/ours.txt"
    record of="$2" sessions=1 ours="$(cut -d ' ' -f 3 "$bench/ours.txt" | median)" unit=ms better=less \
        p50="$(cut -d ' ' -f 2 "$bench/ours.txt" | median)" per_second="$(cut -d ' ' -f 1 "$bench/ours.txt" | median)" \
        hits="$found" matters="$matters" filled_s=$filled aim="ours <= $3"
}

term 磷矿石 rare 5
term 拖拉机 common 50
