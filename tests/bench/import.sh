# import — 100,000 rows of a petition register through `xinfang import` (the rows of petitions-2020.csv
# over and over, each with a number, a name and a telephone of its own), beside COPY of what that
# wrote into the same tables of the same database as it was before, indexes and constraints on, by
# the database's owner, whom no policy asks. Rows of the register a second: of the whole program, the
# reading of the file too, and of psql. Below --seconds 5 it takes fewer.
# shellcheck shell=bash
# shellcheck disable=SC2154
rows=100000
[ "$seconds" -ge 5 ] || rows=$((seconds * 1000))
badge=T00010 # the head of the reception
before=bench_before

prepare
leave
"$root/deploy/cluster" database "$bench/cluster" $before $database
serve

book=$root/tests/data/luchuan-2020/petitions-2020.csv
awk -F , -v OFS=, -v rows=$rows 'NR == 1 { print; next } { line[++n] = $0 }
    END { for (i = 1; i <= rows; i++) {
        $0 = line[(i - 1) % n + 1]
        $1 = i; $2 = "陆公信字〔2020〕" i "号"; $5 = sprintf("信访人%06d", i)
        if ($7 != "") $7 = sprintf("199%08d", i)
        print
    } }' "$book" >"$bench/book.csv"

# Seconds since the epoch, with a fraction.
seconds_now()
{
    date +%s.%N
}

$x login $badge --password-file "$pw" >/dev/null 2>&1
begun=$(seconds_now)
$x import petitions "$bench/book.csv" --json >"$bench/import.out" 2>"$bench/import.log" || { tail -3 "$bench/import.log" >&2 && exit 1; }
ended=$(seconds_now)
taken=$(sed -n 's/.*"taken":[[:space:]]*\([0-9]*\).*/\1/p' "$bench/import.out")
[ "$taken" = $rows ] || { echo "import: $taken of $rows were taken" >&2 && exit 1; }
leave
ours=$(awk -v n=$rows -v s="$begun" -v e="$ended" 'BEGIN { printf "%.1f", n / (e - s) }')
echo "   ours: $ours/s" >&2

# What is new, table by table, in the order in which they refer to each other.
mkdir -p "$bench/copy"
written=0
tables="petition petitioner receipt matter event book_petition matter_gram figure_touched ledger op"
: >"$bench/copy/in.sql"
for table in $tables; do
    [ "$(psql -c "select to_regclass('xf.$table') is not null")" = t ] || continue
    columns=$(psql -c "select string_agg(quote_ident(column_name), ', ' order by ordinal_position) from information_schema.columns
        where table_schema = 'xf' and table_name = '$table' and is_generated = 'NEVER'")
    case $table in
    ledger) new="where seat > $(database=$before psql -c 'select max(seat) from xf.ledger')" ;;
    op) new="where petition_id is not null" ;;
    *) new= ;;
    esac
    psql -c "copy (select $columns from xf.$table $new) to stdout (format binary)" >"$bench/copy/$table"
    written=$((written + $(psql -c "select count(*) from xf.$table $new")))
    echo "\\copy xf.$table ($columns) from '$bench/copy/$table' (format binary)" >>"$bench/copy/in.sql"
done
begun=$(seconds_now)
database=$before psql -f "$bench/copy/in.sql"
ended=$(seconds_now)
beside=$(awk -v n=$rows -v s="$begun" -v e="$ended" 'BEGIN { printf "%.1f", n / (e - s) }')
rm -rf "$bench/copy"
record ours="$ours" beside="$beside" unit=rows/s rows=$rows table_rows=$written aim="ratio >= 0.5"
