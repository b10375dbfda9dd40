// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of kind irq: the CPUs that may take an interrupt of a network device.
 *
 * The affinity files of procfs can't be written by the kernel, so that one open
 * for writing is taken as the proof of the right to, and the interrupt is asked
 * directly, with the checks that the file would make. Only messages of the
 * parent of a network device in the sender's namespace count: neither a disk's
 * interrupts nor another container's, whoever holds their files.
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
#include <linux/msi.h>
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
 * The device that @irq's message is of, or NULL; only to be compared. RCU keeps the
 * interrupt's descriptor, but not that of its message: nothing may come in between.
 */
static const struct device *irq_owner(u32 irq)
{
	const struct device *dev = NULL;
	struct irq_data *data;
	struct msi_desc *desc;

	preempt_disable();
	data = irq_get_irq_data(irq);
	desc = data ? irq_data_get_msi_desc(data) : NULL;
	if (desc)
		dev = desc->dev;
	preempt_enable();
	return dev;
}

/*
 * Whether @owner is the hardware below @dev: its parent or, when that is a part
 * of a PCI function as with virtio, the function. Bridges further up have
 * interrupts of their own.
 */
static bool is_hardware_of(const struct device *owner, const struct net_device *dev)
{
	const struct device *parent;

	for (parent = dev->dev.parent; parent; parent = parent->parent) {
		if (parent == owner)
			return true;
		if (dev_is_pci(parent))
			return false;
	}
	return false;
}

/* The index of a network device of @net that @owner is the parent of, or 0; under RCU. */
static u32 device_of(const struct device *owner, struct net *net)
{
	struct net_device *dev;

	for_each_netdev_rcu(net, dev)
		if (is_hardware_of(owner, dev))
			return dev->ifindex;
	return 0;
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
	rcu_read_lock();
	ret_irq->owner = irq_owner(ret_irq->irq);
	ret_irq->device = ret_irq->owner ? device_of(ret_irq->owner, request->net) : 0;
	rcu_read_unlock();
	if (!ret_irq->device)
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

/* Its interrupt, unless the number went to another device meanwhile; under RCU. */
static struct irq_data *irq_of(const struct nt_op *op)
{
	if (irq_owner(op->irq.irq) != op->irq.owner)
		return NULL;
	return irq_get_irq_data(op->irq.irq);
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

	rcu_read_lock();
	irq = irq_of(op);
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

	rcu_read_lock();
	irq = irq_of(op);
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

const struct nt_op_kind nt_irq_kind = {
	.get = irq_get,
	.read = irq_read,
	.write = irq_write,
	.compare = irq_compare,
};
