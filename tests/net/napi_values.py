#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How the queues of a device are polled, from the kernel's family "netdev" without any code of ours.

napi_values.py DEVICE                     prints "rx-0 defer 0 flush 0 suspend 0 threaded 0"
napi_values.py DEVICE rx-0 FIELD VALUE    tells one queue; FIELD is one of those words
Exits with 77 when the kernel has no such family.
"""
import socket
import struct
import sys

NLM_REQUEST_ACK, NLM_REQUEST_DUMP = 0x5, 0x301
QUEUE_GET, NAPI_GET, NAPI_SET = 10, 11, 14
FIELDS = {"defer": 5, "flush": 6, "suspend": 7, "threaded": 8}


def attr(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def u32(kind, value):
    return attr(kind, struct.pack("=I", value))


def attrs(data):
    found = {}
    while len(data) >= 4:
        size, kind = struct.unpack("=HH", data[:4])
        found[kind & 0x3FFF] = data[4:size]
        data = data[(size + 3) & ~3:]
    return found


def number(data):
    return int.from_bytes(data, sys.byteorder)


def ask(sock, family, cmd, version, payload, flags):
    """The attributes of each reply, up to the acknowledgement or the end of the dump."""
    sock.send(struct.pack("=IHHIIBBH", 20 + len(payload), family, flags, 1, 0, cmd, version, 0) + payload)
    replies = []
    while True:
        data = sock.recv(1 << 16)
        while data:
            size, kind = struct.unpack("=IH", data[:6])
            if kind == 2 and number(data[16:20]):
                raise OSError(-struct.unpack("=i", data[16:20])[0], "refused")
            if kind in (2, 3):
                return replies
            replies.append(attrs(data[20:size]))
            data = data[(size + 3) & ~3:]


def main():
    index = socket.if_nametoindex(sys.argv[1])
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16)
    sock.bind((0, 0))
    try:
        family = number(ask(sock, 16, 3, 1, attr(2, b"netdev\0"), NLM_REQUEST_ACK)[0][1])
        queues = ask(sock, family, QUEUE_GET, 1, u32(2, index), NLM_REQUEST_DUMP)
    except OSError:
        sys.exit(77)
    ids = {f"{'tx' if number(q[3]) else 'rx'}-{number(q[1])}": number(q[4]) for q in queues if 4 in q}
    if len(sys.argv) == 5:
        kind = FIELDS[sys.argv[3]]
        wide = kind in (6, 7)
        value = struct.pack("=Q" if wide else "=I", int(sys.argv[4]))
        ask(sock, family, NAPI_SET, 1, u32(2, ids[sys.argv[2]]) + attr(kind, value), NLM_REQUEST_ACK)
        return
    for name in sorted(ids):
        napi = ask(sock, family, NAPI_GET, 1, u32(2, ids[name]), NLM_REQUEST_ACK)[0]
        print(name, *(f"{word} {number(napi[kind]) if kind in napi else '-'}" for word, kind in FIELDS.items()))


main()
