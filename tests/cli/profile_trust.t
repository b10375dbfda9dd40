# As root, what others can write is not trusted.
needs root

$ umask 022; printf '[Sysctl]\n' > own.conf; nettunectl profile check ./own.conf
./own.conf: well-formed, settings: 0

$ chmod 0664 own.conf; nettunectl profile check ./own.conf
nettunectl: ./own.conf: mode 0664 lets others than its owner write it: take that away with chmod go-w
? 3

$ mkdir -m 0777 open; printf '[Sysctl]\n' > open/own.conf; nettunectl profile check open/own.conf
nettunectl: $DIR/open: mode 0777 lets others than its owner write it: take that away with chmod go-w
? 3

$ chmod 0644 own.conf; chown 65534 own.conf; nettunectl profile check ./own.conf
nettunectl: ./own.conf: belongs to uid 65534, not to root: give it to root with chown
? 3

# But who called sudo could have typed it.
$ SUDO_UID=65534 nettunectl profile check ./own.conf
./own.conf: well-formed, settings: 0

$ nettunectl profile check /dev/null
nettunectl: /dev/null: is not a regular file
? 3
