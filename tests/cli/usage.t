# What is said to who does not know how to say it.

$ nettunectl
nettunectl: no command; see nettunectl --help
? 2

$ nettunectl aply server
nettunectl: aply: not a command, did you mean apply; see nettunectl --help
? 2

$ nettunectl --nonsense
nettunectl: --nonsense: not an option; see nettunectl --help
? 2

$ nettunectl plan
nettunectl: plan: needs PROFILE...; see nettunectl plan --help
? 2

$ nettunectl status too many
nettunectl: status: too many arguments (too); see nettunectl status --help
? 2

$ nettunectl --backend abacus plan server
nettunectl: --backend abacus: must be auto, kernel or user
? 2

$ NETTUNE_BACKEND=abacus nettunectl plan server
nettunectl: NETTUNE_BACKEND=abacus: must be auto, kernel or user
? 2

$ nettunectl --netns no-such-thing status
nettunectl: /run/netns/no-such-thing: No such file or directory
? 2

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

# Both ways to ask for a command's help say the same, and options may stand behind the command.
$ nettunectl help plan >a; nettunectl plan --help >b; nettunectl plan server -h >c; cmp a b && cmp b c

$ nettunectl --version | head -n 1
nettunectl [0-9]+\.[0-9]+\.[0-9]+ (re)

# For the shell: every command, and a command's own options.
$ nettunectl --complete | grep -cE '^(plan|apply|revert)$'
3

$ nettunectl --complete plan | grep exit-code
--exit-code

# A reader that goes away is no error.
$ nettunectl --help | head -n 1
nettunectl [OPTIONS] COMMAND ...
