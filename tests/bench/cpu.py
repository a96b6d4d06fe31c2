#!/usr/bin/env python3
"""Where the instructions of a request go: callgrind's file, summed by layer.

    cpu.py FILE ROOT REQUESTS

A function counts for the layer of its file or its library. What all layers use (libc, libcrypto,
libprotobuf-c, common/base) counts for who called it, in proportion to what the calls cost. Prints a
table to standard error and `total=… LAYER=… …` to standard output: instructions a request, and
each layer's percentage.
"""
import collections
import re
import sys

# The first that matches decides: a regular expression over "path:function" below ROOT, or over the
# library's name; None: for its caller.
LAYERS = [
    (r"^common/wire/(frame|link|flusher)", "frame"),
    (r"^common/wire/message\.c:xf_message_pack", "reply"),
    (r"^common/wire/(scan|message)", "parse"),
    (r"^common/wire/tls", "tls"),
    (r"^common/base/", None),
    (r"^server/call/parse", "parse"),
    (r"^server/call/(bind|pack)", "bind"),
    (r"^server/call/(reply|fill)|^server/session/send", "reply"),
    (r"^server/call/query|^server/db/", "db"),
    (r"^server/call/|^server/method/|^server/law/", "steps"),
    (r"^server/session/|^server/worker", "session"),
    (r"^server/crypto/sha", None),
    (r"^server/crypto/", "seal"),
    (r"^(gen-pb|gen)/|\.pb-c\.c:", None),
    (r"^libssl", "tls"),
    (r"^libpq", "db"),
    (r"^libuv", "loop"),
    (r"^libargon2", "seal"),
    (r"^(libc[.-]|libcrypto|libprotobuf-c|ld-linux|libpthread|vgpreload|libm[.-])|^\?\?\?", None),
]
ORDER = "frame parse bind reply tls db steps session seal loop other".split()


class Names:
    """callgrind writes a name once, `(3) name`, and then its number."""

    def __init__(self):
        self.known = {}

    def take(self, text):
        number, _, name = text.partition(" ")
        if name:
            self.known[number] = name
        return self.known[number] if number.startswith("(") else text


def read(path):
    """(self cost of each function, cost of the calls: (caller, callee) -> n)"""
    names = {"f": Names(), "fn": Names(), "ob": Names()}
    own, calls = collections.Counter(), collections.Counter()
    ob = fl = here = callee = None
    cob = cfl = None
    is_call = False
    for line in open(path, encoding="utf-8", errors="replace"):
        key, _, value = line.rstrip("\n").partition("=")
        if key == "ob":
            ob = names["ob"].take(value)
        elif key == "fl":
            fl = names["f"].take(value)
        elif key in ("fi", "fe"):
            names["f"].take(value)
        elif key == "fn":
            here = (ob, fl, names["fn"].take(value))
        elif key == "cob":
            cob = names["ob"].take(value)
        elif key in ("cfi", "cfl"):
            cfl = names["f"].take(value)
        elif key == "cfn":
            callee = (cob or ob, cfl or fl, names["fn"].take(value))
            cob = cfl = None
        elif key == "calls":
            is_call = True
        elif here and re.match(r"^[+*\d-]", line):
            cost = int(line.split()[1])
            if is_call:
                calls[here, callee] += cost
            else:
                own[here] += cost
            is_call = False
    return own, calls


def layer_of(function, root):
    ob, fl, name = function
    library = ob.rsplit("/", 1)[-1]
    if fl.startswith(root + "/"):
        text = fl[len(root) + 1 :] + ":" + name
    elif library.startswith("lib") or library.startswith(("ld-", "vgpreload")):
        text = library
    else:
        text = re.sub(r".*/(gen-pb|gen)/", r"\1/", fl) + ":" + name
    for pattern, layer in LAYERS:
        if re.search(pattern, text):
            return layer
    return "other"


def by_layer(own, calls, root):
    layers = {f: layer_of(f, root) for f in set(own) | {f for edge in calls for f in edge}}
    callers = collections.defaultdict(collections.Counter)
    for (caller, callee), cost in calls.items():
        if caller != callee:
            callers[callee][caller] += cost
    sums, waiting = collections.Counter(), collections.Counter(own)
    for _ in range(60):  # up the call chains; what goes in circles longer is little
        moved = collections.Counter()
        for function, cost in waiting.items():
            above = callers[function]
            total = sum(above.values())
            if layers[function] is not None:
                sums[layers[function]] += cost
            elif total == 0:
                sums["other"] += cost
            else:
                for caller, share in above.items():
                    moved[caller] += cost * share / total
        waiting = moved
    sums["other"] += sum(waiting.values())
    return sums


def main():
    path, root, requests = sys.argv[1], sys.argv[2].rstrip("/"), int(sys.argv[3])
    own, calls = read(path)
    sums = by_layer(own, calls, root)
    total = sum(sums.values())
    print(f"   {'layer':10} {'instructions':>12} {'%':>6}   a request of {requests}", file=sys.stderr)
    for layer in ORDER:
        print(f"   {layer:10} {sums[layer] / requests:12.0f} {100 * sums[layer] / total:6.1f}", file=sys.stderr)
    for function, cost in own.most_common(12):
        print(f"      {cost / requests:9.0f} {100 * cost / total:5.1f} %  {function[2]}  {function[0].rsplit('/', 1)[-1]}", file=sys.stderr)
    print(f"total={total / requests:.0f} " + " ".join(f"{k}={100 * sums[k] / total:.1f}" for k in ORDER))


main()
