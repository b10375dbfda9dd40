/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Readers of one group of facts each, called by facts_read.c and by each other only.
 *
 * They return 0 or a negative errno; what does not exist here is left empty.
 */
#ifndef NT_FACTS_GROUPS_H
#define NT_FACTS_GROUPS_H

#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct nt_diag;
struct nt_facts;
struct nt_idset;
struct nt_io;
struct nt_nic_fact;

/* host.c */
/* The first line of a small file, without white space at its end; "" when there is none. */
void nt_facts_read_line(struct nt_io *io, const char *path, char *buf, size_t size);
/* The set that a file lists; empty when there is no such file. */
void nt_facts_read_set(struct nt_io *io, const char *path, struct nt_idset *ret);
int nt_facts_read_kernel(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);
int nt_facts_read_cpu(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);
int nt_facts_read_memory(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

/* topology.c */
int nt_facts_read_topology(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

/* netdev.c */
int nt_facts_read_links(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);
int nt_facts_read_listeners(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

/* busy_poll.c: of the namespace in force; none where the kernel cannot tell. */
int nt_facts_read_pollers(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

/* busy_poll_json.c: a new object, NULL when out of memory; and back, adding to @facts. */
json_t *nt_pollers_to_json(const struct nt_facts *facts);
int nt_pollers_from_json(const json_t *json, struct nt_facts *facts, struct nt_diag *diag);

/* nic.c: all hardware, and as many veth pairs as there is room for. */
int nt_facts_read_nics(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

/* nic_json.c: a new array, NULL when out of memory; and back, adding to @facts. */
json_t *nt_nics_to_json(const struct nt_facts *facts);
int nt_nics_from_json(const json_t *json, struct nt_facts *facts, struct nt_diag *diag);

/* bond.c: all that we may ask about. */
int nt_facts_read_bonds(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

/* bond_json.c: likewise. */
json_t *nt_bonds_to_json(const struct nt_facts *facts);
int nt_bonds_from_json(const json_t *json, struct nt_facts *facts, struct nt_diag *diag);

/*
 * Does an error of reading mean that there is nothing to read, now or for us? Any other would make
 * us forget what is there.
 */
static inline bool nt_facts_is_none(int r)
{
	return r == -EOPNOTSUPP || r == -ENOENT || r == -ENODEV || r == -ENETDOWN ||
	       r == -EINVAL || r == -EACCES || r == -EPERM;
}

/* irq.c: appends to @nic, which owns them whatever is returned. */
int nt_facts_read_irqs(struct nt_io *io, const char *dev, const char *driver,
		       struct nt_nic_fact *nic);
/* manage.c */
int nt_facts_read_management(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

#endif
