/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only door to the host: everything that reads or changes it takes a struct nt_io.
 *
 * live.c opens it onto the running system, tests/fake/fake_io.c onto a host in memory. Paths are
 * absolute, as the kernel names them; under --netns the process has already entered the namespace.
 */
#ifndef NT_IO_H
#define NT_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct nt_diag;
struct nt_io;
struct nt_bond_ops;
struct nt_io_path_ops;
struct nt_nic_ops;

/* The longest value of a file below /proc/sys or /sys: one page. */
#define NT_IO_VALUE_MAX 4096U

/* Folders with longer paths are not kept open. */
#define NT_IO_FOLDER_MAX 256U

enum nt_module_state {
	NT_MODULE_UNKNOWN, /* no module index, or libkmod not installed */
	NT_MODULE_ABSENT,
	NT_MODULE_FORBIDDEN, /* there, but modprobe.d blacklists it or has a command instead */
	NT_MODULE_LOADABLE,
	NT_MODULE_LOADED,
	NT_MODULE_BUILTIN,
	NT_MODULE_IMPOSSIBLE, /* it does not run, and this kernel cannot load any */
};

/**
 * struct nt_io_stat - what matters of stat(2)
 * @mode: type and permission bits
 * @uid: owner
 * @gid: group
 * @size: bytes
 */
struct nt_io_stat {
	mode_t mode;
	uid_t uid;
	gid_t gid;
	uint64_t size;
};

/**
 * struct nt_io_link - a network device as RTM_GETLINK tells it
 *
 * Strings live until the callback returns; empty when unknown. @speed_mbps is 0 when unknown.
 */
struct nt_io_link {
	int ifindex;
	int master_ifindex;
	int lower_ifindex; /* IFLA_LINK: what a VLAN or macvlan sits on; 0 none */
	const char *name;
	const char *kind;   /* IFLA_INFO_KIND: "bond", "veth"; "" for hardware */
	const char *driver; /* ethtool's driver name */
	const char *bus;    /* bus address, "0000:01:00.0" */
	const char *address;
	bool up;
	bool carrier;
	uint32_t speed_mbps;
	uint32_t mtu;
	uint32_t tx_queue_len;
	uint32_t rx_queues;
	uint32_t tx_queues;
	int numa_node; /* -1: unknown */
};

/**
 * struct nt_io_listener - a socket that listens (TCP) or is bound (UDP) to a local port
 */
struct nt_io_listener {
	uint8_t protocol; /* IPPROTO_TCP or IPPROTO_UDP */
	uint16_t port;
};

/**
 * struct nt_io_poller - a socket, or an epoll set, and what its program told it
 * @pid: of a process that holds it, and its name
 * @protocol: IPPROTO_TCP, IPPROTO_UDP, 0 for an epoll set
 * @busy_poll_us: how long it polls before it sleeps
 * @prefer: polling is preferred to interrupts
 * @napi_id: of the queue that it last received from; 0 none, or not told
 */
struct nt_io_poller {
	uint32_t pid;
	const char *process;
	uint8_t protocol;
	uint32_t busy_poll_us;
	bool prefer;
	uint32_t napi_id;
};

/**
 * struct nt_io_cpu - where a CPU belongs, as libhwloc tells it
 * @core: the least number among the CPUs of its core
 * @package: -1 unknown
 * @node: of memory near to it; a host without NUMA has node 0
 */
struct nt_io_cpu {
	uint32_t cpu;
	uint32_t core;
	int package;
	int node;
};

/* Callbacks return 0 to go on, a negative errno to stop with it. */
typedef int (*nt_io_name_fn)(const char *name, void *user);
typedef int (*nt_io_link_fn)(const struct nt_io_link *link, void *user);
typedef int (*nt_io_listener_fn)(const struct nt_io_listener *listener, void *user);
typedef int (*nt_io_poller_fn)(const struct nt_io_poller *poller, void *user);
typedef int (*nt_io_cpu_fn)(const struct nt_io_cpu *cpu, void *user);

/**
 * struct nt_io_folder - a folder in whose folders many files are opened, one after the other
 * @path: its path, terminated; empty when none is open
 * @fd: its descriptor
 *
 * Starts zeroed, and ends with nt_io_folder_close(). A folder that is removed and made anew
 * meanwhile, as that of a device's queues, has no files any more: its files are not found.
 */
struct nt_io_folder {
	char path[NT_IO_FOLDER_MAX];
	int fd;
};

/**
 * struct nt_io_ops - how a host is reached; every function returns 0 or a negative errno
 */
struct nt_io_ops {
	/* Network devices (nic.h); NULL when the host has none to offer. */
	const struct nt_nic_ops *nic;
	/* Bonds (bond.h); NULL when the host has none to offer. */
	const struct nt_bond_ops *bond;
	/* Reads at most @size - 1 bytes and terminates them; -E2BIG when there is more. */
	int (*read_file)(struct nt_io *io, const char *path, char *buf, size_t size,
			 size_t *ret_len);
	/* One write(2) of the whole value; a short write is -EIO. */
	int (*write_file)(struct nt_io *io, const char *path, const char *data, size_t len);
	/*
	 * An open descriptor (O_RDWR) for the module, owned by the caller. @folder, which may be
	 * NULL, holds the one above the folder of a file opened before, and of this one afterwards.
	 */
	int (*open_rw)(struct nt_io *io, struct nt_io_folder *folder, const char *path);
	/* access(2) with the effective ids; @mode is R_OK, W_OK, F_OK. */
	int (*access)(struct nt_io *io, const char *path, int mode);
	int (*stat)(struct nt_io *io, const char *path, struct nt_io_stat *ret);
	/* Names in a directory except "." and "..", in no order. */
	int (*list_dir)(struct nt_io *io, const char *path, nt_io_name_fn fn, void *user);
	int (*read_link)(struct nt_io *io, const char *path, char *buf, size_t size);
	int (*links)(struct nt_io *io, nt_io_link_fn fn, void *user);
	int (*listeners)(struct nt_io *io, nt_io_listener_fn fn, void *user);
	enum nt_module_state (*module_state)(struct nt_io *io, const char *name);
	int (*module_load)(struct nt_io *io, const char *name, struct nt_diag *diag);
	/* -EBUSY when the module is in use. */
	int (*module_unload)(struct nt_io *io, const char *name, struct nt_diag *diag);
	/*
	 * Sends @request to the irqbalance whose socket is at @path, and waits until it is done;
	 * @reply is terminated, "" for none. -ETIMEDOUT, -E2BIG. NULL: there is none.
	 */
	int (*irqbalance)(struct nt_io *io, const char *path, const char *request, char *reply,
			  size_t size);
	/*
	 * TCP and UDP sockets and epoll sets of other processes, process by process, in the
	 * namespace in force; @ret_unseen counts processes that we may not look at. -EOPNOTSUPP
	 * when the kernel cannot tell. NULL: nobody has any.
	 */
	int (*pollers)(struct nt_io *io, nt_io_poller_fn fn, void *user, uint32_t *ret_unseen);
	/*
	 * CPUs that are online. -EOPNOTSUPP when only files can tell; other errors are no better.
	 * NULL likewise.
	 */
	int (*cpus)(struct nt_io *io, nt_io_cpu_fn fn, void *user);
	/* How packets find their way (path.h); NULL when the host has none to offer. */
	const struct nt_io_path_ops *path;
};

/**
 * struct nt_io - a host
 * @ops: how it is reached
 * @devices: the host whose network devices are meant, when this one only stands before it; NULL:
 *	     its own
 * @writes: changes made through it (files written, modules loaded or unloaded, devices set),
 *	    successful or not
 *
 * Embedded as the first member by implementations. Not shared between threads.
 */
struct nt_io {
	const struct nt_io_ops *ops;
	struct nt_io *devices;
	uint64_t writes;
};

int nt_io_read_file(struct nt_io *io, const char *path, char *buf, size_t size, size_t *ret_len);
int nt_io_write_file(struct nt_io *io, const char *path, const char *data, size_t len);
int nt_io_open_rw(struct nt_io *io, struct nt_io_folder *folder, const char *path);
void nt_io_folder_close(struct nt_io_folder *folder);
int nt_io_access(struct nt_io *io, const char *path, int mode);
int nt_io_stat(struct nt_io *io, const char *path, struct nt_io_stat *ret);
int nt_io_list_dir(struct nt_io *io, const char *path, nt_io_name_fn fn, void *user);
int nt_io_read_link(struct nt_io *io, const char *path, char *buf, size_t size);
int nt_io_links(struct nt_io *io, nt_io_link_fn fn, void *user);
int nt_io_listeners(struct nt_io *io, nt_io_listener_fn fn, void *user);
int nt_io_pollers(struct nt_io *io, nt_io_poller_fn fn, void *user, uint32_t *ret_unseen);
int nt_io_cpus(struct nt_io *io, nt_io_cpu_fn fn, void *user);
enum nt_module_state nt_io_module_state(struct nt_io *io, const char *name);
int nt_io_module_load(struct nt_io *io, const char *name, struct nt_diag *diag);
int nt_io_module_unload(struct nt_io *io, const char *name, struct nt_diag *diag);
/* Requests other than "setup" count as writes. -ECONNREFUSED when the host has no irqbalance. */
int nt_io_irqbalance(struct nt_io *io, const char *path, const char *request, char *reply,
		     size_t size);

/* The running host. Owned by the io layer, valid for the life of the process. */
struct nt_io *nt_io_live(void);

#endif
