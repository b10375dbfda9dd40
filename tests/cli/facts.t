# What this host is.

$ nettunectl facts
Kernel
  Linux .* on .* (re)
...
CPUs
  [0-9]+ online of [0-9]+ possible, .* (re)
...
Sysctls
net.ipv4.tcp_congestion_control .* (re)
net.ipv4.tcp_available_congestion_control .* (re)
...

$ nettunectl facts | grep -c '^net.netfilter.nf_conntrack_count'
1

$ nettunectl --json facts | $ROOT/tests/cli/validate.py

# What is printed can be planned for.
$ printf '[Sysctl]\nnet.ipv4.tcp_fin_timeout = 17\n' >p.conf; nettunectl --json facts >facts.json; nettunectl plan --facts facts.json ./p.conf
host
  net.ipv4.tcp_fin_timeout: [0-9]+ -> 17 (re)
...
1 planned
