# Writes RESULTS.md from what stands in $bench/NAME.json. Sourced by tests/bench/run --results.
# shellcheck shell=bash
# shellcheck disable=SC2154

machine()
{
    local cpu
    cpu=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | sed -n 1p)
    echo "$(nproc) cores (${cpu:-unknown}), $(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r)"
}

# Each object is a line. get: the value of a key, without quotes.
results()
{
    cat "$bench"/*.json | grep '^{' | awk -v machine="$(machine)" -v postgres="$("$pg_bin/postgres" --version)" '
        function get(key, at) {
            if (!match($0, "\"" key "\": (\"[^\"]*\"|[^,}]*)")) return ""
            at = substr($0, RSTART + length(key) + 4, RLENGTH - length(key) - 4)
            gsub(/"/, "", at)
            return at == "null" ? "" : at
        }
        # What has no column of its own.
        function rest(all, n, i, pair, text) {
            all = $0
            gsub(/^\{|\},?$/, "", all)
            n = split(all, pair, /, "/)
            for (i = 1; i <= n; i++) {
                gsub(/"/, "", pair[i])
                if (pair[i] !~ /^(name|of|sessions|ours|beside|ratio|best_beside|best_ratio|unit|seed|aim|reached|date|commit|raised): / && pair[i] !~ /: null$/)
                    text = text (text == "" ? "" : "; ") pair[i]
            }
            return text
        }
        {
            newest = get("date") > newest ? get("date") : newest
            if (get("date") == newest) commit = get("commit")
            split(get("raised"), word, " ")
            for (w in word) raised[word[w]] = raised[word[w]] " " get("name")
            kind[get("name")] = 1
            row = "| " get("name") (get("of") == "" ? "" : " " get("of")) " | " get("sessions")
            if (get("name") == "curve") {
                curve = curve row " | " get("ours") " | " get("beside") " | " get("ours_p50") " | " get("ours_p99") " | " get("beside_p50") " | " get("beside_p99") " |\n"
                next
            }
            verdict = get("reached") == "" ? "" : get("reached") == "true" ? "reached" : "**missed**"
            missed += get("reached") == "false"
            aims += get("reached") != ""
            table = table row " | " get("ours") " | " get("beside") " | " get("ratio") " | " get("best_beside") " | " get("best_ratio") \
                " | " get("unit") " | " (get("aim") == "none" ? "" : get("aim")) " | " verdict " | " get("date") " " get("commit") " |\n"
            if (rest() != "") also = also "- " get("name") (get("of") == "" ? "" : " " get("of")) (get("sessions") == "" ? "" : ", " get("sessions") " sessions") ": " rest() "\n"
        }
        END {
            print "# What was measured\n"
            print "Written by `tests/bench/run --results`, which measured it; nothing here was typed. What each"
            print "line means stands at the head of `NAME.sh`. `ratio` is ours by what stood beside it, or, where"
            print "less is better, that by ours. A `+` behind a commit: the tree held more than the commit.\n"
            print "- Newest: " newest ", commit " commit
            print "- Machine: " machine
            print "- Database: " postgres ", fsync on, its own cluster on a Unix socket"
            n = 0
            for (name in kind) n++
            for (w in raised) {
                split(raised[w], by, " ")
                delete seen; k = 0; who = ""
                for (i = 1; i in by; i++) if (!(by[i] in seen)) { seen[by[i]] = 1; k++; who = who (who == "" ? "" : ", ") by[i] }
                set[w] = k == n ? "" : " (" who ")"
            }
            list = ""
            for (w in set) list = list w set[w] "\n"
            printf "- Set for the measurement:"
            fflush()
            printf "%s", list | "sort | awk '\''{ printf((NR > 1 ? \", `%s`\" : \" `%s`\"), $1); $1 = \"\"; printf \"%s\", $0 } END { print \"\" }'\''"
            close("sort | awk '\''{ printf((NR > 1 ? \", `%s`\" : \" `%s`\"), $1); $1 = \"\"; printf \"%s\", $0 } END { print \"\" }'\''")
            printf "- Aims: %d of %d reached\n\n", aims - missed, aims
            print "| bench | sessions | ours | beside | ratio | best beside | ratio to best | unit | aim | | when |"
            print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- | --- | --- |"
            print table
            print "Besides:\n"
            print also
            if (curve != "") {
                print "Over the number of sessions, a second and in milliseconds:\n"
                print "![Throughput and latency over 1 to 256 sessions](../../deploy/pictures/curve.png)\n"
                print "| bench | sessions | ours | pgbench | our median | our p99 | its median | its p99 |"
                print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
                printf "%s", curve
            }
        }'
}

results >"$here/RESULTS.md"
[ ! -e "$bench/curve.png" ] || cp "$bench/curve.png" "$root/deploy/pictures/curve.png"
echo "Written: $here/RESULTS.md"
