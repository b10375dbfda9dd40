# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# For scripts that test ctl/io/nic.h: nic_client, and ethtool(8) as a witness that shares no code
# with us. Source it; NETTUNE_ROOT is set.

export LC_ALL=C
client=$NETTUNE_ROOT/build/tests/net/nic_client

# Lines "key value" in nic_client's words, of what ethtool says about a device.
witness()
{
	local flow

	ethtool -l "$1" 2>/dev/null | awk '
		/^Current/ { now = 1 }
		now && /^(RX|TX|Combined):/ { print "channels." tolower(substr($1, 1, length($1) - 1)), $2 + 0 }'
	ethtool -g "$1" 2>/dev/null | awk '
		/^Current/ { now = 1 }
		/^(RX|TX):/ { print "rings." tolower(substr($1, 1, length($1) - 1)) (now ? "" : "-max"), $2 + 0 }'
	ethtool -c "$1" 2>/dev/null | awk '
		function mode(name, word) { if (word != "n/a") print "coalesce." name, word == "on" }
		/^Adaptive/ { mode("adaptive-rx", $3); mode("adaptive-tx", $5) }
		/^CQE/ { mode("cqe-mode-rx", $4); mode("cqe-mode-tx", $6) }
		/^(rx|tx)-(usecs|frames)(-irq)?:|^stats-block-usecs:/ {
			if ($2 != "n/a") print "coalesce." substr($1, 1, length($1) - 1), $2
		}'
	ethtool -a "$1" 2>/dev/null | awk '
		/^Autonegotiate|^RX:|^TX:/ {
			name = tolower(substr($1, 1, length($1) - 1))
			print "pause." (name == "autonegotiate" ? "autoneg" : name), $2 == "on"
		}'
	ethtool -x "$1" 2>/dev/null | awk '
		/indirection table/ { table = "rss.table"; next }
		/^ *[0-9]+:/ && table { for (i = 2; i <= NF; i++) table = table " " $i }
		/^[0-9a-f][0-9a-f](:[0-9a-f][0-9a-f])+$/ { print "rss.key " $1 }
		END { if (table ~ / /) print table }'
	for flow in tcp4 tcp6 udp4 udp6; do
		ethtool -n "$1" rx-flow-hash "$flow" 2>/dev/null | awk -v flow="$flow" '
			/use these fields/ { told = 1 }
			/^VLAN tag/ { text = text "v" }
			/^IP SA/ { text = text "s" }
			/^IP DA/ { text = text "d" }
			/^L4 bytes 0/ { text = text "f" }
			/^L4 bytes 2/ { text = text "n" }
			END { if (told) print "rss-fields." flow, text ? text : "none" }'
	done
}

# The same for features. ethtool mixes them with names of its own, which are left out.
witness_features()
{
	ethtool -k "$1" | sed -nE 's/^\t?([a-z0-9_-]+): (on|off)/feature.\1 \2/; s/ \[fixed\]/ fixed/
		s/ \[requested (on|off)\]/ requested/; s/ \[not requested\]/ requested/; s/ +$//; /^feature/p'
}

ours()
{
	"$client" "$1" get
}

# agree DEVICE: what we read is what the witness reads.
agree()
{
	local all both
	local same='^(channels\.(rx|tx|combined) |rings\.|coalesce\.|pause\.|rss\.(table|key) |rss-fields\.(tcp|udp))'

	all=$(ours "$1" | sed 's/ *$//' | sort)
	diff <(grep -E "$same" <<<"$all" | grep -v '^rss.key$') <(witness "$1" | sort) ||
		{ echo "FAIL: $1: we and ethtool read different things"; exit 1; }
	both=$(join -j 1 <(grep ^feature <<<"$all" | sed 's/ /=/2g') \
		<(witness_features "$1" | sort | sed 's/ /=/2g'))
	[ "$(wc -l <<<"$both")" -ge 30 ] || { echo "FAIL: $1: few features: $both"; exit 1; }
	awk '$2 != $3 { print; bad = 1 } END { exit bad }' <<<"$both" ||
		{ echo "FAIL: $1: we and ethtool see different features"; exit 1; }
}

# does DEVICE ARGS...: nic_client does that, and both agree afterwards.
does()
{
	echo "\$ $*"
	"$client" "$@" || { echo "FAIL: $*"; exit 1; }
	agree "$1"
}

# What a request can change. The carrier comes and goes by itself after the request before.
settings()
{
	ours "$1" | sed '/^link\.carrier /d'
}

# refuses ERRNO TEXT DEVICE ARGS...: it does not, and says so; nothing has changed.
refuses()
{
	local err=$1 text=$2 before said rc=0

	shift 2
	echo "\$ $* (must fail)"
	before=$(settings "$1")
	said=$("$client" "$@") || rc=$?
	echo "$said"
	[ "$rc" = 1 ] && [[ $said == "error $err: $1: "*"$text"* ]] ||
		{ echo "FAIL: expected error $err: $1: ... $text"; exit 1; }
	diff <(printf '%s\n' "$before") <(settings "$1") ||
		{ echo "FAIL: a refused request changed something"; exit 1; }
}

# reads DEVICE LINE: nic_client's get has this line.
reads()
{
	ours "$1" | grep -xF -- "$2" >/dev/null || { echo "FAIL: $1: no line \"$2\""; ours "$1"; exit 1; }
}
