// SPDX-License-Identifier: GPL-2.0-only
/*
 * Operations of kind file: a tunable that userspace passed as a descriptor.
 *
 * The file was opened by the submitter, so that its path, mount, chroot,
 * namespace and LSM checks are behind us; what is checked here is that the
 * descriptor is a tunable on the positive list and of the sender's own network
 * namespace.
 */
#include "file.h"

#include <linux/dcache.h>
#include <linux/errno.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/magic.h>
#include <linux/netdevice.h>

#include "op.h"

/*
 * Enough for almost every value. Some handlers allocate and clear as much memory
 * as they are asked to fill, and a byte: 32 in all.
 */
#define SHORT_BYTES 31U

static int refuse(struct nt_request *request, const char *message, int error)
{
	return nt_refuse(request, NETTUNE_A_OP_FD, message, error);
}

static int check_access(struct nt_request *request, const struct file *file)
{
	const fmode_t needed = FMODE_READ | FMODE_WRITE | FMODE_CAN_READ | FMODE_CAN_WRITE;
	const struct file_operations *fops = file->f_op;

	if (!S_ISREG(file_inode(file)->i_mode))
		return refuse(request, "descriptor is not of a regular file", -EINVAL);
	if ((file->f_mode & needed) != needed)
		return refuse(request, "descriptor must be open for reading and writing", -EBADF);
	/* kernel_read() and kernel_write() refuse all other files, loudly. */
	if (!fops->read_iter || fops->read || !fops->write_iter || fops->write)
		return refuse(request, "file can't be written by the kernel", -EINVAL);
	return 0;
}

static int check_target(struct nt_request *request, const struct file *file,
			struct nt_target *ret_target)
{
	const bool is_sysfs = file_inode(file)->i_sb->s_magic == SYSFS_MAGIC;
	const char *path;
	int r;

	if (!is_sysfs && file_inode(file)->i_sb->s_magic != PROC_SUPER_MAGIC)
		return refuse(request, "file is neither in procfs nor in sysfs", -EPERM);
	path = dentry_path_raw(file->f_path.dentry, request->page, PATH_MAX);
	if (IS_ERR(path))
		return refuse(request, "file's path is too long", PTR_ERR(path));
	r = nt_target_match(is_sysfs ? NT_TARGET_SYSFS : NT_TARGET_PROC, path, ret_target);
	if (r == -EOPNOTSUPP)
		return refuse(request, "tunable is a secret or an action", r);
	if (r < 0)
		return refuse(request, "file is not a tunable of the network", r);
	if (ret_target->needs_force && !(request->flags & NETTUNE_OP_FLAG_FORCE))
		return refuse(request,
			      "tunable's old value does not restore its old state (force insists)",
			      -EOPNOTSUPP);
	return 0;
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

/*
 * The folder @depth above the leaf must be that of the device of this name in
 * @net, whose index it returns; 0 if it is not.
 */
static u32 device_of_net(struct dentry *leaf, u32 depth, struct net *net)
{
	struct dentry *dir = dget(leaf), *parent;
	struct name_snapshot name;
	struct net_device *dev;
	u32 index = 0;

	while (depth-- > 0) {
		parent = dget_parent(dir);
		dput(dir);
		dir = parent;
	}
	take_dentry_name_snapshot(&name, dir);
	/* The folder outlives the device's entry in the table by a grace period. */
	rcu_read_lock();
	dev = dev_get_by_name_rcu(net, name.name.name);
	if (dev && dev->dev.kobj.sd && kernfs_ino(dev->dev.kobj.sd) == d_inode(dir)->i_ino)
		index = dev->ifindex;
	rcu_read_unlock();
	release_dentry_name_snapshot(&name);
	dput(dir);
	return index;
}

/* The device that the file belongs to, or 0 for none, goes to @ret_device. */
static int check_file(struct nt_request *request, const struct file *file,
		      struct nt_target *ret_target, u32 *ret_device)
{
	struct dentry *leaf = file->f_path.dentry;
	bool is_ours;
	int r;

	r = check_access(request, file);
	if (r == 0)
		r = check_target(request, file, ret_target);
	if (r < 0)
		return r;
	*ret_device = 0;
	if (ret_target->fs == NT_TARGET_SYSFS) {
		*ret_device = device_of_net(leaf, ret_target->device_depth, request->net);
		is_ours = *ret_device;
	} else {
		is_ours = sysctl_is_of_caller(leaf);
	}
	if (!is_ours)
		return refuse(request, "file is not of the sender's network namespace", -EXDEV);
	return 0;
}

static int file_get(struct nt_request *request, struct nt_op *op, struct nt_op_core *core)
{
	struct file *file = fget(request->fd);
	struct nt_target target;
	int r;

	if (!file)
		return refuse(request, "descriptor is not open", -EBADF);
	r = check_file(request, file, &target, &core->device);
	if (r < 0) {
		fput(file);
		return r;
	}
	op->file.file = file;
	op->file.form = target.form;
	core->tunable = target.tunable;
	return 0;
}

/* Reads at most @room bytes from the start. */
static ssize_t read_whole(const struct nt_step *step, const struct nt_op *op, size_t room)
{
	loff_t pos = 0;

	return kernel_read(op->file.file, step->memory->scratch, room, &pos);
}

/* What fills the little room may be longer: it is read anew, with room for the longest. */
static int file_read(const struct nt_step *step, const struct nt_op *op, u32 *ret_len)
{
	ssize_t r = read_whole(step, op, SHORT_BYTES);

	if (r < 0 || r >= SHORT_BYTES - 1)
		r = read_whole(step, op, NT_SCRATCH_BYTES);
	if (r > NETTUNE_VALUE_MAX)
		return -E2BIG;
	if (r < 0)
		return r;
	*ret_len = r;
	return 0;
}

/* How much of the value the handler took is not asked: reading back decides. */
static int file_write(const struct nt_step *step, const struct nt_op *op,
		      const struct nt_value *value)
{
	const char *data = value->len ? nt_value_data(value) : "\n";
	size_t len = value->len ?: 1;
	loff_t pos = 0;
	ssize_t r = kernel_write(op->file.file, data, len, &pos);

	return r < 0 ? r : 0;
}

static enum nt_value_match file_compare(const struct nt_op *op, const struct nt_value *want,
					const char *seen, u32 seen_len)
{
	return nt_value_compare(op->file.form, nt_value_data(want), want->len, seen, seen_len);
}

static void file_put(struct nt_op *op)
{
	fput(op->file.file);
	op->file.file = NULL;
}

const struct nt_op_kind nt_file_kind = {
	.get = file_get,
	.read = file_read,
	.write = file_write,
	.compare = file_compare,
	.put = file_put,
};
