# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# What bash offers behind the words that are typed.
set -euo pipefail
cd "$TMPDIR"

fail() { echo "FAIL: $*"; exit 1; }
complete() { :; }
# shellcheck source=completions/nettunectl
. "$NETTUNE_ROOT/completions/nettunectl"

# offers WORDS... -- WANTED...: the last of WORDS is being typed.
offers()
{
	local word

	COMP_WORDS=("$NETTUNECTL")
	COMPREPLY=()
	while [ "$1" != -- ]; do
		COMP_WORDS+=("$1")
		shift
	done
	shift
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	_nettunectl
	for word in "$@"; do
		[[ " ${COMPREPLY[*]} " == *" $word "* ]] ||
			fail "${COMP_WORDS[*]:1}: $word is not offered, but: ${COMPREPLY[*]}"
	done
	echo "${COMP_WORDS[*]:1}: ${COMPREPLY[*]}"
}

# refrains WORDS... -- WORD: that one is not offered.
refrains()
{
	local unwanted=${!#}

	offers "${@:1:$#-1}"
	[[ " ${COMPREPLY[*]} " != *" $unwanted "* ]] || fail "$* is offered"
}

offers "" -- plan apply --json
offers pl -- plan
refrains pl -- apply
offers --backend "" -- auto kernel user
refrains --backend "" -- plan
offers facts --group "" -- kernel owners
refrains facts --group "" -- --json
for command in plan apply verify; do
	offers --json $command s -- server
	offers --backend user $command "" -- server balanced --json
done
offers topology --plan s -- server
offers topology "" -- --plan --svg --facts
refrains apply --plan s -- server
offers profile "" -- list show check
refrains profile "" -- server
offers profile show "" -- server
refrains profile show "" -- check
offers profile check server b -- balanced
refrains profile list "" -- server
refrains apply --confirm "" -- server
offers bond "" -- create enable disable status watch check run export
offers bond enable "" -- --nft --allow-disruptive --json
refrains bond enable "" -- --networkd
refrains bond enable "" -- create
offers bond export --n -- --networkd --networkmanager
touch plan.json
offers apply --plan pl -- plan.json
refrains apply --plan "" -- server
offers plan "$NETTUNE_ROOT/profiles/serve" -- "$NETTUNE_ROOT/profiles/server.conf"

# Of transactions the numbers, as history tells them.
cat >stub <<'S'
#!/bin/sh
case $1 in
history) printf '{\n  "transactions": [\n    {\n      "txn": 12,\n      "undoes": 0\n    },\n    {\n      "txn": 13\n    }\n  ]\n}\n' ;;
esac
S
chmod 755 stub
NETTUNECTL=$PWD/stub
offers rollback "" -- 12 13
offers confirm 1 -- 12 13
refrains rollback "" -- 0
