/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a tunable that reads one string holds what another string asked for.
 */
#ifndef NT_CORE_VALUE_H
#define NT_CORE_VALUE_H

#include "host.h"

/**
 * enum nt_value_form - how the values of a tunable compare
 * @NT_VALUE_FIELDS: words and numbers between white space
 * @NT_VALUE_MASK: a hexadecimal CPU or queue mask in groups between commas
 * @NT_VALUE_POWER_OF_TWO: a number that the kernel rounds up
 * @NT_VALUE_TICK_MS: milliseconds that the kernel keeps in ticks of its clock, rounded up
 * @NT_VALUE_TICK_HUNDREDTH: hundredths of a second that it keeps so, rounded down
 */
enum nt_value_form {
	NT_VALUE_FIELDS,
	NT_VALUE_MASK,
	NT_VALUE_POWER_OF_TWO,
	NT_VALUE_TICK_MS,
	NT_VALUE_TICK_HUNDREDTH,
};

/**
 * enum nt_value_match - how a value read compares with the one wanted
 * @NT_VALUE_EQUAL: it means the same
 * @NT_VALUE_ROUNDED: it is the wanted one, rounded as the form allows
 * @NT_VALUE_DIFFERENT: it is another
 */
enum nt_value_match {
	NT_VALUE_EQUAL,
	NT_VALUE_ROUNDED,
	NT_VALUE_DIFFERENT,
};

enum nt_value_match nt_value_compare(enum nt_value_form form, const char *want, size_t want_len,
				     const char *seen, size_t seen_len);

bool nt_value_is_left(enum nt_value_match match, bool is_known);

#endif /* NT_CORE_VALUE_H */
