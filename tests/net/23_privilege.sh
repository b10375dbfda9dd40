#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Without root: looking works, writing is refused with exit code 7; profiles others can write, 3.
. "$(dirname "$0")/lib.sh"

profile priv <<'P'
[Sysctl]
net.core.somaxconn = 1111
P
was=$(value net.core.somaxconn)
chmod 755 "$TMPDIR" "$NETTUNE_STATE_DIR" "$(dirname "$TMPDIR")"
cp "$NETTUNECTL" "$TMPDIR/nettunectl"
as_nobody()
{
	out=$(setpriv --reuid 65534 --regid 65534 --clear-groups "$TMPDIR/nettunectl" "$@" 2>&1)
	rc=$?
	echo "nobody\$ nettunectl $* -> $rc"
	printf '%s\n' "$out"
}
for verb in "apply $profile" rollback revert recover; do
	# shellcheck disable=SC2086
	as_nobody $verb
	expect 7 "needs root"
done
as_nobody plan "$profile"
expect 0 "net.core.somaxconn: $was -> 1111"
as_nobody history
expect 0
expect_value net.core.somaxconn "$was"

chmod 666 "$profile"
nt apply "$profile"
expect 3 "$profile"
expect_value net.core.somaxconn "$was"
chmod 644 "$profile"
chown 65534 "$profile"
nt apply "$profile"
expect 3 "$profile"
expect_value net.core.somaxconn "$was"
