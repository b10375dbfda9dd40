# Who is not root may read what others can write: nothing is changed by it. What cannot be read is told.
needs unprivileged

$ printf '[Sysctl]\n' > own.conf; chmod 0666 own.conf; nettunectl profile check ./own.conf
./own.conf: well-formed, settings: 0

$ chmod 0 own.conf; nettunectl profile check ./own.conf
nettunectl: ./own.conf: Permission denied
? 7

$ nettunectl plan --facts own.conf server
nettunectl: own.conf: Permission denied
? 7
