/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host in memory, for tests: files that behave as the kernel's do, devices, listeners, modules,
 * and errors where a test wants them. What devices can be told is in fake_nic.h.
 */
#ifndef FAKE_IO_H
#define FAKE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/idset.h"
#include "fake/fake_bond.h"
#include "io/io.h"
#include "io/path.h"

#define FAKE_FILES_MAX     512U
#define FAKE_LINKS_MAX     64U
#define FAKE_LISTENERS_MAX 64U
#define FAKE_MODULES_MAX   64U
#define FAKE_FIELDS_MAX    4U

struct fake_io;
struct fake_file;
struct fake_nics;

/*
 * What a write does. NUMBERS are proc_dointvec's: fields that are left out keep their value, and at
 * junk behind the last field the kernel stops, having changed it, and takes only part of the bytes.
 */
enum fake_kind {
	FAKE_TEXT,    /* takes anything */
	FAKE_NUMBERS, /* @fields integers from @min to @max */
	FAKE_WORD,    /* one word; a hook may refuse it */
	FAKE_PORTS,   /* a list of ports, printed with neighbours joined */
	FAKE_RAW,     /* read without a newline at its end */
	FAKE_LINK,    /* a symbolic link; its target is the value */
};

/*
 * Called with the new value before it is stored; 0 or a negative errno to refuse. May change
 * @value, which has room for NT_IO_VALUE_MAX.
 */
typedef int (*fake_write_fn)(struct fake_io *fake, struct fake_file *file, char *value);

/**
 * struct fake_file - a file
 * @value: as read, without the newline
 * @mode: permission bits
 * @fields: of NUMBERS
 * @read_errno: positive; every read fails
 * @write_errno: positive; every write fails
 * @ignores: writes succeed and change nothing
 * @hook: called on writes
 * @n_writes: how often it was written
 */
struct fake_file {
	char path[160];
	char value[NT_IO_VALUE_MAX];
	enum fake_kind kind;
	mode_t mode;
	unsigned int fields;
	int64_t min;
	int64_t max;
	int read_errno;
	int write_errno;
	bool ignores;
	fake_write_fn hook;
	unsigned int n_writes;
};

/* Called after the module was loaded: makes files appear. */
typedef void (*fake_load_fn)(struct fake_io *fake);

struct fake_module {
	char name[64];
	enum nt_module_state state;
	int load_errno;
	int unload_errno;
	fake_load_fn on_load;
	fake_load_fn on_unload;
};

#define FAKE_NETNS_MAX	    8U
#define FAKE_NODES_MAX	    64U
#define FAKE_ROUTES_MAX	    32U
#define FAKE_TCP_MAX	    16U
#define FAKE_NEIGHBOURS_MAX 16U

/* Things of one namespace, by its inode. */
struct fake_node {
	uint64_t netns;
	struct nt_io_node node;
};

/* A route to one address, or a default route with @to "". */
struct fake_route {
	uint64_t netns;
	char to[NT_IO_ADDRESS_MAX];
	struct nt_io_route route;
};

struct fake_tcp {
	uint64_t netns;
	bool listening;
	struct nt_io_tcp tcp;
};

/* @answers_ms after it was asked; UINT32_MAX: never. @asked_ms is 0 when it was not. */
struct fake_neighbour {
	int ifindex;
	char address[NT_IO_ADDRESS_MAX];
	enum nt_io_neighbour state;
	uint32_t answers_ms;
	uint64_t asked_ms;
	unsigned int n_asked;
};

/**
 * struct fake_paths - how packets find their way, see fake_paths.c
 * @now_ms: moves only while somebody waits
 * @on_wait: called after each wait, so that a test can let things happen; may be NULL
 * @closed: inode of a namespace that we may not enter
 */
struct fake_paths {
	struct nt_io_netns netns[FAKE_NETNS_MAX];
	size_t n_netns;
	struct fake_node nodes[FAKE_NODES_MAX];
	size_t n_nodes;
	struct fake_route routes[FAKE_ROUTES_MAX];
	size_t n_routes;
	struct fake_tcp tcp[FAKE_TCP_MAX];
	size_t n_tcp;
	struct fake_neighbour neighbours[FAKE_NEIGHBOURS_MAX];
	size_t n_neighbours;
	uint64_t now_ms;
	void (*on_wait)(struct fake_io *fake);
	uint64_t closed;
};

/**
 * struct fake_io - the host
 * @io: what the code under test gets
 * @mount_readonly: writing below /proc/sys is EROFS
 * @unprivileged: writing anything is EACCES
 * @nics: network devices (fake_nic.h), NULL for none
 * @bonds: and what is made of them (fake_bond.h)
 * @irqbalance: runs; its socket is FAKE_IRQBALANCE
 * @irqbalance_takes: bytes of a request, the rest is lost
 * @banned: interrupts that it leaves alone
 * @n_operations: reads and writes of files, and requests to devices, so far
 * @fail_at: the operation that fails, counted from 1; 0 none
 * @fail_errno: with what
 * @short_write_at: the operation that is done only half and then fails, if it changes something
 * @crash_at: the operation before which @crash is called
 * @crash: raises SIGKILL, jumps out, or changes the host behind the back of who works on it
 */
struct fake_io {
	struct nt_io io;
	struct fake_paths paths;
	struct fake_file *files;
	size_t n_files;
	struct nt_io_link links[FAKE_LINKS_MAX];
	size_t n_links;
	struct nt_io_listener listeners[FAKE_LISTENERS_MAX];
	size_t n_listeners;
	struct fake_module modules[FAKE_MODULES_MAX];
	size_t n_modules;
	bool mount_readonly;
	bool unprivileged;
	int listeners_errno;
	const struct nt_io_poller *pollers; /* the test's */
	size_t n_pollers;
	uint32_t n_unseen;
	int pollers_errno;
	struct fake_nics *nics;
	struct fake_bonds bonds;
	bool irqbalance;
	size_t irqbalance_takes;
	struct nt_idset banned;
	unsigned int n_operations;
	unsigned int fail_at;
	int fail_errno;
	unsigned int short_write_at;
	unsigned int crash_at;
	void (*crash)(struct fake_io *fake);
};

#define FAKE_IRQBALANCE "/run/irqbalance/irqbalance77.sock"

/* Starts an irqbalance of a release that takes requests of 500 bytes. */
void fake_irqbalance_start(struct fake_io *fake);

void fake_io_init(struct fake_io *fake);
/* The same with FAKE_FILES_MAX @files of the caller's: there is nothing to free then. */
void fake_io_init_at(struct fake_io *fake, struct fake_file *files);
void fake_io_free(struct fake_io *fake);

/* Adds a text file, or replaces it. Never fails: a full table ends the test program. */
struct fake_file *fake_file(struct fake_io *fake, const char *path, const char *value);
struct fake_file *fake_find(struct fake_io *fake, const char *path);
void fake_remove(struct fake_io *fake, const char *path);

/* The same for a key of sysctl; NUMBERS when @value is made of them, else WORD. */
struct fake_file *fake_sysctl(struct fake_io *fake, const char *key, const char *value);
struct fake_file *fake_find_sysctl(struct fake_io *fake, const char *key);
void fake_remove_sysctl(struct fake_io *fake, const char *key);
const char *fake_value(struct fake_io *fake, const char *key);

struct fake_module *fake_module(struct fake_io *fake, const char *name,
				enum nt_module_state state);
void fake_link(struct fake_io *fake, const struct nt_io_link *link);
void fake_listener(struct fake_io *fake, uint8_t protocol, uint16_t port);

/* fake_irqbalance.c: the door to it. */
int fake_irqbalance_ask(struct nt_io *io, const char *path, const char *request, char *reply,
			size_t size);

/* The namespace in force has inode 1 and is always there. */
#define FAKE_OWN 1U

void fake_netns(struct fake_io *fake, uint64_t inode, const char *name);
struct nt_io_node *fake_node(struct fake_io *fake, uint64_t netns, int ifindex, const char *name,
			     const char *kind);
/* @node's lower device is @ifindex of @netns. */
void fake_lower(struct fake_io *fake, struct nt_io_node *node, uint64_t netns, int ifindex);
void fake_route(struct fake_io *fake, uint64_t netns, const char *to, int ifindex,
		const char *gateway);
struct nt_io_tcp *fake_tcp(struct fake_io *fake, uint64_t netns, uint16_t local_port,
			   const char *remote, uint32_t inode);
struct fake_neighbour *fake_neighbour(struct fake_io *fake, int ifindex, const char *address);
/* A process named @comm that holds socket @inode. */
void fake_holder(struct fake_io *fake, unsigned int pid, const char *comm, uint32_t inode);
void fake_paths_init(struct fake_io *fake);

/* The table of fake_paths.c. */
extern const struct nt_io_path_ops fake_path_ops;
/* Counts an operation. The errno it is to fail with, negative, or 0. */
int fake_count(struct fake_io *fake);
/* Is the operation that was counted last to be done only half? */
bool fake_halves(const struct fake_io *fake);

/* The @nth operation from now fails with @err. */
void fake_fail(struct fake_io *fake, unsigned int nth, int err);

/*
 * A server as Linux 6.12 boots it in the initial namespace, 64 GiB, x86_64: kernel, memory, the
 * keys of the sysctl domain at their defaults, congestion controls that load on demand, conntrack
 * not loaded.
 */
void fake_server(struct fake_io *fake);

/* What is different in another network namespace. */
void fake_enter_netns(struct fake_io *fake);

#endif
