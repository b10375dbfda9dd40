/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations of kind irq: the CPUs that may take an interrupt of a network device.
 */
#ifndef NT_IRQ_H
#define NT_IRQ_H

#include <linux/types.h>

struct nt_op_kind;
struct pci_dev;

/**
 * struct nt_irq - an interrupt
 * @irq: its number
 * @device: index of the network device it belongs to
 * @owner: the function that its message is of; held
 */
struct nt_irq {
	u32 irq;
	u32 device;
	struct pci_dev *owner;
};

#ifdef CONFIG_PCI_MSI
extern const struct nt_op_kind nt_irq_kind;
#endif

#endif /* NT_IRQ_H */
