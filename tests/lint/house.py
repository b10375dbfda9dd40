#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The rules of the house that a program can check (CONTRIBUTING.md says why).

Prints "file:line: what is wrong" for each breach. Rules are functions in RULES; add one there.
"""

import ast
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 6
LINE_COLUMNS_MAX = 100
ENGINE_LINES_MAX = 2500
TAB = 8

# Put together here, so that this file does not hold what it forbids.
UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
MACHINE_PATH = re.compile(r"(?<![\w.$}/-])/(work|home/\w+)/(?!\.|\$)")
RUNS_PROGRAMS = re.compile(r"\b(system|popen|exec[lv][pe]*|execvpe|posix_spawnp?|fexecve)\s*\(")
PRINTS = re.compile(r"\b(printf|puts|putchar|perror|v?fprintf|fputs|vprintf|warnx?|errx?)\s*\(")
SLEEPS = re.compile(r"\b(sleep\s+[0-9.]|usleep\(|nanosleep\(|time\.sleep\()")
# Sources of the module that carry out no transaction: the messages that ask for one, loading, balance-slb.
NOT_ENGINE = re.compile(r"kmod/(netlink|nettune-nl-gen|main|slb\w*|core/(dedup|frame))\.c$")
COMMENT_OR_STRING = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def tree_files():
    """Every file that is or could be committed."""
    git = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.relative_to(ROOT).parts[0] != "build"]
    return [name for name in sorted(set(names)) if (ROOT / name).is_file()]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def is_text(name):
    return b"\0" not in (ROOT / name).read_bytes()[:4096]


def is_data(name):
    return name.startswith(("tests/data/", "tests/fuzz/corpus/", "LICENSES/")) or "/recorded/" in name


def code_only(text):
    """Comments and strings blanked, lines kept."""
    return COMMENT_OR_STRING.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def hits(pattern, name, text, words):
    for number, line in enumerate(text.splitlines(), 1):
        found = pattern.search(line)
        if found:
            yield f"{name}:{number}: {words.format(found.group().strip())}"


# --- rules; each gets the list of files and yields breaches ---


def licences(files):
    """Every source says its licence: GPL-2.0-only in kmod and bpf, GPL-2.0-or-later elsewhere, tests either."""
    sources = (".c", ".h", ".def", ".sh", ".py", ".mk", ".bash")
    for name in files:
        script = "." not in os.path.basename(name) and read(name).startswith("#!") if is_text(name) else False
        if is_data(name) or not (name.endswith(sources) or script or name in ("Makefile", "kmod/Kbuild")):
            continue
        head = "\n".join(read(name).splitlines()[:4])
        found = re.search(r"SPDX-License-Identifier: (.+?)(?: \*/)?$", head, re.M)
        if not found:
            yield f"{name}:1: no SPDX-License-Identifier in its first lines"
            continue
        if not licence_fits(name, found.group(1)):
            yield f"{name}:1: {found.group(1)} is not the licence of this folder"


def licence_fits(name, licence):
    if name.startswith("include/uapi/"):
        return "GPL-2.0" in licence
    if name.startswith("tests/"):
        return licence in ("GPL-2.0-only", "GPL-2.0-or-later")
    kernel = name.startswith(("kmod/", "bpf/"))
    return licence == ("GPL-2.0-only" if kernel else "GPL-2.0-or-later")


def functions(files):
    """C functions stay below 60 lines and at six parameters or fewer."""
    sources = [name for name in files if name.endswith(".c")]
    if not sources:
        return
    ctags = ["ctags", "--languages=C", "--kinds-C=f", "--fields=+neS", "-f", "-", *sources]
    tags = subprocess.run(ctags, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for tag in tags.splitlines():
        fields = dict(f.split(":", 1) for f in tag.split("\t")[3:] if ":" in f)
        name, path = tag.split("\t")[:2]
        start, end = int(fields["line"]), int(fields.get("end", fields["line"]))
        if end - start + 1 > FUNCTION_LINES_MAX:
            yield f"{path}:{start}: {name}() has {end - start + 1} lines, limit {FUNCTION_LINES_MAX}"
        count = parameters(fields.get("signature", "()"))
        if count > PARAMETERS_MAX:
            yield f"{path}:{start}: {name}() has {count} parameters, limit {PARAMETERS_MAX}"


def parameters(signature):
    depth, commas = 0, 0
    for letter in signature[1:-1]:
        depth += (letter == "(") - (letter == ")")
        commas += letter == "," and depth == 0
    return commas + 1


def python_functions(files):
    """So do functions in Python."""
    for name in files:
        if not name.endswith(".py"):
            continue
        for node in ast.walk(ast.parse(read(name))):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= FUNCTION_LINES_MAX:
                yield f"{name}:{node.lineno}: {node.name}() has more than {FUNCTION_LINES_MAX} lines"


def lines(files):
    """C lines end at column 100; nothing ends in blanks."""
    for name in files:
        if is_data(name) or not name.endswith((".c", ".h", ".def", ".sh", ".py", ".mk")):
            continue
        for number, line in enumerate(read(name).splitlines(), 1):
            if name.endswith((".c", ".h")) and len(line.expandtabs(TAB)) > LINE_COLUMNS_MAX:
                yield f"{name}:{number}: longer than {LINE_COLUMNS_MAX} columns"
            if line != line.rstrip():
                yield f"{name}:{number}: blanks at its end"


def engine(files):
    """What carries transactions out stays as small as a reviewer can hold: lines of code, no comments."""
    sources = [f for f in files if re.match(r"kmod/.*\.c$", f) and not NOT_ENGINE.match(f)]
    count = sum(bool(line.strip()) for name in sources for line in code_only(read(name)).splitlines())
    if count > ENGINE_LINES_MAX:
        yield f"kmod: the engine has {count} lines of code (limit {ENGINE_LINES_MAX})"


def commands(files):
    """One file, one line in cmds.def, one golden, one section of the manual."""
    yield from registered(files, "ctl/cmd/", "NT_CMD", "ctl/cmd/cmds.def", "nt_cmd_")
    manual = read("man/nettunectl.8") if "man/nettunectl.8" in files else ""
    for name in names_in("ctl/cmd/cmds.def", "NT_CMD"):
        goldens = [f for f in files if re.fullmatch(rf"tests/cli/{name}(_\w+)?\.t", f)]
        if not goldens:
            yield f"ctl/cmd/{name}.c:1: no golden tests/cli/{name}.t"
        if not re.search(rf"^\.Ss {name}\b", manual, re.M):
            yield f'man/nettunectl.8:1: no subsection ".Ss {name}"'


def options(files):
    """Every option and verb that a command offers is told in its section of the manual."""
    tool = ROOT / "build/nettunectl"
    if not tool.exists() or "man/nettunectl.8" not in files:
        return
    sections = re.split(r"^\.S[sh] ", read("man/nettunectl.8"), flags=re.M)
    everywhere = words_of(tool)
    for name in names_in("ctl/cmd/cmds.def", "NT_CMD"):
        text = "".join(s for s in sections if re.match(rf"{name}\b", s))
        for word in sorted(words_of(tool, name) - everywhere):
            told = f"Fl -{word[2:]}" if word.startswith("--") else f".It Ic {word}"
            if told not in text:
                yield f"man/nettunectl.8:1: .Ss {name} does not tell {word}"
    for option in sorted(o for o in everywhere if o.startswith("--")):
        if f"Fl -{option[2:]}" not in sections[2] + sections[3] + sections[1]:
            yield f"man/nettunectl.8:1: DESCRIPTION does not tell {option}"


def words_of(tool, *command):
    return set(subprocess.run([tool, "--complete", *command], capture_output=True, text=True,
                              check=False).stdout.split())


def tunables(files):
    """One file, one line in tunables.def, one unit test, words in nettune.profile(5)."""
    yield from registered(files, "ctl/tunable/", "NT_TUNABLE", "ctl/tunable/tunables.def", "nt_tunable_")
    for name in names_in("ctl/tunable/tunables.def", "NT_TUNABLE"):
        if f"tests/unit/{name}_test.c" not in files:
            yield f"ctl/tunable/{name}.c:1: no test tests/unit/{name}_test.c"


def registered(files, folder, macro, table, symbol):
    """A file that defines a descriptor is in the table, and what is in the table has its file."""
    in_table = names_in(table, macro)
    for name in in_table:
        if f"{folder}{name}.c" not in files:
            yield f"{table}:1: {macro}({name}) has no file {folder}{name}.c"
    for path in files:
        stem = pathlib.PurePath(path).stem
        if not path.startswith(folder) or not path.endswith(".c") or stem in in_table:
            continue
        if re.search(rf"^const struct \w+ {symbol}\w+ =", read(path), re.M):
            yield f"{path}:1: no line {macro}({stem}) in {table}"


def names_in(table, macro):
    if not (ROOT / table).is_file():
        return []
    return re.findall(rf"^{macro}\((\w+)\)", read(table), re.M)


def core_tested(files):
    """A pure algorithm of the module has a test that runs in the kernel and outside."""
    for path in files:
        found = re.fullmatch(r"kmod/core/(\w+)\.c", path)
        if found and f"tests/core/{found.group(1)}_test.c" not in files:
            yield f"{path}:1: no test tests/core/{found.group(1)}_test.c"


def fuzzers(files):
    """A fuzzer starts from something."""
    for path in files:
        found = re.fullmatch(r"tests/fuzz/fuzz_(\w+)\.c", path)
        if found and not any(f.startswith(f"tests/fuzz/corpus/{found.group(1)}/") for f in files):
            yield f"{path}:1: no corpus in tests/fuzz/corpus/{found.group(1)}/"


def no_programs(files):
    """The command line runs no other programs; what starts the guardian runs itself."""
    for name in files:
        if name == "ctl/engine/guardian_start.c" and 'execv("/proc/self/exe"' in read(name):
            continue
        if name.startswith("ctl/") and name.endswith((".c", ".h")):
            yield from hits(RUNS_PROGRAMS, name, code_only(read(name)), "{}...): runs a program")


def no_printing(files):
    """Only main.c, cmd/, the daemon's loop and the output library print."""
    printers = ("ctl/main.c", "ctl/cmd/", "ctl/daemon/loop.c", "ctl/lib/out.c", "ctl/lib/opt.c")
    for name in files:
        if name.startswith("ctl/") and name.endswith(".c") and not name.startswith(printers):
            yield from hits(PRINTS, name, code_only(read(name)), "{}...): prints; return a diag instead")


def versions(files):
    """compat.h alone knows kernel versions."""
    for name in files:
        if name.endswith((".c", ".h")) and not name.endswith("compat.h"):
            pattern = re.compile(r"\b(LINUX_VERSION_CODE|KERNEL_VERSION)\b")
            yield from hits(pattern, name, code_only(read(name)), "{} outside compat.h")


def one_version(files):
    """The version is told in several languages, but it is one."""
    want = read("VERSION").strip()
    places = {"kmod/version.h": r'NT_VERSION "(.*)"', "dkms.conf": r'^PACKAGE_VERSION="?([\w.]+)',
              "debian/changelog": r"\Anettune \(([\w.]+)"}
    for name, pattern in places.items():
        found = re.search(pattern, read(name), re.M) if name in files else None
        if found and found.group(1) != want:
            yield f"{name}:1: version {found.group(1)}, VERSION says {want}"
    if f"## {want}" not in read("CHANGELOG.md"):
        yield f"CHANGELOG.md:1: no section for {want}"


def file_names(files):
    """No file for leftovers."""
    for name in files:
        if re.fullmatch(r"(utils?|common|misc|helpers?)\.[ch]", os.path.basename(name)):
            yield f"{name}:1: a name that says nothing of what is in it"


def finished(files):
    """No unfinished words, no paths of one machine, no host that a package came from."""
    hosts = registry_hosts()
    for name in files:
        if is_data(name) or not is_text(name):
            continue
        text = read(name)
        if not name.endswith(".md"):
            yield from hits(UNFINISHED, name, text, "{}: finish it or open an issue")
        yield from hits(MACHINE_PATH, name, text, "{}: a path of one machine")
        if hosts:
            yield from hits(hosts, name, text, "{}: a host that packages come from")


def registry_hosts():
    """Hosts that this machine gets packages from, as a pattern; None when it has none configured."""
    found = set()
    places = [*pathlib.Path("/etc/apt").glob("sources.list*"), *pathlib.Path("/etc/apt").glob("*.d/*"),
              pathlib.Path("/etc/pip.conf"), pathlib.Path.home() / ".npmrc"]
    for place in places:
        if place.is_file() and os.access(place, os.R_OK):
            text = place.read_text(encoding="utf-8", errors="replace")
            found |= set(re.findall(r"https?://(?:[^/@\s]*@)?([^/\s:]+)", text))
    return re.compile("|".join(map(re.escape, sorted(found)))) if found else None


def no_sleeping(files):
    """Tests wait for an event with a deadline."""
    for name in files:
        if name.startswith("tests/") and name.endswith((".c", ".sh", ".py")) and not is_data(name):
            yield from hits(SLEEPS, name, read(name), "{}: a test that sleeps")


RULES = (licences, functions, python_functions, lines, engine, commands, options, tunables, core_tested, fuzzers,
         no_programs, no_printing, versions, one_version, file_names, finished, no_sleeping)


def main():
    files = tree_files()
    breaches = [breach for rule in RULES for breach in rule(files)]
    for breach in breaches:
        print(breach)
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
