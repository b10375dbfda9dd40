# What nettunectl facts prints, as far as it is the same everywhere.
needs writable

$ nettunectl facts --group kernel,memory
Kernel
  Linux [0-9].* on .*, virtualization: .+ (re)
  network namespace: our own, .* (re)
Memory
  [0-9.]+ GiB, pages of [0-9]+ bytes (re)
  in sockets: TCP [0-9]+ pages, UDP [0-9]+ pages (re)

$ nettunectl facts --group sysctls | grep -E '^net.ipv4.tcp_(sack|fin_timeout) ' | tr -s ' '
net.ipv4.tcp_fin_timeout [0-9]+ how long an orphaned connection stays in FIN_WAIT_2 (re)
net.ipv4.tcp_sack [01] whether TCP acknowledges selectively (re)

# Also what the kernel only reports, on every host.
$ nettunectl facts --group sysctls | grep -oE '^net[.][a-z0-9_.]*(congestion_control|conntrack_count)' | sort
net.ipv4.tcp_allowed_congestion_control
net.ipv4.tcp_available_congestion_control
net.ipv4.tcp_congestion_control
net.netfilter.nf_conntrack_count

# The document fits its schema, whole and in part, and can be planned from.
$ nettunectl --json facts >facts.json && $NETTUNE_ROOT/tests/cli/validate.py <facts.json
$ nettunectl facts --json --group links,owners,management | $NETTUNE_ROOT/tests/cli/validate.py
$ nettunectl facts --json --group cpu | grep -c '^  "'
2
$ printf '[Sysctl]\n# To see it.\nnet.ipv4.tcp_sack = 1\n' >sack.conf
> nettunectl plan --facts facts.json ./sack.conf >/dev/null

$ nettunectl facts --quiet
$ nettunectl facts --group kernl
nettunectl: kernl: no group of facts, did you mean kernel
? 2
$ nettunectl facts --group kernel, 2>&1
nettunectl: '': no group of facts, there are kernel, cpu, topology, memory, sysctls, modules, links, nics, bonds, listeners, owners, management, busy-poll
? 2
$ nettunectl facts --group foo
nettunectl: foo: no group of facts, there are kernel, cpu, topology, memory, sysctls, modules, links, nics, bonds, listeners, owners, management, busy-poll
? 2
$ nettunectl facts kernel
nettunectl: facts: too many arguments (kernel); see nettunectl facts --help
? 2
