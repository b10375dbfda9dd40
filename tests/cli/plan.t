# What would change, and why; nothing does.

$ cat >p.conf <<END
> [Profile]
> Name=demo
> 
> [Sysctl]
> # Frees orphans sooner.
> net.ipv4.tcp_fin_timeout = 15s
> net.ipv4.tcp_keepalive_time = 10min
> END

# Every value has its reason: the comment above its line, or what the key is.
$ nettunectl -v plan ./p.conf
host
  net.ipv4.tcp_fin_timeout: .* (re)
...
  net.ipv4.tcp_keepalive_time: .* (re)
...
[0-9]+ (planned|compliant).* (re)

$ nettunectl --json plan ./p.conf | $ROOT/tests/cli/validate.py

# The same file twice agrees with itself; two that differ do not.
$ nettunectl -q plan ./p.conf ./p.conf

$ sed s/15s/16s/ p.conf >q.conf; nettunectl plan ./p.conf ./q.conf
nettunectl: .*net.ipv4.tcp_fin_timeout.* (re)
? 2

# Mistakes are told with their place.
$ printf '[Sysctl]\nnet.core.rmem_mx = 1\n' >bad.conf; nettunectl plan ./bad.conf
nettunectl: ./bad.conf:2:1: .*rmem_mx.*did you mean net.core.rmem_max.* (re)
? 2

$ printf '[Sysctl]\nnet.core.somaxconn = 10s\n' >bad.conf; nettunectl plan ./bad.conf
nettunectl: ./bad.conf:2:[0-9]+: .* (re)
? 2

$ printf '[Sysctl]\nnet.core.somaxconn = 1\nnet.core.somaxconn = 2\n' >bad.conf; nettunectl plan ./bad.conf
nettunectl: ./bad.conf:3:1: .* (re)
? 2

$ printf '[Profile]\nInherits=./b.conf\n' >a.conf; printf '[Profile]\nInherits=./a.conf\n' >b.conf; nettunectl plan ./a.conf
nettunectl: .*a.conf.*b.conf.* (re)
? 2

$ nettunectl plan no-such-profile
nettunectl: profile no-such-profile not found in .* (re)
? 2

$ nettunectl plan --facts no-such-file ./p.conf
nettunectl: no-such-file.*: .* (re)
? 2
