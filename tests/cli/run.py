#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Compare what commands print with what is written here.

A file NAME.t holds, in this order and as often as wanted:

    # words for the reader; empty lines are free
    needs root                     skip the file unless root; more needs are told below
    $ nettunectl plan server       a command, run by sh in the file's own empty folder
    > 2>&1 | head -n 1             the command goes on
    a line exactly as printed
    rx ring [0-9]+ (re)            a line that this expression matches whole
    ...                            any number of lines
    ? 5                            the exit code; 0 when not written

Output is stdout and stderr as they come. Before comparing are rewritten: the file's
folder to $DIR, NETTUNE_STATE_DIR to $STATE, NETTUNE_CONFIG_DIR and NETTUNE_DATA_DIR, which are not there
so that no installed profile is seen, to $CONFIG and $INSTALLED, the top of the tree to $ROOT and the folder of its profiles,
or a copy of it, to $ROOT/profiles; commands may use these names too, and $DATA for tests/cli/data.
An empty line of output is written as "<empty>".

"netns" runs the file's commands in one network namespace of their own, which is made to look like the one
that process 1 is in, "unprivileged" as nobody when we are root. "guest" is for what changes the host: NETTUNE_GUEST=1 says that it may be broken.
"writable" is for what a read-only /proc/sys, as in containers, would make a different story.
"kernel" and "user" ask for that NETTUNE_BACKEND.

    run.py [--suite NAME] [--update] FILE.t...
"""

import argparse
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMAND_SECONDS = 60
A_SYSCTL = "/proc/sys/net/ipv4/tcp_fin_timeout"
NOBODY_ID = 65534
NOBODY = ["setpriv", "--reuid", str(NOBODY_ID), "--regid", str(NOBODY_ID), "--clear-groups"]
NETTUNECTL = os.environ.get("NETTUNECTL", str(ROOT / "build/nettunectl"))


def works(prefix):
    """Can commands run like this, and still reach what they are to run?"""
    try:
        return not subprocess.run([*prefix, "test", "-x", NETTUNECTL], capture_output=True, check=False).returncode
    except OSError:
        return False


NEEDS = {
    "root": (lambda: os.geteuid() == 0, "needs root"),
    "unprivileged": (lambda: os.geteuid() != 0 or works(NOBODY), "cannot become an unprivileged user"),
    "netns": (lambda: works(["unshare", "-n", "-m"]) and os.access(A_SYSCTL, os.W_OK),
              "cannot make a network namespace here, or /proc/sys is read-only"),
    "guest": (lambda: os.environ.get("NETTUNE_GUEST") == "1", "changes the host: runs in guests only"),
    "writable": (lambda: os.geteuid() != 0 or os.access(A_SYSCTL, os.W_OK), "/proc/sys is read-only here"),
    "kernel": (lambda: os.environ.get("NETTUNE_BACKEND") == "kernel", "needs the kernel backend"),
    "user": (lambda: os.environ.get("NETTUNE_BACKEND", "user") == "user", "needs the user backend"),
}


class Block:
    """One command with what it should print; line numbers are for messages."""

    def __init__(self, line, command):
        self.line = line
        self.command = command
        self.expected = []
        self.code = 0
        self.end = line


class Skip(Exception):
    """A file that can't run here, with the reason."""


class Malformed(Exception):
    """A file that is not in the format."""


def parse(lines, name):
    blocks, needs = [], set()
    for number, line in enumerate(lines, 1):
        block = blocks[-1] if blocks else None
        if line.startswith("$ "):
            blocks.append(Block(number, line[2:]))
        elif line.startswith("#") or not line:
            continue
        elif line.startswith("needs ") and not block:
            need = NEEDS.get(line[6:])
            if not need:
                raise Malformed(f"{name}:{number}: unknown need {line[6:]}")
            if not need[0]():
                raise Skip(need[1])
            needs.add(line[6:])
        elif not block:
            raise Malformed(f"{name}:{number}: output before the first command")
        elif line.startswith("> ") and not block.expected:
            block.command += "\n" + line[2:]
            block.end = number
        elif line.startswith("? "):
            block.code = int(line[2:])
            block.end = number
        else:
            block.expected.append(line)
            block.end = number
    if not blocks:
        raise Malformed(f"{name}: no command in it")
    return blocks, needs


def line_matches(expected, printed):
    if expected.endswith(" (re)"):
        return re.fullmatch(expected[:-5], printed) is not None
    return expected == ("\\" + printed if needs_escape(printed) else printed)


def needs_escape(printed):
    """Output that would read as syntax is written with a backslash in front."""
    return printed.startswith(("$ ", "> ", "? ", "#", "\\")) or printed == "..."


def matches(expected, printed):
    """Like a shell pattern, by lines: where each line of output may leave us in expected."""
    at = {0}
    for line in printed:
        at = spread(at, expected)
        step = set()
        for i in at:
            if i < len(expected) and expected[i] == "...":
                step.add(i)
            elif i < len(expected) and line_matches(expected[i], line):
                step.add(i + 1)
        at = step
    return len(expected) in spread(at, expected)


def spread(at, expected):
    todo, seen = list(at), set(at)
    while todo:
        i = todo.pop()
        if i < len(expected) and expected[i] == "..." and i + 1 not in seen:
            seen.add(i + 1)
            todo.append(i + 1)
    return seen


def environment(folder):
    path = folder / ".bin"
    path.mkdir()
    (path / "nettunectl").symlink_to(NETTUNECTL)
    (folder / ".state").mkdir()
    (folder / "work").mkdir()
    env = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC", TERM="dumb", COLUMNS="80", NO_COLOR="1")
    env.setdefault("NETTUNE_PROFILE_PATH", str(ROOT / "profiles"))
    env.update(
        PATH=f"{path}:{env.get('PATH', '')}:/usr/sbin:/sbin",
        NETTUNE_STATE_DIR=str(folder / ".state"),
        NETTUNE_CONFIG_DIR=str(folder / ".config"),
        NETTUNE_DATA_DIR=str(folder / ".installed"),
        NETTUNE_ROOT=str(ROOT),
        ROOT=str(ROOT),
        STATE=str(folder / ".state"),
        DATA=str(ROOT / "tests/cli/data"),
    )
    return env


@contextlib.contextmanager
def surroundings(needs, folder):
    """What to put in front of each command so that it runs where the file needs it."""
    prefix, holder = [], None
    if "unprivileged" in needs and os.geteuid() == 0:
        prefix = NOBODY
        for path in (folder, folder / "work", folder / ".state"):
            os.chown(path, NOBODY_ID, NOBODY_ID)
    if "netns" in needs:
        # Lives as long as its standard input is open.
        holder = subprocess.Popen(  # pylint: disable=consider-using-with
            ["unshare", "-n", "-m", "sh", "-c", "mount --bind /proc/$$ /proc/1; echo; exec cat"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        holder.stdout.readline()
        prefix = ["nsenter", f"--net=/proc/{holder.pid}/ns/net", f"--mount=/proc/{holder.pid}/ns/mnt",
                  "sh", "-c", 'cd "$0" && exec "$@"', str(folder / "work"), *prefix]
    try:
        yield prefix
    finally:
        if holder:
            holder.communicate()


def run_command(command, folder, env, prefix):
    work = folder / "work"
    try:
        done = subprocess.run(
            [*prefix, "sh", "-c", command], cwd=work, env=dict(env, DIR=str(work)), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=COMMAND_SECONDS, check=False)
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        code, output = 124, error.stdout or b""
    text = output.decode("utf-8", "backslashreplace")
    for path, word in ((work, "$DIR"), (folder / ".state", "$STATE"), (folder / ".config", "$CONFIG"),
                       (folder / ".installed", "$INSTALLED"),
                       (env["NETTUNE_PROFILE_PATH"], "$ROOT/profiles"), (ROOT, "$ROOT")):
        text = text.replace(str(path), word)
    return code, [line or "<empty>" for line in text.splitlines()]


def rewrite(path, lines, blocks, actual):
    """Put what was printed in place of what was expected, where the two differ."""
    out, at = [], 0
    for block, (code, printed) in zip(blocks, actual):
        if code == block.code and matches(block.expected, printed):
            continue
        head = block.line + block.command.count("\n")
        out += lines[at:head]
        out += ["\\" + p if needs_escape(p) else p for p in printed]
        out += [f"? {code}"] if code else []
        at = block.end
    path.write_text("\n".join(out + lines[at:]) + "\n", encoding="utf-8")


def run_file(path, log, update):
    """Returns status and reason."""
    name = path.name
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        blocks, needs = parse(lines, name)
    except Skip as reason:
        return "skip", str(reason)
    except (Malformed, OSError, ValueError) as reason:
        return "fail", str(reason)

    folder = pathlib.Path(tempfile.mkdtemp(prefix="nettune-cli-"))
    actual, first = [], ""
    try:
        env = environment(folder)
        with surroundings(needs, folder) as prefix:
            actual = [run_command(block.command, folder, env, prefix) for block in blocks]
        for block, (code, printed) in zip(blocks, actual):
            good = code == block.code and matches(block.expected, printed)
            log.write(f"{'ok' if good else 'DIFFERS'} {name}:{block.line}: $ {block.command}\n")
            if good:
                continue
            first = first or f"{name}:{block.line}: $ {block.command.splitlines()[0]}"
            log.writelines(f"  expected: {e}\n" for e in block.expected + [f"? {block.code}"])
            log.writelines(f"  printed:  {p}\n" for p in printed + [f"? {code}"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if first and update:
        rewrite(path, lines, blocks, actual)
    return ("fail", f"{first} differs") if first else ("pass", "")


def main():
    parser = argparse.ArgumentParser(description="compare the command line with its goldens")
    parser.add_argument("--suite", default="cli")
    parser.add_argument("--update", action="store_true", help="write what is printed into the files")
    parser.add_argument("files", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    os.umask(0o022)
    results = pathlib.Path(os.environ.get("NETTUNE_RESULTS", ROOT / "build/test/results.tsv"))
    logs = ROOT / "build/test" / options.suite
    if "NETTUNE_LOGS" in os.environ:
        logs = pathlib.Path(os.environ["NETTUNE_LOGS"]) / options.suite
    logs.mkdir(parents=True, exist_ok=True)
    results.parent.mkdir(parents=True, exist_ok=True)

    failures = 0
    for path in options.files:
        started = time.monotonic()
        log_path = logs / f"{path.stem}.log"
        with log_path.open("w", encoding="utf-8") as log:
            status, reason = run_file(path, log, options.update)
        if status == "fail":
            failures += 1
            shown = log_path.relative_to(ROOT) if log_path.is_relative_to(ROOT) else log_path
            reason = f"{reason}, see {shown}"
        seconds = time.monotonic() - started
        reason = reason.replace("\t", " ")
        with results.open("a", encoding="utf-8") as table:
            table.write(f"{options.suite}\t{path.stem}\t{status}\t{seconds:.2f}\t{reason}\n")
        print(f"{status:4} {options.suite}/{path.stem} ({seconds:.2f} s){': ' + reason if reason else ''}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
