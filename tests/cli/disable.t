# No longer at boot.
needs netns

$ nettunectl disable
nothing to do; nothing is enabled at boot

$ nettunectl --json disable server | grep -v unit
{
  "schema": "nettune.enable/1",
  "profiles": [],
  "allow_disruptive": false,
  "changed": false,
}

# A list that cannot be read is removed whole or not at all.
$ mkdir -p "$NETTUNE_CONFIG_DIR"; chmod 755 "$NETTUNE_CONFIG_DIR"; printf 'server\nserver\n' > "$NETTUNE_CONFIG_DIR/enabled"
> nettunectl disable server; cat "$NETTUNE_CONFIG_DIR/enabled"
nettunectl: $CONFIG/enabled:2: this profile stands here twice; 'nettunectl disable' without a name removes it
server
server

# One of two.
$ printf '# by hand\nserver\nweb\n' > "$NETTUNE_CONFIG_DIR/enabled"; nettunectl disable web; cat "$NETTUNE_CONFIG_DIR/enabled"
enabled at boot: server
what is applied now stays until the next boot, or 'nettunectl revert'
\# What nettune applies at boot: words of 'nettunectl apply', one a line.
\# Written by 'nettunectl enable' and 'nettunectl disable'.
server

$ nettunectl disable web
nothing to do; enabled at boot: server
