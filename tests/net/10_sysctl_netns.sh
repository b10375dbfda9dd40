#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Keys in another network namespace: which are there, what they take, and what another program reads.
. "$(dirname "$0")/lib.sh"

# What tests/fake/ models, seen on this kernel: the fake host must not be kinder than the real one.
put()
{
	printf '%b' "$2" | dd of="/proc/sys/net/$1" bs=4096 status=none 2>/dev/null
}

put ipv4/tcp_rmem '8192\n' || die "the kernel refuses a shortened vector now"
read -r first rest <<<"$(value net.ipv4.tcp_rmem)"
[ "$first" = 8192 ] && [ -n "$rest" ] || die "a shortened vector did not keep the rest"
put ipv4/tcp_fin_timeout '44  junk\n'
expect_value net.ipv4.tcp_fin_timeout 44
put ipv4/tcp_fin_timeout '45junk\n' && die "the kernel takes junk that sticks to a number"
expect_value net.ipv4.tcp_fin_timeout 44

# Every value that is checked before it is written is refused with its place, and nothing changes.
profile bad <<'P'
[Sysctl]
net.ipv4.tcp_rmem = 8192
P
nt apply --backend user "$profile"
expect 2 ":2:21: net.ipv4.tcp_rmem: takes 3 values, here is 1"
profile junk <<'P'
[Sysctl]
net.ipv4.tcp_fin_timeout = 30  junk
P
nt apply --backend user "$profile"
expect 2 ":2:"
expect_value net.ipv4.tcp_fin_timeout 44

# Keys of this namespace are set, and read back by another program.
profile own <<'P'
[Sysctl]
net.ipv4.tcp_rmem = 4KiB 128KiB 1MiB
net.ipv4.tcp_keepalive_time = 10min
net.ipv4.ip_local_port_range = 20000 60999
net.ipv4.ip_local_reserved_ports = 30001,30000,31000
net.core.somaxconn >= 64
P
nt apply --backend user "$profile"
expect 0 "committed"
expect_value net.ipv4.tcp_rmem "4096 131072 1048576"
expect_value net.ipv4.tcp_keepalive_time 600
expect_value net.ipv4.ip_local_port_range "20000 60999"
expect_value net.ipv4.ip_local_reserved_ports "30000-30001,31000"
nt verify "$profile"
expect 0
nt revert
expect 0
expect_value net.ipv4.ip_local_reserved_ports ""
expect_value net.ipv4.ip_local_port_range "32768 60999"

# Keys of the initial namespace are absent or can only be read here: known beforehand, so exit 0.
profile init <<'P'
[Sysctl]
net.core.netdev_max_backlog = 12345
net.ipv4.tcp_mem = 1%ram 2%ram 3%ram
P
nt plan --json "$profile"
expect 0 '"absent"'
nt plan "$profile"
expect 0 "initial network namespace"
nt apply --backend user "$profile"
expect 0
nt facts --group kernel
expect 0 "not the initial one"

# A port range that would swallow a listener is blocked; reserving its port lets it pass.
ip link set lo up
python3 -c '
import socket, sys
s = socket.create_server(("127.0.0.1", 10443))
print(flush=True)
sys.stdin.read()' < <(tail -f /dev/null --pid=$$) > "$TMPDIR/ready" &
server=$!
deadline=$((SECONDS + 20))
until [ -s "$TMPDIR/ready" ]; do
	[ "$SECONDS" -lt "$deadline" ] || die "no listener"
	read -rt 0.1 <> <(:) || :
done
profile range <<'P'
[Sysctl]
net.ipv4.ip_local_port_range = 10000 60999
P
nt facts --group listeners
expect 0 "tcp 10443"
nt apply --backend user "$profile"
expect 5 "add 10443 to net.ipv4.ip_local_reserved_ports"
expect_value net.ipv4.ip_local_port_range "32768 60999"
echo 'net.ipv4.ip_local_reserved_ports >= 10443' >>"$profile"
nt apply --backend user "$profile"
expect 0 "committed"
expect_value net.ipv4.ip_local_port_range "10000 60999"
kill "$server"
