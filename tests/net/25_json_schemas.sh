#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every command's JSON fits its schema, in good and bad cases, and its numbers agree with each other.
. "$(dirname "$0")/lib.sh"
# "enable" must not meet the systemd of this host.
private_run "$@"

python3 -c 'import jsonschema' 2>/dev/null || { echo "SKIP: python3-jsonschema is not installed"; exit 77; }
facts=$NETTUNE_ROOT/tests/cli/data/debian12.json
documents=0

# js RC ARGS...: nettunectl --json ARGS exits with RC; its document is kept, to be judged at the end
# with the others: starting Python for each would take minutes in an emulator.
js()
{
	local want=$1 rc

	shift
	documents=$((documents + 1))
	doc=$(printf '%s/%03d' "$TMPDIR" $documents)
	echo "nettunectl --json $*" >"$doc.command"
	"$NETTUNECTL" --json "$@" >"$doc.json" 2>"$TMPDIR/err"
	rc=$?
	echo "\$ nettunectl --json $* -> $rc"
	cat "$TMPDIR/err"
	[ "$rc" -eq "$want" ] || die "exit code $rc, expected $want: $(cat "$doc.json")"
}

# holds EXPRESSION: has to be true of the last document, d.
holds()
{
	echo "$1" >>"$doc.holds"
}

# refused RC ARGS...: an error is words on stderr and nothing on stdout.
refused()
{
	local want=$1 rc

	shift
	"$NETTUNECTL" --json "$@" >"$TMPDIR/out" 2>"$TMPDIR/err"
	rc=$?
	echo "\$ nettunectl --json $* -> $rc: $(cat "$TMPDIR/err")"
	[ "$rc" -eq "$want" ] || die "exit code $rc, expected $want"
	[ ! -s "$TMPDIR/out" ] || die "printed a document although it failed: $(cat "$TMPDIR/out")"
	grep -q '^nettunectl: ' "$TMPDIR/err" || die "failed without words"
}

profile json <<'P'
[Sysctl]
# With a reason.
net.ipv4.tcp_retries1 = 4
net.ipv4.tcp_synack_retries = 6
net.ipv4.tcp_syncookies = 1
# Not in a namespace.
net.core.rmem_max = 16777213
P
good=$profile
profile bad <<'P'
[Sysctl]
net.core.rmem_mx = 5
P
bad=$profile
profile wrong <<'P'
[Sysctl]
net.ipv4.tcp_congestion_control = nonesuch
net.ipv4.tcp_retries1 = 5
P
blocked=$profile
sysctl -qw net.ipv4.tcp_retries1=3 net.ipv4.tcp_synack_retries=5 net.ipv4.tcp_syncookies=1

# Looking, with nothing done yet.
js 0 facts
js 0 facts --group kernel
js 0 capture
js 0 topology
"$NETTUNE_ROOT/tests/cli/data/model_host.py" ice >"$TMPDIR/ice.facts"
js 0 topology --facts "$TMPDIR/ice.facts" --svg "$TMPDIR/ice.svg"
holds "d['summary']['queues']['mixed'] == 128 and d['summary']['xps']['wrong'] == 64 and not d['plan']"
js 0 topology --facts "$TMPDIR/ice.facts" --plan "$NETTUNE_ROOT/profiles/nic-throughput.conf"
holds "d['summary']['queues'] == d['summary']['xps'] == {'unknown': 0, 'local': 128, 'mixed': 0, 'wrong': 0}"
js 0 profile list
js 0 profile show "$good"
holds "d['profile']['settings'][0]['reason'] == 'With a reason.'"
js 0 profile check "$good"
js 2 profile check "$good" "$bad"
holds "[c['ok'] for c in d['checks']] == [True, False]"
js 0 status
js 0 history
js 0 recover
js 0 rollback
js 0 revert
holds "d['writes'] == 0 and d['txn'] == 0 and d['changes'] == []"
js 0 plan "$good"
js 4 plan --exit-code "$good"
js 0 plan --facts "$facts" "$good"
holds "d['summary']['planned'] == 3"
js 4 verify "$good"

# Doing.
js 0 apply "$good"
holds "d['writes'] == 2 and d['state'] == 'committed' and d['txn'] == 1"
holds "d['profiles'] == ['$good']"
js 0 apply "$good"
holds "d['writes'] == 0"
js 0 verify "$good"
js 0 status
holds "len(d['values']) == 2"
js 5 apply "$blocked"
holds "d['summary']['blocked'] == 1 and d['txn'] == 2"
sysctl -qw net.ipv4.tcp_synack_retries=9
js 4 status
holds "d['drifted'] == 1"
js 0 rollback
holds "d['txn'] == 3"
js 5 revert
holds "d['txn'] == 4 and d['summary']['blocked'] == 1"
js 0 revert --force
holds "d['txn'] == 5"
js 0 history
holds "[t['kind'] for t in d['transactions']] == ['apply', 'apply', 'rollback', 'revert', 'revert']"

# Cut off.
js 0 apply "$good"
journal=$(find "$NETTUNE_STATE_DIR/journal" -name '*.journal' | sort | tail -n 1)
head -c -20 "$journal" >"$TMPDIR/cut"
cat "$TMPDIR/cut" >"$journal"
js 0 history
holds "d['transactions'][-1]['state'] == 'interrupted'"
js 4 status
holds "d['interrupted'] == 1"
js 0 recover
holds "d['txn'] == 6 and d['changes'] == 2"
js 0 history
holds "d['transactions'][-1]['state'] == 'undone'"

# On trial.
js 0 apply --confirm 600 "$good"
holds "d['state'] == 'awaiting-confirm' and 0 < d['deadline_s'] <= 600 and d['guardian']"
js 0 status
holds "d['awaiting']['txn'] == d['values'][0]['txn'] == 7"
js 0 recover
holds "d['awaiting'] == 7 and not d['guarded_anew']"
js 0 history
holds "d['transactions'][-1]['state'] == 'awaiting-confirm'"
js 0 confirm --extend 900
holds "600 < d['deadline_s'] <= 900"
js 0 confirm
holds "d['state'] == 'committed' and d['kept'] == 2 and not d['drifted']"
js 0 revert
js 0 apply --confirm 600 "$good"
js 0 rollback
holds "d['state'] == 'undone' and d['summary']['undone'] == 2"
js 1 confirm
holds "d['state'] == 'undone' and d['cause'] == 'was rolled back'"

# Enabled at boot. Profiles come by name, so that a folder of our own is needed.
export NETTUNE_PROFILE_PATH=$TMPDIR/named NETTUNE_CONFIG_DIR=$TMPDIR/etc
mkdir -m 755 "$TMPDIR/named" "$TMPDIR/etc"
cp "$good" "$TMPDIR/named/named.conf"
refused 3 enable named
js 0 apply named
js 0 enable named
holds "d['profiles'] == ['named'] and d['changed'] and d['unit'] is None"
js 0 enable --allow-disruptive named
holds "d['changed'] and d['allow_disruptive']"
js 0 enable named
holds "not d['changed']"
sysctl -qw net.ipv4.tcp_retries1=3
js 4 status
holds "d['enabled']['differs'][0]['wanted'] == '4' and d['enabled']['problem'] is None"
js 0 boot
holds "d['profiles'] == ['named'] and d['writes'] == 1 and d['state'] == 'committed'"
js 0 boot
holds "d['writes'] == 0"
echo another >"$NETTUNE_STATE_DIR/boot-attempt"
js 4 status
holds "d['enabled']['held_back']"
refused 3 boot
js 0 enable named
holds "d['changed']"
js 0 boot --settled
echo / >"$TMPDIR/etc/enabled"
js 0 status
holds "d['enabled']['problem'] and d['enabled']['profiles'] == []"
refused 2 boot
js 0 disable
holds "d['profiles'] == [] and d['changed']"
js 0 disable
holds "not d['changed']"
js 0 boot
holds "d['writes'] == 0 and d['changes'] == []"
js 0 revert

# As reviewed.
js 0 plan "$good"
holds "d['host']['boot_id'] and d['host']['netns'] == '' and d['host']['netns_cookie'] > 0"
plan=$doc.json
js 0 apply --plan "$plan"
holds "d['writes'] == 2 and d['profiles'] == ['$good'] and 'host' not in d"
js 0 revert

# Errors have words, not a document.
refused 3 apply --plan <(cat "$plan")
refused 2 apply --plan "$good"
refused 2 plan "$bad"
refused 2 plan nosuchprofile
refused 2 verify "$bad"
refused 2 apply "$bad"
refused 2 profile show "$bad"
refused 2 rollback 99
refused 2 facts --group nonsense
refused 2 plan --facts "$bad" "$good"
refused 2 topology --facts "$bad"
refused 2 topology --plan "$bad"
sed -i '1i [Profile]\nOnUnsupported=require' "$blocked"
refused 3 apply "$blocked"
printf 'X' | dd of="$journal" bs=1 seek=30 conv=notrunc 2>/dev/null
for verb in status history rollback revert recover "apply $good"; do
	# shellcheck disable=SC2086
	refused 2 $verb
done

# Not every kernel has bonds; tests/net/71_bond_module.sh validates those of a bond that is served.
excused=bond
if ip link add ntbond0 type bond 2>/dev/null; then
	excused=
	js 0 bond status ntbond0
	js 4 bond check ntbond0
fi

# All are valid, their numbers agree; no schema is without a document, no command without a schema.
python3 - "$TMPDIR" "$NETTUNE_ROOT/man/schema" "$("$NETTUNECTL" --complete)" "$excused" <<'P' || die "see above"
import collections
import json
import pathlib
import sys

import jsonschema


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def judge_plan(d):
    counted = collections.Counter(c["outcome"] for c in d["changes"])
    assert dict(counted) == {k: v for k, v in d["summary"].items() if v}, f"counted {counted}"
    for c in d["changes"]:
        assert c["reason"], "no reason"
        assert c["outcome"] != "blocked" or c["remedy"], "blocked, but no remedy"
        assert c["outcome"] != "applied" or c["readback"] == c["wanted"] != c["seen"], c["tunable"]
    if "txn" in d:
        assert not d["summary"]["planned"], "left as planned"
        assert d["writes"] >= counted["applied"], "fewer writes than values"
        assert d["txn"] or not d["writes"], "writes without a transaction"


def judge_status(d):
    assert d["drifted"] == sum(v["drift"] for v in d["values"]), "drifted is not the count"
    assert all(v["drift"] == (v["live"] != v["wrote"]) for v in d["values"]), "drift"


def judge_history(d):
    txns = [t["txn"] for t in d["transactions"]]
    assert txns == sorted(set(txns)), "transactions do not ascend"
    for t in d["transactions"]:
        assert t["applied"] <= t["changes"], "more applied than planned"
        assert bool(t["undoes"]) == (t["kind"] == "rollback"), "undoes"


def judge_profile(d):
    assert all(c["ok"] == (c["error"] is None) for c in d.get("checks", ())), "ok and error disagree"


judges = {"plan": judge_plan, "status": judge_status, "history": judge_history, "profile": judge_profile}
folder, words = pathlib.Path(sys.argv[1]), sys.argv[3].split()
excused = set(sys.argv[4].split())
validators = {}
for path in pathlib.Path(sys.argv[2]).glob("*.json"):
    schema = load(path)
    kind = jsonschema.validators.validator_for(schema)
    validators[schema["properties"]["schema"]["const"]] = kind(schema)

bad, seen, told, last = 0, collections.Counter(), set(), 0
for path in sorted(folder.glob("[0-9]*.json")):
    command = path.with_suffix(".command").read_text(encoding="utf-8").strip()
    holds = path.with_suffix(".holds")
    try:
        d = load(path)
        seen[d["schema"]] += 1
        told.update(command.split())
        for error in validators[d["schema"]].iter_errors(d):
            raise AssertionError(f"{error.json_path}: {error.message}")
        judges.get(d["schema"].split("/")[0].removeprefix("nettune."), lambda d: None)(d)
        for expression in holds.read_text(encoding="utf-8").splitlines() if holds.exists() else ():
            assert eval(expression), f"not so: {expression}"
        # Taking back what awaited is told under its own number.
        assert not d.get("writes") or d["txn"] > last - (d["state"] == "undone"), "txn does not increase"
        last = d["txn"] if d.get("writes") else last
    except (AssertionError, KeyError, ValueError) as error:
        bad += 1
        print(f"{command}: {error!r}\n{path.read_text(encoding='utf-8')}")
for name in validators.keys() - seen.keys() - {f"nettune.{word}/1" for word in excused}:
    bad += 1
    print(f"no document of {name} was validated")
for command in {w for w in words if not w.startswith("-")} - told - excused:
    bad += 1
    print(f"no JSON of {command} was validated")
print(f"{sum(seen.values())} documents: {dict(seen)}")
sys.exit(bool(bad))
P
