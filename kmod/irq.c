// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of kind irq: the CPUs that may take an interrupt of a network device.
 *
 * The affinity files of procfs can't be written by the kernel, so that one open
 * for writing is taken as the proof of the right to, and the interrupt is asked
 * directly, with the checks that the file would make. Only messages (MSI) of the
 * PCI function of a network device in the sender's namespace count: neither a
 * disk's interrupts nor another container's, whoever holds their files.
 */
#include "irq.h"

#include <linux/bitmap.h>
#include <linux/cpumask.h>
#include <linux/dcache.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/gfp.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/magic.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rcupdate.h>
#include <net/net_namespace.h>

#include "core/target.h"
#include "op.h"
#include "txn.h"

static int refuse(struct nt_request *request, const char *message, int error)
{
	return nt_refuse(request, NETTUNE_A_OP_FD, message, error);
}

/*
 * The PCI function below @dev, or NULL: its parent or, where that is a part of it
 * as with virtio, further up.
 */
static struct pci_dev *function_of(const struct net_device *dev)
{
	struct device *parent;

	for (parent = dev->dev.parent; parent; parent = parent->parent)
		if (dev_is_pci(parent))
			return to_pci_dev(parent);
	return NULL;
}

/*
 * The function of the network device with the least index above @ret_device, which
 * becomes that device; held for the caller. NULL if there is none.
 */
static struct pci_dev *function_after(struct net *net, u32 *ret_device)
{
	struct pci_dev *function, *found = NULL;
	struct net_device *dev;
	u32 after = *ret_device;

	/* A device that is listed holds what it is made of. */
	rcu_read_lock();
	for_each_netdev_rcu(net, dev) {
		function = function_of(dev);
		if (!function || dev->ifindex <= after || (found && dev->ifindex > *ret_device))
			continue;
		found = function;
		*ret_device = dev->ifindex;
	}
	found = pci_dev_get(found);
	rcu_read_unlock();
	return found;
}

/* Whether @irq is one of the messages of @function. Asks under a lock of its own: may sleep. */
static bool has_message(struct pci_dev *function, u32 irq)
{
	int count = 0, i;

	if (function->msix_enabled)
		count = pci_msix_vec_count(function);
	else if (function->msi_enabled)
		count = pci_msi_vec_count(function);
	for (i = 0; i < count; i++)
		if (pci_irq_vector(function, i) == (int)irq)
			return true;
	return false;
}

/* Finds the network device of @net whose hardware @irq->irq is a message of, and holds that. */
static bool find_owner(struct net *net, struct nt_irq *irq)
{
	irq->device = 0;
	while ((irq->owner = function_after(net, &irq->device))) {
		if (has_message(irq->owner, irq->irq))
			return true;
		pci_dev_put(irq->owner);
	}
	return false;
}

/* Takes the number off the path, and looks whose interrupt it is. */
static int check_file(struct nt_request *request, const struct file *file, struct nt_irq *ret_irq)
{
	const char *path = "";

	if (file_inode(file)->i_sb->s_magic == PROC_SUPER_MAGIC &&
	    S_ISREG(file_inode(file)->i_mode))
		path = dentry_path_raw(file->f_path.dentry, request->page, PATH_MAX);
	if (IS_ERR(path) || nt_target_irq(path, &ret_irq->irq) < 0)
		return refuse(request, "file is not smp_affinity of an interrupt", -EPERM);
	if (!(file->f_mode & FMODE_WRITE))
		return refuse(request, "descriptor must be open for writing", -EBADF);
	if (!find_owner(request->net, ret_irq))
		return refuse(request,
			      "interrupt is not of a network device of the sender's namespace",
			      -EXDEV);
	return 0;
}

static int irq_get(struct nt_request *request, struct nt_op *op, struct nt_op_core *core)
{
	struct file *file = fget(request->fd);
	int r;

	if (!file)
		return refuse(request, "descriptor is not open", -EBADF);
	r = check_file(request, file, &op->irq);
	/* It has proven what it can; the interrupt may outlive it or not. */
	fput(file);
	if (r < 0)
		return r;
	core->tunable = nt_target_number("irq", op->irq.irq, 0);
	core->device = op->irq.device;
	return 0;
}

/* Whether the number has not gone to another device meanwhile. */
static bool is_still_ours(const struct nt_op *op)
{
	return has_message(op->irq.owner, op->irq.irq);
}

/* What was set last, even if the interrupt moves with its next arrival only. */
static const struct cpumask *irq_mask(struct irq_data *data)
{
#ifdef CONFIG_GENERIC_PENDING_IRQ
	if (irqd_is_setaffinity_pending(data))
		return irq_data_to_desc(data)->pending_mask;
#endif
	return irq_data_get_affinity_mask(data);
}

static int irq_read(const struct nt_step *step, const struct nt_op *op, u32 *ret_len)
{
	struct irq_data *irq;
	int r = -ENODEV;

	if (!is_still_ours(op))
		return r;
	rcu_read_lock();
	irq = irq_get_irq_data(op->irq.irq);
	if (irq)
		r = scnprintf(step->memory->scratch, NT_SCRATCH_BYTES, "%*pb\n",
			      cpumask_pr_args(irq_mask(irq)));
	rcu_read_unlock();
	if (r < 0)
		return r;
	if (r > NETTUNE_VALUE_MAX)
		return -E2BIG;
	*ret_len = r;
	return 0;
}

/* As the file in procfs: what the kernel manages or can't move is not for users. */
static int check_movable(const struct nt_op *op)
{
	struct irq_data *irq;
	int r = 0;

	if (!is_still_ours(op))
		return -ENODEV;
	rcu_read_lock();
	irq = irq_get_irq_data(op->irq.irq);
	if (!irq)
		r = -ENODEV;
	else if (!irqd_can_balance(irq) || !irq->chip || !irq->chip->irq_set_affinity ||
		 irqd_affinity_is_managed(irq))
		r = -EPERM;
	rcu_read_unlock();
	return r;
}

static int irq_write(const struct nt_step *step, const struct nt_op *op,
		     const struct nt_value *value)
{
	cpumask_var_t mask;
	int r;

	if (!zalloc_cpumask_var(&mask, GFP_KERNEL))
		return -ENOMEM;
	r = bitmap_parse(nt_value_data(value), value->len, cpumask_bits(mask), nr_cpumask_bits);
	if (r == 0 && !cpumask_intersects(mask, cpu_online_mask))
		r = -EINVAL;
	/* Right before, for nothing keeps the driver from making its interrupts anew. */
	if (r == 0)
		r = check_movable(op);
	if (r == 0)
		r = irq_set_affinity(op->irq.irq, mask);
	free_cpumask_var(mask);
	return r;
}

static enum nt_value_match irq_compare(const struct nt_op *op, const struct nt_value *want,
				       const char *seen, u32 seen_len)
{
	return nt_value_compare(NT_VALUE_MASK, nt_value_data(want), want->len, seen, seen_len);
}

static void irq_put(struct nt_op *op)
{
	pci_dev_put(op->irq.owner);
}

const struct nt_op_kind nt_irq_kind = {
	.get = irq_get,
	.read = irq_read,
	.write = irq_write,
	.compare = irq_compare,
	.put = irq_put,
};
