// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An irqbalance in memory: sock_handle() of its release 1.9.3. It takes what fits into its buffer
 * and reads numbers with strtoul(3), up to the first that is none.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_io.h"

void fake_irqbalance_start(struct fake_io *fake)
{
	fake->irqbalance = true;
	fake->irqbalance_takes = 500;
	fake_file(fake, "/proc/77/comm", "irqbalance");
	fake_file(fake, FAKE_IRQBALANCE, "");
}

static void ban(struct fake_io *fake, const char *list)
{
	unsigned long irq;
	char *end;

	fake->banned = (struct nt_idset){ { 0 } };
	if (!strncmp(list, "NONE", 4))
		return;
	irq = strtoul(list, &end, 10);
	do
		nt_idset_add(&fake->banned, (unsigned int)irq);
	while ((irq = strtoul(end, &end, 10)) != 0);
}

static int tell_setup(const struct fake_io *fake, char *reply, size_t size)
{
	size_t len = (size_t)snprintf(reply, size, "SLEEP 10 ");

	for (unsigned int irq = 0; irq < NT_IDSET_COUNT; irq++)
		if (nt_idset_has(&fake->banned, irq) && len < size)
			len += (size_t)snprintf(reply + len, size - len,
						"IRQ %u LOAD 0 DIFF 0 CLASS 0 ", irq);
	if (len < size)
		len += (size_t)snprintf(reply + len, size - len, "BANNED 00000000");
	return len < size ? 0 : -E2BIG;
}

int fake_irqbalance_ask(struct nt_io *io, const char *path, const char *request, char *reply,
			size_t size)
{
	struct fake_io *fake = (struct fake_io *)io;
	int r = fake_count(fake);
	char *taken;

	if (r == 0 && (!fake->irqbalance || strcmp(path, FAKE_IRQBALANCE) != 0))
		r = -ECONNREFUSED;
	if (r < 0)
		return r;
	if (!strcmp(request, "setup"))
		return tell_setup(fake, reply, size);
	*reply = '\0';
	taken = strndup(request, fake->irqbalance_takes);
	if (!taken)
		return -ENOMEM;
	if (!strncmp(taken, "settings ban irqs ", strlen("settings ban irqs ")))
		ban(fake, taken + strlen("settings ban irqs "));
	free(taken);
	return 0;
}
