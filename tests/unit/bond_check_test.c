// SPDX-License-Identifier: GPL-2.0-or-later
/* What is told to be wrong with a bond. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "core/bond_check.h"

static struct nt_bond_scene scene;

/* A bond that nothing but notes can be said about. */
static int setup(void **state)
{
	(void)state;
	scene = (struct nt_bond_scene){ .fact.module = true,
					.fact.slb = nt_slb_default(NT_SLB_MODULE) };
	scene.fact.bond.value[NT_BOND_MODE] = NT_BOND_MODE_XOR;
	scene.fact.bond.value[NT_BOND_POLICY] = NT_BOND_POLICY_VLAN_SRCMAC;
	scene.fact.bond.value[NT_BOND_MIIMON] = 100;
	scene.fact.bond.n_ports = 2;
	for (size_t i = 0; i < NT_BOND_PORTS_MAX; i++)
		scene.fact.bond.ports[i].carrier = scene.fact.bond.ports[i].link_up = true;
	return 0;
}

static const struct nt_bond_finding *find(const char *id)
{
	const struct nt_bond_finding *finding;

	for (size_t i = 0; (finding = nt_bond_finding(&scene, i)); i++)
		if (!strcmp(finding->id, id))
			return finding;
	return NULL;
}

static void expect(const char *id, enum nt_bond_severity severity)
{
	const struct nt_bond_finding *finding = find(id);

	if (!finding)
		fail_msg("%s is not found", id);
	assert_int_equal(finding->severity, severity);
	assert_true(finding->text[0] && finding->remedy[0]);
}

static void fit_bond_has_only_notes(void **state)
{
	const struct nt_bond_finding *finding;

	(void)state;
	for (size_t i = 0; (finding = nt_bond_finding(&scene, i)); i++)
		assert_int_equal(finding->severity, NT_BOND_NOTE);
	expect("switch", NT_BOND_NOTE);
}

static void settings_that_cannot_work_are_errors(void **state)
{
	(void)state;
	scene.fact.bond.value[NT_BOND_MODE] = NT_BOND_MODE_LACP;
	scene.fact.bond.value[NT_BOND_POLICY] = 0;
	scene.fact.bond.value[NT_BOND_MIIMON] = 0;
	scene.fact.bond.xdp = true;
	expect("mode", NT_BOND_ERROR);
	expect("policy", NT_BOND_ERROR);
	expect("miimon", NT_BOND_ERROR);
	expect("xdp", NT_BOND_ERROR);
	assert_null(find("switch-lag"));
	scene.fact.bond.ports[1].partner_state = 0x3d;
	expect("switch-lag", NT_BOND_ERROR);
	assert_null(find("switch"));
}

static void priorities_matter_with_three_ports_only(void **state)
{
	(void)state;
	scene.port_flaps = 1;
	assert_null(find("priorities"));
	scene.fact.bond.n_ports = 4;
	assert_null(find("priorities"));
	scene.fact.bond.n_ports = 3;
	expect("priorities", NT_BOND_WARNING);
	scene.port_flaps = 0;
	expect("priorities", NT_BOND_NOTE);
}

static void others_rules_are_told_apart(void **state)
{
	(void)state;
	scene.foreign_rules = true;
	scene.flushes = true;
	expect("two-engines", NT_BOND_ERROR);
	expect("nft-flush", NT_BOND_WARNING);
	scene.fact.slb = nt_slb_default(NT_SLB_OFF);
	expect("networkmanager", NT_BOND_WARNING);
	assert_null(find("two-engines"));
	scene.foreign_rules = false;
	expect("off", NT_BOND_WARNING);
	assert_null(find("nft-flush"));
	scene.fact.module = false;
	expect("module", NT_BOND_WARNING);
}

static void what_the_counters_say_is_told(void **state)
{
	(void)state;
	scene.evicted = 1;
	scene.fact.bond.ports[0].link_up = false;
	expect("table-full", NT_BOND_WARNING);
	expect("port-down", NT_BOND_WARNING);
	scene.fact.bond.n_ports = 1;
	expect("ports", NT_BOND_WARNING);
}

static void words_name_the_bond(void **state)
{
	char text[NT_BOND_FINDING_MAX];
	const struct nt_bond_finding *finding;

	(void)state;
	scene.fact.bond.n_ports = 1;
	finding = find("ports");
	assert_non_null(finding);
	nt_bond_finding_text(finding->remedy, "uplink", text);
	assert_string_equal(text, "'ip link set PORT down', 'ip link set PORT master uplink'");
	nt_bond_finding_text("BOND, BOND", "a", text);
	assert_string_equal(text, "a, a");
	/* Whatever is found, it fits with the longest name. */
	scene = (struct nt_bond_scene){ .foreign_rules = true, .flushes = true, .evicted = 1 };
	for (size_t i = 0; (finding = nt_bond_finding(&scene, i)); i++) {
		nt_bond_finding_text(finding->text, "name-of-15-byte", text);
		assert_true(strlen(text) < NT_BOND_FINDING_MAX - 1);
		nt_bond_finding_text(finding->remedy, "name-of-15-byte", text);
		assert_true(strlen(text) < NT_BOND_FINDING_MAX - 1);
	}
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fit_bond_has_only_notes),
		TEST(settings_that_cannot_work_are_errors),
		TEST(priorities_matter_with_three_ports_only),
		TEST(others_rules_are_told_apart),
		TEST(what_the_counters_say_is_told),
		TEST(words_name_the_bond),
	};

	return cmocka_run_group_tests_name("bond_check", tests, NULL, NULL);
}
