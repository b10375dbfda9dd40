#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# limit: 240 s
# Who undoes what on the kernel backend: the module its sysctls, the guardian the rest (an MTU), in
# one transaction. Whoever is killed, the host ends as an independent dump saw it before.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

export NETTUNE_BACKEND=kernel NETTUNE_STATE_DIR=/tmp/owners
state=$NETTUNE_STATE_DIR
rm -rf "$state"
ip link add nto0 type veth peer name nto1
ip link set nto0 up
trap 'ip link del nto0; module_unload' EXIT
insmod "$NETTUNE_KO"

cat >/tmp/owners.conf <<'P'
[Sysctl]
net.core.somaxconn = 1111
net.ipv4.tcp_fin_timeout = 22
net.ipv4.tcp_keepalive_time = 333
[Device "nto0"]
Mtu=1400
P

dump() {
	sysctl net.core.somaxconn net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_time
	cat /sys/class/net/nto0/mtu
}

nettune() {
	local want=$1 rc=0
	shift
	"$NETTUNECTL" "$@" >/tmp/out 2>&1 || rc=$?
	[[ $rc == "$want" ]] || fail "nettunectl $*: exit $rc, expected $want: $(cat /tmp/out)"
}

on_trial() {
	nettune 0 apply --backend kernel --allow-disruptive --confirm "$1" /tmp/owners.conf
	grep -q 'kernel backend' /tmp/out || fail "another backend: $(cat /tmp/out)"
	[[ $(cat /sys/class/net/nto0/mtu) == 1400 && $(sysctl -n net.core.somaxconn) == 1111 ]] ||
		fail "not applied: $(dump)"
	[[ $(counter txns_pending) == 1 ]] || fail "the module holds nothing"
}

# back WHAT: all is as it was, and the module holds nothing.
back() {
	dump | diff /tmp/before - || fail "$1: not as before"
	[[ $(counter txns_pending) == 0 ]] || fail "$1: the module still holds a transaction"
	echo "back after $1"
}

guardian_gone() {
	flock -w 60 "$state/guardian.lock" true || fail "the guardian is still there"
}

kill_guardian() {
	local pid
	pid=$(sed -nE 's/^pid ([0-9]+), guardian of transaction [0-9]+$/\1/p' "$state/guardian.lock")
	[[ -n $pid ]] || fail "there is no guardian to kill"
	kill -KILL "$pid"
	guardian_gone
}

# The module's own deadline is seconds behind the guardian's.
module_rests() { [[ $(counter txns_pending) == 0 ]]; }

dump >/tmp/before

on_trial 3
guardian_gone
back "the guardian's deadline"
undone=$(counter ops_undone)
((undone >= 3)) || fail "the module put back $undone values, but it owned three"

on_trial 60
nettune 0 rollback
back "a rollback"

# Nobody is left but the module: it returns what it owns; the next command returns the rest.
on_trial 3
kill_guardian
within 30 module_rests
[[ $(sysctl -n net.core.somaxconn) == $(sed -n 's/^net.core.somaxconn = //p' /tmp/before) ]] ||
	fail "the module did not undo by itself: $(dump)"
[[ $(cat /sys/class/net/nto0/mtu) == 1400 ]] || fail "who returned the MTU?"
nettune 0 recover
back "the module's deadline and recover"

# Killed with time left: the next command guards it anew, and it can be confirmed.
on_trial 60
kill_guardian
nettune 0 confirm
[[ $(counter txns_pending) == 0 ]] || fail "confirmed, but the module still waits"
[[ $(sysctl -n net.core.somaxconn) == 1111 && $(cat /sys/class/net/nto0/mtu) == 1400 ]] ||
	fail "confirmed, but not in effect: $(dump)"
nettune 0 revert
back "confirm and revert"

# More time for both owners.
on_trial 4
nettune 0 confirm --extend 60
# Beyond what the module would have waited.
timeout 11 tail -f /dev/null || true
[[ $(sysctl -n net.core.somaxconn) == 1111 ]] || fail "the module did not wait longer: $(dump)"
nettune 0 rollback
back "an extension and a rollback"
