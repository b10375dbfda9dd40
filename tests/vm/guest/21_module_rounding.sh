#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Times that the kernel keeps in ticks of its clock read back as the nearest tick. All of
# the network's sysctls are tried, to find which do that here: the module must say of
# each that it was rounded, undo it exactly, and take no other difference for rounding.
# shellcheck source=module.sh
. "$(dirname "$0")/module.sh"

net=/proc/sys/net

# One device is enough. What is left out needs force, or does more than keep a number.
candidates() {
	find $net/core $net/ipv4 $net/ipv6 $net/netfilter -type f -perm -600 \
		\( ! -path '*/conf/*' ! -path '*/neigh/*' -o -path '*/lo/*' \) \
		! -name '*flush' ! -name '*forward*' \
		! -name disable_ipv6 ! -name addr_gen_mode ! -name nf_hooks_lwtunnel \
		! -name nf_conntrack_buckets 2>/dev/null
}

# There are hundreds of them, and a process takes long here: only builtins below.

# number_in FILE: to $number; fails where there is none, or more than one.
number_in() {
	{ read -r number <"$1"; } 2>/dev/null && [[ $number =~ ^-?[0-9]+$ ]]
}

# put FILE NUMBER: what it then reads to $number.
put() {
	{ echo "$2" >"$1"; } 2>/dev/null && number_in "$1"
}

# Whether the kernel rounds here: both numbers are taken, and read a little off.
rounds() {
	local wanted
	for wanted in 1003 1023; do
		put "$1" $wanted || return 1
		((number != wanted && number - wanted < 10 && wanted - number < 10)) || return 1
	done
}

is_told_and_undone() {
	local file=$1 now
	client 0 apply "$file=1003"
	said 'state=committed' 'flags=written,rounded,'
	number_in "$file"
	now=$number
	client 1 apply "$file=1033" "$net/core/somaxconn=x"
	said 'state=undone'
	holds "$file" "$now"
	echo "rounds 1003 to $now: ${file#"$net/"}"
}

module_load
found=0
while read -r file; do
	number_in "$file" || continue
	before=$number
	if rounds "$file"; then
		is_told_and_undone "$file"
		found=$((found + 1))
	fi
	put "$file" "$before" || number_in "$file"
	[[ $number == "$before" ]] || fail "$file is not $before again"
done < <(candidates)
# At 1000 Hz there is nothing to round; no kernel of these tests has that.
((found > 5)) || fail "only $found keys round here: are they looked for?"
rmmod nettune
