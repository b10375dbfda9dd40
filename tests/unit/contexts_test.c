// SPDX-License-Identifier: GPL-2.0-or-later
/* RSS contexts of kernels that do not list them, asked of a driver in memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "core/nic.h"
#include "io/contexts.h"

#define TABLE 8U

/**
 * struct device - a driver, as the ethtool ioctl of Linux 6.1 shows it
 * @has: of contexts with these numbers, the last ring of their table; 0 ends the list
 * @missing: errno for a context that there is not
 * @no_contexts: the driver has no such thing
 * @n_table: entries, 0: no table
 * @rules: contexts that steering rules send to, 0 for rules that send to a queue; @n_rules of them
 */
static struct device {
	struct {
		uint32_t context;
		uint32_t ring;
	} has[80];
	size_t n_has;
	int missing;
	bool no_contexts;
	uint32_t n_table;
	uint32_t rules[NT_CONTEXTS_RULES_MAX + 1];
	uint32_t n_rules;
	unsigned int n_asked;
} device;

static int setup(void **state)
{
	(void)state;
	device = (struct device){ .missing = ENOENT, .n_table = TABLE };
	return 0;
}

static int fill(struct ethtool_rxfh *rxfh, uint32_t last)
{
	if (rxfh->indir_size && rxfh->indir_size != device.n_table)
		return -EINVAL;
	for (uint32_t i = 0; i < rxfh->indir_size; i++)
		rxfh->rss_config[i] = i == 0 ? last : i % (last + 1);
	rxfh->indir_size = device.n_table;
	return 0;
}

/* ethtool_get_rxfh() */
static int get_table(struct ethtool_rxfh *rxfh)
{
	if (!device.n_table || (rxfh->rss_context && device.no_contexts))
		return -EOPNOTSUPP;
	if (!rxfh->rss_context)
		return fill(rxfh, 63);
	for (size_t i = 0; i < device.n_has; i++)
		if (device.has[i].context == rxfh->rss_context)
			return fill(rxfh, device.has[i].ring);
	return -device.missing;
}

static int get_rules(struct ethtool_rxnfc *rxnfc)
{
	if (rxnfc->rule_cnt < device.n_rules)
		return -EMSGSIZE;
	for (uint32_t i = 0; i < device.n_rules; i++)
		rxnfc->rule_locs[i] = 1000 + i;
	rxnfc->rule_cnt = device.n_rules;
	return 0;
}

static int get_rule(struct ethtool_rxnfc *rxnfc)
{
	uint32_t context = device.rules[rxnfc->fs.location - 1000];

	rxnfc->fs.flow_type = TCP_V4_FLOW | (context ? FLOW_RSS : 0);
	rxnfc->rss_context = context;
	return 0;
}

static int ask(const char *dev, void *command)
{
	uint32_t number;

	assert_string_equal(dev, "eth0");
	device.n_asked++;
	memcpy(&number, command, sizeof(number));
	switch (number) {
	case ETHTOOL_GRSSH:
		return get_table(command);
	case ETHTOOL_GRXCLSRLCNT:
		((struct ethtool_rxnfc *)command)->rule_cnt = device.n_rules;
		return 0;
	case ETHTOOL_GRXCLSRLALL:
		return get_rules(command);
	case ETHTOOL_GRXCLSRULE:
		return get_rule(command);
	}
	fail_msg("command %u", number);
	return -EOPNOTSUPP;
}

static void add(uint32_t context, uint32_t ring)
{
	device.has[device.n_has].context = context;
	device.has[device.n_has++].ring = ring;
}

static int probe(struct nt_nic_holders *ret)
{
	memset(ret, 0, sizeof(*ret));
	return nt_contexts_probe(ask, "eth0", ret);
}

static void contexts_are_found_past_those_that_were_deleted(void **state)
{
	struct nt_nic_holders holders;

	(void)state;
	add(2, 3);
	add(NT_CONTEXTS_PROBED, 5);
	assert_int_equal(probe(&holders), 0);
	assert_int_equal(holders.n_contexts, 2);
	assert_int_equal(holders.contexts[0], 2);
	assert_int_equal(holders.contexts[1], NT_CONTEXTS_PROBED);
	/* The default table's 64 rings do not count. */
	assert_int_equal(holders.context_rings, 6);
}

static void drivers_may_call_missing_ones_invalid(void **state)
{
	struct nt_nic_holders holders;

	(void)state;
	device.missing = EINVAL;
	add(7, 1);
	assert_int_equal(probe(&holders), 0);
	assert_int_equal(holders.n_contexts, 1);
	assert_int_equal(holders.contexts[0], 7);
}

static void driver_without_contexts_is_asked_once(void **state)
{
	struct nt_nic_holders holders;

	(void)state;
	device.no_contexts = true;
	assert_int_equal(probe(&holders), 0);
	assert_int_equal(holders.n_contexts, 0);
	assert_int_equal(device.n_asked, 2);

	setup(NULL);
	device.n_table = 0;
	assert_int_equal(probe(&holders), 0);
	assert_int_equal(device.n_asked, 1);
}

static void rules_tell_of_large_numbers(void **state)
{
	struct nt_nic_holders holders;

	(void)state;
	add(1, 1);
	add(5000, 9);
	device.rules[0] = 0;
	device.rules[1] = 1;
	device.rules[2] = device.rules[3] = 5000;
	device.n_rules = 4;
	assert_int_equal(probe(&holders), 0);
	assert_int_equal(holders.n_contexts, 2);
	assert_int_equal(holders.contexts[0], 1);
	assert_int_equal(holders.contexts[1], 5000);
	assert_int_equal(holders.context_rings, 10);
}

/* Half of them is none. */
static void failures_are_told_and_leave_nothing_behind(void **state)
{
	struct nt_nic_holders holders;

	(void)state;
	add(1, 1);
	device.missing = EIO;
	assert_int_equal(probe(&holders), -EIO);
	assert_int_equal(holders.n_contexts + holders.context_rings, 0);

	device.missing = ENOENT;
	device.n_rules = NT_CONTEXTS_RULES_MAX + 1;
	assert_int_equal(probe(&holders), -EMSGSIZE);
	assert_int_equal(holders.n_contexts, 0);

	device.n_rules = 0;
	device.n_table = NT_NIC_RSS_TABLE_MAX + 1;
	assert_int_equal(probe(&holders), -E2BIG);
}

static void tables_that_make_no_sense_are_refused(void **state)
{
	struct nt_nic_holders holders;

	(void)state;
	device.n_table = NT_NIC_RSS_TABLE_MAX;
	add(1, UINT16_MAX);
	assert_int_equal(probe(&holders), 0);
	assert_int_equal(holders.context_rings, UINT16_MAX + 1);
	device.has[0].ring = 1U << 20;
	assert_int_equal(probe(&holders), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(contexts_are_found_past_those_that_were_deleted),
		TEST(drivers_may_call_missing_ones_invalid),
		TEST(driver_without_contexts_is_asked_once),
		TEST(rules_tell_of_large_numbers),
		TEST(failures_are_told_and_leave_nothing_behind),
		TEST(tables_that_make_no_sense_are_refused),
	};

	return cmocka_run_group_tests_name("contexts", tests, NULL, NULL);
}
