/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a network device can be told: the values that drivers keep, as plain data. PURE.
 *
 * The same structures are facts for the planner (facts.h) and what goes through the door to the
 * host (io/nic.h).
 */
#ifndef NT_CORE_NIC_H
#define NT_CORE_NIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bounds on what a driver, or a recorded file, can make us hold. */
#define NT_NIC_NAME_MAX      16U /* IFNAMSIZ */
#define NT_NIC_FEATURES_MAX  128U
#define NT_NIC_FEATURE_MAX   32U /* ETH_GSTRING_LEN */
#define NT_NIC_QUEUES_MAX    1024U
#define NT_NIC_IRQS_MAX      2048U
#define NT_NIC_IRQ_NAME_MAX  64U
#define NT_NIC_RSS_TABLE_MAX 4096U
#define NT_NIC_RSS_KEY_MAX   256U

/**
 * struct nt_nic_channels - queue pairs and queues (ETHTOOL_MSG_CHANNELS_GET)
 *
 * A driver has either the combined or the rx/tx model, some have both; a maximum of 0 means that
 * the driver does not have that kind.
 */
struct nt_nic_channels {
	uint32_t rx;
	uint32_t tx;
	uint32_t combined;
	uint32_t other;
	uint32_t rx_max;
	uint32_t tx_max;
	uint32_t combined_max;
	uint32_t other_max;
};

/**
 * struct nt_nic_rings - descriptors in each ring (ETHTOOL_MSG_RINGS_GET)
 */
struct nt_nic_rings {
	uint32_t rx;
	uint32_t tx;
	uint32_t rx_max;
	uint32_t tx_max;
};

/* The order is ours; names and netlink attributes are in the table of ctl/core/nic.c. */
enum nt_coalesce_field {
	NT_COALESCE_ADAPTIVE_RX, /* modes: set before, and apart from, all others */
	NT_COALESCE_ADAPTIVE_TX,
	NT_COALESCE_CQE_RX,
	NT_COALESCE_CQE_TX,
	NT_COALESCE_RX_USECS,
	NT_COALESCE_RX_FRAMES,
	NT_COALESCE_RX_USECS_IRQ,
	NT_COALESCE_RX_FRAMES_IRQ,
	NT_COALESCE_TX_USECS,
	NT_COALESCE_TX_FRAMES,
	NT_COALESCE_TX_USECS_IRQ,
	NT_COALESCE_TX_FRAMES_IRQ,
	NT_COALESCE_STATS_BLOCK_USECS,
	NT_COALESCE_FIELDS,
};
#define NT_COALESCE_MODES (NT_COALESCE_CQE_TX + 1)

/**
 * struct nt_nic_coalesce - interrupt moderation (ETHTOOL_MSG_COALESCE_GET)
 * @has: bit for each field that the driver reports; the kernel refuses to set any other
 * @value: by enum nt_coalesce_field; modes are 0 or 1, times microseconds
 */
struct nt_nic_coalesce {
	uint32_t has;
	uint32_t value[NT_COALESCE_FIELDS];
};

struct nt_nic_pause {
	bool autoneg;
	bool rx;
	bool tx;
};

/**
 * struct nt_nic_feature - one offload (ETHTOOL_MSG_FEATURES_GET)
 * @name: as the kernel's string set has it, "tx-tcp-segmentation"
 * @hw: can be changed at all
 * @wanted: was asked for
 * @active: is in effect; what was asked for need not be
 * @fixed: the driver never lets it be changed
 */
struct nt_nic_feature {
	char name[NT_NIC_FEATURE_MAX];
	bool hw;
	bool wanted;
	bool active;
	bool fixed;
};

struct nt_nic_features {
	struct nt_nic_feature list[NT_NIC_FEATURES_MAX];
	size_t n;
};

/**
 * struct nt_nic_rss - how received flows are spread over rings
 * @hfunc: bit of the hash function in force, the kernel's ETH_RSS_HASH_*; 0 unknown
 * @n_table: entries, 0 when the device has no table
 * @table: the ring for each entry
 * @n_key: bytes
 * @key: hash key
 */
struct nt_nic_rss {
	uint32_t hfunc;
	uint32_t n_table;
	uint32_t n_key;
	uint16_t table[NT_NIC_RSS_TABLE_MAX];
	uint8_t key[NT_NIC_RSS_KEY_MAX];
};

/* What of a struct nt_nic_rss is to be set. */
#define NT_RSS_SET_TABLE   (1U << 0)
#define NT_RSS_SET_KEY     (1U << 1)
#define NT_RSS_RESET_TABLE (1U << 2) /* back to the driver's own, so that it spreads again */
#define NT_RSS_SET_HASH    (1U << 3)

/* Kinds of flows whose hash can be told apart; names are in core/rss_fields.c. */
enum nt_flow {
	NT_FLOW_IP4,
	NT_FLOW_IP6,
	NT_FLOW_TCP4,
	NT_FLOW_TCP6,
	NT_FLOW_UDP4,
	NT_FLOW_UDP6,
	NT_FLOW_SCTP4,
	NT_FLOW_SCTP6,
	NT_FLOW_AH4,
	NT_FLOW_AH6,
	NT_FLOW_ESP4,
	NT_FLOW_ESP6,
	NT_FLOWS,
};

/**
 * struct nt_nic_rss_fields - what of a packet the hash is made of (ETHTOOL_GRXFH)
 * @has: bit for each kind of flow that the driver tells of
 * @value: by enum nt_flow, the kernel's RXH_*, of which core/rss_fields.h has a letter for each
 */
struct nt_nic_rss_fields {
	uint32_t has;
	uint32_t value[NT_FLOWS];
};

/**
 * struct nt_nic_link - what identifies a device, and its state
 * @permanent_address: hardware address that no one can change, "" when there is none
 * @bus: "0000:01:00.0", "virtio0", "" for virtual devices
 * @idle_port: a port that its bond does not use: the bond has not seen its carrier yet, still waits
 *	       (updelay), or has not agreed with the other side (LACP)
 * @xdp: an XDP program runs in the driver
 * @xdp_generic: or behind it
 */
struct nt_nic_link {
	int ifindex;
	char permanent_address[24];
	char bus[64];
	bool up;
	bool carrier;
	bool idle_port;
	bool xdp;
	bool xdp_generic;
	uint32_t mtu;
	uint32_t mtu_min;
	uint32_t mtu_max;
	uint32_t tx_queue_len;
};

/* How far a device is; each includes those before it. */
enum nt_nic_ready {
	NT_NIC_NOT_READY,
	NT_NIC_CARRIER,
	NT_NIC_IN_USE, /* by its bond; a device that is no port is in use with its carrier */
};

enum nt_nic_ready nt_nic_ready(const struct nt_nic_link *link);

enum nt_queue_kind {
	NT_QUEUE_RX,
	NT_QUEUE_TX,
};

/**
 * struct nt_queue_fact - one queue's files below /sys/class/net/DEVICE/queues
 * @cpus: CPU list of rps_cpus (rx) or xps_cpus (tx); NULL: no such file, or it refuses to be read
 * @rxqs: list of xps_rxqs (tx); NULL likewise
 * @flow_cnt: rps_flow_cnt (rx)
 */
struct nt_queue_fact {
	enum nt_queue_kind kind;
	uint32_t index;
	char *cpus;
	char *rxqs;
	uint32_t flow_cnt;
};

enum nt_irq_role {
	NT_IRQ_RXTX, /* a queue pair's */
	NT_IRQ_RX,
	NT_IRQ_TX,
	NT_IRQ_OTHER, /* link, mailbox, admin queue */
};

/**
 * struct nt_irq_fact - an interrupt of a device
 * @irq: its number, valid until the next structural change
 * @queue: of its role, counted from 0
 * @name: the handler's name
 * @cpus: CPU list of smp_affinity; NULL when it cannot be read
 * @managed: the kernel placed it and refuses to move it
 * @instead_of: we put it where it is since this CPU had no vector left for it; NULL
 */
struct nt_irq_fact {
	uint32_t irq;
	enum nt_irq_role role;
	uint32_t queue;
	char name[NT_NIC_IRQ_NAME_MAX];
	char *cpus;
	bool managed;
	char *instead_of;
};

/*
 * How queues are polled: for all of a device by files of /sys/class/net/DEVICE, and by the family
 * "netdev" for each NAPI instance, the unit in which queues are polled.
 */
enum nt_napi_field {
	NT_NAPI_DEFER_HARD_IRQS,
	NT_NAPI_GRO_FLUSH_TIMEOUT, /* nanoseconds */
	NT_NAPI_THREADED,
	NT_NAPI_DEVICE_FIELDS,
	/* Of instances only; nanoseconds. */
	NT_NAPI_IRQ_SUSPEND_TIMEOUT = NT_NAPI_DEVICE_FIELDS,
	NT_NAPI_FIELDS,
};

/**
 * struct nt_nic_napi - how a device, or one NAPI instance, is polled
 * @has: bit for each field that the kernel has
 * @value: by enum nt_napi_field
 */
struct nt_nic_napi {
	uint32_t has;
	uint64_t value[NT_NAPI_FIELDS];
};

/* Contexts whose numbers are told; more are only counted in. */
#define NT_NIC_CONTEXTS_MAX 64U

/**
 * struct nt_nic_holders - who holds queues of a device, so that they cannot go away
 * @zero_copy: queues up to the last that AF_XDP sockets have in zero copy
 * @xsk: the same for AF_XDP sockets of any mode
 * @providers: receive queues up to the last with a memory provider (devmem TCP, io_uring)
 * @tells_contexts: it could be told which RSS contexts there are
 * @context_rings: rings up to the last that an RSS context points at, the default one aside
 * @contexts: their numbers
 */
struct nt_nic_holders {
	uint32_t zero_copy;
	uint32_t xsk;
	uint32_t providers;
	bool tells_contexts;
	uint32_t context_rings;
	uint32_t n_contexts;
	uint32_t contexts[NT_NIC_CONTEXTS_MAX];
};

/**
 * struct nt_napi_fact - one NAPI instance
 * @kind, @queue: it goes by the least receive queue that it serves, or where it serves none by the
 *		  least transmit queue; its id changes with the channels
 * @polled: how
 */
struct nt_napi_fact {
	enum nt_queue_kind kind;
	uint32_t queue;
	struct nt_nic_napi polled;
};

/* What a driver answered to; a bit that is missing means EOPNOTSUPP. */
#define NT_NIC_HAS_CHANNELS (1U << 0)
#define NT_NIC_HAS_RINGS    (1U << 1)
#define NT_NIC_HAS_COALESCE (1U << 2)
#define NT_NIC_HAS_PAUSE    (1U << 3)
#define NT_NIC_HAS_FEATURES (1U << 4)
#define NT_NIC_HAS_RSS      (1U << 5)
#define NT_NIC_HAS_RSS_FIELDS (1U << 6)
#define NT_NIC_HAS_QUEUE_COALESCE (1U << 7)

/**
 * struct nt_nic_fact - everything about one device that its tunables need
 * @name: of the device; struct nt_link_fact has driver, bus, node and speed
 * @has: NT_NIC_HAS_*
 * @rdma: an RDMA driver holds the device
 * @queue_coalesce: by queue, when the driver has it for each; there are as many as receive or
 *	transmit queues, whichever are more
 * @n_ntuple: flow steering rules in force
 * @queues: by kind, then index
 * @irqs: by role, then queue
 * @napis: by kind, then queue; none while the device is down
 *
 * Owns @features, @rss and the arrays with their strings.
 */
struct nt_nic_fact {
	char name[NT_NIC_NAME_MAX];
	uint32_t has;
	struct nt_nic_link link;
	struct nt_nic_channels channels;
	struct nt_nic_rings rings;
	struct nt_nic_coalesce coalesce;
	struct nt_nic_coalesce *queue_coalesce;
	size_t n_queue_coalesce;
	struct nt_nic_pause pause;
	struct nt_nic_features *features;
	struct nt_nic_rss *rss;
	struct nt_nic_rss_fields rss_fields;
	struct nt_nic_napi napi;
	bool rdma;
	struct nt_nic_holders holders;
	uint32_t n_ntuple;
	struct nt_queue_fact *queues;
	size_t n_queues;
	struct nt_irq_fact *irqs;
	size_t n_irqs;
	struct nt_napi_fact *napis;
	size_t n_napis;
};

/* "rx-usecs" for a field; NULL past the end. */
const char *nt_coalesce_name(unsigned int field);
/* The field with that name, or -ENOENT. */
int nt_coalesce_find(const char *name);

/* "gro-flush-timeout" for a field, a file's name with underscores if any; NULL past the end. */
const char *nt_napi_name(unsigned int field);
/* The field with that name, or -ENOENT. */
int nt_napi_find(const char *name);

const struct nt_nic_feature *nt_nic_feature_find(const struct nt_nic_features *features,
						 const char *name);

/* The instance that goes by this queue, or NULL. */
const struct nt_napi_fact *nt_nic_napi_of(const struct nt_nic_fact *nic, enum nt_queue_kind kind,
					  uint32_t queue);

/* "rx" or "tx" */
const char *nt_queue_kind_name(enum nt_queue_kind kind);

/* Receive rings in use, which is what an RSS table points at. */
uint32_t nt_nic_rx_rings(const struct nt_nic_channels *channels);
uint32_t nt_nic_tx_rings(const struct nt_nic_channels *channels);
/* Queues of either kind, whichever are more: a pair shares its number. */
uint32_t nt_nic_queues(const struct nt_nic_channels *channels);

/* Frees what @nic owns and leaves it empty. */
void nt_nic_fact_free(struct nt_nic_fact *nic);

#endif
