#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Send frames in one network namespace and count those that arrive in another.

    bond_frames.py FROM:DEV TO:DEV KIND SOURCE COUNT [VID]

FROM and TO are names below /run/netns, or "-" for our own. KIND is broadcast, multicast, lldp, garp (an
unsolicited ARP reply), request (a gratuitous ARP request), rarp, igmp or mld (a report of each). Prints how
many frames with that source and type came in at TO until none came for half a second. KIND sources sends
broadcasts, each from the source address behind the one before, and prints nothing.
"""

import ctypes
import os
import select
import socket
import struct
import sys

CLONE_NEWNET = 0x40000000
PACKET_OUTGOING = 4
QUIET_SECONDS = 0.5
BROADCAST = b"\xff" * 6
TYPES = {"broadcast": 0x88B5, "multicast": 0x88B5, "lldp": 0x88CC, "garp": 0x0806, "request": 0x0806, "rarp": 0x8035}
TYPES.update(igmp=0x0800, mld=0x86DD)
TARGETS = {"multicast": bytes.fromhex("01005e000119"), "lldp": bytes.fromhex("0180c200000e")}
TARGETS.update(igmp=bytes.fromhex("01005e000016"), mld=bytes.fromhex("333300000016"))


def enter(name):
    path = "/proc/self/ns/net" if name == "-" else f"/run/netns/{name}"
    with open(path, "rb") as namespace:
        if name != "-" and ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), CLONE_NEWNET):
            sys.exit(f"{name}: {os.strerror(ctypes.get_errno())}")


def open_socket(place, proto):
    """A packet socket at NETNS:DEV; we come back to our own namespace."""
    name, dev = place.split(":")
    with open("/proc/self/ns/net", "rb") as home:
        enter(name)
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(proto))
        sock.bind((dev, proto))
        ctypes.CDLL(None).setns(home.fileno(), CLONE_NEWNET)
    return sock


def igmp_report():
    """Version 3, of no group, behind the router alert that it has to have."""
    options = bytes.fromhex("94040000")
    packet = struct.pack("!BBHHHBBH4s4s", 0x46, 0xC0, 32, 0, 0, 1, 2, 0, bytes(4), socket.inet_aton("224.0.0.22"))
    return packet + options + struct.pack("!BxHHH", 0x22, 0, 0, 0)


def mld_report():
    """Version 2, of no group, behind the hop-by-hop options with a router alert."""
    addresses = socket.inet_pton(socket.AF_INET6, "fe80::9") + socket.inet_pton(socket.AF_INET6, "ff02::16")
    packet = struct.pack("!IHBB", 6 << 28, 16, 0, 1) + addresses
    return packet + bytes.fromhex("3a00050200000100") + struct.pack("!BxHHH", 143, 0, 0, 0)


def payload(kind, source):
    if kind in ("igmp", "mld"):
        return (igmp_report() if kind == "igmp" else mld_report()).ljust(46, b"\0")
    address = socket.inet_aton("192.0.2.9")
    if kind in ("garp", "request", "rarp"):
        op = {"garp": 2, "request": 1, "rarp": 3}[kind]
        body = struct.pack("!HHBBH", 1, 0x0800, 6, 4, op) + source + address + (source if op == 3 else BROADCAST) + address
        return body.ljust(46, b"\0")
    return b"nettune".ljust(46, b"\0")


def frame(kind, source, vid):
    tag = struct.pack("!HH", 0x8100, vid) if vid else b""
    return TARGETS.get(kind, BROADCAST) + source + tag + struct.pack("!H", TYPES[kind]) + payload(kind, source)


def count(receiver, kind, source):
    seen = 0
    while select.select([receiver], [], [], QUIET_SECONDS)[0]:
        data, address = receiver.recvfrom(2048)
        ours = data[6:12] == source and TYPES[kind] in struct.unpack_from("!HxxH", data, 12)
        seen += address[2] != PACKET_OUTGOING and ours
    return seen


def main():
    begin, end, kind, source, number = sys.argv[1:6]
    vid = int(sys.argv[6]) if len(sys.argv) > 6 else 0
    source = bytes.fromhex(source.replace(":", ""))
    # LLDP daemons bind to the type: what is dropped does not reach them, while it reaches ETH_P_ALL.
    receiver = open_socket(end, TYPES["lldp"] if kind == "lldp" else 0x0003)
    sender = open_socket(begin, 0)
    if kind == "sources":
        for i in range(int(number)):
            sender.send(frame("broadcast", (int.from_bytes(source, "big") + i).to_bytes(6, "big"), vid))
        return
    for _ in range(int(number)):
        sender.send(frame(kind, source, vid))
    print(count(receiver, kind, source))


if __name__ == "__main__":
    main()
