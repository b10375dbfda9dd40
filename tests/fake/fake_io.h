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
#include "io/io.h"

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

/**
 * struct fake_io - the host
 * @io: what the code under test gets
 * @mount_readonly: writing below /proc/sys is EROFS
 * @unprivileged: writing anything is EACCES
 * @nics: network devices (fake_nic.h), NULL for none
 * @irqbalance: runs; its socket is FAKE_IRQBALANCE
 * @irqbalance_takes: bytes of a request, the rest is lost
 * @banned: interrupts that it leaves alone
 * @n_operations: reads and writes of files, and requests to devices, so far
 * @fail_at: the operation that fails, counted from 1; 0 none
 * @fail_errno: with what
 * @short_write_at: the operation that is done only half and then fails, if it changes something
 * @crash_at: the operation before which @crash is called
 * @crash: raises SIGKILL, or jumps out; must not return
 */
struct fake_io {
	struct nt_io io;
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
	struct fake_nics *nics;
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
