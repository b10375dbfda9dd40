# Plans for hosts that nobody here has, data/model_host.py, checked against rules that are written
# without looking at the planner, data/plan_rules.py. What a summary does not show is in its checksum.

$ cat > rules.sh <<'END'
> # rules.sh MODEL PROFILE [--skip-smt]
> test -e $1.json || $DATA/model_host.py $1 > $1.json
> nettunectl --json plan --allow-disruptive --facts $1.json $2 > $1.plan && $DATA/plan_rules.py $1.json $1.plan $3
> END

# Every kind of setting, laid over the profile server; as many queues as there are.
$ sh rules.sh veth $ROOT/tests/bench/planning.conf
feature-off   2 unsupported
channels      1 compliant
rings         1 unsupported
feature-on    1 unsupported
coalesce-mode 2 unsupported
coalesce      2 unsupported
rss           1 unsupported
irq           1 unsupported
xps           1 unsupported
rps           8 planned
napi          2 planned
veth0 on node -1: 4 rx and 4 tx queues, interrupts on CPUs untouched
sha256 0d582a0d5228d272

$ sh rules.sh igb $ROOT/tests/bench/planning.conf
feature-off   2 compliant, 2 unsupported
channels      2 compliant
rings         2 planned
feature-on    4 kept
coalesce-mode 4 unsupported
coalesce      4 planned
rss           4 kept
irq           2 kept, 16 planned
xps           16 kept, 16 planned
rps           32 planned
napi          4 planned
eth0 on node 0: 8 rx and 8 tx queues, interrupts on CPUs 0-7
eth1 on node 0: 8 rx and 8 tx queues, interrupts on CPUs 0-7
sha256 384fdc57a8486694

$ sh rules.sh virtio $ROOT/tests/bench/planning.conf
feature-off   1 planned, 1 unsupported
channels      1 compliant
rings         1 planned
feature-on    2 kept
coalesce-mode 2 unsupported
coalesce      2 kept, 2 planned
rss           2 kept
irq           1 kept, 16 planned
xps           16 kept
rps           16 planned
napi          2 planned
eth0 on node -1: 8 rx and 8 tx queues, interrupts on CPUs 0-7
sha256 3c1f07a23e019325

$ sh rules.sh i40e $ROOT/tests/bench/planning.conf
feature-off   2 planned, 2 unsupported
channels      2 compliant
rings         2 planned
feature-on    4 kept
coalesce-mode 4 planned
coalesce      4 planned
rss           4 kept
irq           2 kept, 128 planned
xps           146 kept, 110 planned
rps           256 planned
napi          4 planned
eth0 on node 0: 64 rx and 64 tx queues, interrupts on CPUs 0-1,4-15,32-33,36-47
eth1 on node 1: 64 rx and 64 tx queues, interrupts on CPUs 16-31,48-63
sha256 f07ec54b4cc760e4

$ sh rules.sh ice $ROOT/tests/bench/planning.conf
feature-off   4 planned, 4 unsupported
channels      4 planned
rings         4 planned
feature-on    8 kept
coalesce-mode 8 planned
coalesce      8 planned
rss           8 kept
irq           4 kept, 512 planned
xps           192 kept, 448 planned
rps           1024 planned
napi          8 planned
eth0 on node 0: 128 rx and 128 tx queues, interrupts on CPUs 0-31,64-95
eth1 on node 0: 128 rx and 128 tx queues, interrupts on CPUs 0-31,64-95
eth2 on node 1: 128 rx and 128 tx queues, interrupts on CPUs 32-63,96-127
eth3 on node 1: 128 rx and 128 tx queues, interrupts on CPUs 32-63,96-127
sha256 734d0780f321f37d

$ sh rules.sh mlx5 $ROOT/tests/bench/planning.conf
feature-off   4 compliant
channels      2 compliant
rings         2 planned
feature-on    4 kept
coalesce-mode 4 kept, 4 planned
coalesce      6 kept, 2 planned
rss           4 kept
irq           2 kept, 126 planned
xps           126 kept, 126 planned
rps           252 planned
napi          4 planned
eth0 on node 0: 63 rx and 63 tx queues, interrupts on CPUs 0-23,48-71
eth1 on node 1: 63 rx and 63 tx queues, interrupts on CPUs 24-47,72-95
sha256 dcabde30b5821837

$ sh rules.sh bnxt $ROOT/tests/bench/planning.conf
feature-off   4 planned
channels      2 planned
rings         2 planned
feature-on    4 kept
coalesce-mode 2 kept, 2 unsupported
coalesce      4 kept, 4 planned
rss           4 kept
irq           128 planned
xps           32 kept, 128 planned
rps           256 planned
napi          4 planned
eth0 on node 0: 64 rx and 64 tx queues, interrupts on CPUs 0-23,32-55
eth1 on node 0: 64 rx and 64 tx queues, interrupts on CPUs 0-23,32-55
sha256 2b220d182ae1a5a8

$ sh rules.sh ena $ROOT/tests/bench/planning.conf
feature-off   4 unsupported
channels      2 planned
rings         2 planned
feature-on    4 kept
coalesce-mode 2 planned, 2 unsupported
coalesce      4 planned
rss           4 kept
irq           2 kept, 64 planned
xps           16 kept, 64 planned
rps           128 planned
napi          4 planned
eth0 on node -1: 32 rx and 32 tx queues, interrupts on CPUs 0-31
eth1 on node -1: 32 rx and 32 tx queues, interrupts on CPUs 0-31
sha256 954211f25566a2fd

# A queue for each core of the node, and no second thread.
$ sh rules.sh igb nic-throughput --skip-smt
channels      2 planned
rings         2 planned
feature-on    12 kept, 2 unsupported
coalesce-mode 4 unsupported
coalesce      4 kept
rss           4 kept
irq           10 kept, 8 planned
xps           24 kept, 8 planned
rps           8 kept
eth0 on node 0: 4 rx and 4 tx queues, interrupts on CPUs 0-3
eth1 on node 0: 4 rx and 4 tx queues, interrupts on CPUs 0-3
sha256 f4b18786d123d125

$ sh rules.sh virtio nic-throughput --skip-smt
channels      1 compliant
rings         1 planned
feature-on    6 kept, 1 unsupported
coalesce-mode 2 unsupported
coalesce      4 kept
rss           2 kept
irq           1 kept, 16 planned
xps           16 kept
rps           8 kept
eth0 on node -1: 8 rx and 8 tx queues, interrupts on CPUs 0-7
sha256 b192bdfc445a30a4

$ sh rules.sh i40e nic-throughput --skip-smt
channels      2 planned
rings         2 planned
feature-on    12 kept, 2 unsupported
coalesce-mode 4 kept
coalesce      4 kept
rss           4 kept
irq           100 kept, 30 planned
xps           228 kept, 28 planned
rps           30 kept
eth0 on node 0: 14 rx and 14 tx queues, interrupts on CPUs 0-1,4-15
eth1 on node 1: 16 rx and 16 tx queues, interrupts on CPUs 16-31
sha256 5bb6b039414556d7

$ sh rules.sh ice nic-throughput --skip-smt
channels      4 compliant
rings         4 planned
feature-on    24 kept, 4 unsupported
coalesce-mode 8 kept
coalesce      8 kept
rss           8 kept
irq           4 kept, 128 planned
xps           192 kept, 64 planned
rps           128 kept
eth0 on node 0: 32 rx and 32 tx queues, interrupts on CPUs 0-31
eth1 on node 0: 32 rx and 32 tx queues, interrupts on CPUs 0-31
eth2 on node 1: 32 rx and 32 tx queues, interrupts on CPUs 32-63
eth3 on node 1: 32 rx and 32 tx queues, interrupts on CPUs 32-63
sha256 f00ad296745d4de8

$ sh rules.sh mlx5 nic-throughput --skip-smt
channels      2 planned
rings         2 planned
feature-on    12 kept, 2 unsupported
coalesce-mode 8 kept
coalesce      8 kept
rss           4 kept
irq           80 kept, 48 planned
xps           204 kept, 48 planned
rps           48 kept
eth0 on node 0: 24 rx and 24 tx queues, interrupts on CPUs 0-23
eth1 on node 1: 24 rx and 24 tx queues, interrupts on CPUs 24-47
sha256 b35dac163c100d5e

$ sh rules.sh bnxt nic-throughput --skip-smt
channels      2 planned
rings         2 planned
feature-on    12 kept, 2 unsupported
coalesce-mode 2 planned, 2 unsupported
coalesce      8 kept
rss           4 kept
irq           48 planned
xps           32 kept, 48 planned
rps           32 kept, 16 planned
eth0 on node 0: 24 rx and 24 tx queues, interrupts on CPUs 0-23
eth1 on node 0: 24 rx and 24 tx queues, interrupts on CPUs 0-23
sha256 73f87cf7f41a776b

$ sh rules.sh ena nic-throughput --skip-smt
channels      2 planned
rings         2 planned
feature-on    12 kept, 2 unsupported
coalesce-mode 2 kept, 2 unsupported
coalesce      4 kept
rss           4 kept
irq           2 kept, 32 planned
xps           16 kept, 32 planned
rps           16 kept, 16 planned
eth0 on node -1: 16 rx and 16 tx queues, interrupts on CPUs 0-15
eth1 on node -1: 16 rx and 16 tx queues, interrupts on CPUs 0-15
sha256 19051d4b3d43dca0

# The rules can be broken: what a plan must not do is seen in one that does it.
$ cat > break.py <<'END'
> """break.py TARGET TUNABLE MEMBER VALUE: changes the plan of ice."""
> import json, sys
> plan = json.load(open("ice.plan"))
> for change in plan["changes"]:
>     if (change["target"], change["tunable"]) == tuple(sys.argv[1:3]):
>         change[sys.argv[3]] = json.loads(sys.argv[4])
> json.dump(plan, open("broken.plan", "w"))
> END

$ python3 break.py eth0 irq-affinity.rxtx-5 wanted '"32"'; $DATA/plan_rules.py ice.json broken.plan --skip-smt
eth0: interrupt rxtx-5 is on another node, though its own has cores enough
? 1

$ python3 break.py eth0 irq-affinity.rxtx-5 wanted '"64"'; $DATA/plan_rules.py ice.json broken.plan --skip-smt
eth0: two threads of core 0 have queues
eth0: a core has 2 queues, 1 would do
? 1

$ python3 break.py eth1 rss-table wanted '"equal:33"'; $DATA/plan_rules.py ice.json broken.plan --skip-smt
eth1: the RSS table names rings [32], there are 32
? 1

$ python3 break.py eth0 rings disruptive false; $DATA/plan_rules.py ice.json broken.plan --skip-smt
eth0: rings is not marked disruptive
? 1

$ python3 break.py eth0 rings phase '"xps"'; $DATA/plan_rules.py ice.json broken.plan --skip-smt
eth0: rings is marked disruptive
plan: what is structural does not come before what queues are told
? 1

$ python3 break.py eth0 irq-affinity.rxtx-5 tunable '"irq-affinity.rxtx-200"'
> $DATA/plan_rules.py ice.json broken.plan --skip-smt
eth0: irq-affinity.rxtx-200 will not exist
? 1

