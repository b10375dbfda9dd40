#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Prints the targets of makefiles: "target: ... ## what it does"; a line "## Title" starts a group.
set -eu

echo "nettune: make TARGET [VARIABLE=VALUE]..."
awk '
	/^## / { title = substr($0, 4); next }
	match($0, /^[a-z][a-z-]*:.*[ \t]## /) {
		if (title != "") { printf "\n%s\n", title; title = "" }
		target = $0; sub(/:.*/, "", target)
		words = $0; sub(/.*[ \t]## /, "", words)
		printf "  %-14s %s\n", target, words
	}
	/^# VAR / {
		text = substr($0, 7)
		words = text; sub(/.*   */, "", words)
		name = text; sub(/   *.*/, "", name)
		vars = vars sprintf("  %-14s %s\n", name, words)
	}
	END { if (vars != "") printf "\nVariables\n%s", vars }
' "$@"
