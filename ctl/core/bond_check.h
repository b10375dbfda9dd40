/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a bond that does, or is to do, balance-slb. PURE.
 */
#ifndef NT_CORE_BOND_CHECK_H
#define NT_CORE_BOND_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "facts.h"

enum nt_bond_severity {
	NT_BOND_ERROR,   /* balance-slb cannot work */
	NT_BOND_WARNING, /* it works, and something is lost */
	NT_BOND_NOTE,    /* to know */
};

/**
 * struct nt_bond_scene - a bond and what stands around it
 * @fact: the bond
 * @port_flaps: of the module's counters, 0 without
 * @evicted: likewise
 * @foreign_rules: NetworkManager's table for it is there
 * @flushes: nftables.service is enabled and starts with "flush ruleset"
 */
struct nt_bond_scene {
	struct nt_bond_fact fact;
	uint64_t port_flaps;
	uint64_t evicted;
	bool foreign_rules;
	bool flushes;
};

/**
 * struct nt_bond_finding - one thing that is wrong
 * @id: for programs
 * @text: what is so
 * @remedy: what to do
 *
 * In words, the bond is called NT_BOND_PLACEHOLDER: see nt_bond_finding_text().
 */
struct nt_bond_finding {
	const char *id;
	enum nt_bond_severity severity;
	const char *text;
	const char *remedy;
};

#define NT_BOND_PLACEHOLDER "BOND"

/* Longer than any text or remedy with the longest name in it, terminated. */
#define NT_BOND_FINDING_MAX 320U

/* @text with the name of the bond. */
void nt_bond_finding_text(const char *text, const char *bond, char buf[NT_BOND_FINDING_MAX]);

/* The n-th thing to look at that holds of @scene, the worst first; NULL past the end. */
const struct nt_bond_finding *nt_bond_finding(const struct nt_bond_scene *scene, size_t n);

/* "error", "warning" or "note" */
const char *nt_bond_severity_name(enum nt_bond_severity severity);

#endif
