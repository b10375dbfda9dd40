#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# kernels: 6.1 6.12 7.3: UML is configured by us, with other modules
#
# What needs a kernel with modules, freshly booted: defaults are what the table says, modules come
# with the settings that need them and go with them.
set -uo pipefail
# What is looked at is Debian's own kernels: their defaults, their modules and their modprobe.d.
cd "$(mktemp -d)" || exit 1
umask 022

die() { echo "FAIL: $*"; exit 1; }

# nt ARGS...: run nettunectl; output in $out, exit code in $rc.
nt() {
	out=$("$NETTUNECTL" "$@" 2>&1)
	rc=$?
	printf '$ nettunectl %s -> %s\n%s\n' "$*" "$rc" "$out"
}
expect() { [[ $rc == "$1" ]] || die "exit code $rc, expected $1"; }
said() { grep -qF -- "$1" <<<"$out" || die "output lacks: $1"; }
value() { sysctl -n "$1" | tr -s '\t ' ' '; }
loaded() { [[ -d /sys/module/$1 ]]; }

# The kernel's defaults. Which keys there are, the plan knows best.
keys=$("$NETTUNECTL" facts --group sysctls | awk '/^net\./ && !/read-only|absent/ { print $1 }')
{
	echo '[Sysctl]'
	for key in $keys; do
		case $key in
		*_allowed_congestion_control | *_unprivileged_port_start | *_reserved_ports) continue ;;
		*.tcp_mem | *.udp_mem | *.tcp_rmem | *.tcp_wmem) n=3 ;;
		*.ip_local_port_range) n=2 ;;
		*) n=1 ;;
		esac
		printf '%s =%s\n' "$key" "$(printf ' kernel-default%.0s' $(seq "$n"))"
	done
} >defaults.conf
[[ $(wc -l <defaults.conf) -gt 50 ]] || die "too few keys: $(wc -l <defaults.conf)"
nt plan --exit-code ./defaults.conf
[[ $rc == 0 ]] || die "a default of this kernel is not what the table says"
said compliant

# Modules come first, and go with what needed them.
for module in tcp_bbr sch_fq nf_conntrack; do
	! loaded "$module" || die "$module is loaded already: nothing to see"
done
old_cc=$(value net.ipv4.tcp_congestion_control)
old_qdisc=$(value net.core.default_qdisc)
cat >modules.conf <<-'P'
	[Sysctl]
	net.ipv4.tcp_congestion_control = bbr
	net.core.default_qdisc = fq
	net.netfilter.nf_conntrack_max = 131072
	net.netfilter.nf_conntrack_tcp_timeout_established = 24h
	net.netfilter.nf_conntrack_buckets = 70000
P
nt plan ./modules.conf
expect 0
said tcp_bbr
nt apply --backend user ./modules.conf
expect 0
said committed
[[ $(value net.ipv4.tcp_congestion_control) == bbr ]] || die "congestion control"
[[ $(value net.core.default_qdisc) == fq ]] || die "qdisc"
[[ $(value net.netfilter.nf_conntrack_max) == 131072 ]] || die "conntrack_max"
[[ $(value net.netfilter.nf_conntrack_buckets) == 70144 ]] || die "buckets are not whole pages"
[[ $(value net.netfilter.nf_conntrack_tcp_timeout_established) == 86400 ]] || die "timeout"
nt apply --backend user --json ./modules.conf
expect 0
said '"writes": 0'
nt revert
expect 0
[[ $(value net.ipv4.tcp_congestion_control) == "$old_cc" ]] || die "congestion control stays"
[[ $(value net.core.default_qdisc) == "$old_qdisc" ]] || die "qdisc stays"
for module in tcp_bbr sch_fq nf_conntrack; do
	! loaded "$module" || die "$module stays loaded"
done

# What modprobe.d forbids stays out, and the reason is told.
mkdir -p /run/modprobe.d
echo 'blacklist tcp_vegas' >/run/modprobe.d/test.conf
echo 'install tcp_westwood /bin/true' >>/run/modprobe.d/test.conf
for algorithm in vegas westwood; do
	printf '[Sysctl]\nnet.ipv4.tcp_congestion_control = %s\n' "$algorithm" >forbidden.conf
	nt apply --backend user ./forbidden.conf
	expect 5
	said "allow the module tcp_$algorithm in modprobe.d"
	! loaded "tcp_$algorithm" || die "tcp_$algorithm was loaded"
	[[ $(value net.ipv4.tcp_congestion_control) == "$old_cc" ]] || die "congestion control changed"
done

# Devices by netlink and ethtool.
nt facts --group links
said igb
nt facts --json --group links
said '"bus": "0000:'
