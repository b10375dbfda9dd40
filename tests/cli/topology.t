# Which way packets take, on hosts that nobody here has: data/model_host.py. What a picture holds is
# counted, data/svg_facts.py; that its boxes do not overlap is tested in tests/unit/picture_test.c.

$ $DATA/model_host.py igb > small.json; $DATA/model_host.py ice 4 32 256 > large.json; cp $ROOT/profiles/nic-throughput.conf .

# A small host, one node: nothing can be wrong.
$ nettunectl topology --facts small.json
NUMA node 0: 4 cores, CPU 0-7
  SMT siblings: CPU n and n+4
  eth0  igb  0000:01:00.0  1000 Mbit/s
    rx/tx 0-7 -> IRQ 64-71 -> CPU 0-7, any of them (node 0)
    tx 0-7: no XPS
  eth1  igb  0000:02:00.0  1000 Mbit/s
    rx/tx 0-7 -> IRQ 81-88 -> CPU 0-7, any of them (node 0)
    tx 0-7: no XPS
no interrupt and no transmit queue has a CPU of a wrong node

$ nettunectl topology --facts small.json --plan ./nic-throughput.conf --allow-disruptive --svg small.svg
small.svg: 862 x 536 pixels
NUMA node 0: 4 cores, CPU 0-7
  SMT siblings: CPU n and n+4
  eth0  igb  0000:01:00.0  1000 Mbit/s
    rx/tx 0-3 -> IRQ 64-67 -> CPU 0-3, one each (node 0)
    tx 0-3 <- XPS <- CPU 0-3, one each (node 0)
  eth1  igb  0000:02:00.0  1000 Mbit/s
    rx/tx 0-3 -> IRQ 81-84 -> CPU 0-3, one each (node 0)
    tx 0-3 <- XPS <- CPU 0-3, one each (node 0)
no interrupt and no transmit queue has a CPU of a wrong node

$ $DATA/svg_facts.py small.svg
862 x 536: 1 -, 4 core, 8 cpu, 2 device, 8 irq, 4 key, 1 node, 16 queue, 2 xps
red: {'path': 1}
sha256 ca05c559421e4a00

$ nettunectl topology --facts small.json --svg -; ls ./-
nettunectl: --svg -: the text is what goes to standard output; name a file
ls: cannot access './-': No such file or directory
? 2

# Without --allow-disruptive the channels stay, and it is said that they do.
$ nettunectl topology --facts small.json --plan $ROOT/profiles/nic-throughput.conf | tail -n 2
no interrupt and no transmit queue has a CPU of a wrong node
2 changes that the profile wants would not happen; nettunectl plan says why

# Devices without interrupts of queues, and such whose node nobody knows, are no all-clear.
$ $DATA/model_host.py veth > model.json; nettunectl topology --facts model.json
NUMA node 0: 4 cores, CPU 0-3
Without interrupts and XPS: veth0
nothing to judge: no queue has both CPUs and a device whose node is known

$ $DATA/model_host.py virtio > model.json; nettunectl topology --facts model.json | tail -n 2
    tx 0-7 <- XPS <- CPU 0-7, one each (node 0)
nothing to judge: no queue has both CPUs and a device whose node is known

# Two sockets of 64 cores, four devices of 32 queues, as the driver leaves them.
$ nettunectl topology --facts large.json --svg large.svg
large.svg: 1807 x 1076 pixels
NUMA node 0: 64 cores, CPU 0-63,128-191
  SMT siblings: CPU n and n+128
  eth0  ice  0000:01:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 64-95 -> CPU 0-255, any of them (nodes 0-1)
        MAY BE A WRONG NODE
    tx 0-31 <- XPS <- CPU 0-31, one each (node 0)
  eth1  ice  0000:02:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 129-160 -> CPU 0-255, any of them (nodes 0-1)
        MAY BE A WRONG NODE
    tx 0-31 <- XPS <- CPU 0-31, one each (node 0)
NUMA node 1: 64 cores, CPU 64-127,192-255
  SMT siblings: CPU n and n+128
  eth2  ice  0000:03:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 194-225 -> CPU 0-255, any of them (nodes 0-1)
        MAY BE A WRONG NODE
    tx 0-31 <- XPS <- CPU 0-31, one each (node 0)  WRONG NODE
  eth3  ice  0000:04:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 259-290 -> CPU 0-255, any of them (nodes 0-1)
        MAY BE A WRONG NODE
    tx 0-31 <- XPS <- CPU 0-31, one each (node 0)  WRONG NODE
interrupts: 0 with CPUs of a WRONG NODE, 128 with CPUs of several nodes
transmit queues: 64 with CPUs of a WRONG NODE, 0 with CPUs of several nodes

$ $DATA/svg_facts.py large.svg
1807 x 1076: 1 -, 128 core, 256 cpu, 4 device, 128 irq, 4 key, 2 node, 256 queue, 4 xps
red: {'path': 271, 'rect': 96, 'text': 77}
sha256 02cfabfaa60ea12e

# Placed: nothing is red but the legend.
$ nettunectl topology --facts large.json --plan ./nic-throughput.conf --svg placed.svg
placed.svg: 1701 x 932 pixels
NUMA node 0: 64 cores, CPU 0-63,128-191
  SMT siblings: CPU n and n+128
  eth0  ice  0000:01:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 64-95 -> CPU 0-31, one each (node 0)
    tx 0-31 <- XPS <- CPU 0-31, one each (node 0)
  eth1  ice  0000:02:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 129-160 -> CPU 32-63, one each (node 0)
    tx 0-31 <- XPS <- CPU 32-63, one each (node 0)
NUMA node 1: 64 cores, CPU 64-127,192-255
  SMT siblings: CPU n and n+128
  eth2  ice  0000:03:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 194-225 -> CPU 64-95, one each (node 1)
    tx 0-31 <- XPS <- CPU 64-95, one each (node 1)
  eth3  ice  0000:04:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 259-290 -> CPU 96-127, one each (node 1)
    tx 0-31 <- XPS <- CPU 96-127, one each (node 1)
no interrupt and no transmit queue has a CPU of a wrong node

$ $DATA/svg_facts.py placed.svg
1701 x 932: 1 -, 128 core, 256 cpu, 4 device, 128 irq, 4 key, 2 node, 256 queue, 4 xps
red: {'path': 1}
sha256 21f05192e314519d

# What is on a wrong node on purpose, is red; more queues than there are have no numbers yet.
$ $DATA/model_host.py ice > ice.json
> printf '[Device "eth0"]\nIrqPlacement = 32-63,96-127\nXps = follow-irq\nChannels = 40\n' > wrong.conf
> nettunectl topology --facts ice.json --plan ./wrong.conf --allow-disruptive --svg wrong.svg | sed -n '3,11p'
  SMT siblings: CPU n and n+64
  eth0  ice  0000:01:00.0  100000 Mbit/s
    rx/tx 0-39 -> IRQ 64-95 -> CPU 32-63,96-103, one each (node 1)  WRONG NODE
    tx 0-39 <- XPS <- CPU 32-63,96-103, one each (node 1)  WRONG NODE
  eth1  ice  0000:02:00.0  100000 Mbit/s
    rx/tx 0-31 -> IRQ 129-160 -> CPU 0-127, any of them (nodes 0-1)
        MAY BE A WRONG NODE
    tx 0-31 <- XPS <- CPU 0-31, one each (node 0)
NUMA node 1: 32 cores, CPU 32-63,96-127

$ $DATA/svg_facts.py wrong.svg
1660 x 1100: 1 -, 64 core, 128 cpu, 4 device, 136 irq, 4 key, 2 node, 272 queue, 4 xps
red: {'path': 398, 'rect': 216, 'text': 159}
sha256 868bbb14b6400b74

# 80 columns are enough for all of that.
$ for model in veth igb virtio i40e ice mlx5 bnxt ena; do
>   $DATA/model_host.py $model > model.json
>   nettunectl topology --facts model.json --svg model.svg
>   nettunectl topology --facts model.json --plan $ROOT/tests/bench/planning.conf --allow-disruptive
>   $DATA/svg_facts.py model.svg > /dev/null || echo $model
> done | grep -E '^.{81}'
? 1

# The plan's own placement, not another one: its changes are what is shown.
$ nettunectl --json plan --facts large.json $ROOT/profiles/nic-throughput.conf > plan.json
> nettunectl --json topology --facts large.json --plan $ROOT/profiles/nic-throughput.conf > topology.json
> python3 -c '
> import json
> wanted = {(c["target"], c["tunable"]): c["wanted"] for c in json.load(open("plan.json"))["changes"]
>           if c["outcome"] in ("planned", "compliant")}
> seen = 0
> for device in json.load(open("topology.json"))["devices"]:
>     for kind, tunable in (("queues", "irq-affinity.rxtx"), ("xps", "xps-cpus.tx")):
>         for queue in device[kind]:
>             assert wanted[device["name"], "%s-%d" % (tunable, queue["queue"])] == queue["cpus"], queue
>             seen += 1
> print(seen, "as planned")'
256 as planned

# What of the profile comes to nothing is said, as plan does.
$ printf '[Device "zz*"]\nChannels=2\n' > zz.conf; nettunectl topology --facts small.json --plan ./zz.conf | tail -n 2
no interrupt and no transmit queue has a CPU of a wrong node
note: ./zz.conf:2: no device here is called like "zz*"
$ nettunectl --json topology --facts small.json --plan ./zz.conf > zz.json; $NETTUNE_ROOT/tests/cli/validate.py < zz.json; grep -A 1 notes zz.json; rm zz.*
    "notes": [
      "./zz.conf:2: no device here is called like \"zz*\""

# The same bytes for the same host; quiet is quiet.
$ nettunectl -q topology --facts large.json --svg again.svg && cmp large.svg again.svg

# What is there is replaced when it is a file, and left alone when it is anything else.
$ echo old > old; ln -s old link.svg; mkfifo pipe.svg; mkdir folder.svg
$ nettunectl topology --facts small.json --svg link.svg; cat old
nettunectl: link.svg: is there and is not a regular file
old
$ nettunectl topology --facts small.json --svg pipe.svg
nettunectl: pipe.svg: is there and is not a regular file
? 2
$ nettunectl topology --facts small.json --svg folder.svg
nettunectl: folder.svg: is there and is not a regular file
? 2
$ nettunectl topology --facts small.json --svg folder.svg/
nettunectl: folder.svg/: cannot be written: Is a directory
? 2
$ nettunectl topology --facts small.json --svg missing/host.svg
nettunectl: missing/host.svg: cannot be written: No such file or directory
? 2
$ nettunectl -q topology --facts small.json --svg old; head -c 5 old; ls -A
<?xmlagain.svg
folder.svg
ice.json
large.json
large.svg
link.svg
model.json
model.svg
nic-throughput.conf
old
pipe.svg
placed.svg
plan.json
small.json
small.svg
topology.json
wrong.conf
wrong.svg

# Words that do not fit together, and facts that are not enough.
$ nettunectl topology --facts small.json --allow-disruptive
nettunectl: --allow-disruptive: goes with --plan; see nettunectl topology --help
? 2
$ nettunectl topology small.json
nettunectl: topology: too many arguments (small.json); see nettunectl topology --help
? 2
$ nettunectl topology --facts missing.json
nettunectl: missing.json: No such file or directory
? 2
$ nettunectl topology --facts $DATA/debian12.json
nettunectl: $ROOT/tests/cli/data/debian12.json: facts: topology: missing; record them with nettunectl --json facts
? 2
$ nettunectl topology --facts small.json --plan nonesuch
nettunectl: profile nonesuch not found in $ROOT/profiles, $CONFIG/profiles, $INSTALLED/profiles; see nettunectl profile list
? 2

# JSON fits its schema, whichever host.
$ nettunectl --json topology --facts small.json | $NETTUNE_ROOT/tests/cli/validate.py
$ nettunectl --json topology | $NETTUNE_ROOT/tests/cli/validate.py
