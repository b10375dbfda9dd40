# Plans for recorded hosts: the same everywhere. $DATA/web.conf has a line of every kind.

# Root reads only what nobody else can write: a copy of our own.
$ cp $DATA/web.conf . && nettunectl plan --facts $DATA/debian12.json ./web.conf
host
  tcp_bbr: absent -> loaded
      net.ipv4.tcp_congestion_control needs it
  net.ipv4.tcp_congestion_control: cubic -> bbr
      Wants a module.
  net.core.rmem_max: 212992 -> 16777216
      Of the initial namespace only.
  net.ipv4.tcp_rmem: 4096 131072 6291456 -> 4096 131072 16777216
      A vector of bytes.
  net.ipv4.tcp_mem: 771213 1028285 1542426 -> 987806 1317075 1975613
      A share of memory, in pages.
  net.core.somaxconn: 8192 -> 16384
      Another program sets it too.
      also set by /etc/sysctl.d/90-web.conf:3 (to 8192)
  net.ipv4.tcp_keepalive_time: 7200 -> 600
      A time.
  net.ipv4.ip_local_port_range: 32768 60999 -> 20000 65535
      May swallow what is listened on.
8 planned, 1 compliant

# Modules missing: absent, with the remedy. The rest is planned.
$ nettunectl plan --facts $DATA/no_bbr.json ./web.conf | head -n 5
host
  net.ipv4.tcp_congestion_control: cubic -> bbr  [absent]
      Wants a module.
      remedy: install a kernel that has the module tcp_bbr
  net.core.rmem_max: 212992 -> 16777216

# Or no modules at all.
$ sed -E 's/"(loadable|absent)"(}|, *$)/"impossible"\2/' $DATA/debian12.json > none.json
> nettunectl plan --facts none.json ./web.conf | head -n 4
host
  net.ipv4.tcp_congestion_control: cubic -> bbr  [absent]
      Wants a module.
      remedy: use a kernel that has tcp_bbr: this one cannot load modules

# Ports that are listened on: blocked, until they are reserved.
$ nettunectl plan --facts $DATA/listeners.json ./web.conf | tail -n 6
      A time.
  net.ipv4.ip_local_port_range: 32768 60999 -> 20000 65535  [blocked]
      May swallow what is listened on.
      remedy: add 27017,61616-61617,62000 to net.ipv4.ip_local_reserved_ports:
      the range would swallow ports that are listened on
7 planned, 1 compliant, 1 blocked

$ printf '[Sysctl]\nnet.ipv4.ip_local_reserved_ports = 27017,61616-61617,62000\n' > reserved.conf
> nettunectl plan --facts $DATA/listeners.json ./web.conf ./reserved.conf | tail -n 6
  net.core.somaxconn: 8192 -> 16384
      Another program sets it too.
      also set by /etc/sysctl.d/90-web.conf:3 (to 8192)
  net.ipv4.tcp_keepalive_time: 7200 -> 600
      A time.
9 planned, 1 compliant

# A container: what it does not have, what it cannot write, what the host decides.
$ nettunectl plan --facts $DATA/container.json ./web.conf
host
  net.ipv4.tcp_congestion_control: cubic -> bbr  [immutable]
      Wants a module.
      remedy: make /proc/sys writable: the host gives this key read-only
  net.core.rmem_max: (nothing) -> 16777216  [absent]
      Of the initial namespace only.
      remedy: apply it in the initial network namespace, which alone has it
  net.ipv4.tcp_rmem: 4096 131072 6291456 -> 4096 131072 16777216  [immutable]
      A vector of bytes.
      remedy: make /proc/sys writable: the host gives this key read-only
  net.ipv4.tcp_mem: (nothing) -> 987806 1317075 1975613  [absent]
      A share of memory, in pages.
      remedy: apply it in the initial network namespace, which alone has it
  net.core.somaxconn: 8192 -> 16384  [immutable]
      Another program sets it too.
      remedy: make /proc/sys writable: the host gives this key read-only
  net.ipv4.tcp_keepalive_time: 7200 -> 600  [immutable]
      A time.
      remedy: make /proc/sys writable: the host gives this key read-only
  net.ipv4.ip_local_port_range: 32768 60999 -> 20000 65535  [immutable]
      May swallow what is listened on.
      remedy: make /proc/sys writable: the host gives this key read-only
1 compliant, 2 absent, 5 immutable

$ nettunectl plan --facts $DATA/container.json server | tail -n 1
[0-9]+ absent, [0-9]+ immutable (re)

$ nettunectl plan --facts $DATA/debian12.json server | tail -n 1
[0-9]+ planned (re)

$ nettunectl plan -v --facts $DATA/debian12.json ./web.conf | tail -n 1
8 planned, 1 compliant

# --exit-code: 4 only when there is something to do.
$ nettunectl -q plan --exit-code --facts $DATA/debian12.json ./web.conf
? 4

$ nettunectl -q plan --facts $DATA/debian12.json ./web.conf

$ printf '[Sysctl]\nnet.ipv4.tcp_syncookies = 1\n' > good.conf
> nettunectl plan --exit-code --facts $DATA/debian12.json ./good.conf
1 compliant

$ nettunectl plan -v --facts $DATA/debian12.json ./good.conf
host
  net.ipv4.tcp_syncookies: 1 -> 1  [compliant]
      whether a full SYN backlog is answered with cookies
1 compliant

# JSON says the same.
$ nettunectl --json plan --facts $DATA/listeners.json ./web.conf | grep -A 22 '"summary"'
  "summary": {
    "planned": 7,
    "compliant": 1,
    "unsupported": 0,
    "blocked": 1,
    "absent": 0,
    "immutable": 0,
    "deferred": 0,
    "applied": 0,
    "failed": 0,
    "undone": 0
  },
  "notes": [],
  "host": null,
  "settings": [
    {
      "section": "Sysctl",
      "selector": "",
      "key": "net.ipv4.tcp_congestion_control",
      "relation": "=",
      "value": "bbr",
      "policy": "prefer"
    },

# Values that would hurt now.
$ printf '[Sysctl]\nnet.ipv4.tcp_mem = 100 200 300\n' > small.conf
> nettunectl plan --facts $DATA/debian12.json ./small.conf
host
  net.ipv4.tcp_mem: 771213 1028285 1542426 -> 100 200 300  [blocked]
      pages that all TCP sockets may take: no care, pressure, limit
      remedy: allow more than the 412 pages that are in use now
1 blocked

$ printf '[Sysctl]\nnet.ipv4.tcp_mem = 771213 1028285 67434266624\n' > bytes.conf
> nettunectl plan --facts $DATA/debian12.json ./bytes.conf
host
  net.ipv4.tcp_mem: 771213 1028285 1542426 -> 771213 1028285 67434266624  [blocked]
      pages that all TCP sockets may take: no care, pressure, limit
      remedy: stay within memory, 16463444 pages of 4096 bytes; the values are
      pages, not bytes
1 blocked

$ printf '[Sysctl]\nnet.ipv4.ip_local_port_range = 512 65535\n' > low.conf
> nettunectl plan --facts $DATA/debian12.json ./low.conf
host
  net.ipv4.ip_local_port_range: 32768 60999 -> 512 65535  [blocked]
      ports that outgoing connections take: first, last
      remedy: start at 1024 or above: below are privileged ports
      (net.ipv4.ip_unprivileged_port_start)
1 blocked

# Several profiles have to agree.
$ printf '[Sysctl]\nnet.core.somaxconn = 5000\n' > one.conf
> printf '[Sysctl]\nnet.core.somaxconn = 6000\n' > two.conf
> nettunectl plan --facts $DATA/debian12.json ./one.conf ./two.conf
nettunectl: ./two.conf:2:1: net.core.somaxconn = 6000 conflicts with = 5000 at ./one.conf:2:1
? 2

$ nettunectl -q plan --facts $DATA/debian12.json ./one.conf ./one.conf

$ nettunectl plan --facts $DATA/debian12.json ./one.conf server
nettunectl: \$ROOT/profiles/server.conf:[0-9]+:1: net.core.somaxconn >= [0-9]+ conflicts with = 5000 at ./one.conf:2:1 (re)
? 2

# A setting with two names is one.
$ printf '[Sysctl]\nnet.nf_conntrack_max = 300000\n' > old.conf
> printf '[Sysctl]\nnet.netfilter.nf_conntrack_max = 400000\n' > new.conf
> nettunectl plan --facts $DATA/debian12.json ./old.conf ./new.conf
nettunectl: ./new.conf:2:1: net.netfilter.nf_conntrack_max = 400000 conflicts with net.nf_conntrack_max = 300000 at ./old.conf:2:1: these are two names of one setting
? 2

$ sed -i s/400000/300000/ new.conf; nettunectl plan --facts $DATA/debian12.json ./old.conf ./new.conf | tail -n 1
2 planned

# Profiles for other hosts are left out, and said to be.
$ printf '[Match]\nKernel>=7.0\n[Sysctl]\nnet.core.somaxconn = 7000\n' > new.conf
> nettunectl plan --facts $DATA/debian12.json ./new.conf ./one.conf
host
  net.core.somaxconn: 8192 -> 5000
      the longest queue of connections waiting for accept(2)
      also set by /etc/sysctl.d/90-web.conf:3 (to 8192)
left out: new: ./new.conf:2: Kernel>=7.0 does not hold here
1 planned

# So is a pattern that no device matches, once.
$ printf '[Device "wan*"]\nMtu=9000\nTxQueueLen=500\n' > wan.conf
> nettunectl plan --facts $DATA/debian12.json ./wan.conf
note: ./wan.conf:2: no device here is called like "wan*"
nothing to do
$ nettunectl plan --json --facts $DATA/debian12.json ./wan.conf | grep -A 1 notes
  "notes": [
    "./wan.conf:2: no device here is called like \"wan*\""

# By section: a bond is something else than a device, and may be yet to be made. The loopback device is nobody's.
$ printf '[Device "e*"]\nTxQueueLen=500\n[Device "zz*"]\nMtu=9000\n[Bond "e*"]\nMiimon=100\n' > bonds.conf
> printf '[Bond "zz*"]\nMiimon=100\n[Bond "b*"]\nMiimon=100\n[Bond "b0"]\nCreate=balance-slb\nMode=balance-xor\n' >> bonds.conf
> printf '[Device "lo"]\nMtu=1400\nTxQueueLen=500\n' >> bonds.conf
> nettunectl plan --facts $DATA/debian12.json ./bonds.conf | grep note
note: ./bonds.conf:4: no device here is called like "zz*"
note: ./bonds.conf:6: no bond here is called like "e*"
note: ./bonds.conf:8: no bond here is called like "zz*"
note: ./bonds.conf:15: the loopback device is not tuned

$ nettunectl plan sever
nettunectl: profile sever not found in $ROOT/profiles, $CONFIG/profiles, $INSTALLED/profiles, did you mean server; see nettunectl profile list
? 2

$ nettunectl plan ./missing.conf
nettunectl: ./missing.conf: No such file or directory
? 2

# Narrow and wide.
$ COLUMNS=50 nettunectl plan --facts $DATA/listeners.json ./web.conf | tail -n 9
      8192)
  net.ipv4.tcp_keepalive_time: 7200 -> 600
      A time.
  net.ipv4.ip_local_port_range: 32768 60999 -> 20000 65535  [blocked]
      May swallow what is listened on.
      remedy: add 27017,61616-61617,62000 to
      net.ipv4.ip_local_reserved_ports: the range
      would swallow ports that are listened on
7 planned, 1 compliant, 1 blocked

$ COLUMNS=nonsense nettunectl plan --facts $DATA/listeners.json ./web.conf | awk 'length > 110'
