#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Hold a queue of a device with an AF_XDP socket that copies: hold_xsk.py DEVICE QUEUE

Says "held" and stays until its standard input ends. Exits with 77 where the kernel has no AF_XDP.
"""

import ctypes
import mmap
import os
import socket
import struct
import sys

AF_XDP = 44
SOL_XDP = 283
XDP_RX_RING, XDP_UMEM_REG, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING = 2, 4, 5, 6
XDP_COPY = 1 << 1
CHUNK, CHUNKS = 4096, 64


def main(device, queue):
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        sock = socket.socket(AF_XDP, socket.SOCK_RAW)
    except OSError as error:
        print("SKIP: no AF_XDP:", error)
        return 77
    memory = mmap.mmap(-1, CHUNK * CHUNKS)
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    sock.setsockopt(SOL_XDP, XDP_UMEM_REG,
                    struct.pack("=QQIIII", start, CHUNK * CHUNKS, CHUNK, 0, 0, 0))
    for ring in XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING, XDP_RX_RING:
        sock.setsockopt(SOL_XDP, ring, 64)
    address = struct.pack("=HHIII", AF_XDP, XDP_COPY, socket.if_nametoindex(device), int(queue), 0)
    if libc.bind(sock.fileno(), address, len(address)) < 0:
        print("cannot bind:", os.strerror(ctypes.get_errno()))
        return 1
    print("held", flush=True)
    sys.stdin.read()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
