#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A system bus with nothing but systemd's StartTransientUnit and unit files behind it.

mock_systemd.py SOCKET start|refuse: speaks just enough D-Bus for one caller after the other. With
"start" it runs what it is asked to, and again when that fails, as Restart=on-failure does; with
"refuse" it answers with an error. What it was asked for is printed, one property a line. Every unit
file is there, and disabled at first.
"""

import os
import re
import socket
import struct
import subprocess
import sys
import threading

METHOD_RETURN, ERROR = 2, 3
WANTED = (b"Restart\0", b"on-failure\0", b"OOMScoreAdjust\0", b"Slice\0", b"system.slice\0", b"ExecStart\0")


def pad(data, to):
    return data + bytes(-len(data) % to)


def text(value):
    return struct.pack("<I", len(value)) + value.encode() + b"\0"


def reply(serial, kind, signature, body):
    """A little-endian message with REPLY_SERIAL, SENDER and, with a body, its SIGNATURE."""
    fields = struct.pack("<BBBxI", 5, 1, ord("u"), serial)
    fields = pad(fields, 8) + struct.pack("<BBBx", 7, 1, ord("s")) + text("org.freedesktop.DBus")
    if kind == ERROR:
        fields = pad(fields, 8) + struct.pack("<BBBx", 4, 1, ord("s")) + text("org.freedesktop.DBus.Error.AccessDenied")
    if signature:
        fields = pad(fields, 8) + struct.pack("<BBBxB", 8, 1, ord("g"), len(signature)) + signature.encode() + b"\0"
    head = struct.pack("<cBBBIII", b"l", kind, 0, 1, len(body), 1000 + serial, len(fields))
    return pad(head + fields, 8) + body


def run_unit(body):
    """Until it ends well."""
    program = re.search(rb"(/[^\0]+)\0", body[body.index(b"ExecStart\0"):]).group(1).decode()
    state = re.search(rb"NETTUNE_STATE_DIR=([^\0]+)\0", body).group(1).decode()
    txn = re.search(rb"nettune-guardian-(\d+)\.service\0", body).group(1).decode()
    env = {"PATH": "/usr/sbin:/usr/bin", "NETTUNE_STATE_DIR": state}
    while subprocess.run([program, "guardian", txn], env=env, cwd="/", check=False).returncode:
        pass


def read_exactly(connection, n):
    data = b""
    while len(data) < n:
        more = connection.recv(n - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def read_message(connection):
    head = read_exactly(connection, 16)
    body_len, serial, fields_len = struct.unpack("<III", head[4:16])
    fields = read_exactly(connection, fields_len + -fields_len % 8)
    return serial, fields, read_exactly(connection, body_len)


def authenticate(connection):
    """EXTERNAL, whoever it is; sd-bus sends its lines without waiting for ours."""
    line = b""
    while line != b"BEGIN\r\n":
        byte = read_exactly(connection, 1)
        line = byte if line.endswith(b"\n") else line + byte
        if line.endswith(b"\r\n") and line.lstrip(b"\0").startswith((b"AUTH", b"DATA")):
            connection.sendall(b"DATA\r\n" if line.rstrip().endswith(b"EXTERNAL") else
                               b"OK 0123456789abcdef0123456789abcdef\r\n")
        elif line == b"NEGOTIATE_UNIX_FD\r\n":
            connection.sendall(b"AGREE_UNIX_FD\r\n")


def unit_file(fields, body, enabled):
    """The answer of GetUnitFileState, EnableUnitFiles, DisableUnitFiles and Reload; None for others."""
    names = set(re.findall(rb"[\w-]+\.service", body))
    if b"GetUnitFileState\0" in fields:
        return "s", text("enabled" if names <= enabled else "disabled")
    if b"EnableUnitFiles\0" in fields:
        enabled |= names
    elif b"DisableUnitFiles\0" in fields:
        enabled -= names
    elif b"Reload\0" not in fields:
        return None
    print("units", *sorted(name.decode() for name in enabled), flush=True)
    return "", b""


def serve(connection, refuse, enabled):
    authenticate(connection)
    while True:
        serial, fields, body = read_message(connection)
        if b"Hello\0" in fields:
            connection.sendall(reply(serial, METHOD_RETURN, "s", text(":1.1")))
        elif b"StartTransientUnit\0" in fields and not refuse:
            missing = [name for name in WANTED if name not in body]
            print("missing" if missing else "complete", missing, flush=True)
            threading.Thread(target=run_unit, args=(body,), daemon=True).start()
            connection.sendall(reply(serial, METHOD_RETURN, "o", text("/org/freedesktop/systemd1/job/1")))
        elif not refuse and (answer := unit_file(fields, body, enabled)):
            connection.sendall(reply(serial, METHOD_RETURN, *answer))
        else:
            print("refused", flush=True)
            connection.sendall(reply(serial, ERROR, "s", text("no")))


def main():
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen()
    print("listening", os.getpid(), flush=True)
    enabled = set()
    while True:
        connection = listener.accept()[0]
        try:
            serve(connection, sys.argv[2] == "refuse", enabled)
        except (EOFError, ConnectionError):
            pass


if __name__ == "__main__":
    main()
