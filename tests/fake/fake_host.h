/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hosts with network devices, built and looked at as a whole.
 */
#ifndef FAKE_HOST_H
#define FAKE_HOST_H

#include "fake/fake_io.h"
#include "fake/fake_nic.h"

/**
 * struct fake_host - all that a host in memory is made of
 *
 * In one piece, so that it can be copied, compared, and shared with a child process.
 */
struct fake_host {
	struct fake_io io;
	struct fake_nics nics;
	struct fake_file files[FAKE_FILES_MAX];
};

/**
 * fake_host_map() - a host in memory that child processes share
 * @folder: where its file is made; it has no name any more on return
 *
 * What is in it survives a child that was killed. Return: never NULL; free with fake_host_unmap().
 */
struct fake_host *fake_host_map(const char *folder);
void fake_host_unmap(struct fake_host *host);

/* The server of fake_server.c, with @n_cpus CPUs and no devices yet. */
void fake_host_init(struct fake_host *host, enum fake_kernel kernel, unsigned int n_cpus);

/* Makes @copy what @host is now; its operations are counted from 0 and none fails. */
void fake_host_copy(struct fake_host *copy, const struct fake_host *host);

/* Enough for a dump of a host with FAKE_NICS_MAX small devices. */
#define FAKE_DUMP_MAX (256U * 1024)

/**
 * fake_host_dump() - every setting of the host, a line each
 *
 * "net.core.somaxconn = 4096", "module nf_conntrack = loaded" and what fake_nics_dump() tells,
 * without what loading a congestion control or qdisc leaves behind. Two hosts are in the same state
 * when their dumps are equal.
 */
void fake_host_dump(const struct fake_host *host, char *buf, size_t size);

#endif
