# Makes our own enums and rpc names from proto/*.proto.
#
#   awk -v out=DIR -f enums.awk proto/*.proto
#
# writes into DIR
#   code.{h,c}   enum Code:           xf_code, XF_CODE_OK, xf_code_name -> "OK"
#   enums.{h,c}  every other enum:    xf_state, XF_STATE_ASSIGNED, xf_state_name, xf_state_known
#   rpc.{h,c}    enum Rpc, services:  xf_rpc, xf_rpc_name -> "matter.assign", and a row each
#
# Why not protobuf-c's enums: they carry an INT_SIZE member, so a `switch` over them
# cannot be complete without a `default`. Why awk: code.h is needed before anything of
# ours is compiled. It reads the plain style of our files (a declaration a line, no
# nested types) and refuses what it does not know. POSIX awk, so that mawk will do.
# In every file it writes, "known" means declared and not UNSPECIFIED.

function fail(what) {
    print "proto/gen: " what > "/dev/stderr"
    failed = 1
    exit 1
}

# MatterAssign -> matter_assign
function snake(camel,    i, c, s) {
    for (i = 1; i <= length(camel); i++) {
        c = substr(camel, i, 1)
        s = s (i > 1 && c ~ /[A-Z]/ ? "_" : "") tolower(c)
    }
    return s
}

# RPC_MATTER_ASSIGN -> MatterAssign
function camel(value,    part, n, i, s) {
    n = split(substr(value, length("RPC_") + 1), part, "_")
    for (i = 1; i <= n; i++)
        s = s substr(part[i], 1, 1) tolower(substr(part[i], 2))
    return s
}

# RPC_LOGIN_SET_PASSWORD -> login.set_password
function dotted(value,    s) {
    s = tolower(substr(value, length("RPC_") + 1))
    sub(/_/, ".", s)
    return s
}

{ sub(/\/\/.*/, "") } # comments

# In a message on one line nobody would see the op_id that makes it a command.
/^(enum|message|service) / && !/^[a-z]+ [A-Za-z]+ *\{ *(\} *)?$/ {
    fail(FILENAME ": a declaration a line: " $0)
}
/^enum / {
    enum = $2
    enums[++n_enums] = enum
}
/^message / { message = $2 }
/^service / { service = $2 }
/^}/ { enum = message = service = "" }

enum != "" && /^ +[A-Z0-9_]+ *= *[0-9]+ *;/ {
    split($0, part, /[ =;]+/)
    value = part[2]
    prefix = toupper(snake(enum)) "_"
    if (index(value, prefix) != 1)
        fail(FILENAME ": " value " does not begin with " prefix)
    n_values[enum]++
    values[enum, n_values[enum]] = value
    numbers[enum, n_values[enum]] = part[3]
    words[enum, n_values[enum]] = substr(value, length(prefix) + 1)
}

message != "" && /^ +optional +bytes +op_id *=/ { changes[message] = 1 }

service != "" && /^ +rpc / {
    if ($0 !~ /^ +rpc [A-Za-z]+\([A-Za-z]+\) returns \([A-Za-z]+\);/)
        fail(FILENAME ": cannot read: " $0)
    split($0, part, /[ ();]+/)
    value = "RPC_" toupper(snake(part[3]))
    if (value in request)
        fail(FILENAME ": rpc " part[3] " is declared twice")
    request[value] = part[4]
    reply[value] = part[6]
}

# ---- writing -------------------------------------------------------------------------

function head(file, what) {
    print "/* " what "\n * Made by proto/gen from the .proto files: do not edit. */" > file
}

function declare(file, enum,    type, i) {
    type = "xf_" snake(enum)
    print "\ntypedef enum " type " {" > file
    for (i = 1; i <= n_values[enum]; i++)
        print "    XF_" values[enum, i] " = " numbers[enum, i] "," > file
    print "} " type ";\n" > file
    print "const char *" type "_name(" type " value);" > file
    print "bool " type "_known(int value);" > file
}

# `named`: how a value is called for people and logs.
function define(file, enum, named,    type, i) {
    type = "xf_" snake(enum)
    print "\nconst char *\n" type "_name(" type " value)\n{\n    switch (value) {" > file
    for (i = 1; i <= n_values[enum]; i++)
        print "    case XF_" values[enum, i] ": return \"" named[enum, i] "\";" > file
    print "    }\n    return \"UNKNOWN\";\n}" > file
    print "\nbool\n" type "_known(int value)\n{\n    switch (value) {" > file
    for (i = 1; i <= n_values[enum]; i++)
        if (numbers[enum, i] != 0 || enum == "Code")
            print "    case XF_" values[enum, i] ":" > file
    print "        return true;\n    default: return false;\n    }\n}" > file
}

function write_code(    h, c) {
    h = out "/code.h"
    c = out "/code.c"
    head(h, "What can go wrong: enum Code of error.proto.")
    print "#ifndef XF_GEN_CODE_H\n#define XF_GEN_CODE_H\n\n#include <stdbool.h>" > h
    declare(h, "Code")
    print "\n#endif" > h
    head(c, "The names of the codes.")
    print "#include \"gen/code.h\"" > c
    define(c, "Code", words)
}

function write_enums(    h, c, i) {
    h = out "/enums.h"
    c = out "/enums.c"
    head(h, "Every enum of the protocol but Code and Rpc.")
    print "#ifndef XF_GEN_ENUMS_H\n#define XF_GEN_ENUMS_H\n\n#include <stdbool.h>" > h
    head(c, "The names of the values.")
    print "#include \"gen/enums.h\"" > c
    for (i = 1; i <= n_enums; i++) {
        if (enums[i] == "Code" || enums[i] == "Rpc")
            continue
        declare(h, enums[i])
        define(c, enums[i], words)
    }
    print "\n#endif" > h
}

# Every number has one rpc, every rpc its number.
function pair_rpcs(    i, value, seen) {
    for (i = 1; i <= n_values["Rpc"]; i++) {
        value = values["Rpc", i]
        seen[value] = 1
        rpc_name["Rpc", i] = i == 1 ? words["Rpc", i] : dotted(value)
        if (numbers["Rpc", i] != 0 && !(value in request))
            fail(value " has a number in method.proto, but no service has its rpc; write `rpc " \
                 camel(value) "(" camel(value) "Request) returns (" camel(value) "Reply);` into one")
    }
    for (value in request)
        if (!(value in seen))
            fail("rpc " camel(value) " stands in a service, but has no number; write `" value \
                 " = N;` into method.proto, N never used before")
}

function descriptor(name) {
    return "&xf__" snake(name) "__descriptor"
}

function write_rpc_header(    h) {
    h = out "/rpc.h"
    head(h, "Every method of the protocol: enum Rpc of method.proto and the services.")
    print "#ifndef XF_GEN_RPC_H\n#define XF_GEN_RPC_H" > h
    print "\n#include <stdbool.h>\n#include <stddef.h>" > h
    print "\n#include <protobuf-c/protobuf-c.h>" > h
    declare(h, "Rpc")
    print "\ntypedef struct xf_rpc_row {\n    xf_rpc rpc;" > h
    print "    const char *name; /* \"matter.assign\" */" > h
    print "    const ProtobufCMessageDescriptor *request;" > h
    print "    const ProtobufCMessageDescriptor *reply;" > h
    print "    bool changes; /* the request has an op_id */\n} xf_rpc_row;\n" > h
    print "/* NULL for a number that is no method. */" > h
    print "const xf_rpc_row *xf_rpc_find(xf_rpc rpc);" > h
    print "size_t xf_rpc_count(void);" > h
    print "const xf_rpc_row *xf_rpc_at(size_t i);" > h
    print "\n#endif" > h
}

function write_rpc_source(    c, i, value) {
    c = out "/rpc.c"
    head(c, "The table of methods.")
    print "#include \"gen/rpc.h\"\n" > c
    for (i = 1; i < ARGC; i++) {
        value = ARGV[i]
        sub(/.*\//, "", value)
        sub(/\.proto$/, ".pb-c.h", value)
        print "#include \"" value "\"" > c
    }
    print "\nstatic const xf_rpc_row rows[] = {" > c
    for (i = 2; i <= n_values["Rpc"]; i++) {
        value = values["Rpc", i]
        print "    {XF_" value ", \"" rpc_name["Rpc", i] "\"," > c
        print "     " descriptor(request[value]) ", " descriptor(reply[value]) ", " \
              (request[value] in changes ? "true" : "false") "}," > c
    }
    print "};" > c
    define(c, "Rpc", rpc_name)
    print "\nconst xf_rpc_row *\nxf_rpc_find(xf_rpc rpc)\n{\n    switch (rpc) {" > c
    print "    case XF_" values["Rpc", 1] ": return NULL;" > c
    for (i = 2; i <= n_values["Rpc"]; i++)
        print "    case XF_" values["Rpc", i] ": return &rows[" i - 2 "];" > c
    print "    }\n    return NULL;\n}" > c
    print "\nsize_t\nxf_rpc_count(void)\n{\n    return sizeof rows / sizeof rows[0];\n}" > c
    print "\nconst xf_rpc_row *\nxf_rpc_at(size_t i)\n{\n    return &rows[i];\n}" > c
}

END {
    if (failed)
        exit 1
    for (i = 1; i <= n_enums; i++)
        if (numbers[enums[i], 1] != "0")
            fail("enum " enums[i] " does not begin with 0")
    if (n_values["Code"] == 0 || n_values["Rpc"] == 0)
        fail("no enum Code or no enum Rpc among the files")
    pair_rpcs()
    write_code()
    write_enums()
    write_rpc_header()
    write_rpc_source()
}
