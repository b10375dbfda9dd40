/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of the live host that are files of their own. Only live.c includes this.
 */
#ifndef NT_IO_LIVE_H
#define NT_IO_LIVE_H

#include "io.h"

/* rtnl.c: devices by an RTM_GETLINK dump and the ethtool ioctls; right in any namespace. */
int nt_rtnl_links(nt_io_link_fn fn, void *user);

/* pollers.c: what programs told their sockets, see struct nt_io_ops. */
int nt_pollers(nt_io_poller_fn fn, void *user, uint32_t *ret_unseen);

/* sockdiag.c: sockets that listen or are bound, by inet_diag dumps. */
int nt_sockdiag_listeners(nt_io_listener_fn fn, void *user);

/* kmod.c: modules, through libkmod when it is installed. */
enum nt_module_state nt_kmod_state(const char *name);
int nt_kmod_load(const char *name, struct nt_diag *diag);
int nt_kmod_unload(const char *name, struct nt_diag *diag);

/* hwloc.c: where CPUs belong, when libhwloc is installed, see struct nt_io_ops. */
int nt_hwloc_cpus(nt_io_cpu_fn fn, void *user);

/* irqbalance.c: its unix socket. */
int nt_irqbalance_ask(const char *path, const char *request, char *reply, size_t size);

#endif
