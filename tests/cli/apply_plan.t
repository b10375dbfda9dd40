# A plan that was reviewed is applied as it was reviewed, or not at all.
needs netns

$ umask 022; printf '[Sysctl]\n# Doubt a route later.\nnet.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_synack_retries >= 6\nnet.ipv4.tcp_sack = 1\n' > p.conf
> nettunectl --json plan ./p.conf > plan.json; $ROOT/tests/cli/validate.py < plan.json

$ nettunectl apply --plan plan.json
TARGET  TUNABLE                      BEFORE  AFTER  RESULT
host    net.ipv4.tcp_retries1        3       4      applied
host    net.ipv4.tcp_synack_retries  5       6      applied
1 compliant, 2 applied
transaction 1 committed: 2 writes in .* ms, (user|kernel) backend (re)
undo with 'nettunectl rollback 1', or everything with 'nettunectl revert'

$ nettunectl history | tail -n 1
1 .* apply ./p.conf +- +2 of 2 .* in effect (re)

# Once: the values that it was made for are gone.
$ nettunectl apply --plan plan.json
nettunectl: plan.json: net.ipv4.tcp_retries1 changed from 3 to 4 since it was planned; nothing was changed, plan again
? 3

# From a pipe; the profile is not asked again.
$ nettunectl -q revert; rm p.conf; nettunectl --json apply --plan - < plan.json > out.json; echo $?
> $ROOT/tests/cli/validate.py < out.json; grep -E '"(reason|origin)"' out.json | head -n 2; grep -A 2 '"profiles"' out.json
0
      "reason": "Doubt a route later.",
      "origin": "./p.conf:3",
  "profiles": [
    "./p.conf"
  ],

# On trial.
$ nettunectl -q revert; nettunectl -q apply --confirm 600 --plan plan.json && nettunectl -q rollback; cat /proc/sys/net/ipv4/tcp_retries1
3

# The result of an apply is no plan, and neither is that of a verify.
$ nettunectl apply --plan - < out.json
nettunectl: standard input: /txn: this plan was carried out already
? 2

$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\n' > q.conf; nettunectl --json verify ./q.conf | nettunectl apply --plan -
nettunectl: standard input: /host: missing: only what 'plan --json' prints can be applied
? 2

# Edited, a setting and what follows from it: within what a profile may say.
$ sed 's/"\(wanted\|value\)": "4"/"\1": "7"/; s/Doubt/Trust/' plan.json | nettunectl apply --plan -
TARGET .* (re)
host    net.ipv4.tcp_retries1        3       7      applied
...
$ nettunectl -q revert

# Edited: beyond.
$ sed 's/"wanted": "4"/"wanted": "7"/' plan.json | nettunectl apply --plan -
nettunectl: standard input: /changes/0/wanted: net.ipv4.tcp_retries1: is 7, but a plan would say 4
? 2

$ sed 's/"value": "4"/"value": "7"/' plan.json | nettunectl apply --plan -
nettunectl: standard input: /changes/0/wanted: net.ipv4.tcp_retries1: is 4, but a plan would say 7
? 2

$ sed 's/"\(wanted\|value\)": "4"/"\1": "400"/' plan.json | nettunectl apply --plan -
nettunectl: standard input#/settings/0/value:1:1: net.ipv4.tcp_retries1: 400 is not from 0 to 255
? 2

$ sed 's/net.ipv4.tcp_retries1/net.ipv4.ip_forward/' plan.json | nettunectl apply --plan -
nettunectl: standard input#/settings/0/value:1:1: net.ipv4.ip_forward cannot be set: .* (re)
? 2

$ sed 's,net.ipv4.tcp_retries1,../../etc/passwd,' plan.json | nettunectl apply --plan -
nettunectl: standard input#/settings/0/value:1:1: ../../etc/passwd is not a network setting
? 2

$ sed 's/"section": "Sysctl"/"section": "Profile"/' plan.json | nettunectl apply --plan -
nettunectl: standard input: /settings/0: not a setting that a profile could have
? 2

$ sed '0,/"sysctl"/s//"module"/; 0,/net.ipv4.tcp_retries1/s//dummy/; s/"wanted": "4"/"wanted": "loaded"/; s/"seen": "3"/"seen": "absent"/' plan.json | nettunectl apply --plan -
nettunectl: standard input: /changes/0: dummy of host: does not follow from the settings
? 2

$ sed 's/"errno": 0/"errno": 0, "path": "x"/' plan.json | nettunectl apply --plan -
nettunectl: standard input: /changes/0/path: unknown member
? 2

$ head -c 500 plan.json | nettunectl apply --plan -
nettunectl: standard input:[0-9]+:[0-9]+: .* (re)
? 2

# Made elsewhere.
$ sed 's/"boot_id": "[^"]*"/"boot_id": "0"/' plan.json | nettunectl apply --plan -
nettunectl: standard input: was made on another host, or before this one booted; make it again
? 3

$ sed 's/"netns_cookie": [0-9]*/"netns_cookie": 0/' plan.json | nettunectl apply --plan -
nettunectl: standard input: was made in another network namespace; make it again in this one
? 3

$ nettunectl --json plan --facts $DATA/debian12.json server | nettunectl apply --plan -
nettunectl: standard input: does not tell on which host it was made, from recorded facts perhaps; make it here with nettunectl --json plan
? 3

# Written by somebody else, or not to be found.
$ chmod 666 plan.json; nettunectl apply --plan plan.json
nettunectl: plan.json: mode 0666 lets others than its owner write it: take that away with chmod go-w
? 3

$ nettunectl apply --plan missing.json
nettunectl: missing.json: No such file or directory
? 2

$ nettunectl apply --plan plan.json server
nettunectl: apply: server beside --plan plan.json: one of them
? 2

$ cat /proc/sys/net/ipv4/tcp_retries1; nettunectl status | tail -n 1
3
.* (re)
