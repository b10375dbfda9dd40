/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations of kind irq: the CPUs that may take an interrupt of a network device.
 */
#ifndef NT_IRQ_H
#define NT_IRQ_H

#include <linux/types.h>

struct device;
struct nt_op_kind;

/**
 * struct nt_irq - an interrupt
 * @irq: its number
 * @device: index of the network device it belongs to
 * @owner: the device that its message is of; compared, never followed
 */
struct nt_irq {
	u32 irq;
	u32 device;
	const struct device *owner;
};

#ifdef CONFIG_GENERIC_MSI_IRQ
extern const struct nt_op_kind nt_irq_kind;
#endif

#endif /* NT_IRQ_H */
