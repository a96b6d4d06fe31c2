# handshake_resumed — as handshake, each connection resuming the session that the one before it
# left (stateful cache, a fresh key exchange, each session serves once). Aim 0.9.
# shellcheck shell=bash
# shellcheck disable=SC2154
how=resumed
# shellcheck source=tests/bench/handshake.sh
. "$here/handshake.sh"
