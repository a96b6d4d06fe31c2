# Edits a file of the tree as a piece says; `run` has the pieces.
#
#   awk -f edit.awk PIECE FILE >NEW
#
# A piece is a list of edits, one behind another. Marks are looked for in the file as it is, so
# that it may change elsewhere; a mark that is not there, or is there twice, is an error.
#
#   @@ after TEXT         what follows comes behind the only line that has TEXT
#   @@ before TEXT        … in front of it
#   @@ end of TEXT        … in front of the first line behind it that begins with }
#   @@ change OLD => NEW  in the only line that has OLD
#   @@ function NAME      a copy of the C function NAME, behind it
#   @@ statement NAME     a copy of the SQL statement NAME, behind it
#   @@ with OLD => NEW    everywhere in the copy, which has OLD at least once; NEW may be nothing
#   @@ line TEXT => NEW   the only line of the copy that has TEXT becomes NEW
#
# Blanks count in OLD, NEW and TEXT.

function fail(what) {
    print piece ": " what > "/dev/stderr"
    failed = 1
    exit 1
}

# The only line that has `text`, from `first` to `last`.
function only(text, first, last,    i, at, times) {
    for (i = first; i <= last; i++)
        if (index(line[i], text)) { at = i; times++ }
    if (times != 1) fail("`" text "` is there " (times + 0) " times")
    return at
}

function replace(where, old, new,    at, rest, out) {
    rest = where
    while ((at = index(rest, old)) > 0) {
        out = out substr(rest, 1, at - 1) new
        rest = substr(rest, at + length(old))
        replaced++
    }
    return out rest
}

# Puts added[1 … n] behind line `at`.
function insert(at, n,    i) {
    for (i = lines; i > at; i--) line[i + n] = line[i]
    for (i = 1; i <= n; i++) line[at + i] = added[i]
    lines += n
}

# A copy of lines first … last behind them, a blank line between; `with` works on it.
function copy(first, last,    i) {
    added[1] = ""
    for (i = first; i <= last; i++) added[i - first + 2] = line[i]
    insert(last, last - first + 2)
    from = last + 2
    to = last + 1 + last - first + 1
}

function behind(first, pattern,    i) {
    for (i = first + 1; i <= lines; i++)
        if (line[i] ~ pattern) return i
    return lines + 1
}

function apply(word, rest, n,    cut, old, new, at, i) {
    cut = index(rest " ", " => ")
    old = cut ? substr(rest, 1, cut - 1) : rest
    new = cut ? substr(rest, cut + 4) : ""
    if (word ~ /^(change|with|line)$/ && !cut) fail("no => in: " word " " rest)
    if (word == "after") insert(only(rest, 1, lines), n)
    else if (word == "before") insert(only(rest, 1, lines) - 1, n)
    else if (word == "end of") insert(behind(only(rest, 1, lines), "^}") - 1, n)
    else if (word == "change") { at = only(old, 1, lines); line[at] = replace(line[at], old, new) }
    else if (word == "function") {
        for (at = 1; at <= lines && index(line[at], rest "(") != 1; at++) continue
        if (at > lines) fail("no function " rest)
        copy(at - 1, behind(at, "^}"))
    } else if (word == "statement") {
        at = only("-- name: " rest " ", 1, lines)
        for (i = behind(at, "^-- name: ") - 1; line[i] == ""; i--) continue
        copy(at, i)
    } else if (word == "with") {
        replaced = 0
        for (i = from; i <= to; i++) line[i] = replace(line[i], old, new)
        if (!replaced) fail("the copy has no `" old "`")
    } else if (word == "line") line[only(old, from, to)] = new
    else fail("what is " word "?")
}

FNR == 1 { file++ }
file == 1 && /^@@ / {
    piece = FILENAME
    edits++
    words[edits] = $2
    rests[edits] = substr($0, length("@@ " $2 " ") + 1)
    if ($2 == "end") { words[edits] = "end of"; sub(/^of /, "", rests[edits]) }
    next
}
file == 1 { text[edits, ++texts[edits]] = $0; next }
{ line[++lines] = $0 }
END {
    if (failed) exit 1
    for (e = 1; e <= edits; e++) {
        for (t = 1; t <= texts[e]; t++) added[t] = text[e, t]
        apply(words[e], rests[e], texts[e] + 0)
    }
    for (l = 1; l <= lines; l++) print line[l]
}
