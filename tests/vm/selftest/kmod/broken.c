// SPDX-License-Identifier: GPL-2.0-or-later
/* Does wrong, on demand, what the debug kernel of the tests must notice. */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *how = "";
module_param(how, charp, 0444);
MODULE_PARM_DESC(how, "leak, use-after-free, sleep, inversion or spin");

static DEFINE_MUTEX(first);
static DEFINE_MUTEX(second);
static DEFINE_SPINLOCK(lock);
static void *volatile kept;

static void leak(void)
{
	kept = kmalloc(333, GFP_KERNEL);
	kept = NULL;
}

static void use_after_free(void)
{
	char *p = kmalloc(100, GFP_KERNEL);

	kept = p;
	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	WRITE_ONCE(p[5], 1);
}

static void sleep_in_atomic(void)
{
	spin_lock(&lock);
	msleep(1);
	spin_unlock(&lock);
}

static void inversion(void)
{
	mutex_lock(&first);
	mutex_lock(&second);
	mutex_unlock(&second);
	mutex_unlock(&first);
	mutex_lock(&second);
	mutex_lock(&first);
	mutex_unlock(&first);
	mutex_unlock(&second);
}

static void spin(void)
{
	local_irq_disable();
	for (;;)
		cpu_relax();
}

static const struct {
	const char *how;
	void (*sin)(void);
} sins[] = {
	{ "leak", leak },
	{ "use-after-free", use_after_free },
	{ "sleep", sleep_in_atomic },
	{ "inversion", inversion },
	{ "spin", spin },
};

static int __init broken_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sins); i++) {
		if (strcmp(how, sins[i].how) == 0) {
			sins[i].sin();
			return 0;
		}
	}
	return -EINVAL;
}

static void __exit broken_exit(void)
{
}

module_init(broken_init);
module_exit(broken_exit);
MODULE_DESCRIPTION("nettune: sins for the tests' own test");
MODULE_LICENSE("GPL");
