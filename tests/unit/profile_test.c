// SPDX-License-Identifier: GPL-2.0-or-later
/* Parsing, merging and matching profiles; every error with its exact place. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/facts.h"
#include "core/profile.h"
#include "lib/diag.h"

static struct nt_profile parse_bytes(const char *text, size_t len)
{
	struct nt_profile profile;
	struct nt_diag diag = { 0 };

	if (nt_profile_parse(text, len, "dir/t.conf", &profile, &diag) < 0)
		fail_msg("%s", diag.message);
	return profile;
}

static struct nt_profile parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static void accept(const char *text)
{
	struct nt_profile p = parse(text);

	nt_profile_free(&p);
}

static void refuse_bytes(const char *text, size_t len, const char *words)
{
	struct nt_profile profile = { .n_settings = 77 };
	struct nt_diag diag = { 0 };
	int r = nt_profile_parse(text, len, "t.conf", &profile, &diag);

	if (!r)
		fail_msg("accepted: %s", text);
	assert_string_equal(diag.message, words);
	assert_int_equal(r, -EINVAL);
	assert_int_equal(profile.n_settings, 77);
}

static void refuse(const char *text, const char *words)
{
	refuse_bytes(text, strlen(text), words);
}

static void settings_carry_their_place_relation_and_value(void **state)
{
	struct nt_profile p = parse("[Sysctl]\n"
				    "net.core.somaxconn >=   4096  \n"
				    "net.ipv4.tcp_rmem=4096 131072\t6291456\n");

	(void)state;
	assert_int_equal(p.n_settings, 2);
	assert_string_equal(p.settings[0].section, "Sysctl");
	assert_string_equal(p.settings[0].selector, "");
	assert_string_equal(p.settings[0].key, "net.core.somaxconn");
	assert_string_equal(p.settings[0].value, "4096");
	assert_string_equal(p.settings[0].profile, "t");
	assert_string_equal(p.settings[0].file, "dir/t.conf");
	assert_int_equal(p.settings[0].relation, NT_AT_LEAST);
	assert_int_equal(p.settings[0].line, 2);
	assert_int_equal(p.settings[0].column, 1);
	assert_int_equal(p.settings[0].value_column, 25);
	assert_string_equal(p.settings[1].value, "4096 131072\t6291456");
	assert_int_equal(p.settings[1].relation, NT_SET);
	assert_int_equal(p.settings[1].value_column, 19);
	nt_profile_free(&p);
}

static void head_is_read_and_has_defaults(void **state)
{
	struct nt_profile p = parse("[Profile]\nName=web\nDescription=A web server; busy\n"
				    "Inherits=base  other\nOnUnsupported=require\n");

	(void)state;
	assert_string_equal(p.name, "web");
	assert_string_equal(p.description, "A web server; busy");
	assert_string_equal(p.inherits[0], "base");
	assert_string_equal(p.inherits[1], "other");
	assert_null(p.inherits[2]);
	assert_int_equal(p.policy, NT_POLICY_REQUIRE);
	assert_true(p.name_given && p.policy_given);
	nt_profile_free(&p);

	p = parse("");
	assert_string_equal(p.name, "t");
	assert_string_equal(p.description, "");
	assert_int_equal(p.policy, NT_POLICY_PREFER);
	assert_false(p.name_given || p.policy_given);
	nt_profile_free(&p);
}

static void reason_is_the_comment_block_directly_above(void **state)
{
	struct nt_profile p =
		parse("# of nobody\n\n[Sysctl]\n# one\n#two  \n\t##  three\n#\na=1\n"
		      "b=2\n# lost\n\nc=3\n; not a reason\nd=4\n# kept\r\n# too\r\ne=5\r\n");

	(void)state;
	assert_string_equal(p.settings[0].reason, "one two three");
	assert_string_equal(p.settings[1].reason, "");
	assert_string_equal(p.settings[2].reason, "");
	assert_string_equal(p.settings[3].reason, "");
	assert_string_equal(p.settings[4].reason, "kept too");
	nt_profile_free(&p);
}

static void policy_of_the_profile_holds_wherever_it_stands(void **state)
{
	struct nt_profile p = parse("[Sysctl]\na=1\n[Profile]\nOnUnsupported=ignore\n");

	(void)state;
	assert_int_equal(p.settings[0].policy, NT_POLICY_IGNORE);
	assert_false(p.settings[0].policy_own);
	nt_profile_free(&p);

	p = parse("[Profile]\nOnUnsupported=ignore\n[Sysctl]\nOnUnsupported = require\na=1\n");
	assert_int_equal(p.n_settings, 1);
	assert_int_equal(p.settings[0].policy, NT_POLICY_REQUIRE);
	assert_true(p.settings[0].policy_own);
	nt_profile_free(&p);
}

static void crlf_byte_order_mark_and_missing_newline_are_accepted(void **state)
{
	struct nt_profile p = parse("\xef\xbb\xbf[Sysctl]\r\na=1\r\nb=2");

	(void)state;
	assert_int_equal(p.n_settings, 2);
	assert_string_equal(p.settings[0].value, "1");
	assert_string_equal(p.settings[1].value, "2");
	nt_profile_free(&p);

	refuse("a=1\n", "t.conf:1:1: setting before the first section");
	refuse("[Sysctl]\n\xef\xbb\xbfx=1\n",
	       "t.conf:2:1: letter in a key that is not ASCII");
}

static void relations_other_than_ours_are_refused(void **state)
{
	(void)state;
	refuse("[Sysctl]\na: 1\n", "t.conf:2:2: ':' is not a relation, use '='");
	refuse("[Sysctl]\na b:c = 1\n", "t.conf:2:4: ':' is not a relation, use '='");
	refuse("[Sysctl]\na <= 1\n",
	       "t.conf:2:3: unknown relation, use '=', '>=' or, in [Match], '<'");
	refuse("[Sysctl]\na != 1\n",
	       "t.conf:2:3: unknown relation, use '=', '>=' or, in [Match], '<'");
	refuse("[Sysctl]\na > 1\n",
	       "t.conf:2:3: unknown relation, use '=', '>=' or, in [Match], '<'");
	refuse("[Sysctl]\na == 1\n",
	       "t.conf:2:3: unknown relation, use '=', '>=' or, in [Match], '<'");
	refuse("[Sysctl]\na >== 1\n",
	       "t.conf:2:3: unknown relation, use '=', '>=' or, in [Match], '<'");
	refuse("[Sysctl]\na = >= 1\n", "t.conf:2:5: second relation in front of a value");
	refuse("[Sysctl]\na < 1\n", "t.conf:2:3: '<' is for [Match] only, use '=' or '>='");
	refuse("[Profile]\nName >= x\n", "t.conf:2:6: Name takes '=' only");
	refuse("[Sysctl]\nOnUnsupported >= prefer\n", "t.conf:2:15: OnUnsupported takes '=' only");
}

static void incomplete_lines_are_refused(void **state)
{
	(void)state;
	refuse("[Sysctl]\nnet.core.somaxconn\n", "t.conf:2:19: missing '='");
	refuse("[Sysctl]\na =  \n", "t.conf:2:4: missing value");
	refuse("[Sysctl]\n= 1\n", "t.conf:2:1: missing key");
	refuse("[Sysctl]\nnet.core. somaxconn = 1\n", "t.conf:2:10: white space in a key");
}

static void lenient_forms_of_inih_are_refused(void **state)
{
	(void)state;
	refuse("[Sysctl]\na = 1\n  b = 2\n",
	       "t.conf:3:1: indented line, a value cannot go on in the next line");
	refuse("[Sysctl]\na = 1 ; why\n",
	       "t.conf:2:7: comment behind a value, it needs a line of its own");
	refuse("[Sysctl]\na = 1\t# why\n",
	       "t.conf:2:7: comment behind a value, it needs a line of its own");
	refuse("[Sysctl]\na = ;\n",
	       "t.conf:2:5: comment behind a value, it needs a line of its own");
	refuse(" [Sysctl]\n", "t.conf:1:1: indented section");
}

static void sections_are_checked_even_without_keys(void **state)
{
	(void)state;
	refuse("[Sysclt]\n", "t.conf:1:2: unknown section Sysclt, did you mean Sysctl");
	refuse("[sysctl]\n", "t.conf:1:2: unknown section sysctl, did you mean Sysctl");
	refuse("[Frobnicate]\n", "t.conf:1:2: unknown section Frobnicate");
	refuse("[]\n", "t.conf:1:2: missing section name");
	refuse("[ Sysctl]\n", "t.conf:1:2: missing section name");
	refuse("[Sysctl\n", "t.conf:1:8: missing ']'");
	refuse("[Sysctl x]\n", "t.conf:1:9: missing ']'");
	refuse("[Sysctl \"eth*\"]\n", "t.conf:1:9: section Sysctl takes no selector");
	refuse("[Sysctl] # why\n", "t.conf:1:9: text behind ']'");
	refuse("[Sysctl]\n[Match]\n[Sysctl]\n",
	       "t.conf:3:1: section Sysctl stands twice, first at line 1");
}

static void sections_that_nothing_serves_are_refused(void **state)
{
	static const char *const names[] = { "Qdisc", "Irqbalance", "Transaction" };
	char text[64], words[128];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		snprintf(text, sizeof(text), "\n[%s \"eth*\"]\n", names[i]);
		snprintf(words, sizeof(words),
			 "t.conf:2:2: section %s is not served by this version of nettune",
			 names[i]);
		refuse(text, words);
	}
}

static void device_sections_select_by_name(void **state)
{
	static const char *const good[] = {
		"abcdefghijklmno", "*abcdefghijklmno*", "e[!ab]*", "v[]]x", "v[[:digit:]-]", "v]",
	};
	struct nt_profile p;
	char text[64];

	(void)state;
	p = parse("[Device \"ens*\"]\nMtu=9000\n[Device \"eth0\"]\nMtu=1500\n");
	assert_int_equal(p.n_settings, 2);
	assert_string_equal(p.settings[0].section, "Device");
	assert_string_equal(p.settings[0].selector, "ens*");
	assert_string_equal(p.settings[1].selector, "eth0");
	nt_profile_free(&p);

	refuse("[Device]\n", "t.conf:1:8: section Device needs a selector: [Device \"NAME\"]");
	refuse("[Device \"\"]\n", "t.conf:1:9: a selector has 1 to 63 bytes");
	refuse("[Device \"a b\"]\n", "t.conf:1:11: a name or a pattern such as \"ens*\" ends in "
	       "a quote and has neither blanks nor slashes");
	refuse("[Device \"v{0,1}\"]\n", "t.conf:1:11: ',' and '{' cannot stand in a pattern: "
	       "use brackets, as in v[01], or two sections");
	refuse("[Device \"v0,v1\"]\n", "t.conf:1:12: ',' and '{' cannot stand in a pattern: "
	       "use brackets, as in v[01], or two sections");
	refuse("[Device \"a\"] x\n", "t.conf:1:13: text behind ']'");
	refuse("[Device \"v[\"]\n", "t.conf:1:11: '[' without a ']'");
	refuse("[Device \"eth[0-3\"]\n", "t.conf:1:13: '[' without a ']'");
	refuse("[Device \"v[]\"]\n", "t.conf:1:11: '[' without a ']'");
	refuse("[Device \"v[[:digit:]\"]\n", "t.conf:1:11: '[' without a ']'");
	refuse("[Device \"eth0:1\"]\n", "t.conf:1:14: no device has a colon in its name: name "
	       "the device of this alias");
	refuse("[Device \"abcdefghijklmnop\"]\n",
	       "t.conf:1:25: names of devices have 15 characters at most");
	refuse("[Device \"*abcdefghijklmn??\"]\n",
	       "t.conf:1:26: names of devices have 15 characters at most");
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		snprintf(text, sizeof(text), "[Device \"%s\"]\nMtu=9000\n", good[i]);
		p = parse(text);
		assert_string_equal(p.settings[0].selector, good[i]);
		nt_profile_free(&p);
	}
	refuse("[Device \"a\"]\n[Match]\n[Device \"a\"]\n",
	       "t.conf:3:1: section Device \"a\" stands twice, first at line 1");
}

static void duplicate_keys_name_the_first_place(void **state)
{
	(void)state;
	refuse("[Sysctl]\na=1\n\na=1\n", "t.conf:4:1: key a stands twice, first at line 2");
	refuse("[Sysctl]\na=1\na>=1\n", "t.conf:3:1: key a stands twice, first at line 2");
	refuse("[Profile]\nName=a\nName=a\n", "t.conf:3:1: key Name stands twice, first at line 2");
	refuse("[Match]\nKernel>=6.1\nKernel>=6.2\n",
	       "t.conf:3:1: key Kernel stands twice, first at line 2");
}

static void bad_heads_are_refused(void **state)
{
	(void)state;
	refuse("[Profile]\nNmae=x\n", "t.conf:2:1: unknown key Nmae, did you mean Name");
	refuse("[Profile]\nColour=x\n", "t.conf:2:1: unknown key Colour");
	refuse("[Profile]\nName=../x\n", "t.conf:2:6: ../x cannot be a profile's name");
	refuse("[Profile]\nInherits=base /etc/passwd\n",
	       "t.conf:2:15: /etc/passwd cannot be a profile's name");
	refuse("[Profile]\nInherits=a..b\n", "t.conf:2:10: a..b cannot be a profile's name");
	refuse("[Profile]\nInherits=a b  a\n", "t.conf:2:15: a is inherited twice");
	refuse("[Profile]\nInherits=a b c d e f g h i j k l m n o p q\n",
	       "t.conf:2:42: more than 16 profiles to inherit");
	refuse("[Profile]\nOnUnsupported=requires\n",
	       "t.conf:2:15: unknown policy requires, did you mean require");
	refuse("[Sysctl]\na=1\nOnUnsupported=ignore\n",
	       "t.conf:3:1: OnUnsupported must be the first key of its section");
	refuse("[Sysctl]\nOnUnsupported=never\n", "t.conf:2:15: unknown policy never");
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	(void)state;
	refuse_bytes("[Sysctl]\na=\0001\n", 13, "t.conf:2:3: NUL byte");
	refuse("[Sysctl]\na=1\x1b[2J\n", "t.conf:2:4: control character U+001B");
	refuse("[Sysctl]\na=1\rb=2\n", "t.conf:2:4: control character U+000D");
	refuse("# caf\xe9\n", "t.conf:1:6: not UTF-8");
	refuse("# \xc0\xaf\n", "t.conf:1:3: not UTF-8");
	refuse("# \xed\xa0\x80\n", "t.conf:1:3: not UTF-8");
	refuse("# \xf8\x88\x80\x80\n", "t.conf:1:3: not UTF-8");
	refuse("# \xc3\n", "t.conf:1:3: not UTF-8");
	refuse("# \xc2\x9b\n", "t.conf:1:3: control character U+009B");
	refuse("# \xe2\x80\xae\n", "t.conf:1:3: control character U+202E");
	accept("# caf\xc3\xa9 \xf0\x9f\x90\xa7\n");
}

static void line_limit_is_exact_and_nothing_is_cut(void **state)
{
	char text[300] = "[Sysctl]\na=";
	struct nt_profile p;
	size_t head = strlen(text);

	(void)state;
	memset(text + head, 'x', NT_PROFILE_LINE_MAX - 2);
	p = parse(text);
	assert_int_equal(strlen(p.settings[0].value), NT_PROFILE_LINE_MAX - 2);
	nt_profile_free(&p);

	strcat(text, "\r\n");
	p = parse(text);
	assert_int_equal(strlen(p.settings[0].value), NT_PROFILE_LINE_MAX - 2);
	nt_profile_free(&p);

	memset(text + head, 'x', NT_PROFILE_LINE_MAX - 1);
	strcpy(text + head + NT_PROFILE_LINE_MAX - 1, "\n");
	refuse(text, "t.conf:2:199: line is longer than 198 bytes");
	text[head + NT_PROFILE_LINE_MAX - 1] = '\0';
	refuse(text, "t.conf:2:199: line is longer than 198 bytes");
}

static void huge_lines_and_files_are_refused(void **state)
{
	size_t len = 10U << 20;
	char *text = malloc(len);
	struct nt_diag diag = { 0 };
	struct nt_profile p;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	assert_int_equal(nt_profile_parse(text, len, "t.conf", &p, &diag), -E2BIG);
	assert_string_equal(diag.message,
			    "t.conf: the file has 10485760 bytes, the limit is 1048576");
	refuse_bytes(text, NT_PROFILE_BYTES_MAX, "t.conf:1:199: line is longer than 198 bytes");

	memset(text, '\n', len);
	p = parse_bytes(text, NT_PROFILE_BYTES_MAX);
	assert_int_equal(p.n_settings, 0);
	nt_profile_free(&p);
	free(text);
}

static void settings_have_a_limit(void **state)
{
	char *text = malloc(NT_PROFILE_SETTINGS_MAX * 16U + 64U);
	struct nt_profile p;
	char *end;

	(void)state;
	assert_non_null(text);
	end = text + sprintf(text, "[Sysctl]\n");
	for (unsigned int i = 0; i < NT_PROFILE_SETTINGS_MAX; i++)
		end += sprintf(end, "k%u=1\n", i);
	p = parse(text);
	assert_int_equal(p.n_settings, NT_PROFILE_SETTINGS_MAX);
	nt_profile_free(&p);

	strcpy(end, "more=1\n");
	refuse(text, "t.conf:4098:1: more than 4096 settings");
	free(text);
}

static void match_lines_are_checked(void **state)
{
	(void)state;
	accept("[Match]\nKernel>=6.1\nKernel<7\nSpeed>=10G\nDriver=ice mlx5*\n"
	       "Virtualization=!kvm\n");
	refuse("[Match]\nKernel>=six\n", "t.conf:2:9: Kernel takes a version like 6.1, not six");
	refuse("[Match]\nKernel>=6.1.2\n",
	       "t.conf:2:9: Kernel takes a version like 6.1, not 6.1.2");
	refuse("[Match]\nKernel=6.\n", "t.conf:2:8: Kernel takes a version like 6.1, not 6.");
	refuse("[Match]\nSpeed>=10GB\n",
	       "t.conf:2:8: Speed takes a speed like 10G or 100M, not 10GB");
	refuse("[Match]\nDriver>=ice\n", "t.conf:2:1: Driver takes '=' only");
	refuse("[Match]\nDriver=ice !e1000\n",
	       "t.conf:2:8: Driver takes patterns like \"ice mlx5*\", not ice !e1000");
	refuse("[Match]\nKernal=6\n", "t.conf:2:1: unknown key Kernal, did you mean Kernel");
	accept("[Match]\nRole=!management\n");
	refuse("[Match]\nRole=uplink\n",
	       "t.conf:2:6: Role takes management or !management, not uplink");
	refuse("[Match]\nRole>=management\n", "t.conf:2:1: Role takes '=' only");
}

static bool matches(const char *lines, char *why, size_t size)
{
	struct nt_link_fact links[] = {
		{ .name = (char *)"eth0", .driver = (char *)"ice", .speed_mbps = 1000 },
		{ .name = (char *)"eth1", .driver = (char *)"virtio_net", .speed_mbps = 25000 },
		{ .name = (char *)"lo", .driver = (char *)"", .speed_mbps = 0 },
	};
	struct nt_management_fact managements[] = {
		{ (char *)"eth0", (char *)"", (char *)"has the default route" },
		{ (char *)"eth1", (char *)"blue", (char *)"has the default route" },
	};
	struct nt_facts facts = {
		.have = NT_FACTS_KERNEL | NT_FACTS_LINKS | NT_FACTS_MANAGEMENT,
		.kernel = { .major = 6, .minor = 12, .virtualization = "kvm" },
		.links = links,
		.n_links = 3,
		.managements = managements,
		.n_managements = 2,
	};
	char text[256];
	struct nt_profile p;
	bool result;

	snprintf(text, sizeof(text), "[Match]\n%s", lines);
	p = parse(text);
	why[0] = '\0';
	result = nt_profile_matches(&p, &facts, why, size);
	nt_profile_free(&p);
	return result;
}

static void match_is_judged_against_facts(void **state)
{
	static const char *const holds[] = {
		"",
		"Kernel=6.12\n",
		"Kernel=6\n",
		"Kernel>=6\n",
		"Kernel>=6.1\nKernel<6.13\n",
		"Kernel<7\n",
		"Virtualization=kvm\n",
		"Virtualization=qemu k*\n",
		"Virtualization=!none container-*\n",
		"Driver=mlx5* ice\n",
		"Driver=!ice\n",
		"Speed>=10G\n",
		"Speed=25G\n",
		"Speed<2500M\n",
		"Driver=ice\nSpeed<10G\n",
		"Role=management\nDriver=ice\n",
		"Role=!management\nDriver=virtio_net\n",
	};
	static const char *const fails[] = {
		"Kernel=6.1\n",
		"Kernel=7\n",
		"Kernel>=6.13\n",
		"Kernel<6.12\n",
		"Kernel<6\n",
		"Virtualization=none\n",
		"Virtualization=!kvm\n",
		"Driver=bnxt_en\n",
		"Speed>=40G\n",
		"Driver=ice\nSpeed>=10G\n",
		"Driver=!ice virtio_net\n",
		"Role=management\nDriver=virtio_net\n",
		"Role=!management\nDriver=ice\n",
	};
	char why[256];

	(void)state;
	for (size_t i = 0; i < sizeof(holds) / sizeof(*holds); i++)
		if (!matches(holds[i], why, sizeof(why)))
			fail_msg("%s: %s", holds[i], why);
	for (size_t i = 0; i < sizeof(fails) / sizeof(*fails); i++)
		if (matches(fails[i], why, sizeof(why)))
			fail_msg("%s: holds", fails[i]);

	assert_false(matches("Kernel>=6.1\nKernel<6.12\n", why, sizeof(why)));
	assert_string_equal(why, "dir/t.conf:3: Kernel<6.12 does not hold here");
	assert_false(matches("Driver=ice\nSpeed>=10G\n", why, sizeof(why)));
	assert_string_equal(why, "dir/t.conf: no link meets all lines of [Match] at once");
}

static void match_tells_which_facts_it_needs(void **state)
{
	struct nt_profile p = parse("[Sysctl]\na=1\n");
	struct nt_facts none = { 0 };
	char why[128];

	(void)state;
	assert_int_equal(nt_profile_match_needs(&p), 0);
	assert_true(nt_profile_matches(&p, &none, why, sizeof(why)));
	nt_profile_free(&p);
	p = parse("[Match]\nKernel<7\n");
	assert_int_equal(nt_profile_match_needs(&p), NT_FACTS_KERNEL);
	assert_false(nt_profile_matches(&p, &none, why, sizeof(why)));
	nt_profile_free(&p);
	p = parse("[Match]\nKernel<7\nSpeed>=10G\n");
	assert_int_equal(nt_profile_match_needs(&p), NT_FACTS_KERNEL | NT_FACTS_LINKS);
	nt_profile_free(&p);
}

static void merge_replaces_in_place_and_appends(void **state)
{
	struct nt_profile base = parse("[Match]\nKernel>=6\n[Sysctl]\na=1\nb=2\n");
	struct nt_profile over = parse("[Match]\nKernel<7\n[Sysctl]\nc=3\na>=9\n");

	(void)state;
	assert_int_equal(nt_profile_merge(&base, &over, false, NULL), 0);
	assert_int_equal(base.n_settings, 3);
	assert_string_equal(base.settings[0].value, "9");
	assert_int_equal(base.settings[0].relation, NT_AT_LEAST);
	assert_int_equal(base.settings[0].line, 5);
	assert_string_equal(base.settings[1].key, "b");
	assert_string_equal(base.settings[2].key, "c");
	assert_int_equal(base.n_matches, 2);
	assert_int_equal(over.n_settings, 0);
	assert_int_equal(over.n_matches, 0);
	nt_profile_free(&base);
	nt_profile_free(&over);
}

static void strict_merge_refuses_conflicts_and_leaves_both(void **state)
{
	struct nt_profile base = parse("[Sysctl]\na=1\nb=4096 8192\n");
	struct nt_profile over = parse("[Sysctl]\nOnUnsupported=require\nb = 4096  8192\nc=1\n");
	struct nt_profile other = parse("[Sysctl]\n\na=2\n");
	struct nt_diag diag = { 0 };

	(void)state;
	assert_int_equal(nt_profile_merge(&base, &over, true, &diag), 0);
	assert_int_equal(base.n_settings, 3);
	assert_int_equal(base.settings[1].policy, NT_POLICY_REQUIRE);
	assert_int_equal(nt_profile_merge(&base, &other, true, &diag), -EINVAL);
	assert_string_equal(diag.message,
			    "dir/t.conf:3:1: a = 2 conflicts with = 1 at dir/t.conf:2:1");
	assert_int_equal(base.n_settings, 3);
	assert_int_equal(other.n_settings, 1);
	nt_profile_free(&base);
	nt_profile_free(&over);
	nt_profile_free(&other);
}

static void merge_stops_at_the_limit(void **state)
{
	char text[64];
	struct nt_profile base = parse(""), over;
	int r = 0;

	(void)state;
	for (unsigned int i = 0; r == 0 && i <= NT_PROFILE_SETTINGS_MAX; i++) {
		snprintf(text, sizeof(text), "[Sysctl]\nk%u=1\n", i);
		over = parse(text);
		r = nt_profile_merge(&base, &over, false, NULL);
		nt_profile_free(&over);
	}
	assert_int_equal(r, -E2BIG);
	assert_int_equal(base.n_settings, NT_PROFILE_SETTINGS_MAX);
	nt_profile_free(&base);
}

static void suggestions_are_within_a_third(void **state)
{
	static const char *const words[] = { "net.core.rmem_max", "net.core.wmem_max",
					     "somaxconn" };

	(void)state;
	assert_string_equal(nt_suggest("net.core.rmem_mx", words, 3), words[0]);
	assert_string_equal(nt_suggest("net.core.wmme_max", words, 3), words[1]);
	assert_string_equal(nt_suggest("SOMAXCONN", words, 3), words[2]);
	assert_null(nt_suggest("soconn", words, 3));
	assert_null(nt_suggest("", words, 3));
	assert_null(nt_suggest("x", words, 0));
}

static void names_cannot_leave_the_folder(void **state)
{
	(void)state;
	assert_true(nt_profile_name_ok("server"));
	assert_true(nt_profile_name_ok("web-10.2_a+b"));
	assert_false(nt_profile_name_ok(""));
	assert_false(nt_profile_name_ok("."));
	assert_false(nt_profile_name_ok(".hidden"));
	assert_false(nt_profile_name_ok("-x"));
	assert_false(nt_profile_name_ok("a/b"));
	assert_false(nt_profile_name_ok("a..b"));
	assert_false(nt_profile_name_ok("a b"));
	assert_false(nt_profile_name_ok(
		"a2345678901234567890123456789012345678901234567890123456789012345"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_carry_their_place_relation_and_value),
		cmocka_unit_test(head_is_read_and_has_defaults),
		cmocka_unit_test(reason_is_the_comment_block_directly_above),
		cmocka_unit_test(policy_of_the_profile_holds_wherever_it_stands),
		cmocka_unit_test(crlf_byte_order_mark_and_missing_newline_are_accepted),
		cmocka_unit_test(relations_other_than_ours_are_refused),
		cmocka_unit_test(incomplete_lines_are_refused),
		cmocka_unit_test(lenient_forms_of_inih_are_refused),
		cmocka_unit_test(sections_are_checked_even_without_keys),
		cmocka_unit_test(device_sections_select_by_name),
		cmocka_unit_test(sections_that_nothing_serves_are_refused),
		cmocka_unit_test(duplicate_keys_name_the_first_place),
		cmocka_unit_test(bad_heads_are_refused),
		cmocka_unit_test(bytes_that_are_no_text_are_refused),
		cmocka_unit_test(line_limit_is_exact_and_nothing_is_cut),
		cmocka_unit_test(huge_lines_and_files_are_refused),
		cmocka_unit_test(settings_have_a_limit),
		cmocka_unit_test(match_lines_are_checked),
		cmocka_unit_test(match_is_judged_against_facts),
		cmocka_unit_test(match_tells_which_facts_it_needs),
		cmocka_unit_test(merge_replaces_in_place_and_appends),
		cmocka_unit_test(strict_merge_refuses_conflicts_and_leaves_both),
		cmocka_unit_test(merge_stops_at_the_limit),
		cmocka_unit_test(suggestions_are_within_a_third),
		cmocka_unit_test(names_cannot_leave_the_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
