// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a device's interrupts are for. PURE. See irqname.h.
 *
 * The names are the drivers' own, passed to request_irq() below drivers/net: most write
 * DEVICE-TxRx-N, where DEVICE is the name that the device had when it was opened and may long have
 * been renamed. So the device's name is of no use here, only what stands right before the number.
 */
#include "irqname.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const role_names[] = {
	[NT_IRQ_RXTX] = "rxtx",
	[NT_IRQ_RX] = "rx",
	[NT_IRQ_TX] = "tx",
	[NT_IRQ_OTHER] = "other",
};

const char *nt_irq_role_name(enum nt_irq_role role)
{
	return role_names[role];
}

bool nt_irq_role_find(const char *name, enum nt_irq_role *ret)
{
	for (size_t i = 0; i < sizeof(role_names) / sizeof(*role_names); i++) {
		if (strcmp(role_names[i], name) != 0)
			continue;
		*ret = (enum nt_irq_role)i;
		return true;
	}
	return false;
}

/* Queues beyond any device's; keeps the arithmetic small. */
#define NUMBER_MAX 65535U

/**
 * struct rule - a way to write names
 * @driver: that writes so; NULL: any
 * @word: what stands right before the queue's number, which ends the name or is followed by '@'
 */
struct rule {
	const char *driver;
	const char *word;
	enum nt_irq_role role;
};

/* The first one that fits holds: a driver's own come before everyone's. */
static const struct rule rules[] = {
	{ "mlx5_core", "mlx5_comp", NT_IRQ_RXTX },
	{ "mlx4_en", "mlx4-", NT_IRQ_RXTX },
	{ "virtio_net", "-input.", NT_IRQ_RX },
	{ "virtio_net", "-output.", NT_IRQ_TX },
	{ "ena", "-Tx-Rx-", NT_IRQ_RXTX },
	{ "gve", "ntfy-blk", NT_IRQ_RXTX },
	{ "gve", "ntfy-block.", NT_IRQ_RXTX },
	{ "mana", "mana_q", NT_IRQ_RXTX },
	{ "bnx2x", "-fp-", NT_IRQ_RXTX },
	{ "qede", "-fp-", NT_IRQ_RXTX },
	{ "bnx2", "-", NT_IRQ_RXTX },
	{ "sfc", "-rx-", NT_IRQ_RX },
	{ "sfc", "-tx-", NT_IRQ_TX },
	{ "sfc", "-xdp-", NT_IRQ_OTHER },
	{ "sfc", "-", NT_IRQ_RXTX },
	{ "be2net", "-q", NT_IRQ_RXTX },
	{ "cxgb4", "-Rx", NT_IRQ_RXTX },
	{ "ionic", "-rx", NT_IRQ_RX },
	{ "ionic", "-tx", NT_IRQ_TX },
	{ "fsl_enetc", "-rxtx", NT_IRQ_RXTX },
	{ NULL, "-TxRx-", NT_IRQ_RXTX }, /* igb, igc, ixgbe, i40e, iavf, ice, bnxt, hns3, ... */
	{ NULL, "-rxtx-", NT_IRQ_RXTX }, /* vmxnet3, nfp, nicvf */
	{ NULL, "-txrx-", NT_IRQ_RXTX }, /* tg3 */
	{ NULL, "-rx-", NT_IRQ_RX },
	{ NULL, "-tx-", NT_IRQ_TX },
	{ NULL, ":rx-", NT_IRQ_RX }, /* stmmac */
	{ NULL, ":tx-", NT_IRQ_TX },
};

/* Vectors of queues that no traffic of the host uses, though they are named like queues. */
static const char *const not_queues[] = { ":fdir-", ":ctrl-" };

/*
 * Drivers whose number is the vector's, counted on over all roles, or from 1: the least number of a
 * role is its queue 0.
 */
static const char *const numbers_vectors[] = { "bnxt_en", "mlx4_en", "tg3", "vmxnet3" };

static bool listed(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(words[i], word))
			return true;
	return false;
}

/* The number at @s, which must end the name but for what follows an '@'. */
static bool read_number(const char *s, uint32_t *ret)
{
	uint32_t n = 0;

	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		n = n * 10 + (uint32_t)(*s - '0');
		if (n > NUMBER_MAX)
			return false;
	}
	if (*s && *s != '@')
		return false;
	*ret = n;
	return true;
}

static bool fits(const struct rule *rule, const char *driver, const char *name, uint32_t *ret)
{
	const char *at = name;

	if (rule->driver && strcmp(rule->driver, driver) != 0)
		return false;
	while ((at = strstr(at, rule->word))) {
		if (read_number(at + strlen(rule->word), ret))
			return true;
		at++;
	}
	return false;
}

static void judge(const char *driver, struct nt_irq_fact *irq)
{
	irq->role = NT_IRQ_OTHER;
	irq->queue = 0;
	for (size_t i = 0; i < sizeof(not_queues) / sizeof(not_queues[0]); i++)
		if (strstr(irq->name, not_queues[i]))
			return;
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (!fits(&rules[i], driver, irq->name, &irq->queue))
			continue;
		irq->role = rules[i].role;
		return;
	}
}

static void count_from_zero(struct nt_irq_fact *irqs, size_t n)
{
	uint32_t least[NT_IRQ_OTHER + 1];

	memset(least, 0xff, sizeof(least));
	for (size_t i = 0; i < n; i++)
		if (irqs[i].queue < least[irqs[i].role])
			least[irqs[i].role] = irqs[i].queue;
	for (size_t i = 0; i < n; i++)
		irqs[i].queue -= least[irqs[i].role];
}

/* gve numbers its blocks on: the first half sends, the second half receives. */
static void halve(struct nt_irq_fact *irqs, size_t n)
{
	uint32_t half = 0;

	for (size_t i = 0; i < n; i++)
		half += irqs[i].role == NT_IRQ_RXTX;
	half /= 2;
	for (size_t i = 0; i < n; i++) {
		if (irqs[i].role != NT_IRQ_RXTX)
			continue;
		irqs[i].role = irqs[i].queue < half ? NT_IRQ_TX : NT_IRQ_RX;
		irqs[i].queue -= irqs[i].queue < half ? 0 : half;
	}
}

/* One vector for everything is named like the device, or "virtio0-virtqueues". */
static bool serves_all(const struct nt_irq_fact *irq, size_t n)
{
	static const char end[] = "-virtqueues";
	size_t len = strlen(irq->name);

	return n == 1 || (len >= sizeof(end) && !strcmp(irq->name + len - (sizeof(end) - 1), end));
}

/* See irqname.h. */
void nt_irq_roles(const char *driver, struct nt_irq_fact *irqs, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++) {
		judge(driver, &irqs[i]);
		any = any || irqs[i].role != NT_IRQ_OTHER;
	}
	if (!strcmp(driver, "gve"))
		halve(irqs, n);
	if (listed(numbers_vectors, sizeof(numbers_vectors) / sizeof(numbers_vectors[0]), driver))
		count_from_zero(irqs, n);
	for (size_t i = 0; i < n && !any; i++)
		if (serves_all(&irqs[i], n))
			irqs[i].role = NT_IRQ_RXTX;
}

static int by_role(const void *a, const void *b)
{
	const struct nt_irq_fact *x = a, *y = b;

	if (x->role != y->role)
		return x->role < y->role ? -1 : 1;
	if (x->queue != y->queue)
		return x->queue < y->queue ? -1 : 1;
	return x->irq < y->irq ? -1 : x->irq > y->irq;
}

/* See irqname.h. */
void nt_irq_sort(struct nt_irq_fact *irqs, size_t n)
{
	if (n)
		qsort(irqs, n, sizeof(*irqs), by_role);
}
