# What nettunectl profile prints. The profiles are those of the tree.

$ nettunectl profile list
balanced        the kernel's own defaults, made explicit
                $ROOT/profiles/balanced.conf
latency         short and even response times, at the cost of processor time
                $ROOT/profiles/latency.conf
nic-throughput  network devices that move as much as they can, each queue on its own nearby core
                $ROOT/profiles/nic-throughput.conf
router          a host that forwards packets of others: router, firewall, virtual switch
                $ROOT/profiles/router.conf
server          a server with many TCP connections, over long paths as well as short ones
                $ROOT/profiles/server.conf
throughput      few connections that move as much as they can: backups, replicas, file servers
                $ROOT/profiles/throughput.conf

$ nettunectl profile check server balanced
server: well-formed, settings: 19
balanced: well-formed, settings: 18

# Every bad file is reported, good ones in between as well.
$ printf '[Sysctl]\nnet.core.rmem_mx = 5\n' > bad.conf
> printf '[Profile]\nInherits=server\n[Sysctl]\n# Ours.\nnet.core.somaxconn >= 20000\n' > good.conf
> printf '[Sysctl]\nnet.core.somaxconn: 5\n' > colon.conf
> nettunectl profile check ./bad.conf ./good.conf ./colon.conf
nettunectl: ./bad.conf:2:1: unknown key net.core.rmem_mx, did you mean net.core.rmem_max
./good.conf: well-formed, settings: 19
nettunectl: ./colon.conf:2:19: ':' is not a relation, use '='
? 2

$ nettunectl profile check sevrer
nettunectl: profile sevrer not found in $ROOT/profiles, $CONFIG/profiles, $INSTALLED/profiles, did you mean server; see nettunectl profile list
? 2

# Inherited lines keep their own file and reason; the heir's line takes the place of the other.
$ nettunectl profile show ./good.conf
good
inherits server
...
net.core.somaxconn >= 20000
    Ours.
    [./good.conf:5]
...
net.ipv4.tcp_fastopen = 3
    Data with the SYN saves a round trip: 1 for clients, 2 for servers. Only for
    programs that ask.
    \[\$ROOT/profiles/server\.conf:[0-9]+\] (re)
...

$ nettunectl --json profile check ./bad.conf
{
  "schema": "nettune.profile/1",
  "checks": [
    {
      "name": "./bad.conf",
      "ok": false,
      "settings": 0,
      "error": "./bad.conf:2:1: unknown key net.core.rmem_mx, did you mean net.core.rmem_max"
    }
  ]
}
? 2

$ nettunectl profile shw server
nettunectl: profile: unknown verb shw, did you mean show
? 2

$ nettunectl profile show
nettunectl: profile show takes one PROFILE
? 2

$ nettunectl profile list server
nettunectl: profile list takes no arguments
? 2

# Whose each setting is.
$ printf '[Sysctl]\nnet.core.somaxconn = 1\n[Device "v*"]\nMtu=2000\nChannels=2\n[Device "w0"]\nMtu=3000\n' > groups.conf
> nettunectl profile show ./groups.conf | grep -v ':[0-9]'
groups
<empty>
[Sysctl]
net.core.somaxconn = 1
<empty>
[Device "v*"]
Mtu = 2000
<empty>
Channels = 2
<empty>
[Device "w0"]
Mtu = 3000
