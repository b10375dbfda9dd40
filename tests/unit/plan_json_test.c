// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading a plan back: what "plan --json" prints is taken, and nothing else is. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/plan_json.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

#define CHANGE \
	"{\"domain\":\"sysctl\",\"target\":\"host\",\"tunable\":\"net.ipv4.tcp_retries1\"," \
	"\"seen\":\"3\",\"wanted\":\"4\",\"phase\":\"sysctl\",\"disruptive\":false," \
	"\"kept\":false," \
	"\"policy\":\"require\",\"reason\":\"why\",\"outcome\":\"planned\",\"remedy\":null," \
	"\"owner\":null,\"origin\":\"p.conf:3\",\"errno\":0,\"extack\":null,\"readback\":null," \
	"\"management\":null}"
#define SUMMARY \
	"{\"planned\":1,\"compliant\":0,\"unsupported\":0,\"blocked\":0,\"absent\":0," \
	"\"immutable\":0,\"deferred\":0,\"applied\":0,\"failed\":0,\"undone\":0}"
#define SETTING \
	"{\"section\":\"Sysctl\",\"selector\":\"\",\"key\":\"net.ipv4.tcp_retries1\"," \
	"\"relation\":\">=\",\"value\":\"2*2\",\"policy\":\"ignore\"}"
#define DOCUMENT \
	"{\"schema\":\"nettune.plan/1\",\"backend\":\"user\",\"profiles\":[\"server\",\"own\"]," \
	"\"left_out\":[\"own: not here\"],\"notes\":[],\"settings\":[" SETTING "]," \
	"\"changes\":[" CHANGE "],\"summary\":" SUMMARY "," \
	"\"host\":{\"boot_id\":\"0a\",\"netns\":\"blue\",\"netns_cookie\":7," \
	"\"devices\":{\"eth0\":4}}}"

static struct nt_plan_file file;
static struct nt_diag diag;

static int parse(const char *text)
{
	diag = (struct nt_diag){ 0 };
	memset(&file, 0, sizeof(file));
	return nt_plan_json_parse(text, strlen(text), "p.json", &file, &diag);
}

/* DOCUMENT with @from, which has to be in it, replaced by @to. Free it. */
static char *edited(const char *from, const char *to)
{
	const char *at = strstr(DOCUMENT, from);
	char *text = NULL;

	assert_non_null(at);
	assert_true(asprintf(&text, "%.*s%s%s", (int)(at - DOCUMENT), DOCUMENT, to,
			     at + strlen(from)) >= 0);
	return text;
}

static void expect_refused(const char *from, const char *to, const char *message)
{
	char *text = edited(from, to);

	assert_int_equal(parse(text), -EINVAL);
	assert_string_equal(diag.message, message);
	assert_null(file.plan.changes);
	free(text);
}

static void a_plan_is_read_whole(void **state)
{
	const struct nt_change *change;

	(void)state;
	assert_int_equal(parse(DOCUMENT), 0);
	change = &file.plan.changes[0];
	assert_int_equal(file.plan.n_changes, 1);
	assert_ptr_equal(change->domain, &nt_tunable_sysctl);
	assert_string_equal(change->target, "host");
	assert_string_equal(change->tunable, "net.ipv4.tcp_retries1");
	assert_string_equal(change->seen, "3");
	assert_string_equal(change->wanted, "4");
	assert_string_equal(change->reason, "why");
	assert_string_equal(change->origin, "p.conf:3");
	assert_null(change->remedy);
	assert_int_equal(change->phase, NT_PHASE_SYSCTL);
	assert_int_equal(change->policy, NT_POLICY_REQUIRE);
	assert_int_equal(change->outcome, NT_OUTCOME_PLANNED);
	assert_int_equal(file.profile.n_settings, 1);
	assert_string_equal(file.profile.settings[0].section, "Sysctl");
	assert_string_equal(file.profile.settings[0].key, "net.ipv4.tcp_retries1");
	assert_string_equal(file.profile.settings[0].value, "2*2");
	assert_int_equal(file.profile.settings[0].relation, NT_AT_LEAST);
	assert_int_equal(file.profile.settings[0].policy, NT_POLICY_IGNORE);
	assert_string_equal(file.profile.settings[0].file, "p.json#/settings/0/value");
	assert_int_equal(file.n_profiles, 2);
	assert_string_equal(file.profiles[1], "own");
	assert_string_equal(file.left_out[0], "own: not here");
	assert_null(file.left_out[1]);
	assert_string_equal(file.boot_id, "0a");
	assert_string_equal(file.netns, "blue");
	assert_int_equal(file.netns_cookie, 7);
	assert_int_equal(nt_plan_device(&file.plan, "eth0")->ifindex, 4);
	nt_plan_file_free(&file);
}

static void a_plan_without_a_host_says_so(void **state)
{
	char *text = edited("{\"boot_id\":\"0a\",\"netns\":\"blue\",\"netns_cookie\":7,"
			    "\"devices\":{\"eth0\":4}}", "null");

	(void)state;
	assert_int_equal(parse(text), 0);
	assert_string_equal(file.boot_id, "");
	nt_plan_file_free(&file);
	free(text);
}

static void what_is_no_json_is_told_with_its_line(void **state)
{
	(void)state;
	assert_int_equal(parse("{\n\"schema\": \x1b"), -EINVAL);
	assert_true(!strncmp(diag.message, "p.json:2:", 9));
	assert_null(strchr(diag.message, '\x1b'));
	assert_int_equal(parse(""), -EINVAL);
	assert_int_equal(parse(DOCUMENT "{}"), -EINVAL);
	expect_refused("\"backend\":\"user\"", "\"backend\":\"user\",\"backend\":\"user\"",
		       "p.json:1:53: duplicate object key near '\"backend\"'");
}

static void other_documents_are_refused(void **state)
{
	(void)state;
	assert_int_equal(parse("[]"), -EINVAL);
	assert_string_equal(diag.message, "p.json: /schema: not nettune.plan/1");
	expect_refused("plan/1", "facts/1", "p.json: /schema: not nettune.plan/1");
	expect_refused("\"host\":", "\"guest\":", "p.json: /host: missing: only what "
		       "'plan --json' prints can be applied");
	expect_refused("\"backend\":", "\"txn\":1,\"backend\":",
		       "p.json: /txn: this plan was carried out already");
	expect_refused("\"outcome\":\"planned\"", "\"outcome\":\"applied\"",
		       "p.json: /changes/0/outcome: applied: this plan was carried out already");
	expect_refused("\"readback\":null", "\"readback\":\"4\"", "p.json: /changes/0/readback: "
		       "not null: this plan was carried out already");
}

static void members_are_neither_missing_nor_unknown(void **state)
{
	(void)state;
	expect_refused("\"backend\":\"user\",", "", "p.json: /backend: missing");
	expect_refused("\"backend\":", "\"colour\":1,\"backend\":",
		       "p.json: /colour: unknown member");
	expect_refused("\"backend\":", "\"\\u001b\":1,\"backend\":", "p.json: /: unknown member");
	expect_refused("\"seen\":\"3\",", "", "p.json: /changes/0/seen: missing");
	expect_refused("\"errno\":0,", "\"errno\":0,\"path\":\"/etc/shadow\",",
		       "p.json: /changes/0/path: unknown member");
	expect_refused("\"netns\":\"blue\",", "", "p.json: /host/netns: missing");
	expect_refused("\"failed\":0,", "", "p.json: /summary/failed: missing");
}

static void the_next_best_says_what_it_stands_for(void **state)
{
	char *text = edited("\"management\":null", "\"management\":null,\"instead_of\":\"3\"");

	(void)state;
	assert_int_equal(parse(text), 0);
	assert_string_equal(file.plan.changes[0].instead_of, "3");
	nt_plan_file_free(&file);
	free(text);
	expect_refused("\"management\":null", "\"management\":null,\"instead_of\":3",
		       "p.json: /changes/0/instead_of: not a string");
}

static void types_are_checked(void **state)
{
	(void)state;
	expect_refused("\"backend\":\"user\"", "\"backend\":1", "p.json: /backend: not a string");
	expect_refused("[\"server\",\"own\"]", "\"server\"", "p.json: /profiles: not an array");
	expect_refused("\"own\"]", "2]", "p.json: /profiles/1: not a string");
	expect_refused("[" CHANGE "]", "{}", "p.json: /changes: not an array");
	expect_refused(CHANGE, "7", "p.json: /changes/0: not an object");
	expect_refused("\"wanted\":\"4\"", "\"wanted\":4", "p.json: /changes/0/wanted: "
		       "not a string");
	expect_refused("\"disruptive\":false", "\"disruptive\":0",
		       "p.json: /changes/0/disruptive: not true or false");
	expect_refused("\"errno\":0", "\"errno\":\"0\"", "p.json: /changes/0/errno: "
		       "not an integer");
	expect_refused("\"errno\":0", "\"errno\":4096", "p.json: /changes/0/errno: "
		       "not from 0 to 4095");
	expect_refused("{\"eth0\":4}", "{\"eth0\":0}",
		       "p.json: /host/devices: not the index of a device");
	expect_refused("{\"eth0\":4}", "{\"a-name-of-sixteen\":4}",
		       "p.json: /host/devices: a name that no device can have");
	expect_refused("{\"eth0\":4}", "[]", "p.json: /host/devices: not an object");
	expect_refused("\"netns_cookie\":7", "\"netns_cookie\":-7",
		       "p.json: /host/netns_cookie: not from 0 to 9223372036854775807");
	expect_refused(SUMMARY, "[]", "p.json: /summary: not an object");
	expect_refused("\"planned\":1", "\"planned\":-1", "p.json: /summary/planned: "
		       "not from 0 to 16384");
}

static void words_are_those_that_we_know(void **state)
{
	(void)state;
	expect_refused("\"backend\":\"user\"", "\"backend\":\"magic\"",
		       "p.json: /backend: magic is not known here");
	expect_refused("\"domain\":\"sysctl\"", "\"domain\":\"file\"",
		       "p.json: /changes/0/domain: file is not known here");
	expect_refused("\"phase\":\"sysctl\"", "\"phase\":\"later\"",
		       "p.json: /changes/0/phase: later is not known here");
	expect_refused("\"policy\":\"require\"", "\"policy\":\"hope\"",
		       "p.json: /changes/0/policy: hope is not known here");
	expect_refused("\"outcome\":\"planned\"", "\"outcome\":\"fine\"",
		       "p.json: /changes/0/outcome: fine is not known here");
	expect_refused("\"wanted\":\"4\"", "\"wanted\":null",
		       "p.json: /changes/0/wanted: null, but outcome is planned");
}

static void settings_are_lines_that_a_profile_could_have(void **state)
{
	static const char *const edits[][2] = {
		{ "\"Sysctl\"", "\"Profile\"" },
		{ "\"Sysctl\"", "\"Match\"" },
		{ "\"Sysctl\"", "\"Sysctl]\"" },
		{ "\"Sysctl\"", "\"\"" },
		{ "\"selector\":\"\"", "\"selector\":\"eth0\"" },
		{ "\"selector\":\"\"", "\"selector\":\"../x\"" },
		{ "\"key\":\"net", "\"key\":\" net" },
		{ "\"key\":\"net", "\"key\":\"a=b net" },
		{ "\"key\":\"net.ipv4.tcp_retries1\"", "\"key\":\"OnUnsupported\"" },
		{ "\"key\":\"net.ipv4.tcp_retries1\"", "\"key\":\"\"" },
		{ "\">=\"", "\"<\"" },
		{ "\">=\"", "\"\"" },
		{ "\"2*2\"", "\"\"" },
		{ "\"2*2\"", "\" 4\"" },
		{ "\"2*2\"", "\">= 4\"" },
		{ "\"ignore\"", "\"hope\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(*edits); i++)
		expect_refused(edits[i][0], edits[i][1], "p.json: /settings/0: not a setting that "
			       "a profile could have");
	expect_refused("\"2*2\"", "\"4\\n[Match]\"", "p.json: /settings/0/value: has characters in "
		       "it that cannot be shown");
	expect_refused(SETTING, SETTING "," SETTING ",7", "p.json: /settings/2: not an object");
	expect_refused("[" SETTING "]", "{}", "p.json: /settings: not an array");
	expect_refused("\"selector\":\"\",", "", "p.json: /settings/0/selector: missing");
}

static void settings_do_not_contradict_each_other(void **state)
{
	(void)state;
	expect_refused(SETTING, SETTING ",{\"section\":\"Sysctl\",\"selector\":\"\",\"key\":"
		       "\"net.ipv4.tcp_retries1\",\"relation\":\"=\",\"value\":\"5\",\"policy\":"
		       "\"ignore\"}", "p.json#/settings/1/value:1:1: net.ipv4.tcp_retries1 = 5 "
		       "conflicts with >= 2*2 at p.json#/settings/0/value:1:1");
}

static void strings_are_bounded_and_can_be_shown(void **state)
{
	char name[NT_PLAN_NAME_MAX + 3] = "\"", message[128];

	(void)state;
	expect_refused("\"why\"", "\"\\u001b[2J\"", "p.json: /changes/0/reason: has characters in "
		       "it that cannot be shown");
	expect_refused("\"own: not here\"", "\"\\u202e\"", "p.json: /left_out/0: has characters "
		       "in it that cannot be shown");
	memset(name + 1, 'a', NT_PLAN_NAME_MAX);
	strcat(name, "\"");
	snprintf(message, sizeof(message), "p.json: /changes/0/target: longer than %u bytes",
		 NT_PLAN_NAME_MAX - 1);
	expect_refused("\"host\"", name, message);
	expect_refused("\"0a\"", "\"0123456789012345678901234567890123456789\"",
		       "p.json: /host/boot_id: longer than 39 bytes");
	expect_refused("[\"server\",\"own\"]", "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]",
		       "p.json: /profiles: more than 16");
}

static void more_changes_than_a_plan_has_are_refused(void **state)
{
	const char *comma = "";
	char *text = NULL, *whole;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	for (unsigned int i = 0; i <= NT_PLAN_CHANGES_MAX; i++, comma = ",")
		fprintf(f, "%s0", comma);
	fclose(f);
	whole = edited(CHANGE, text);
	assert_int_equal(parse(whole), -EINVAL);
	assert_string_equal(diag.message, "p.json: /changes: more than 16384");
	assert_int_equal(nt_plan_json_parse(whole, (size_t)NT_PLAN_JSON_BYTES_MAX + 1, "p.json",
					    &file, NULL), -E2BIG);
	free(whole);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_read_whole),
		cmocka_unit_test(a_plan_without_a_host_says_so),
		cmocka_unit_test(what_is_no_json_is_told_with_its_line),
		cmocka_unit_test(other_documents_are_refused),
		cmocka_unit_test(members_are_neither_missing_nor_unknown),
		cmocka_unit_test(the_next_best_says_what_it_stands_for),
		cmocka_unit_test(types_are_checked),
		cmocka_unit_test(words_are_those_that_we_know),
		cmocka_unit_test(settings_are_lines_that_a_profile_could_have),
		cmocka_unit_test(settings_do_not_contradict_each_other),
		cmocka_unit_test(strings_are_bounded_and_can_be_shown),
		cmocka_unit_test(more_changes_than_a_plan_has_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
