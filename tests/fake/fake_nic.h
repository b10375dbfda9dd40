/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network devices of the host in memory, each with the misbehaviour of its driver.
 *
 * What drivers and the kernel's core do is told with the function that does it, of Linux 6.12
 * unless a version is named; fake_driver.c has the drivers, fake_nic.c the core and fake_queue.c
 * the files below /sys and /proc. A struct fake_nics has no pointers but to functions and
 * constants, so that it can live in memory that a child process shares.
 */
#ifndef FAKE_NIC_H
#define FAKE_NIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/nic.h"
#include "fake/fake_cpus.h"
#include "fake/fake_io.h"
#include "io/nic.h"

#define FAKE_NICS_MAX   8U
#define FAKE_QUEUES_MAX 128U
#define FAKE_TABLE_MAX  512U
#define FAKE_KEY_MAX    52U
#define FAKE_IRQS_MAX   (2 * FAKE_QUEUES_MAX + 1)

enum fake_kernel {
	FAKE_LINUX_6_1,
	FAKE_LINUX_6_12,
	FAKE_LINUX_7,
};

/* The features that the model knows; names are in fake_feature.c. */
enum fake_feature {
	FAKE_SG,
	FAKE_IP_CSUM,
	FAKE_IPV6_CSUM,
	FAKE_HW_CSUM,
	FAKE_TSO,
	FAKE_TSO_ECN,
	FAKE_TSO_MANGLEID,
	FAKE_TSO6,
	FAKE_GSO,
	FAKE_GRO,
	FAKE_LRO,
	FAKE_NTUPLE,
	FAKE_RXHASH,
	FAKE_RXCSUM,
	FAKE_RXFCS,
	FAKE_GRO_HW,
	FAKE_USO,
	FAKE_VLAN_RX,
	FAKE_VLAN_TX,
	FAKE_HIGHDMA, /* no driver lets it be changed */
	FAKE_FEATURES,
};
#define FAKE_BIT(feature) (1U << (feature))

struct fake_nic;
struct fake_nics;

/**
 * struct fake_driver - a driver
 * @kind: IFLA_INFO_KIND, "" for hardware
 * @has: NT_NIC_HAS_*
 * @separate: its channels are rx and tx, not combined
 * @other: channels for its own use
 * @ring_max, @ring_multiple: of descriptors; a request is rounded up
 * @coalesce: defaults, and what it has
 * @by_queue: its values can be set for each queue
 * @tells_first: of the device it tells what queue 0 has
 * @hashes: ETH_RSS_HASH_* that it has; 0: it tells of none
 * @fields: what it hashes by at first
 * @table: entries of the RSS table
 * @key: bytes of the RSS key
 * @features: that can be changed
 * @on: features that are on at first
 * @irq_rxtx, @irq_rx, @irq_tx, @irq_other: names of handlers, with @ the device, # the queue and
 *	& the bus address; NULL for those it does not have
 * @auxiliary: the auxiliary device for RDMA, NULL for none
 * @tells_irq: the kernel from which on it tells the interrupt of a NAPI instance
 * @keeps_napis: netif_napi_add_config(): how a queue is polled outlives its NAPI instance
 *
 * The functions may be NULL. Checks return 0 or a negative errno, with words of the driver in diag
 * where they reach the caller:
 * @check_channels: refuse new channels
 * @channels: the channels have changed from @old
 * @reopen: the device was closed and opened again, for its rings or MTU
 * @check_coalesce: refuse @want, a whole set of values
 * @coalesce_set: change what was stored of @want
 * @rss_set: the user has set the table, or had it reset
 * @check_fields: refuse what @flow is to be hashed by
 * @table_default: entry @i of the table that the driver makes itself
 * @reopens_for: features whose change reopens the device
 */
struct fake_driver {
	const char *name;
	const char *kind;
	uint32_t has;
	bool separate;
	uint32_t other;
	uint32_t ring_max;
	uint32_t ring_default;
	uint32_t ring_multiple;
	uint32_t mtu_max;
	struct nt_nic_coalesce coalesce;
	bool by_queue;
	bool tells_first;
	uint32_t hashes;
	struct nt_nic_rss_fields fields;
	uint32_t table;
	uint32_t key;
	uint32_t features;
	uint32_t on;
	uint32_t reopens_for;
	const char *irq_rxtx;
	const char *irq_rx;
	const char *irq_tx;
	const char *irq_other;
	const char *auxiliary;
	enum fake_kernel tells_irq;
	bool keeps_napis;
	int (*check_channels)(const struct fake_nics *nics, const struct fake_nic *nic,
			      const struct nt_nic_channels *want, struct nt_diag *diag);
	void (*channels)(struct fake_nics *nics, struct fake_nic *nic,
			 const struct nt_nic_channels *old);
	void (*reopen)(struct fake_nics *nics, struct fake_nic *nic);
	int (*check_coalesce)(const struct fake_nic *nic, const struct nt_nic_coalesce *want);
	void (*coalesce_set)(struct fake_nic *nic, const struct nt_nic_coalesce *old);
	int (*check_features)(const struct fake_nic *nic, uint32_t want);
	int (*check_fields)(enum nt_flow flow, uint32_t fields);
	uint16_t (*table_default)(const struct fake_nic *nic, uint32_t i);
	uint32_t (*table_size)(const struct fake_nic *nic, uint32_t rings);
};

/**
 * struct fake_queue - one receive and one transmit queue
 * @rps, @flow_cnt: of the receive queue
 * @xps, @rxqs: of the transmit queue
 * @coalesce: of the pair; has is the device's
 * @napi: of the instance that serves both, by enum nt_napi_field
 * @rx_ring, @tx_ring: descriptors, which differ between queues only when something went wrong
 */
struct fake_queue {
	struct fake_cpus rps;
	struct fake_cpus xps;
	struct fake_cpus rxqs;
	uint32_t flow_cnt;
	uint32_t coalesce[NT_COALESCE_FIELDS];
	uint64_t napi[NT_NAPI_FIELDS];
	uint32_t rx_ring;
	uint32_t tx_ring;
};

struct fake_irq {
	uint32_t irq;
	enum nt_irq_role role;
	uint32_t queue;
	struct fake_cpus cpus;
	bool managed;
};

/**
 * struct fake_nic - a device; tests set what they need
 * @wanted: features asked for
 * @active: features in force
 * @rxfh_configured: IFF_RXFH_CONFIGURED: the user has set the table
 * @lut_user: i40e's own copy of a table, which also a reset makes
 * @rdma: an RDMA driver is bound
 * @zero_copy: AF_XDP sockets hold queues below this
 * @providers: memory providers do
 * @context: number of an RSS context, 0 for none
 * @context_rings: it points at rings below this
 * @ntuple: flow steering rules
 * @ntuple_queue: the highest queue that one of them names
 * @ring_fails_at: resizing fails at this queue, counted from 1; 0 never
 * @master: index of the bond that it is a port of, 0 for none
 * @loses_link: the carrier does not come back after a reset
 * @link_lost_by: nor after this one, counted from 1, until the next; 0: none
 * @napi: napi_defer_hard_irqs, gro_flush_timeout, threaded
 * @napi_base: id of the first NAPI instance, another one for each set of channels
 * @spares_own: what the device is told reaches only queues that were as the device was
 * @n_resets: how often the data path was interrupted
 */
struct fake_nic {
	char name[NT_NIC_NAME_MAX];
	const struct fake_driver *driver;
	struct nt_nic_link link;
	struct nt_nic_channels channels;
	struct nt_nic_coalesce coalesce;
	struct nt_nic_pause pause;
	uint32_t wanted;
	uint32_t active;
	bool rxfh_configured;
	bool lut_user;
	uint32_t n_table;
	uint16_t table[FAKE_TABLE_MAX];
	uint8_t key[FAKE_KEY_MAX];
	uint32_t hash;
	struct nt_nic_rss_fields fields;
	bool rdma;
	uint32_t zero_copy;
	uint32_t providers;
	uint32_t context;
	uint32_t context_rings;
	uint32_t ntuple;
	uint32_t ntuple_queue;
	uint32_t ring_fails_at;
	int master;
	bool loses_link;
	unsigned int link_lost_by;
	uint64_t napi[NT_NAPI_DEVICE_FIELDS];
	uint32_t napi_base;
	struct fake_queue queues[FAKE_QUEUES_MAX];
	struct fake_irq irqs[FAKE_IRQS_MAX];
	size_t n_irqs;
	bool spares_own;
	unsigned int n_resets;
};

/**
 * struct fake_nics - the devices of a host and the CPUs that serve them
 * @n_cpus: nr_cpu_ids
 * @isolated: not for housekeeping
 * @full: CPUs without a free interrupt vector
 * @next_irq: number of the next interrupt
 * @n_down: devices that were up and without a carrier at the same time, at worst
 */
struct fake_nics {
	enum fake_kernel kernel;
	unsigned int n_cpus;
	struct fake_cpus online;
	struct fake_cpus isolated;
	struct fake_cpus full;
	uint32_t next_irq;
	unsigned int n_down;
	struct fake_nic list[FAKE_NICS_MAX];
	size_t n;
};

/* The door of fake_io, for as long as it has devices. */
extern const struct nt_nic_ops fake_nic_ops;

/* Gives @fake devices on @n_cpus CPUs, and the files that tell of these. @nics is the caller's. */
void fake_nics_init(struct fake_io *fake, struct fake_nics *nics, enum fake_kernel kernel,
		    unsigned int n_cpus);

/**
 * fake_nic_add() - plug in a device at its driver's defaults
 * @driver: "i40e", "igb", "ixgbe", "ice", "mlx5_core", "bnxt_en", "ena", "virtio_net" or "veth";
 *	    the test ends at another
 * @channels: at first; for both kinds where the driver has rx and tx
 * @channels_max: that it can have
 */
struct fake_nic *fake_nic_add(struct fake_io *fake, const char *name, const char *driver,
			      uint32_t channels, uint32_t channels_max);

/* NULL for none. */
struct fake_nic *fake_nic_find(struct fake_io *fake, const char *name);

/* The interrupt of a queue, or NULL. */
struct fake_irq *fake_irq_find(struct fake_nic *nic, enum nt_irq_role role, uint32_t queue);

/**
 * fake_nics_dump() - everything that can be set, a line each: "eth0 xps-cpus.tx-3 = 8"
 *
 * Independent of what the code under test reads. Interrupts go by their queue: their numbers are
 * not settings. Ends the test program when @size is too small.
 */
void fake_nics_dump(const struct fake_nics *nics, char *buf, size_t size);

/* ---- between the files of the model ---- */

/* The state has changed so that the carrier was lost for a moment. */
void fake_nic_reset(struct fake_nics *nics, struct fake_nic *nic);
void fake_nic_fill_table(struct fake_nic *nic);
/* Gives each queue what the device has. */
void fake_nic_spread_coalesce(struct fake_nic *nic);
/* Does the table take the first @rings in turns? */
bool fake_nic_goes_round(const struct fake_nic *nic, uint32_t rings);
/* The highest ring in the table. */
uint32_t fake_nic_table_max(const struct fake_nic *nic);
void fake_nic_fill_key(struct fake_nic *nic);
/* Frees all interrupts and takes new ones, for as many queues as there are. */
void fake_nic_take_irqs(struct fake_nics *nics, struct fake_nic *nic);
uint32_t fake_nic_irq_queues(const struct fake_nic *nic);
/* The handler's name; "" while there is none. */
void fake_irq_name(const struct fake_nic *nic, const struct fake_irq *irq, char *buf, size_t size);
const struct fake_driver *fake_driver_find(const char *name);
const char *fake_feature_name(enum fake_feature feature);
/* What the kernel's core leaves of a set of features. */
uint32_t fake_feature_fix(uint32_t features);

/* The files; -ENOENT for others'. @value has no newline. */
int fake_nic_read(struct fake_io *fake, const char *path, char *buf, size_t size);
int fake_nic_write(struct fake_io *fake, const char *path, const char *value);
/* 0 when there is no such file. */
mode_t fake_nic_mode(struct fake_io *fake, const char *path);
/* Calls @fn for every path below @folder; those of folders end with a slash. */
int fake_nic_paths(struct fake_io *fake, const char *folder, nt_io_name_fn fn, void *user);
int fake_nic_read_link(struct fake_io *fake, const char *path, char *buf, size_t size);
int fake_nic_links(struct fake_io *fake, nt_io_link_fn fn, void *user);

#endif
