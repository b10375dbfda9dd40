/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tracepoints of system nettune. They carry numbers only, and so have the same
 * shape on every kernel.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nettune

#if !defined(NT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define NT_TRACE_H

#include <linux/tracepoint.h>

#include "core/dedup.h"

TRACE_EVENT(txn_begin,
	TP_PROTO(u64 id, u32 op_count),
	TP_ARGS(id, op_count),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, op_count)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->op_count = op_count;
	),
	TP_printk("id=%llu ops=%u", __entry->id, __entry->op_count)
);

TRACE_EVENT(txn_op,
	TP_PROTO(u64 id, u32 index, u32 phase, int error),
	TP_ARGS(id, index, phase, error),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, index)
		__field(u32, phase)
		__field(int, error)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->index = index;
		__entry->phase = phase;
		__entry->error = error;
	),
	TP_printk("id=%llu op=%u phase=%u error=%d", __entry->id, __entry->index,
		  __entry->phase, __entry->error)
);

TRACE_EVENT(txn_commit,
	TP_PROTO(u64 id, u32 written),
	TP_ARGS(id, written),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, written)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->written = written;
	),
	TP_printk("id=%llu written=%u", __entry->id, __entry->written)
);

TRACE_EVENT(txn_undo,
	TP_PROTO(u64 id, u32 undone, u32 failed),
	TP_ARGS(id, undone, failed),
	TP_STRUCT__entry(
		__field(u64, id)
		__field(u32, undone)
		__field(u32, failed)
	),
	TP_fast_assign(
		__entry->id = id;
		__entry->undone = undone;
		__entry->failed = failed;
	),
	TP_printk("id=%llu undone=%u failed=%u", __entry->id, __entry->undone, __entry->failed)
);

/* Their numbers go into the format that perf reads; names alone mean nothing there. */
TRACE_DEFINE_ENUM(NT_DEDUP_NONACTIVE);
TRACE_DEFINE_ENUM(NT_DEDUP_OWN);
TRACE_DEFINE_ENUM(NT_DEDUP_REFLECTED);
TRACE_DEFINE_ENUM(NT_DEDUP_LOCKED);

#define NT_TRACE_REASONS                          \
	{ NT_DEDUP_NONACTIVE, "mc-nonactive" },   \
	{ NT_DEDUP_OWN, "own-source" },           \
	{ NT_DEDUP_REFLECTED, "reflected" },      \
	{ NT_DEDUP_LOCKED, "garp-locked" }

/* Of a key of the table of addresses: its VLAN, and below it the address. */
#define NT_TRACE_VID(key) ((u32)((key) >> 48) & 0xfff)
#define NT_TRACE_MAC(key) ((key) & 0xffffffffffffULL)

TRACE_EVENT(slb_drop,
	TP_PROTO(u32 bond, u32 port, u64 key, u32 reason),
	TP_ARGS(bond, port, key, reason),
	TP_STRUCT__entry(
		__field(u64, key)
		__field(u32, bond)
		__field(u32, port)
		__field(u32, reason)
	),
	TP_fast_assign(
		__entry->key = key;
		__entry->bond = bond;
		__entry->port = port;
		__entry->reason = reason;
	),
	TP_printk("bond=%u port=%u source=%012llx vid=%u reason=%s", __entry->bond,
		  __entry->port, NT_TRACE_MAC(__entry->key), NT_TRACE_VID(__entry->key),
		  __print_symbolic(__entry->reason, NT_TRACE_REASONS))
);

/* An address changed the port it sends through, or came in from outside by that port. */
TRACE_EVENT(slb_move,
	TP_PROTO(u32 bond, u64 key, u32 port, bool outside),
	TP_ARGS(bond, key, port, outside),
	TP_STRUCT__entry(
		__field(u64, key)
		__field(u32, bond)
		__field(u32, port)
		__field(u32, outside)
	),
	TP_fast_assign(
		__entry->key = key;
		__entry->bond = bond;
		__entry->port = port;
		__entry->outside = outside;
	),
	TP_printk("bond=%u source=%012llx vid=%u port=%u outside=%u", __entry->bond,
		  NT_TRACE_MAC(__entry->key), NT_TRACE_VID(__entry->key), __entry->port,
		  __entry->outside)
);

TRACE_EVENT(slb_active,
	TP_PROTO(u32 bond, u32 from, u32 to),
	TP_ARGS(bond, from, to),
	TP_STRUCT__entry(
		__field(u32, bond)
		__field(u32, from)
		__field(u32, to)
	),
	TP_fast_assign(
		__entry->bond = bond;
		__entry->from = from;
		__entry->to = to;
	),
	TP_printk("bond=%u from=%u to=%u", __entry->bond, __entry->from, __entry->to)
);

#endif /* NT_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
