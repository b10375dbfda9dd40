// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and unloading.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <net/genetlink.h>

#include "ethnl.h"
#include "netlink.h"
#include "slb.h"
#include "txn.h"
#include "version.h"
#include "worker.h"

static int __init nt_init(void)
{
	int r;

	r = nt_ethnl_init();
	if (r < 0)
		return r;
	r = nt_txn_init();
	if (r < 0)
		return r;
	r = nt_slb_init();
	if (r < 0)
		goto exit_txn;
	r = genl_register_family(&nt_netlink_family);
	if (r < 0)
		goto exit_slb;
	return 0;

exit_slb:
	nt_slb_exit();
exit_txn:
	nt_txn_exit();
	return r;
}

/*
 * A pending transaction holds the module, and none can be queued any more. The
 * last worker may still have its notification to send, as a bond that ends or
 * changes may, and these need the family.
 */
static void __exit nt_exit(void)
{
	nt_worker_flush();
	nt_slb_exit();
	genl_unregister_family(&nt_netlink_family);
	nt_txn_exit();
}

module_init(nt_init);
module_exit(nt_exit);

MODULE_DESCRIPTION("Network tuning as one verified, reversible transaction");
MODULE_AUTHOR("The nettune authors");
MODULE_LICENSE("GPL");
MODULE_VERSION(NT_VERSION);
/* No alias for the family: asking for it by name must not load the module. */
