# Profiles that cannot be read: where, what, and what to do. Each is one line of a file.

$ cat > check.sh <<'S'
> # check.sh LINES...: what is said of a profile of these lines
> printf '%b\n' "$@" > p.conf
> exec nettunectl profile check ./p.conf
> S
> sh check.sh '[Sysctl]' 'net.core.somaxconn = 1KiB'
nettunectl: ./p.conf:2:23: net.core.somaxconn: unit KiB where a plain number is wanted
? 2

# Keys.
$ sh check.sh '[Sysctl]' 'net.core.rmem_mx = 5'
nettunectl: ./p.conf:2:1: unknown key net.core.rmem_mx, did you mean net.core.rmem_max
? 2

$ sh check.sh '[Sysctl]' 'kernel.pid_max = 5'
nettunectl: ./p.conf:2:1: kernel.pid_max is not a network setting
? 2

$ sh check.sh '[Sysctl]' 'net/core/somaxconn = 5'
nettunectl: ./p.conf:2:1: net/core/somaxconn: write it with dots
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.tcp_fin_timeout = 15' '# again' 'net.ipv4.tcp_fin_timeout = 20'
nettunectl: ./p.conf:4:1: key net.ipv4.tcp_fin_timeout stands twice, first at line 2
? 2

$ sh check.sh '[Sysctl]' 'net.core.somaxconn 5'
nettunectl: ./p.conf:2:21: missing '='
? 2

$ sh check.sh '[Sysctl]' ' net.core.somaxconn = 5'
nettunectl: ./p.conf:2:1: indented line, a value cannot go on in the next line
? 2

$ sh check.sh 'net.core.somaxconn = 5'
nettunectl: ./p.conf:1:1: setting before the first section
? 2

# Values.
$ sh check.sh '[Sysctl]' 'net.core.somaxconn ='
nettunectl: ./p.conf:2:21: missing value
? 2

$ sh check.sh '[Sysctl]' 'net.core.somaxconn = 12abc'
nettunectl: ./p.conf:2:24: net.core.somaxconn: unknown unit abc, there are B KiB MiB GiB TiB, us ms s min h and %ram
? 2

$ sh check.sh '[Sysctl]' 'net.core.somaxconn = 0x10'
nettunectl: ./p.conf:2:23: net.core.somaxconn: unknown unit x, there are B KiB MiB GiB TiB, us ms s min h and %ram
? 2

$ sh check.sh '[Sysctl]' 'net.core.somaxconn = -1'
nettunectl: ./p.conf:2:22: net.core.somaxconn: -1 is not from 1 to 2147483647
? 2

$ sh check.sh '[Sysctl]' 'net.core.somaxconn = 99999999999999999999'
nettunectl: ./p.conf:2:22: net.core.somaxconn: number is too large
? 2

$ sh check.sh '[Sysctl]' 'net.core.somaxconn = 5 6'
nettunectl: ./p.conf:2:24: net.core.somaxconn: takes 1 value, here is one more
? 2

$ sh check.sh '[Sysctl]' 'net.core.somaxconn = 5 ; five'
nettunectl: ./p.conf:2:24: comment behind a value, it needs a line of its own
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.tcp_fin_timeout = 15MiB'
nettunectl: ./p.conf:2:30: net.ipv4.tcp_fin_timeout: unit MiB where a time in whole seconds is wanted
? 2

$ sh check.sh '[Sysctl]' 'net.core.rmem_max = 10min'
nettunectl: ./p.conf:2:23: net.core.rmem_max: unit min where a size is wanted
? 2

$ sh check.sh '[Sysctl]' 'net.core.rmem_max = 16 MiB'
nettunectl: ./p.conf:2:24: net.core.rmem_max: unit behind a space, write it as 16MiB
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.tcp_mem = 5%ram 10 %ram 20%ram'
nettunectl: ./p.conf:2:29: net.ipv4.tcp_mem: unit behind a space, write it as 10%ram
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.tcp_rmem = 4096 131072'
nettunectl: ./p.conf:2:21: net.ipv4.tcp_rmem: takes 3 values, here are 2
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.tcp_rmem = 16MiB 131072 4096'
nettunectl: ./p.conf:2:21: net.ipv4.tcp_rmem: field 2, 131072, is below field 1, 16777216
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.ip_local_port_range = 60999 32768'
nettunectl: ./p.conf:2:32: net.ipv4.ip_local_port_range: field 2, 32768, is below field 1, 60999
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.ip_local_port_range = 1024 70000'
nettunectl: ./p.conf:2:37: net.ipv4.ip_local_port_range: 70000 is not from 1 to 65535
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.ip_local_reserved_ports = 80,http'
nettunectl: ./p.conf:2:39: net.ipv4.ip_local_reserved_ports: takes ports and ranges separated by commas
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.tcp_congestion_control = $(reboot)'
nettunectl: ./p.conf:2:35: net.ipv4.tcp_congestion_control: takes one name of at most 15 characters
? 2

$ sh check.sh '[Sysctl]' 'net.ipv4.tcp_congestion_control >= bbr'
nettunectl: ./p.conf:2:1: net.ipv4.tcp_congestion_control: '>=' needs a number
? 2

# Sections.
$ sh check.sh '[Sysctls]' 'net.core.somaxconn = 5'
nettunectl: ./p.conf:1:2: unknown section Sysctls, did you mean Sysctl
? 2

$ sh check.sh '[Qdisc "eth*"]' 'Kind = fq'
nettunectl: ./p.conf:1:2: section Qdisc is not served by this version of nettune
? 2

$ sh check.sh '[Sysctl]' '[Sysctl]'
nettunectl: ./p.conf:2:1: section Sysctl stands twice, first at line 1
? 2

$ sh check.sh '[Sysctl'
nettunectl: ./p.conf:1:8: missing ']'
? 2

$ sh check.sh '[Profile]' 'OnUnsupported = perhaps'
nettunectl: ./p.conf:2:17: unknown policy perhaps
? 2

$ sh check.sh '[Match]' 'Kernel >= new'
nettunectl: ./p.conf:2:11: Kernel takes a version like 6.1, not new
? 2

# Bytes.
$ sh check.sh '[Sysctl]' 'net.core.somaxconn = 5\0'
nettunectl: ./p.conf:2:23: NUL byte
? 2

$ sh check.sh '[Sysctl]' '# \377'
nettunectl: ./p.conf:2:3: not UTF-8
? 2

$ sh check.sh '[Sysctl]' '# \033[2J'
nettunectl: ./p.conf:2:3: control character U+001B
? 2

$ { printf '[Sysctl]\nnet.core.somaxconn = '; head -c 10000000 /dev/zero | tr '\0' 9; } > long.conf
> nettunectl profile check ./long.conf
nettunectl: ./long.conf: the file has 10000030 bytes, the limit is 1048576
? 2

$ { printf '[Sysctl]\nnet.core.somaxconn = '; head -c 1000 /dev/zero | tr '\0' 9; } > long.conf
> nettunectl profile check ./long.conf
nettunectl: ./long.conf:2:199: line is longer than 198 bytes
? 2

# Files.
$ nettunectl profile check ./missing.conf
nettunectl: ./missing.conf: No such file or directory
? 2

$ nettunectl profile check ./p.conf/x
nettunectl: ./p.conf/x: Not a directory
? 2

$ mkdir folder; nettunectl profile check ./folder
nettunectl: ./folder: is not a regular file
? 3

$ nettunectl profile check "./$(head -c 5000 /dev/zero | tr '\0' a)"
nettunectl: path is longer than 4095 bytes
? 2

$ nettunectl profile check ''
nettunectl: argument 3: is empty
? 2

$ nettunectl profile check .hidden
nettunectl: .hidden cannot be a profile's name
? 2

# Inheritance.
$ mkdir path; export NETTUNE_PROFILE_PATH=$PWD/path
> printf '[Profile]\nInherits=b\n' > path/a.conf
> printf '[Profile]\nInherits=c\n' > path/b.conf
> printf '[Profile]\nInherits=b\n' > path/c.conf
> printf '[Profile]\nInherits=d\n' > path/d.conf
> printf '[Profile]\nInherits=nowhere\n' > path/heir.conf
> nettunectl profile check a d heir
> nettunectl profile list
nettunectl: $DIR/path/c.conf:2: b inherits c inherits b
nettunectl: $DIR/path/d.conf:2: d inherits d
nettunectl: $DIR/path/heir.conf:2: profile nowhere not found in $DIR/path, $CONFIG/profiles, $INSTALLED/profiles; see nettunectl profile list
a     cannot be used:
      $DIR/path/c.conf:2: b inherits c inherits b
b     cannot be used:
      $DIR/path/c.conf:2: b inherits c inherits b
c     cannot be used:
      $DIR/path/b.conf:2: c inherits b inherits c
d     cannot be used:
      $DIR/path/d.conf:2: d inherits d
heir  cannot be used:
      $DIR/path/heir.conf:2: profile nowhere not found in $DIR/path, $CONFIG/profiles, $INSTALLED/profiles; see nettunectl profile list
