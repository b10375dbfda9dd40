#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which packages a purpose needs, and getting them.
#
#   deps.sh missing GROUP...   print the packages that are not there
#   deps.sh need GROUP...      fail with one line that names them
#   deps.sh install GROUP...   install them from the configured apt sources (root)
#
# Groups are those of scripts/packages, and "module": the headers of the running kernel.
# With nothing missing, install does not touch apt at all.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

say() { printf '%s\n' "$*"; }
die() { printf 'nettune: %s\n' "$*" >&2; exit 1; }

# A probe of scripts/packages: is it there?
present()
{
	local package=$1 probe=$2

	case $probe in
	cmd:*)  command -v "${probe#cmd:}" >/dev/null ;;
	pc:*)   command -v pkg-config >/dev/null && pkg-config --exists "${probe#pc:}" ;;
	file:*) compgen -G "${probe#file:}" >/dev/null ;;
	dpkg)   [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ;;
	*)      die "scripts/packages: unknown probe $probe" ;;
	esac
}

missing()
{
	local group want package probe

	for want in "$@"; do
		if [ "$want" = module ]; then
			[ -e "/lib/modules/$(uname -r)/build" ] || say "linux-headers-$(uname -r)"
			continue
		fi
		while read -r group package probe; do
			[ "$group" = "$want" ] || continue
			present "$package" "$probe" || say "$package"
		done <"$here/packages"
	done | sort -u
}

# What nobody needs who does not ask for it.
optional()
{
	[[ " $* " != *" module "* ]] || say "; they are for the module only, which is optional"
}

need()
{
	local packages

	packages=$(missing "$@" | paste -sd' ')
	[ -z "$packages" ] && return
	if command -v apt-get >/dev/null; then
		die "missing packages: $packages (apt-get install --no-install-recommends $packages)$(optional "$@")"
	fi
	die "missing, by their Debian names: $packages; install what this system calls them$(optional "$@")"
}

# Never upgrades, removes, restarts a service or edits a source; waits for another apt's lock.
apt()
{
	DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 \
		APT_LISTCHANGES_FRONTEND=none \
		apt-get -q -y -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

install()
{
	local packages

	mapfile -t packages < <(missing "$@")
	if [ "${#packages[@]}" -eq 0 ]; then
		say "packages: everything needed is here ($*)"
		return
	fi

	say "packages needed: ${packages[*]}"
	command -v apt-get >/dev/null ||
		die "no apt-get here: install what this system calls them (Debian names: ${packages[*]})"
	[ "$(id -u)" -eq 0 ] || die "installing packages needs root"

	apt update || say "nettune: apt-get update failed; trying with the package lists at hand"
	apt install --no-install-recommends --no-upgrade --no-remove "${packages[@]}" ||
		die "apt-get could not install: ${packages[*]} (its own words are above; nothing else was changed)"
	need "$@"
}

[ $# -ge 2 ] || die "usage: deps.sh missing|need|install GROUP..."
verb=$1
shift
case $verb in
missing|need|install) "$verb" "$@" ;;
*) die "usage: deps.sh missing|need|install GROUP..." ;;
esac
