#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Run a command as whoever owns this tree, so that root leaves no files there that its owner can't
# remove: the caller of sudo, or with root's own shell the owner of the folder.
#
#   as_owner.sh COMMAND...   run it
#   as_owner.sh --own DIR    give DIR, left by an earlier run as root, to the owner
#
# Changes nothing when we are not root, or when the tree is root's.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
uid=$(stat -c %u "$root")
gid=$(stat -c %g "$root")

# Who owns a tree that root has cloned under sudo? Root: its clones stay its own.
if [ "$(id -u)" -ne 0 ] || [ "$uid" -eq 0 ]; then
	[ "$1" = --own ] || exec "$@"
	exit 0
fi

# In a user namespace that does not map the owner there is nobody to become.
as=(setpriv --reuid "$uid" --regid "$gid" --clear-groups)
if ! "${as[@]}" true 2>/dev/null; then
	[ "$1" = --own ] || exec "$@"
	exit 0
fi

if [ "$1" = --own ]; then
	if [ -e "$root/$2" ] && [ -n "$(find "$root/$2" ! -uid "$uid" -print -quit)" ]; then
		chown -hR "$uid:$gid" "$root/$2"
	fi
	exit 0
fi

home=$(getent passwd "$uid" | cut -d: -f6)
exec env HOME="${home:-/tmp}" "${as[@]}" "$@"
