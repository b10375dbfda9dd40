// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds as they are put together. See bond_shape.h. */
#include "bond_shape.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_ADDRESS "-"

/* A name and all that may be behind it, terminated. */
#define PORT_MAX (NT_NIC_NAME_MAX + sizeof("/queue:65535/prio:-2147483648/down"))
static_assert(NT_BOND_SHAPE_MAX >= 64 + NT_BOND_PORTS_MAX * PORT_MAX, "a full bond fits");

static struct nt_bond_shape_port port_of(const struct nt_bond_port *port, uint32_t mode)
{
	struct nt_bond_shape_port ret = { .queue_id = port->queue_id, .down = !port->up };

	memcpy(ret.name, port->name, sizeof(ret.name));
	if (nt_bond_mode_has_prio(mode))
		ret.prio = port->prio;
	return ret;
}

int nt_bond_shape_of(const struct nt_bond *bond, uint32_t mode, struct nt_bond_shape *ret)
{
	struct nt_bond_shape shape = { .mode = mode, .up = bond->up, .n_ports = bond->n_ports };

	if (bond->n_ports > NT_BOND_PORTS_MAX)
		return -E2BIG;
	memcpy(shape.address, bond->address, sizeof(shape.address));
	for (size_t i = 0; i < shape.n_ports; i++)
		shape.ports[i] = port_of(&bond->ports[i], mode);
	*ret = shape;
	return 0;
}

/* No name of a device has a slash. */
static int format_port(const struct nt_bond_shape_port *port, char buf[PORT_MAX])
{
	char queue[24] = "", prio[24] = "";

	if (port->queue_id)
		snprintf(queue, sizeof(queue), "/queue:%u", port->queue_id);
	if (port->prio)
		snprintf(prio, sizeof(prio), "/prio:%d", port->prio);
	return snprintf(buf, PORT_MAX, "%s%s%s%s", port->name, queue, prio,
			port->down ? "/down" : "") < (int)PORT_MAX ? 0 : -E2BIG;
}

int nt_bond_shape_format(const struct nt_bond_shape *shape, char *buf, size_t size)
{
	char mode[NT_BOND_TEXT_MAX], port[PORT_MAX];
	size_t len;

	nt_bond_format(NT_BOND_MODE, shape->mode, mode, sizeof(mode));
	len = (size_t)snprintf(buf, size, "%s %s %s", mode, shape->up ? "up" : "down",
			       shape->address[0] ? shape->address : NO_ADDRESS);
	for (size_t i = 0; i < shape->n_ports && len < size; i++) {
		if (format_port(&shape->ports[i], port) < 0)
			return -E2BIG;
		len += (size_t)snprintf(buf + len, size - len, " %s", port);
	}
	return len < size ? 0 : -E2BIG;
}

/* The next word of at most @size - 1 bytes into @ret: 1, 0 at the end, -EINVAL. */
static int next_word(const char **cursor, char *ret, size_t size)
{
	const char *word = *cursor + strspn(*cursor, " ");
	size_t len = strcspn(word, " ");

	if (len >= size)
		return -EINVAL;
	memcpy(ret, word, len);
	ret[len] = '\0';
	*cursor = word + len;
	return len > 0;
}

static int parse_head(const char **cursor, struct nt_bond_shape *shape)
{
	char mode[NT_NIC_NAME_MAX], up[8];

	if (next_word(cursor, mode, sizeof(mode)) <= 0 || next_word(cursor, up, sizeof(up)) <= 0 ||
	    next_word(cursor, shape->address, sizeof(shape->address)) <= 0)
		return -EINVAL;
	shape->up = !strcmp(up, "up");
	if (!strcmp(shape->address, NO_ADDRESS))
		shape->address[0] = '\0';
	return nt_bond_parse(NT_BOND_MODE, mode, &shape->mode);
}

/* What stands behind @key in @word, 0 without: only what is written the same again counts. */
static long number_behind(const char *word, const char *key)
{
	const char *at = strstr(word, key);

	return at ? strtol(at + strlen(key), NULL, 10) : 0;
}

static int parse_port(const char *word, struct nt_bond_shape_port *ret)
{
	long queue_id = number_behind(word, "/queue:"), prio = number_behind(word, "/prio:");
	struct nt_bond_shape_port port = { .down = strstr(word, "/down") };
	size_t len = strcspn(word, "/");

	if (len == 0 || len >= sizeof(port.name) || queue_id < 0 || queue_id > UINT16_MAX ||
	    prio < INT_MIN || prio > INT_MAX)
		return -EINVAL;
	memcpy(port.name, word, len);
	port.queue_id = (uint32_t)queue_id;
	port.prio = (int)prio;
	*ret = port;
	return 0;
}

int nt_bond_shape_parse(const char *text, struct nt_bond_shape *ret)
{
	char again[NT_BOND_SHAPE_MAX], word[PORT_MAX];
	struct nt_bond_shape shape = { 0 };
	const char *cursor = text;
	int r = parse_head(&cursor, &shape);

	while (r == 0 && (r = next_word(&cursor, word, sizeof(word))) > 0) {
		if (shape.n_ports == NT_BOND_PORTS_MAX)
			return -EINVAL;
		r = parse_port(word, &shape.ports[shape.n_ports++]);
	}
	/* What is not written the same again was not ours. */
	if (r < 0 || nt_bond_shape_format(&shape, again, sizeof(again)) < 0 ||
	    strcmp(again, text) != 0)
		return -EINVAL;
	*ret = shape;
	return 0;
}

static bool has_port(const struct nt_bond_shape *shape, const struct nt_bond_shape_port *port)
{
	for (size_t i = 0; i < shape->n_ports; i++)
		if (!strcmp(shape->ports[i].name, port->name) &&
		    shape->ports[i].queue_id == port->queue_id &&
		    shape->ports[i].prio == port->prio)
			return true;
	return false;
}

bool nt_bond_shape_same(const char *a, const char *b)
{
	struct nt_bond_shape x, y;

	if (nt_bond_shape_parse(a, &x) < 0 || nt_bond_shape_parse(b, &y) < 0)
		return !strcmp(a, b);
	if (x.mode != y.mode || x.n_ports != y.n_ports || (!x.n_ports && x.up != y.up))
		return false;
	for (size_t i = 0; i < x.n_ports; i++)
		if (!has_port(&y, &x.ports[i]))
			return false;
	return true;
}
