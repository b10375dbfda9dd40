#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What `make apply` does: packages, build, install, plan, question, apply, and how to go on.
#
# Typing the command is the consent, so without a terminal nothing is asked. What makes that safe:
# nothing disruptive is applied by it, and everything can be undone.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PROFILE=${PROFILE:-server}
YES=${YES:-0}
MODULE=${MODULE:-0}
PREFIX=${PREFIX:-/usr}
tool=$PREFIX/sbin/nettunectl
stage="before anything was changed"

say() { printf '%s\n' "$*"; }
die() { printf 'nettune: %s\n' "$*" >&2; exit 1; }
step() { printf '\n== %s\n' "$*"; }

interrupted()
{
	printf '\nnettune: interrupted %s\n' "$stage" >&2
	exit 130
}

# Exit codes of nettunectl in words (its manual, EXIT STATUS).
words_of()
{
	case $1 in
	1) echo "it failed and was undone: the host is as before" ;;
	2) echo "the profile or the command line is wrong" ;;
	3) echo "a safety check refused; nothing was changed" ;;
	4) echo "the host does not comply" ;;
	6) echo "this host can't do it" ;;
	7) echo "it needs more privilege than this shell has" ;;
	8) echo "another transaction is in progress; try again when it has ended" ;;
	*) echo "it ended unexpectedly; nettunectl status tells how the host is" ;;
	esac
}

give_up()
{
	die "nettunectl $1 ended with exit code $2: $(words_of "$2")"
}

# A wrong name is told before anything is installed; what is in the file, when there is a tool.
find_profile()
{
	local folder folders names

	[[ $PROFILE != */* ]] || { [ -e "$PROFILE" ] || die "PROFILE=$PROFILE: no such file"; return 0; }
	IFS=: read -ra folders <<<"${NETTUNE_PROFILE_PATH:-}:/etc/nettune/profiles:$root/profiles"
	for folder in "${folders[@]}"; do
		[ -z "$folder" ] || [ ! -e "$folder/$PROFILE.conf" ] || return 0
	done
	names=$(cd "$root/profiles" && printf '%s ' *.conf)
	die "PROFILE=$PROFILE: not found in ${folders[*]:1}; there are: ${names//.conf/}"
}

# By what was just built, as the owner of the tree, whose profiles root would not trust.
check_profile()
{
	local rc=0

	NETTUNE_PROFILE_PATH=${NETTUNE_PROFILE_PATH:-}:$root/profiles \
		scripts/as_owner.sh build/nettunectl -q profile check "$PROFILE" || rc=$?
	[ "$rc" -ne 2 ] || die "PROFILE=$PROFILE cannot be used; nothing was installed"
}

prepare()
{
	step "Packages"
	stage="while installing packages; the network settings are untouched"
	"$root/scripts/deps.sh" install build
	[ "$MODULE" != 1 ] || "$root/scripts/deps.sh" install module ||
		die "the headers of this kernel ($(uname -r)) cannot be had, so the module cannot be built; it is optional: make apply does without"

	step "Build"
	stage="while building; the network settings are untouched"
	cd "$root"
	scripts/as_owner.sh --own build
	scripts/as_owner.sh make -j"$(nproc)" MODULE="$MODULE" PREFIX="$PREFIX" all || die "the build failed; its messages are above"
	check_profile

	step "Install"
	stage="while installing; the network settings are untouched"
	make --no-print-directory MODULE="$MODULE" PREFIX="$PREFIX" DESTDIR= install
	[ "$MODULE" != 1 ] || modprobe nettune || die "the module could not be loaded: see dmesg"
}

# Shows the plan; sets changes to 0 when there is nothing to do.
show_plan()
{
	local rc=0

	stage="while planning; nothing was changed, nettunectl is installed"
	step "Plan: what profile $PROFILE would change here"
	"$tool" plan --exit-code "$PROFILE" || rc=$?
	case $rc in
	0) changes=0 ;;
	4|5) changes=1 ;;
	*) give_up plan "$rc" ;;
	esac
}

# On a terminal, and unless told otherwise: no answer is a no.
ask()
{
	local answer=

	[ "$changes" -eq 1 ] && [ "$YES" != 1 ] && [ -t 0 ] || return 0
	stage="at the question; nothing was changed, nettunectl is installed"
	printf '\nApply these changes now? They last until reboot or nettunectl revert. [y/N] '
	read -r answer || true
	case $answer in
	y|Y|yes|Yes|YES) return 0 ;;
	esac
	say "Nothing was changed. nettunectl is installed; go on with: nettunectl apply $PROFILE"
	exit 0
}

apply()
{
	local rc=0

	step "Apply"
	stage="while applying; see nettunectl status, and take back with nettunectl revert"
	"$tool" apply "$PROFILE" || rc=$?
	case $rc in
	0|5) ;;
	*) give_up apply "$rc" ;;
	esac
	stage="after applying"
	summary "$rc"
}

summary()
{
	step "Done"
	[ "$changes" -ne 0 ] || say "There was nothing to change: nothing was written."
	[ "$1" -ne 5 ] || say "Some changes were left out; the table above says which and why."
	cat <<-END
	  look         nettunectl status        what is applied, and what has drifted since
	               nettunectl verify $PROFILE
	  take back    nettunectl rollback      the last transaction
	               nettunectl revert        everything: the values from before nettune
	  keep         nettunectl enable $PROFILE: at every boot; until then these settings last until reboot
	  uninstall    make uninstall           reverts first
	END
}

trap interrupted INT TERM
unset MAKEFLAGS MFLAGS MAKELEVEL
[[ $PREFIX == /* ]] || die "PREFIX=$PREFIX: has to be an absolute path"
find_profile
[ "$(id -u)" -eq 0 ] ||
	die "make apply installs packages and changes kernel settings, so it needs root: sudo make apply"
prepare
changes=1
show_plan
ask
apply
