#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Attach a program that lets all pass to a device, natively, or take it away again.

    xdp_attach.py DEV on|off

Without a compiler for BPF: the program is "return XDP_PASS", two instructions. Exits with 77 when
the kernel has no BPF or refuses.
"""

import ctypes
import os
import platform
import socket
import struct
import sys

BPF_PROG_LOAD = 5
BPF_PROG_TYPE_XDP = 6
XDP_PASS = 2
SYS_BPF = {"x86_64": 321, "aarch64": 280}
RTM_SETLINK, NLM_F_REQUEST, NLM_F_ACK, NLMSG_ERROR = 19, 1, 4, 2
IFLA_XDP, IFLA_XDP_FD, IFLA_XDP_FLAGS = 43, 1, 3
XDP_FLAGS_DRV_MODE = 4


def load():
    program = struct.pack("<BBhi", 0xB7, 0, 0, XDP_PASS) + struct.pack("<BBhi", 0x95, 0, 0, 0)
    code, licence = ctypes.create_string_buffer(program), ctypes.create_string_buffer(b"GPL")
    attr = struct.pack("<IIQQ", BPF_PROG_TYPE_XDP, 2, ctypes.addressof(code), ctypes.addressof(licence))
    attr = ctypes.create_string_buffer(attr.ljust(128, b"\0"))
    fd = ctypes.CDLL(None, use_errno=True).syscall(SYS_BPF[platform.machine()], BPF_PROG_LOAD, attr, 128)
    if fd < 0:
        print(f"xdp_attach.py: no program: {os.strerror(ctypes.get_errno())}", file=sys.stderr)
        sys.exit(77)
    return fd


def attribute(kind, data):
    return struct.pack("<HH", 4 + len(data), kind) + data.ljust(-(-len(data) // 4) * 4, b"\0")


def main():
    dev, what = sys.argv[1:]
    fd = load() if what == "on" else -1
    nest = attribute(IFLA_XDP_FD, struct.pack("<i", fd)) + attribute(IFLA_XDP_FLAGS, struct.pack("<I", XDP_FLAGS_DRV_MODE))
    link = struct.pack("<BxHiII", socket.AF_UNSPEC, 0, socket.if_nametoindex(dev), 0, 0)
    body = link + attribute(IFLA_XDP | 0x8000, nest)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as sock:
        sock.send(struct.pack("<IHHII", 16 + len(body), RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0) + body)
        answer = sock.recv(65536)
    error = -struct.unpack_from("<i", answer, 16)[0]
    if error:
        print(f"xdp_attach.py: {dev}: {os.strerror(error)}", file=sys.stderr)
        sys.exit(77)


main()
