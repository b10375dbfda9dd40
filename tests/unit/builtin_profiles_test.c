// SPDX-License-Identifier: GPL-2.0-or-later
/* The profiles that we ship. Runs in the top folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "core/profile.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

static const char *const files[] = {
	"profiles/server.conf",	 "profiles/balanced.conf",   "profiles/nic-throughput.conf",
	"profiles/latency.conf", "profiles/throughput.conf", "profiles/router.conf",
};

#define N_FILES (sizeof(files) / sizeof(*files))

static struct nt_profile parse(const char *file)
{
	static char text[NT_PROFILE_BYTES_MAX];
	nt_autofclose FILE *f = fopen(file, "re");
	struct nt_profile profile;
	struct nt_diag diag = { 0 };

	if (!f)
		fail_msg("%s cannot be opened", file);
	if (nt_profile_parse(text, fread(text, 1, sizeof(text), f), file, &profile, &diag) < 0)
		fail_msg("%s", diag.message);
	return profile;
}

static const struct nt_setting *find(const struct nt_profile *profile, const char *key)
{
	for (size_t i = 0; i < profile->n_settings; i++)
		if (!strcmp(profile->settings[i].key, key))
			return &profile->settings[i];
	return NULL;
}

static void every_setting_is_well_formed_and_gives_its_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_FILES; i++) {
		struct nt_profile p = parse(files[i]);

		assert_true(p.n_settings > 0);
		assert_true(p.description[0]);
		for (size_t j = 0; j < p.n_settings; j++) {
			const struct nt_setting *s = &p.settings[j];
			const struct nt_tunable *domain = nt_tunable_for(s->section, s->key);
			struct nt_diag diag = { 0 };

			if (!s->reason[0])
				fail_msg("%s:%u: no reason", s->file, s->line);
			assert_non_null(domain);
			if (domain->check(s, &diag) < 0)
				fail_msg("%s", diag.message);
		}
		nt_profile_free(&p);
	}
}

static void balanced_has_the_keys_of_server(void **state)
{
	struct nt_profile server = parse(files[0]), balanced = parse(files[1]);

	(void)state;
	for (size_t i = 0; i < server.n_settings; i++) {
		const char *key = server.settings[i].key;

		/* Computed at boot from what cannot be seen afterwards. */
		if (!strcmp(key, "net.ipv4.tcp_max_syn_backlog"))
			continue;
		if (!find(&balanced, key))
			fail_msg("balanced lacks %s", key);
	}
	assert_int_equal(balanced.n_settings, server.n_settings - 1);
	nt_profile_free(&server);
	nt_profile_free(&balanced);
}

static void server_never_lowers_what_more_does_not_hurt(void **state)
{
	static const char *const keys[] = {
		"net.core.rmem_max",	       "net.core.wmem_max",
		"net.core.rmem_default",       "net.core.wmem_default",
		"net.ipv4.tcp_rmem",	       "net.ipv4.tcp_wmem",
		"net.core.somaxconn",	       "net.ipv4.tcp_max_syn_backlog",
		"net.core.netdev_max_backlog",
	};
	struct nt_profile server = parse(files[0]);

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const struct nt_setting *s = find(&server, keys[i]);

		assert_non_null(s);
		assert_int_equal(s->relation, NT_AT_LEAST);
	}
	nt_profile_free(&server);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_setting_is_well_formed_and_gives_its_reason),
		cmocka_unit_test(balanced_has_the_keys_of_server),
		cmocka_unit_test(server_never_lowers_what_more_does_not_hurt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
