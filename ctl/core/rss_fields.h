/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Texts of what the hash of received flows is made of, and of the hash function. PURE.
 *
 * Fields have ethtool(8)'s letters, always in the order of the kernel's bits: m destination
 * address of the link, v VLAN, t protocol, s and d addresses, f and n ports, e GTP tunnel, l flow
 * label, r drop. "none" is no field at all.
 */
#ifndef NT_CORE_RSS_FIELDS_H
#define NT_CORE_RSS_FIELDS_H

#include <stddef.h>
#include <stdint.h>

#include "nic.h"

/* All letters, terminated. */
#define NT_RSS_FIELDS_TEXT 16U

/* The two ports, RXH_L4_B_0_1 and RXH_L4_B_2_3. */
#define NT_RSS_FIELDS_PORTS (1U << 6 | 1U << 7)

/* "udp4" for a kind of flow; NULL past the end. */
const char *nt_flow_name(unsigned int flow);
/* The kind with that name, or -ENOENT. */
int nt_flow_find(const char *name);

/**
 * nt_rss_fields_parse() - letters to the kernel's RXH_* bits
 * @text: letters in any order, each once, or "none"
 * @ret: written on success only
 *
 * Return: 0, -EINVAL.
 */
int nt_rss_fields_parse(const char *text, uint32_t *ret);

/**
 * nt_rss_fields_format() - the canonical text
 * @fields: RXH_* bits
 * @buf: gets it
 * @size: of @buf
 *
 * Return: 0, -ERANGE for a bit that has no letter, -ENOSPC.
 */
int nt_rss_fields_format(uint32_t fields, char *buf, size_t size);

/* "toeplitz" for the kernel's ETH_RSS_HASH_*; NULL for none and for one that we do not know. */
const char *nt_rss_hash_name(uint32_t hfunc);
/* ETH_RSS_HASH_* for a name; 0: there is none of that name. */
uint32_t nt_rss_hash_find(const char *name);

#endif
