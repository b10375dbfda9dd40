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

#endif /* NT_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
