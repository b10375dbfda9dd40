/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading facts from a host, and to and from JSON.
 */
#ifndef NT_FACTS_READ_H
#define NT_FACTS_READ_H

#include <jansson.h>
#include <stdint.h>

#include "core/facts.h"

struct nt_diag;
struct nt_io;

/**
 * nt_facts_read() - read groups that are not read yet
 * @groups: NT_FACTS_*; NT_FACTS_SYSCTL and NT_FACTS_MODULES here mean "all that the domains know",
 *	    while a domain's read() adds only what its settings need
 *
 * Return: 0 or a negative errno; a group that does not exist here (no PCI, no NUMA) is empty, not
 * an error.
 */
int nt_facts_read(struct nt_io *io, uint32_t groups, struct nt_facts *facts, struct nt_diag *diag);

/**
 * nt_facts_read_nic() - read what one device can be told, unless it has been read
 * @name: of the device; links should have been read, for the driver's name is from there
 *
 * What a driver does not answer is left out, see struct nt_nic_fact. Forget it with
 * nt_facts_drop_nic() to have it read again.
 *
 * Return: 0, -ENODEV, -EOPNOTSUPP when the host has no devices to offer, -EOVERFLOW, -ENOMEM.
 */
int nt_facts_read_nic(struct nt_io *io, const char *name, struct nt_facts *facts,
		      struct nt_diag *diag);

/**
 * nt_facts_read_bond() - read a bond, unless it has been read
 * @name: of the device
 *
 * Return: 0, -ENODEV, -EOPNOTSUPP when it is no bond, -EPERM when only root may ask the module,
 * -EOVERFLOW, -ENOMEM.
 */
int nt_facts_read_bond(struct nt_io *io, const char *name, struct nt_facts *facts,
		       struct nt_diag *diag);

/* What is lost when @name, a bond that was read, goes down. 0, -ENOENT, or a negative errno. */
int nt_facts_read_bond_stake(struct nt_io *io, const char *name, struct nt_facts *facts,
			     struct nt_diag *diag);

/* The state of a kernel module, unless it has been read. 0, -ENOMEM, -EOVERFLOW. */
int nt_facts_read_module(struct nt_io *io, const char *name, struct nt_facts *facts);

/* The sysctl.d lines that set @key, and running services, added to @facts as owners. */
int nt_facts_read_owners(struct nt_io *io, struct nt_facts *facts, struct nt_diag *diag);

/* NT_FACTS_* of a group by its name ("links"), 0 when there is none; and the n-th name or NULL. */
uint32_t nt_facts_group(const char *name);
const char *nt_facts_group_name(unsigned int n);

/* A new object, owned by the caller; schema nettune.facts/1. NULL when out of memory. */
json_t *nt_facts_to_json(const struct nt_facts *facts);

/* Strict: unknown types and missing members are -EINVAL with the member's path in @diag. */
int nt_facts_from_json(const json_t *root, struct nt_facts *ret, struct nt_diag *diag);

#endif
