#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Applying the seed's server sysctls: nettunectl against a shell script and TuneD, in one run.
#
# Changes sysctls of this host and puts every one back; so it wants root, and says so. TuneD is
# downloaded from the configured apt sources into the cache and never installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cache=${NETTUNE_CACHE:-/var/cache/nettune-test}/tuned

# Its package with what it depends on, unpacked in a folder of its own.
fetch_tuned()
{
	local deb

	[ ! -e "$cache/root/usr/sbin/tuned" ] || return 0
	mkdir -p "$cache/archives/partial" "$cache/root"
	apt-get -q -y -d -o Dir::Cache::archives="$cache/archives" -o DPkg::Lock::Timeout=120 \
		install --no-install-recommends --no-remove tuned </dev/null >"$cache/log" 2>&1 || return
	for deb in "$cache"/archives/*.deb; do
		dpkg -x "$deb" "$cache/root"
	done
}

if [ "$(id -u)" -ne 0 ]; then
	echo "make bench needs root: it changes sysctls (and puts them back)" >&2
	exit 1
fi
scripts/deps.sh install bench
fetch_tuned || echo "TuneD can't be had here ($cache/log): compared with the shell script only"
exec tests/bench/sysctl_apply.py "$cache/root" "$@"
