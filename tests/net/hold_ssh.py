#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An SSH server as far as its sockets show: a process named sshd that holds connections.

hold_ssh.py serve ADDRESS PORT          listens, echoes what it is sent
hold_ssh.py visit ADDRESS PORT [-t]     connects and waits; with -t it talks all the time

Prints "ready" when the socket stands.
"""

import socket
import sys
import threading


def echo(connection):
    while True:
        data = connection.recv(4096)
        if not data:
            return
        connection.sendall(data)


def serve(address, port):
    with open("/proc/self/comm", "w", encoding="ascii") as comm:
        comm.write("sshd")
    listener = socket.create_server((address, port))
    print("ready", flush=True)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=echo, args=(connection,), daemon=True).start()


def visit(address, port, talks):
    connection = socket.create_connection((address, port), timeout=20)
    connection.settimeout(None)
    pause = threading.Event()
    print("ready", flush=True)
    while True:
        if talks:
            connection.sendall(b"x")
        pause.wait(0.05)


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2], int(sys.argv[3]))
    else:
        visit(sys.argv[2], int(sys.argv[3]), "-t" in sys.argv[4:])
