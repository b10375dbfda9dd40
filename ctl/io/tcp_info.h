/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading the kernel's struct tcp_info, apart from session.c: <linux/tcp.h>, which has all its
 * fields, cannot be included beside <netinet/tcp.h>, which libnl brings.
 */
#ifndef NT_IO_TCP_INFO_H
#define NT_IO_TCP_INFO_H

#include <stddef.h>

struct nt_io_tcp;

/* Fills the progress of @tcp from @len bytes; kernels tell as much of the struct as they know. */
void nt_tcp_info_read(const void *info, size_t len, struct nt_io_tcp *tcp);

#endif
