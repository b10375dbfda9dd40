# What is ours, and whether it still holds.
needs netns

$ nettunectl status; ls -A "$NETTUNE_STATE_DIR"
nothing applied

$ nettunectl --json status
{
  "schema": "nettune.status/1",
  "values": [],
  "drifted": 0,
  "interrupted": 0,
  "awaiting": null,
  "enabled": {
    "profiles": [],
    "allow_disruptive": false,
    "unit": null,
    "held_back": false,
    "problem": null,
    "differs": []
  }
}

$ printf '[Sysctl]\nnet.ipv4.tcp_retries1 = 4\nnet.ipv4.tcp_synack_retries = 6\n' > p.conf
> nettunectl -q apply ./p.conf; nettunectl status
TARGET  TUNABLE                      BEFORE  SET TO  NOW  TXN  STATE
host    net.ipv4.tcp_retries1        3       4       4    1    in effect
host    net.ipv4.tcp_synack_retries  5       6       6    1    in effect
all 2 values are in effect

# Somebody else changes one.
$ echo 9 > /proc/sys/net/ipv4/tcp_retries1; nettunectl status
TARGET  TUNABLE                      BEFORE  SET TO  NOW  TXN  STATE
host    net.ipv4.tcp_retries1        3       4       9    1    drift
host    net.ipv4.tcp_synack_retries  5       6       6    1    in effect
1 of 2 values drifted: somebody else changed it; 'nettunectl apply PROFILE' sets it again, 'nettunectl revert --force' returns it too
? 4

$ nettunectl -q status
? 4

$ nettunectl --json status | grep -E '"(drift|drifted|live)"'
      "live": "9",
      "drift": true,
      "live": "6",
      "drift": false,
  "drifted": 1,

# Back to what we set: no drift any more.
$ echo 4 > /proc/sys/net/ipv4/tcp_retries1; nettunectl -q status

$ nettunectl -q revert; nettunectl status
nothing applied

$ chmod 777 "$NETTUNE_STATE_DIR"; nettunectl status
nettunectl: $STATE: others can write it (mode 777); chmod go-w it
? 3

# What waits for recover, and a boot that is held back, are not well either.
$ chmod 700 "$NETTUNE_STATE_DIR"; nettunectl -q apply ./p.conf; j=$(ls "$NETTUNE_STATE_DIR"/journal/* | tail -n 1)
> head -c -20 "$j" > cut; cat cut > "$j"; nettunectl status | head -n 1
transaction 3 was cut off: run 'nettunectl recover'

$ nettunectl -q status
? 4

$ nettunectl -q recover; nettunectl -q status; mkdir "$NETTUNE_CONFIG_DIR"; chmod 755 "$NETTUNE_CONFIG_DIR"
> echo server > "$NETTUNE_CONFIG_DIR/enabled"; echo another > "$NETTUNE_STATE_DIR/boot-attempt"; nettunectl status | grep held
  held back: the last boot with it ended before it had settled; apply it, and 'nettunectl enable' it again

$ nettunectl -q status
? 4
