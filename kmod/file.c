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
#include <linux/slab.h>

#include "op.h"

static int refuse(struct nt_refusal *refusal, const char *message, int error)
{
	return nt_refuse(refusal, NETTUNE_A_OP_FD, message, error);
}

static int check_access(const struct file *file, struct nt_refusal *ret_refusal)
{
	const fmode_t needed = FMODE_READ | FMODE_WRITE | FMODE_CAN_READ | FMODE_CAN_WRITE;
	const struct file_operations *fops = file->f_op;

	if (!S_ISREG(file_inode(file)->i_mode))
		return refuse(ret_refusal, "descriptor is not of a regular file", -EINVAL);
	if ((file->f_mode & needed) != needed)
		return refuse(ret_refusal, "descriptor must be open for reading and writing",
			      -EBADF);
	/* kernel_read() and kernel_write() refuse all other files, loudly. */
	if (!fops->read_iter || fops->read || !fops->write_iter || fops->write)
		return refuse(ret_refusal, "file can't be written by the kernel", -EINVAL);
	return 0;
}

/**
 * nt_file_path() - say where a file lies in its file system
 * @file: the file
 * @page: %PATH_MAX bytes
 * @ret_path: set on success; points into @page
 * @ret_refusal: set on failure
 *
 * Return: 0 or a negative errno.
 */
int nt_file_path(const struct file *file, char *page, const char **ret_path,
		 struct nt_refusal *ret_refusal)
{
	char *path = dentry_path_raw(file->f_path.dentry, page, PATH_MAX);

	if (IS_ERR(path))
		return refuse(ret_refusal, "file's path is too long", PTR_ERR(path));
	*ret_path = path;
	return 0;
}

static int match_path(const struct file *file, enum nt_target_fs fs, struct nt_target *ret_target,
		      struct nt_refusal *ret_refusal)
{
	const char *path;
	char *page;
	int r;

	page = kmalloc(PATH_MAX, GFP_KERNEL);
	if (!page)
		return refuse(ret_refusal, "no memory for the file's path", -ENOMEM);
	r = nt_file_path(file, page, &path, ret_refusal);
	if (r < 0)
		goto free_page;
	r = nt_target_match(fs, path, ret_target);
	if (r == -EOPNOTSUPP)
		refuse(ret_refusal, "tunable is a secret or an action", r);
	else if (r < 0)
		refuse(ret_refusal, "file is not a tunable of the network", r);
free_page:
	kfree(page);
	return r;
}

static int check_target(const struct file *file, struct nt_target *ret_target,
			struct nt_refusal *ret_refusal)
{
	switch (file_inode(file)->i_sb->s_magic) {
	case PROC_SUPER_MAGIC:
		return match_path(file, NT_TARGET_PROC, ret_target, ret_refusal);
	case SYSFS_MAGIC:
		return match_path(file, NT_TARGET_SYSFS, ret_target, ret_refusal);
	default:
		return refuse(ret_refusal, "file is neither in procfs nor in sysfs", -EPERM);
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
static int check_namespace(const struct file *file, const struct nt_target *target,
			   struct net *net, u32 *ret_device, struct nt_refusal *ret_refusal)
{
	struct dentry *leaf = file->f_path.dentry;
	bool same;

	*ret_device = 0;
	if (target->fs == NT_TARGET_SYSFS)
		*ret_device = device_of_net(leaf, target->device_depth, net);
	same = target->fs == NT_TARGET_SYSFS ? *ret_device != 0 : sysctl_is_of_caller(leaf);
	if (!same)
		return refuse(ret_refusal, "file is not of the sender's network namespace", -EXDEV);
	return 0;
}

static int check_file(const struct file *file, const struct nt_request *request, struct net *net,
		      struct nt_target *ret_target, u32 *ret_device,
		      struct nt_refusal *ret_refusal)
{
	int r;

	r = check_access(file, ret_refusal);
	if (r < 0)
		return r;
	r = check_target(file, ret_target, ret_refusal);
	if (r < 0)
		return r;
	if (ret_target->needs_force && !(request->flags & NETTUNE_OP_FLAG_FORCE))
		return refuse(ret_refusal,
			      "tunable's old value does not restore its old state (force insists)",
			      -EOPNOTSUPP);
	return check_namespace(file, ret_target, net, ret_device, ret_refusal);
}

static int file_get(const struct nt_request *request, struct net *net, struct nt_op *op,
		    struct nt_op_core *core, struct nt_refusal *ret_refusal)
{
	struct nt_target target;
	struct file *file;
	u32 device;
	int r;

	file = fget(request->fd);
	if (!file)
		return refuse(ret_refusal, "descriptor is not open", -EBADF);
	r = check_file(file, request, net, &target, &device, ret_refusal);
	if (r < 0) {
		fput(file);
		return r;
	}
	op->file.file = file;
	op->file.form = target.form;
	core->tunable = target.tunable;
	core->device = device;
	return 0;
}

static int file_read(const struct nt_step *step, const struct nt_op *op, char *data, u32 *ret_len)
{
	loff_t pos = 0;
	ssize_t r = kernel_read(op->file.file, data, NT_SCRATCH_BYTES, &pos);

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
	const char *data = value->len ? value->data : "\n";
	size_t len = value->len ?: 1;
	loff_t pos = 0;
	ssize_t r = kernel_write(op->file.file, data, len, &pos);

	return r < 0 ? r : 0;
}

static enum nt_value_match file_compare(const struct nt_op *op, const struct nt_value *want,
					const char *seen, u32 seen_len)
{
	return nt_value_compare(op->file.form, want->data, want->len, seen, seen_len);
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
