#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# limit: 300 s
# Everybody at once: clients that apply, hold and are killed, namespaces and
# devices that come and go, channels that change, attempts at removing the
# module. In the end nothing is pending and the module goes.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

core=/proc/sys/net/core
ipv4=/proc/sys/net/ipv4
seconds=${NETTUNE_STRESS_SECONDS:-20}
end=$((SECONDS + seconds))
# What everybody must have done at least, and how long one may go on alone to have done it.
least=3
last=$((end + 60))
parties=()
idle() { [[ $(counter txns_pending) == 0 ]]; }

work=$(mktemp -d)
mkfifo "$work/never"
exec {never}<>"$work/never"

# did NAME COMMAND…: what fails now and then among all the others must succeed now and then, too.
did() {
	local name=$1
	shift
	! "$@" || echo >>"$work/$name"
}

# count NAME: how often it did.
count() { if [[ -e $work/$1 ]]; then wc -l <"$work/$1"; else echo 0; fi; }

is_wanted() { ((SECONDS < end)) || { ((SECONDS < last)) && (($(count "$1") < least)); }; }

# party NAME: run it over and over until time is up, whatever of it fails.
party() {
	(
		while is_wanted "$1"; do
			"$1" || true
		done
	) &>/dev/null &
	parties+=($!)
}

# says PATTERN ARG…: whether the client says so, however it ends.
says() {
	local pattern=$1 said
	shift
	said=$("$@" <&"$never") || true
	# shellcheck disable=SC2053 # a pattern
	[[ $said == $pattern ]]
}

one_shot() { did one_shot "$CLIENT" apply "$core/somaxconn=$((4000 + RANDOM % 9))" "?$ipv4/tcp_rmem=x"; }
failing() {
	did failing says '*state=undone*' \
		"$CLIENT" apply "$core/netdev_max_backlog=$((1000 + RANDOM % 9))" "$ipv4/tcp_wmem=x"
}
batches() { did batches "$CLIENT" session begin add "$core/somaxconn=$((4000 + RANDOM % 9))" . commit:20; }
# Whoever is killed early has not begun; whoever holds is killed with a transaction open.
killed() {
	did killed says '*holding*' timeout -s KILL "0.$((RANDOM % 9 + 1))" \
		"$CLIENT" session begin:5000 add "$core/somaxconn=4010" . hold
}
listing() { did listing "$CLIENT" list; "$CLIENT" rollback "$RANDOM" || true; }
rolled_back() {
	local id
	id=$("$CLIENT" session begin add "$core/somaxconn=4020" . commit:5000 |
		sed -n 's/^txn id=\([0-9]*\) .*state=awaiting.*/\1/p') || true
	did rolled_back says '*state=undone*' "$CLIENT" rollback "${id:-0}"
}
namespaces() {
	local name=nt-$BASHPID-$RANDOM
	ip netns add "$name"
	did namespaces ip netns exec "$name" "$CLIENT" session begin add "$ipv4/tcp_rmem=4096 4097 4098" . commit:900
	ip netns del "$name"
}
devices() {
	ip link add nt-a numtxqueues 4 numrxqueues 4 type veth peer name nt-b
	# Attribute 6 of its channels: those for receiving.
	did devices "$CLIENT" session begin add '!ethnl:nt-a:18:6=2/4' "/sys/class/net/nt-a/tx_queue_len=500" . commit:30
	ethtool -L nt-a rx 3 tx 3 || true
	ip link del nt-a
}
removal() {
	did removal rmmod nettune
	[[ -e /sys/module/nettune ]] || insmod "$NETTUNE_KO"
	timeout 0.3 tail -f /dev/null || true
}

module_load
party one_shot
party one_shot
party failing
party batches
party batches
party killed
party listing
party rolled_back
party namespaces
party namespaces
party devices
party removal
wait "${parties[@]}" || true
[[ -e /sys/module/nettune ]] || insmod "$NETTUNE_KO"
within 60 idle
for name in one_shot failing batches killed listing rolled_back namespaces devices removal; do
	done=$(count "$name")
	echo "$name $done"
	((done >= least)) || fail "$name succeeded $done times only"
done
client 0 apply $core/somaxconn=4096
within 20 rmmod nettune
