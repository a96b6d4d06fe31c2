# Makes gen/clock.c, the table of server/law/clock.h, from server/data/clock.csv.
#
#   awk -v out=FILE -f clock.awk clock.csv
#
# A rule is a row: what is wrong with one is said with its line and stops the build. A changed
# law ends one row and begins another under the same name, right behind it; a house rule is
# 局内规定, every other source an article in brackets. POSIX awk, so that mawk will do.

BEGIN {
    FS = ","
    heading = "name,chinese,start,length,unit,roll,extension_max,approver,source,valid_from,valid_to"
}

function fail(what) {
    print FILENAME ":" FNR ": " what > "/dev/stderr"
    failed = 1
    exit 1
}

function leap(year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

# Days since 1970-01-01.
function day_of(date,    part, year, month, dom, n, y, m) {
    if (date !~ /^[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]$/)
        fail("not a day: " date)
    split(date, part, "-")
    year = part[1] + 0
    month = part[2] + 0
    dom = part[3] + 0
    split("31 28 31 30 31 30 31 31 30 31 30 31", length_of, " ")
    if (leap(year))
        length_of[2] = 29
    if (month < 1 || month > 12 || dom < 1 || dom > length_of[month])
        fail("no such day: " date)
    for (y = 1970; y < year; y++)
        n += leap(y) ? 366 : 365
    for (m = 1; m < month; m++)
        n += length_of[m]
    return n + dom - 1
}

function whole(text, least, most) {
    if (text !~ /^[0-9]+$/ || text + 0 < least || text + 0 > most)
        fail("not a number between " least " and " most ": " text)
    return text + 0
}

function symbol(text, prefix) {
    if (text !~ /^[a-z]+(_[a-z]+)*$/)
        fail("not a name: " text)
    return prefix toupper(text)
}

FNR == 1 {
    if ($0 != heading)
        fail("the heading is not " heading)
    next
}

/["\\]/ { fail("a quote or a backslash: no cell needs one") }

NF != 11 { fail(NF " cells, 11 are needed") }

{
    from = day_of($10)
    to = $11 == "" ? "XF_CLOCK_STILL" : day_of($11)
    if ($11 != "" && to < from)
        fail("ends before it begins")
    if ($1 != last && ($1 in seen))
        fail("rows of one name stand together: " $1)
    if ($1 == last && (still || from <= last_to))
        fail("two rows of " $1 " are in force on one day")
    if ($9 != "局内规定" && $9 !~ /^\[[^ -~]+ [0-9]+\]$/)
        fail("neither 局内规定 nor an article: " $9)
    if (($7 == 0) != ($8 == ""))
        fail("an extension has an approver, and nothing else has")
    if ($5 == "working_day" && ($6 != "none" || $7 != 0))
        fail("working days end on one, so they do not roll; and an extension is in days")
    source = $9
    gsub(/^\[|\]$/, "", source)
    sub(/ 0$/, "（条号待核）", source) # the instrument was found, its article not
    seen[$1] = 1
    last = $1
    last_to = to
    still = $11 == ""
    symbol($1, "")
    rows[++n] = "    {\"" $1 "\", \"" $2 "\", " symbol($3, "XF_CLOCK_START_") ", " whole($4, 1, 366) ", " \
        symbol($5, "XF_CLOCK_UNIT_") ",\n     " symbol($6, "XF_CLOCK_ROLL_") ", " whole($7, 0, 366) ", " \
        ($8 == "" ? "XF_ROLE_UNSPECIFIED" : symbol($8, "XF_ROLE_")) ", \"" source "\", " from ", " to "},"
}

END {
    if (failed)
        exit 1
    if (n == 0)
        fail("no rule")
    print "/* The rules that clocks run by.\n * Made by server/data/clock.awk from clock.csv: do not edit. */" > out
    print "#include \"law/clock.h\"\n\nstatic const xf_clock_rule rules[] = {" > out
    for (i = 1; i <= n; i++)
        print rows[i] > out
    print "};\n\nsize_t\nxf_clock_rule_count(void)\n{" > out
    print "    return sizeof rules / sizeof rules[0];\n}" > out
    print "\nconst xf_clock_rule *\nxf_clock_rule_at(size_t i)\n{\n    return &rules[i];\n}" > out
}
