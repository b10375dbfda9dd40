// SPDX-License-Identifier: GPL-2.0-or-later
/* What facts that are given away do not tell. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "core/facts.h"
#include "facts/anonymous.h"

static void addresses_among_words_are_masked(void **state)
{
	static const struct {
		const char *reason;
		const char *masked;
	} rows[] = {
		{ "carries the SSH session from 192.0.2.7",
		  "carries the SSH session from xxx.x.x.x" },
		{ "has the default route via fe80::1%eth0",
		  "has the default route via xxxx::x%eth0" },
		{ "leads to the storage at 2001:db8::5, really",
		  "leads to the storage at xxxx:xxx::x, really" },
		{ "leads to ::ffff:192.0.2.7", "leads to ::xxxx:xxx.x.x.x" },
		{ "carries the SSH session from 192.0...",
		  "carries the SSH session from xxx.x..." },
		{ "is below bond0.100, which is below eth0.1.2",
		  "is below bond0.100, which is below eth0.1.2" },
		{ "is a port of dead0, which leads to the storage",
		  "is a port of dead0, which leads to the storage" },
		{ "...", "..." },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct nt_facts facts = { 0 };

		assert_int_equal(nt_facts_add_management(&facts, "eth0", "", rows[i].reason), 0);
		nt_facts_anonymise(&facts);
		assert_string_equal(facts.managements[0].reason, rows[i].masked);
		assert_string_equal(facts.managements[0].device, "eth0");
		nt_facts_free(&facts);
	}
}

static void hardware_addresses_and_keys_are_masked(void **state)
{
	const struct nt_link_fact link = { .name = "eth0", .kind = "", .driver = "ice",
					   .bus = "0000:01:00.0",
					   .address = "02:aB:00:00:00:0f" };
	struct nt_nic_fact nic = { .name = "eth0",
				   .link = { .permanent_address = "02:ab:00:00:00:0f" },
				   .rss = calloc(1, sizeof(*nic.rss)) };
	struct nt_facts facts = { 0 };

	(void)state;
	assert_non_null(nic.rss);
	nic.rss->n_key = 2;
	nic.rss->key[0] = 0x6d;
	nic.rss->key[1] = 0x5a;
	assert_int_equal(nt_facts_add_link(&facts, &link), 0);
	assert_int_equal(nt_facts_add_nic(&facts, &nic), 0);
	nt_facts_anonymise(&facts);
	assert_string_equal(facts.links[0].address, "xx:xx:xx:xx:xx:xx");
	assert_string_equal(facts.links[0].bus, "0000:01:00.0");
	assert_string_equal(facts.nics[0].link.permanent_address, "xx:xx:xx:xx:xx:xx");
	assert_int_equal(facts.nics[0].rss->n_key, 2);
	assert_int_equal(facts.nics[0].rss->key[0] | facts.nics[0].rss->key[1], 0);
	nt_facts_free(&facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_among_words_are_masked),
		cmocka_unit_test(hardware_addresses_and_keys_are_masked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
