// SPDX-License-Identifier: GPL-2.0-or-later
/* Bonds as they are put together. See bond_shape.h. */
#include "bond_shape.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define NO_ADDRESS "-"

int nt_bond_shape_of(const struct nt_bond *bond, uint32_t mode, struct nt_bond_shape *ret)
{
	struct nt_bond_shape shape = { .mode = mode, .up = bond->up, .n_ports = bond->n_ports };

	if (bond->n_ports > NT_BOND_PORTS_MAX)
		return -E2BIG;
	memcpy(shape.address, bond->address, sizeof(shape.address));
	for (size_t i = 0; i < shape.n_ports; i++)
		memcpy(shape.ports[i], bond->ports[i].name, sizeof(shape.ports[i]));
	*ret = shape;
	return 0;
}

int nt_bond_shape_format(const struct nt_bond_shape *shape, char *buf, size_t size)
{
	char mode[NT_BOND_TEXT_MAX];
	size_t len;

	nt_bond_format(NT_BOND_MODE, shape->mode, mode, sizeof(mode));
	len = (size_t)snprintf(buf, size, "%s %s %s", mode, shape->up ? "up" : "down",
			       shape->address[0] ? shape->address : NO_ADDRESS);
	for (size_t i = 0; i < shape->n_ports && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, " %s", shape->ports[i]);
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

int nt_bond_shape_parse(const char *text, struct nt_bond_shape *ret)
{
	char again[NT_BOND_SHAPE_MAX], word[NT_NIC_NAME_MAX];
	struct nt_bond_shape shape = { 0 };
	const char *cursor = text;
	int r = parse_head(&cursor, &shape);

	while (r == 0 && (r = next_word(&cursor, word, sizeof(word))) > 0) {
		if (shape.n_ports == NT_BOND_PORTS_MAX)
			return -EINVAL;
		memcpy(shape.ports[shape.n_ports++], word, sizeof(word));
		r = 0;
	}
	/* What is not written the same again was not ours. */
	if (r < 0 || nt_bond_shape_format(&shape, again, sizeof(again)) < 0 ||
	    strcmp(again, text) != 0)
		return -EINVAL;
	*ret = shape;
	return 0;
}

bool nt_bond_shape_has(const struct nt_bond_shape *shape, const char *port)
{
	for (size_t i = 0; i < shape->n_ports; i++)
		if (!strcmp(shape->ports[i], port))
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
		if (!nt_bond_shape_has(&y, x.ports[i]))
			return false;
	return true;
}
