# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# The units are what systemd takes, keep out of boot's way, and are protected as far as they can be.
set -euo pipefail
cd "$NETTUNE_ROOT"

fail() { echo "FAIL: $*"; exit 1; }

boot=systemd/nettune-boot.service
# has LINE: stands in the boot unit. Everything that would let boot wait for it, or fail with it, does not.
has() { grep -qxF -- "$1" "$boot" || fail "$boot lacks $1"; }
has "Type=oneshot"
has "RemainAfterExit=yes"
has "DefaultDependencies=no"
has "Before=network-pre.target shutdown.target"
has "After=local-fs.target systemd-modules-load.service systemd-sysctl.service"
has "WantedBy=multi-user.target"
grep -q '^Wants=.*network-pre.target' "$boot" || fail "network-pre.target is not pulled in, so nothing waits for it"
! grep -qE '^(RequiredBy|Requires|RequiresMountsFor|StateDirectory|BindsTo|OnFailure)=' "$boot" || fail "boot can hang on it"
limit=$(sed -n 's/^TimeoutStartSec=//p' "$boot")
own=$(sed -n 's/^#define BOOT_S_MAX //p' ctl/cmd/boot.c)
[ "$limit" -gt "$own" ] || fail "TimeoutStartSec=$limit, but nettunectl takes up to $own s"
! grep -h '^Exec' systemd/*.service | grep -v '=/usr/sbin/nettunectl boot' || fail "not what install.sh rewrites"

command -v systemd-analyze >/dev/null || { echo "SKIP: systemd-analyze is not installed"; exit 77; }
DESTDIR=$TMPDIR/root PREFIX=$TMPDIR/usr scripts/install.sh install >/dev/null
units=$TMPDIR/root$TMPDIR/usr/lib/systemd/system
! grep -h '^Exec' "$units"/* | grep -vF "=$TMPDIR/usr/sbin/nettunectl boot" || fail "installed units run another command"
# Where it is now, so that systemd finds the command.
sed -i "s|$TMPDIR/usr/sbin|$TMPDIR/root$TMPDIR/usr/sbin|" "$units"/*
out=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no "$units"/nettune-* 2>&1) || fail "systemd-analyze verify: $out"
! grep -F nettune <<<"$out" || fail "systemd-analyze verify complains"

# Its own mark for protection: 0 the best, 10 none. What is missing at boot's is what it is for.
for limit in nettune-boot.service:4 nettune-boot-settled.service:3; do
	systemd-analyze security --offline=yes --threshold=$((${limit#*:} * 10)) "$units/${limit%:*}" >"$TMPDIR/security" 2>&1 || {
		! grep -q "unrecognized option" "$TMPDIR/security" || break
		tail -n 40 "$TMPDIR/security"
		fail "$limit: systemd-analyze security"
	}
	tail -n 1 "$TMPDIR/security"
done
