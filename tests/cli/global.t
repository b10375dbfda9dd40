# What comes before any command: options, help, and words that are none.

$ nettunectl --help
nettunectl [OPTIONS] COMMAND ...
...
Commands:
  facts  .* (re)
...
  --json  .* (re)
...
Exit codes: 0 done, 1 failed and undone, 2 usage or bad input, 3 refused by a
...

# Every way to ask for a command's help says the same, also behind arguments.
$ for words in "help plan" "--help plan" "plan --help" "plan server -h"; do nettunectl $words | cksum; done | uniq | wc -l
1

$ nettunectl help plan | head -n 3
nettunectl plan PROFILE... [--allow-disruptive] [--exit-code] [--facts FILE]
<empty>
Compares the host with the profiles and shows every difference with its reason,

$ nettunectl help bogus
nettunectl: bogus: not a command; see nettunectl --help
? 2

$ nettunectl --version | head -n 1
nettunectl [0-9]+\.[0-9]+\.[0-9]+ (re)

$ nettunectl
nettunectl: no command; see nettunectl --help
? 2

$ nettunectl apply1 server
nettunectl: apply1: not a command, did you mean apply; see nettunectl --help
? 2

$ nettunectl frobnicate
nettunectl: frobnicate: not a command; see nettunectl --help
? 2

# Options: the wrong one is named, whatever stands around it.
$ nettunectl --jsn plan server
nettunectl: --jsn: not an option, did you mean --json; see nettunectl --help
? 2

$ nettunectl plan --exitcode server
nettunectl: --exitcode: not an option, did you mean --exit-code; see nettunectl plan --help
? 2

$ nettunectl plan --bogus server
nettunectl: --bogus: not an option; see nettunectl plan --help
? 2

$ nettunectl -xv plan server
nettunectl: -x: not an option; see nettunectl --help
? 2

$ nettunectl plan server -qx
nettunectl: -x: not an option; see nettunectl plan --help
? 2

$ nettunectl --json=yes plan server
nettunectl: --json: takes no value; see nettunectl --help
? 2

$ nettunectl plan --facts
nettunectl: --facts: needs a value; see nettunectl plan --help
? 2

$ nettunectl --netns
nettunectl: --netns: needs a value; see nettunectl --help
? 2

# Arguments.
$ nettunectl plan
nettunectl: plan: needs PROFILE...; see nettunectl plan --help
? 2

$ nettunectl history server
nettunectl: history: too many arguments (server); see nettunectl history --help
? 2

$ nettunectl rollback 1 2
nettunectl: rollback: too many arguments (2); see nettunectl rollback --help
? 2

$ nettunectl plan 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17
nettunectl: plan: too many arguments (17); see nettunectl plan --help
? 2

$ nettunectl plan "$(printf 'a\033[2Jb')"
nettunectl: argument 2: has to be printable UTF-8
? 2

$ nettunectl plan "$(printf '\377.conf')"
nettunectl: argument 2: has to be printable UTF-8
? 2

# Namespaces.
$ nettunectl --netns '' status
nettunectl: argument 2: is empty
? 2

$ nettunectl --netns ../red status
nettunectl: --netns ../red: not the name of a namespace
? 2

$ nettunectl --netns . status
nettunectl: --netns .: not the name of a namespace
? 2

$ nettunectl --netns red/blue status
nettunectl: --netns red/blue: not the name of a namespace
? 2

$ nettunectl --netns nosuchnamespace status
nettunectl: /run/netns/nosuchnamespace: No such file or directory
? 2

# Backends, also for commands that never write.
$ nettunectl --backend nonsense facts
nettunectl: --backend nonsense: must be auto, kernel or user
? 2

$ NETTUNE_BACKEND=nonsense nettunectl plan server
nettunectl: NETTUNE_BACKEND=nonsense: must be auto, kernel or user
? 2

$ nettunectl --backend '' profile list
nettunectl: argument 2: is empty
? 2

# An option wins over the environment, an empty variable is none.
$ NETTUNE_BACKEND=nonsense nettunectl --backend user -q profile check server

$ NETTUNE_BACKEND= nettunectl -q profile check server

# For the shell.
$ nettunectl --complete | grep -cE '^(plan|apply|revert|--json)$'
4

$ nettunectl --complete apply
--json
--netns
--backend
--verbose
--quiet
--help
--version
--confirm
--allow-disruptive
--plan

$ nettunectl --complete --backend; nettunectl --complete --group | tail -n 1; nettunectl --complete --json
auto
kernel
user
busy-poll

# Output that does not arrive is a failure, with words; a reader that has enough is none.
$ nettunectl --help >/dev/full
nettunectl: the output is incomplete: No space left on device; what was done stays done
? 1

$ nettunectl --json plan --facts $DATA/debian12.json server >/dev/full
nettunectl: the output is incomplete: No space left on device; what was done stays done
? 1

$ nettunectl --json plan --facts $DATA/debian12.json server | head -n 1
{

# Closed streams are not taken for files that are opened later.
$ nettunectl -q profile check server <&- >&- 2>&-
