// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of kind file: reading, writing, verifying and restoring a tunable
 * that userspace passed as a descriptor.
 *
 * The file was opened by the submitter, so that its path, mount, chroot,
 * namespace and LSM checks are behind us; what is checked here is that the
 * descriptor is a tunable on the positive list and of the sender's own network
 * namespace. Handlers that find RTNL taken ask for the system call to be
 * restarted; no system call is there to restart, so we do it, for reads as
 * well as for writes.
 */
#include "file.h"

#include <linux/dcache.h>
#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernfs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "txn.h"

/* How long to leave a busy lock alone before the next attempt. */
#define RETRY_PAUSE_MS 10

/* Sets @*ret_message and passes @error through. */
static int refuse(const char **ret_message, const char *message, int error)
{
	*ret_message = message;
	return error;
}

static int check_access(const struct file *file, const char **ret_message)
{
	const fmode_t needed = FMODE_READ | FMODE_WRITE | FMODE_CAN_READ | FMODE_CAN_WRITE;
	const struct file_operations *fops = file->f_op;

	if (!S_ISREG(file_inode(file)->i_mode))
		return refuse(ret_message, "descriptor is not of a regular file", -EINVAL);
	if ((file->f_mode & needed) != needed)
		return refuse(ret_message, "descriptor must be open for reading and writing",
			      -EBADF);
	/* kernel_read() and kernel_write() refuse all other files, loudly. */
	if (!fops->read_iter || fops->read || !fops->write_iter || fops->write)
		return refuse(ret_message, "file can't be written by the kernel", -EINVAL);
	return 0;
}

static int match_path(const struct file *file, enum nt_target_fs fs, struct nt_target *ret_target,
		      const char **ret_message)
{
	char *page, *path;
	int r;

	page = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!page)
		return refuse(ret_message, "no memory for the file's path", -ENOMEM);
	path = dentry_path_raw(file->f_path.dentry, page, PATH_MAX);
	if (IS_ERR(path)) {
		r = refuse(ret_message, "file's path is too long", PTR_ERR(path));
		goto free_page;
	}
	r = nt_target_match(fs, path, ret_target);
	if (r == -EOPNOTSUPP)
		*ret_message =
			"tunable is a secret, or its old value does not restore its old state";
	else if (r < 0)
		*ret_message = "file is not a tunable of the network";
free_page:
	kfree(page);
	return r;
}

static int check_target(const struct file *file, struct nt_target *ret_target,
			const char **ret_message)
{
	switch (file_inode(file)->i_sb->s_magic) {
	case PROC_SUPER_MAGIC:
		return match_path(file, NT_TARGET_PROC, ret_target, ret_message);
	case SYSFS_MAGIC:
		return match_path(file, NT_TARGET_SYSFS, ret_target, ret_message);
	default:
		return refuse(ret_message, "file is neither in procfs nor in sysfs", -EPERM);
	}
}

/*
 * A sysctl's entry is only found by tasks of its own network namespace; the
 * one found must be the very one that is open.
 */
static bool sysctl_is_of_caller(struct dentry *dentry)
{
	struct dentry *parent = dget_parent(dentry);
	struct dentry *found = d_lookup(parent, &dentry->d_name);
	bool same = found == dentry;

	dput(found);
	dput(parent);
	return same;
}

/* The folder @depth above the leaf must be that of the device of this name in @net. */
static bool device_is_of_net(struct dentry *leaf, u32 depth, struct net *net)
{
	struct dentry *dir = dget(leaf), *parent;
	struct name_snapshot name;
	struct net_device *dev;
	bool same;

	while (depth-- > 0) {
		parent = dget_parent(dir);
		dput(dir);
		dir = parent;
	}
	take_dentry_name_snapshot(&name, dir);
	/* The folder outlives the device's entry in the table by a grace period. */
	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, name.name.name);
	same = dev && dev->dev.kobj.sd &&
	       kernfs_ino(dev->dev.kobj.sd) == d_inode(dir)->i_ino;
	rcu_read_unlock();
	release_dentry_name_snapshot(&name);
	dput(dir);
	return same;
}

static int check_namespace(const struct file *file, const struct nt_target *target, struct net *net,
		     const char **ret_message)
{
	bool same;

	if (target->fs == NT_TARGET_PROC)
		same = sysctl_is_of_caller(file->f_path.dentry);
	else
		same = device_is_of_net(file->f_path.dentry, target->device_depth, net);
	if (!same)
		return refuse(ret_message, "file is not of the sender's network namespace", -EXDEV);
	return 0;
}

/**
 * nt_file_get() - take hold of a tunable by its descriptor
 * @fd: descriptor in the calling task
 * @net: network namespace of the calling task
 * @ret_file: filled in on success; released by the kind's put
 * @ret_message: why it was refused, static storage; set on failure
 *
 * Return: 0 or a negative errno.
 */
int nt_file_get(int fd, struct net *net, struct nt_file *ret_file, const char **ret_message)
{
	struct nt_target target;
	struct file *file;
	int r;

	file = fget(fd);
	if (!file)
		return refuse(ret_message, "descriptor is not open", -EBADF);
	r = check_access(file, ret_message);
	if (r < 0)
		goto put_file;
	r = check_target(file, &target, ret_message);
	if (r < 0)
		goto put_file;
	r = check_namespace(file, &target, net, ret_message);
	if (r < 0)
		goto put_file;
	ret_file->file = file;
	ret_file->target = target;
	return 0;

put_file:
	fput(file);
	return r;
}

static bool asks_for_restart(ssize_t r)
{
	return r == -ERESTARTSYS || r == -ERESTARTNOINTR || r == -ERESTARTNOHAND || r == -EINTR;
}

/*
 * Whether to try again: a handler asked for it, or had no memory, which must
 * not cost an undo. Never leaves a signal pending.
 */
static bool wants_retry(ssize_t r, unsigned long deadline)
{
	if (asks_for_restart(r))
		flush_signals(current);
	else if (r != -ENOMEM)
		return false;
	if (time_after(jiffies, deadline))
		return false;
	msleep(RETRY_PAUSE_MS);
	return true;
}

/* Errors that ask for a restart mean nothing to userspace. */
static int settle_error(ssize_t r)
{
	return asks_for_restart(r) ? -EBUSY : r;
}

/* Reads the tunable into the scratch memory of @step. */
static int file_read(const struct nt_step *step, const struct nt_op *op, u32 *ret_len)
{
	ssize_t r;
	loff_t pos;

	do {
		pos = 0;
		r = kernel_read(op->file.file, step->scratch, NT_SCRATCH_BYTES, &pos);
	} while (wants_retry(r, step->deadline));
	if (r < 0)
		return settle_error(r);
	if (r > NETTUNE_VALUE_MAX)
		return -E2BIG;
	*ret_len = r;
	return 0;
}

/* How much of the value the handler took is not asked: reading back decides. */
static int file_write(const struct nt_step *step, const struct nt_op *op,
		      const struct nt_value *value)
{
	const char *data = value->len ? value->data : "\n";
	size_t len = value->len ?: 1;
	ssize_t r;
	loff_t pos;

	do {
		pos = 0;
		r = kernel_write(op->file.file, data, len, &pos);
	} while (wants_retry(r, step->deadline));
	return r < 0 ? settle_error(r) : 0;
}

static enum nt_value_match compare(const struct nt_op *op, const struct nt_value *want,
				   const char *seen, u32 seen_len)
{
	return nt_value_compare(op->file.target.form, want->data, want->len, seen, seen_len);
}

static int value_copy(const char *data, u32 len, struct nt_value *ret_value)
{
	/* An empty value is a value: give it memory too, so that NULL means none. */
	char *copy = kvmalloc(len + 1, GFP_KERNEL);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, data, len);
	ret_value->data = copy;
	ret_value->len = len;
	return 0;
}

static void outcome_fail(struct nt_outcome *outcome, int error, const char *message)
{
	outcome->error = error;
	outcome->message = message;
}

static void file_stage(const struct nt_step *step, struct nt_op *op,
		       struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = file_read(step, op, &len);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value before can't be read");
		return;
	}
	r = value_copy(step->scratch, len, &op->seen);
	if (r < 0)
		outcome_fail(ret_outcome, r, "no memory for the value before");
}

/* Keeps what was read back; having verified it does not depend on memory. */
static void keep_readback(const char *scratch, u32 len, struct nt_outcome *ret_outcome)
{
	if (value_copy(scratch, len, &ret_outcome->readback) < 0)
		ret_outcome->result |= NETTUNE_RESULT_FLAG_NO_READBACK;
}

static void verify(const struct nt_step *step, struct nt_op *op,
		   struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = file_read(step, op, &len);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value can't be read back");
		return;
	}
	keep_readback(step->scratch, len, ret_outcome);
	switch (compare(op, &op->want, step->scratch, len)) {
	case NT_VALUE_EQUAL:
		return;
	case NT_VALUE_ROUNDED:
		ret_outcome->result |= NETTUNE_RESULT_FLAG_ROUNDED;
		return;
	case NT_VALUE_DIFFERENT:
		outcome_fail(ret_outcome, -EBADE,
			     "the value was accepted but reads back otherwise");
	}
}

/* Whether @op's write is still there in the @len bytes of scratch memory that its tunable reads. */
static bool is_left(const struct nt_step *step, const struct nt_op *op, u32 len)
{
	const struct nt_value *left = op->readback.data ? &op->readback : &op->want;

	return nt_value_is_left(op->file.target.form, left->data, left->len,
				left == &op->readback, step->scratch, len);
}

/*
 * Whether the tunable holds what another operation of this transaction wrote.
 * Their files may be two names of one tunable, in different units, so that the
 * other's own is asked. An earlier operation's value can't be there any more
 * once it is known what this one's write left. Overwrites the scratch memory.
 */
static bool is_of_another_op(const struct nt_step *step, const struct nt_op *op)
{
	u32 index = nt_txn_core_writer(&step->txn->core, step->index), len;
	const struct nt_op *other;

	if (index == NT_OP_NONE || (index < step->index && op->readback.data))
		return false;
	other = &step->txn->ops[index];
	return file_read(step, other, &len) == 0 && is_left(step, other, len);
}

/* Reads what is there just before the write; the transaction must know how it came there. */
static int find(const struct nt_step *step, const struct nt_op *op,
		struct nt_outcome *ret_outcome)
{
	struct nt_value *found = step->found;
	int r;

	r = file_read(step, op, &found->len);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value can't be read");
		return r;
	}
	memcpy(found->data, step->scratch, found->len);
	if (compare(op, &op->want, found->data, found->len) == NT_VALUE_EQUAL ||
	    compare(op, &op->seen, found->data, found->len) == NT_VALUE_EQUAL ||
	    is_of_another_op(step, op))
		return 0;
	outcome_fail(ret_outcome, -ESTALE, "a third party changed the value meanwhile; left alone");
	return -ESTALE;
}

/* What a refused write left behind is not always what was there: a vector may be half written. */
static void look_after_refusal(const struct nt_step *step, const struct nt_op *op,
			       struct nt_outcome *ret_outcome)
{
	u32 len;

	if (file_read(step, op, &len) == 0)
		keep_readback(step->scratch, len, ret_outcome);
}

static void file_apply(const struct nt_step *step, struct nt_op *op,
		       struct nt_outcome *ret_outcome)
{
	const struct nt_value *found = step->found;
	int r;

	if (find(step, op, ret_outcome) < 0)
		return;
	if (compare(op, &op->want, found->data, found->len) == NT_VALUE_EQUAL) {
		ret_outcome->result = NETTUNE_RESULT_FLAG_UNCHANGED;
		keep_readback(found->data, found->len, ret_outcome);
		return;
	}
	ret_outcome->result = NETTUNE_RESULT_FLAG_WRITTEN;
	r = file_write(step, op, &op->want);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the kernel refused the value");
		look_after_refusal(step, op, ret_outcome);
		return;
	}
	verify(step, op, ret_outcome);
}

/* Writes @value and makes sure of it. */
static void restore(const struct nt_step *step, struct nt_op *op, const struct nt_value *value,
		    struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = file_write(step, op, value);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the kernel refused the value before");
		return;
	}
	r = file_read(step, op, &len);
	if (r < 0)
		outcome_fail(ret_outcome, r, "the value can't be read after undo");
	else if (compare(op, value, step->scratch, len) != NT_VALUE_EQUAL)
		outcome_fail(ret_outcome, -EBADE, "the value after undo reads otherwise");
}

/* Brings @value back, unless what is there now is not of this transaction. */
static void bring_back(const struct nt_step *step, struct nt_op *op, const struct nt_value *value,
		       struct nt_outcome *ret_outcome)
{
	u32 len;
	int r;

	r = file_read(step, op, &len);
	if (r < 0) {
		outcome_fail(ret_outcome, r, "the value can't be read before undo");
		return;
	}
	if (compare(op, value, step->scratch, len) == NT_VALUE_EQUAL)
		return;
	if (!is_left(step, op, len) && !is_of_another_op(step, op)) {
		outcome_fail(ret_outcome, -ESTALE, "a third party changed the value; left alone");
		return;
	}
	restore(step, op, value, ret_outcome);
}

static void file_put_back(const struct nt_step *step, struct nt_op *op,
			  struct nt_outcome *ret_outcome)
{
	bring_back(step, op, step->found, ret_outcome);
}

static void file_undo(const struct nt_step *step, struct nt_op *op,
		      struct nt_outcome *ret_outcome)
{
	bring_back(step, op, &op->seen, ret_outcome);
}

static void file_put(struct nt_op *op)
{
	fput(op->file.file);
	op->file.file = NULL;
}

const struct nt_op_kind nt_file_kind = {
	.stage = file_stage,
	.apply = file_apply,
	.put_back = file_put_back,
	.undo = file_undo,
	.put = file_put,
};
