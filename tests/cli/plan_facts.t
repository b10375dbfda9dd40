# Recorded facts: those that can be planned for, and those that cannot.

$ nettunectl --json facts > here.json; nettunectl -q plan --facts here.json server

# Facts that cannot be used.
$ nettunectl plan --facts missing.json server
nettunectl: missing.json: No such file or directory
? 2

$ nettunectl plan --facts . server
nettunectl: .: cannot be read
? 2

$ echo '{' > half.json; nettunectl plan --facts half.json server
nettunectl: half.json:2:0: string or '}' expected near end of file
? 2

$ echo '{"schema": "nettune.plan/1"}' > other.json; nettunectl plan --facts other.json server
nettunectl: other.json: facts: schema is not nettune.facts/1
? 2

$ nettunectl --json facts --group kernel > part.json; nettunectl plan --facts part.json server
nettunectl: part.json: facts: cpu: missing; record them with nettunectl --json facts
? 2

$ sed 's/"page_bytes": 4096/"page_bytes": "many"/' $DATA/debian12.json > type.json
> nettunectl plan --facts type.json server
nettunectl: type.json: facts: memory.page_bytes: not an integer
? 2

$ sed 's/"page_bytes": 4096/"page_bytes": -1/' $DATA/debian12.json > range.json
> nettunectl plan --facts range.json server
nettunectl: range.json: facts: memory.page_bytes: not from 0 to 4294967295
? 2

$ sed 's/"port": 80}/"port": 80, "colour": "red"}/' $DATA/debian12.json > more.json
> nettunectl plan --facts more.json server
nettunectl: more.json: facts: listeners[1]: has unknown members
? 2

$ sed 's/"state": "loaded"/"state": "laden"/' $DATA/debian12.json > word.json
> nettunectl plan --facts word.json server
nettunectl: word.json: facts: modules[3].state: unknown word laden
? 2
