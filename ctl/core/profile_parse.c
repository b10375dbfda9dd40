// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parsing a profile, strictly.
 *
 * libinih splits lines and calls back, but is lenient where a typing error must not pass: it cuts
 * long lines, takes ':' for '=', indentation for continuation and " ;" for the end of a value, goes
 * on after errors, never reports a section without keys, and as Debian builds it does not tell the
 * line. So our reader looks at each line first. It keeps the position, refuses what libinih would
 * bend, and hands over "[Section]" and "key=value" in a form that leaves no choice; the handler
 * stores what comes back. Either stops the parse by setting @r: the reader then reports the end.
 */
#include "profile.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device_glob.h"
#include "lib/diag.h"
#include "plan.h"
#include "utf8.h"

#define BLANKS " \t"

/* What the reader hands to libinih: a line, its newline, the terminator. */
#define HANDOVER_MAX (NT_PROFILE_LINE_MAX + 2)

enum section_id {
	SECTION_PROFILE,
	SECTION_MATCH,
	SECTION_SYSCTL,
	SECTION_DEVICE,
	SECTION_QDISC,
	SECTION_BOND,
	SECTION_IRQBALANCE,
	SECTION_TRANSACTION,
	N_SECTIONS,
	SECTION_NONE = N_SECTIONS,
};

static const char *const section_names[N_SECTIONS] = {
	[SECTION_PROFILE] = "Profile",
	[SECTION_MATCH] = "Match",
	[SECTION_SYSCTL] = "Sysctl",
	[SECTION_DEVICE] = "Device",
	[SECTION_QDISC] = "Qdisc",
	[SECTION_BOND] = "Bond",
	[SECTION_IRQBALANCE] = "Irqbalance",
	[SECTION_TRANSACTION] = "Transaction",
};

/* The others are in the format, but no domain of this version serves them. */
static const bool section_served[N_SECTIONS] = {
	[SECTION_PROFILE] = true,
	[SECTION_MATCH] = true,
	[SECTION_SYSCTL] = true,
	[SECTION_DEVICE] = true,
	[SECTION_BOND] = true,
};

/* These name what they are for: [Device "ens*"]. They may stand once for each name. */
static const bool section_selects[N_SECTIONS] = {
	[SECTION_DEVICE] = true,
	[SECTION_BOND] = true,
};

/* A glob over interface names. */
#define SELECTOR_CHARACTERS                                                                        \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:@+*?[]!"

/**
 * struct headed - a section that was entered
 * @selector: "" for none
 * @line: of its header
 */
struct headed {
	enum section_id id;
	char selector[NT_PROFILE_SELECTOR_MAX];
	uint32_t line;
};

/**
 * struct key_line - the parts of "key = value"; offsets into the line
 */
struct key_line {
	size_t key_len;
	size_t sign;
	size_t value;
	size_t value_len;
	enum nt_relation relation;
};

/**
 * struct parser - one parse
 * @next: offset in @text of the line to read next
 * @r: 0, or the error that ended the parse
 * @line: the line being looked at, without its end
 * @line_start: its offset in @text
 * @line_number: 1-based
 * @key: what the reader found in the line that the handler is called for
 * @reason_start: offset in @text of the comment block above the line
 * @reason_end: its end; equal to the start when there is no block
 * @seen: the sections up to now, the last being the one that holds
 * @n_keys: keys of the section up to now
 * @profile_key_lines: by key of [Profile], where it stands, 0 before it
 */
struct parser {
	const char *text;
	size_t len;
	size_t next;
	const char *file;
	struct nt_profile *profile;
	struct nt_diag *diag;
	int r;

	char line[NT_PROFILE_LINE_MAX + 1];
	size_t line_start;
	uint32_t line_number;
	struct key_line key;
	size_t reason_start;
	size_t reason_end;

	enum section_id section;
	struct headed seen[NT_PROFILE_SECTIONS_MAX];
	uint32_t n_seen;
	uint32_t n_keys;
	bool section_has_policy;
	enum nt_policy section_policy;
	uint32_t profile_key_lines[4];
};

/* @offset: 0-based, in the line. */
static int fail(struct parser *p, size_t offset, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct parser *p, size_t offset, const char *format, ...)
{
	char words[NT_DIAG_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	p->r = nt_diag_err(p->diag, EINVAL, "%s:%u:%zu: %s", p->file, p->line_number, offset + 1,
			   words);
	return p->r;
}

static int fail_unknown(struct parser *p, size_t offset, const char *what, const char *word,
			const char *const *candidates, size_t n)
{
	const char *nearest = nt_suggest(word, candidates, n);

	if (nearest)
		return fail(p, offset, "unknown %s %s, did you mean %s", what, word, nearest);
	return fail(p, offset, "unknown %s %s", what, word);
}

static int fail_memory(struct parser *p)
{
	p->r = nt_diag_err(p->diag, ENOMEM, "%s: out of memory", p->file);
	return p->r;
}

static int check_characters(struct parser *p, size_t len)
{
	uint32_t code = 0;
	size_t step;

	for (size_t i = 0; i < len; i += step) {
		step = nt_utf8_decode(&p->line[i], &code);
		if (!step)
			return fail(p, i, "not UTF-8");
		if (!code)
			return fail(p, i, "NUL byte");
		if (!nt_utf8_printable(code))
			return fail(p, i, "control character U+%04X", code);
	}
	return 0;
}

/* The next line into @p->line, without "\n" or "\r\n" and without blanks at its end. */
static int take_line(struct parser *p)
{
	const char *start = p->text + p->next;
	size_t left = p->len - p->next;
	size_t window = left < HANDOVER_MAX ? left : HANDOVER_MAX;
	const char *end = memchr(start, '\n', window);
	size_t len = end ? (size_t)(end - start) : left;

	p->line_start = p->next;
	p->line_number++;
	p->next += end ? len + 1 : len;
	if (len && start[len - 1] == '\r')
		len--;
	if (len > NT_PROFILE_LINE_MAX)
		return fail(p, NT_PROFILE_LINE_MAX, "line is longer than %u bytes",
			    NT_PROFILE_LINE_MAX);

	memcpy(p->line, start, len);
	p->line[len] = '\0';
	if (check_characters(p, len) < 0)
		return p->r;
	while (len && strchr(BLANKS, p->line[len - 1]))
		p->line[--len] = '\0';
	return 0;
}

static void forget_reason(struct parser *p)
{
	p->reason_start = p->reason_end = p->next;
}

/* "# text" joins the block above; "; text" is a comment too, but never a reason. */
static void take_comment(struct parser *p, char mark)
{
	if (mark == ';')
		forget_reason(p);
	else
		p->reason_end = p->next;
}

/* The comment block without its marks, joined with spaces. NULL when out of memory. */
static char *build_reason(const struct parser *p)
{
	const char *s = p->text + p->reason_start;
	const char *end = p->text + p->reason_end;
	char *reason = malloc(p->reason_end - p->reason_start + 1);
	size_t n = 0;

	if (!reason)
		return NULL;
	while (s < end) {
		const char *newline = memchr(s, '\n', (size_t)(end - s));
		const char *stop = newline ? newline : end;

		while (s < stop && strchr(BLANKS "#", *s))
			s++;
		if (n && s < stop && *s != '\r')
			reason[n++] = ' ';
		while (s < stop)
			reason[n++] = *s++;
		while (n && strchr(BLANKS "\r", reason[n - 1]))
			n--;
		s = newline ? newline + 1 : end;
	}
	reason[n] = '\0';
	return reason;
}

static int find_section(struct parser *p, const char *name, enum section_id *ret)
{
	for (unsigned int i = 0; i < N_SECTIONS; i++)
		if (!strcmp(section_names[i], name)) {
			*ret = (enum section_id)i;
			return 0;
		}
	return fail_unknown(p, 1, "section", name, section_names, N_SECTIONS);
}

/* "ens*" with its quotes, at @offset. */
static int take_selector(struct parser *p, enum section_id id, size_t *offset, char *ret)
{
	const char *start = p->line + *offset + 1;
	size_t len = strspn(start, SELECTOR_CHARACTERS), at = 0;
	const char *wrong;

	if (!section_selects[id])
		return fail(p, *offset, "section %s takes no selector", section_names[id]);
	if (start[len] && strchr(",{}", start[len]))
		return fail(p, *offset + 1 + len, "',' and '{' cannot stand in a pattern: use "
			    "brackets, as in v[01], or two sections");
	if (start[len] != '"')
		return fail(p, *offset + 1 + len, "a name or a pattern such as \"ens*\" ends in "
			    "a quote and has neither blanks nor slashes");
	if (!len || len >= NT_PROFILE_SELECTOR_MAX)
		return fail(p, *offset, "a selector has 1 to %u bytes",
			    NT_PROFILE_SELECTOR_MAX - 1);
	memcpy(ret, start, len);
	ret[len] = '\0';
	wrong = nt_device_glob_check(ret, &at);
	if (wrong)
		return fail(p, *offset + 1 + at, "%s", wrong);
	*offset += len + 2;
	return 0;
}

/* What stands behind the name of a section, at @offset. */
static int check_section_end(struct parser *p, enum section_id id, size_t offset, char *ret)
{
	offset += strspn(p->line + offset, BLANKS);
	if (p->line[offset] == '"') {
		if (take_selector(p, id, &offset, ret) < 0)
			return p->r;
	} else if (section_selects[id]) {
		return fail(p, offset, "section %s needs a selector: [%s \"NAME\"]",
			    section_names[id], section_names[id]);
	}
	if (p->line[offset] != ']')
		return fail(p, offset, "missing ']'");
	if (p->line[offset + 1])
		return fail(p, offset + 1, "text behind ']'");
	return 0;
}

static int note_section(struct parser *p, const struct headed *new)
{
	const char *quote = *new->selector ? "\"" : "";

	for (uint32_t i = 0; i < p->n_seen; i++)
		if (p->seen[i].id == new->id && !strcmp(p->seen[i].selector, new->selector))
			return fail(p, 0, "section %s%s%s%s%s stands twice, first at line %u",
				    section_names[new->id], *quote ? " " : "", quote,
				    new->selector, quote, p->seen[i].line);
	if (p->n_seen == NT_PROFILE_SECTIONS_MAX)
		return fail(p, 0, "more than %u sections", NT_PROFILE_SECTIONS_MAX);
	p->seen[p->n_seen++] = *new;
	return 0;
}

static int enter_section(struct parser *p)
{
	struct headed new = { .line = p->line_number };
	char name[NT_PROFILE_LINE_MAX + 1];
	size_t len = strcspn(p->line + 1, BLANKS "\"]");
	enum section_id id = SECTION_NONE;

	if (!len)
		return fail(p, 1, "missing section name");
	memcpy(name, p->line + 1, len);
	name[len] = '\0';

	if (find_section(p, name, &id) < 0)
		return p->r;
	if (!section_served[id])
		return fail(p, 1, "section %s is not served by this version of nettune", name);
	if (check_section_end(p, id, len + 1, new.selector) < 0)
		return p->r;
	new.id = id;
	if (note_section(p, &new) < 0)
		return p->r;

	p->section = id;
	p->n_keys = 0;
	p->section_has_policy = false;
	return 0;
}

/* The relation at offset @p->key.sign; @p->key.value becomes what follows it. */
static int split_relation(struct parser *p)
{
	static const enum nt_relation relations[] = { NT_AT_LEAST, NT_SET, NT_BELOW };
	struct key_line *k = &p->key;
	const char *sign = p->line + k->sign;

	if (!*sign)
		return fail(p, k->sign, "missing '='");
	if (*sign == ':')
		return fail(p, k->sign, "':' is not a relation, use '='");

	for (size_t i = 0; i < sizeof(relations) / sizeof(*relations); i++) {
		const char *text = nt_relation_sign(relations[i]);
		size_t len = strlen(text);

		if (!strncmp(sign, text, len) && (!sign[len] || !strchr("=<>", sign[len]))) {
			k->relation = relations[i];
			k->value = k->sign + len;
			return 0;
		}
	}
	return fail(p, k->sign, "unknown relation, use '=', '>=' or, in [Match], '<'");
}

static int split_value(struct parser *p)
{
	struct key_line *k = &p->key;

	for (size_t i = k->value; p->line[i]; i++)
		if (strchr(BLANKS, p->line[i]) && (p->line[i + 1] == ';' || p->line[i + 1] == '#'))
			return fail(p, i + 1, "comment behind a value, it needs a line of its own");

	k->value += strspn(p->line + k->value, BLANKS);
	k->value_len = strlen(p->line + k->value);
	if (!k->value_len)
		return fail(p, k->value, "missing value");
	if (strchr("=<>", p->line[k->value]))
		return fail(p, k->value, "second relation in front of a value");
	return 0;
}

static int split_key(struct parser *p)
{
	struct key_line *k = &p->key;
	size_t blank = strcspn(p->line, BLANKS);

	if (!blank)
		return fail(p, 0, "indented line, a value cannot go on in the next line");
	k->sign = strcspn(p->line, "=<>:!");
	if (split_relation(p) < 0)
		return p->r;

	k->key_len = k->sign;
	while (k->key_len && strchr(BLANKS, p->line[k->key_len - 1]))
		k->key_len--;
	if (!k->key_len)
		return fail(p, 0, "missing key");
	if (blank < k->key_len)
		return fail(p, blank, "white space in a key");
	for (size_t i = 0; i < k->key_len; i++)
		if ((unsigned char)p->line[i] >= 0x80)
			return fail(p, i, "letter in a key that is not ASCII");
	if (p->section == SECTION_NONE)
		return fail(p, 0, "setting before the first section");
	return split_value(p);
}

/* Looks at the line and writes what libinih shall see into @out; nothing for blank and comments. */
static int read_line(struct parser *p, char out[static HANDOVER_MAX])
{
	size_t indent;

	out[0] = '\0';
	if (take_line(p) < 0)
		return p->r;

	indent = strspn(p->line, BLANKS);
	switch (p->line[indent]) {
	case '\0':
		forget_reason(p);
		return 0;
	case '#':
	case ';':
		take_comment(p, p->line[indent]);
		return 0;
	case '[':
		forget_reason(p);
		if (indent)
			return fail(p, 0, "indented section");
		if (enter_section(p) == 0)
			snprintf(out, HANDOVER_MAX, "[%s]\n", section_names[p->section]);
		return p->r;
	default:
		if (split_key(p) == 0)
			snprintf(out, HANDOVER_MAX, "%.*s=%s\n", (int)p->key.key_len, p->line,
				 p->line + p->key.value);
		return p->r;
	}
}

/* ini_reader: like fgets(). */
static char *on_read(char *str, int num, void *stream)
{
	struct parser *p = stream;
	char out[HANDOVER_MAX];
	size_t len = 0;

	while (!p->r && !len && p->next < p->len) {
		if (read_line(p, out) < 0)
			return NULL;
		len = strlen(out);
	}
	if (p->r || !len)
		return NULL;
	if (num < 0 || len >= (size_t)num) {
		fail(p, 0, "libinih was built for lines shorter than %zu bytes", len + 1);
		return NULL;
	}
	memcpy(str, out, len + 1);
	return str;
}

static int set_name(struct parser *p, const char *value)
{
	if (!nt_profile_name_ok(value))
		return fail(p, p->key.value, "%s cannot be a profile's name", value);
	p->profile->name_given = true;
	p->profile->name = strdup(value);
	return p->profile->name ? 0 : fail_memory(p);
}

static int set_description(struct parser *p, const char *value)
{
	p->profile->description = strdup(value);
	return p->profile->description ? 0 : fail_memory(p);
}

static int add_inherited(struct parser *p, char **names, size_t n, const char *name, size_t offset)
{
	if (!nt_profile_name_ok(name))
		return fail(p, offset, "%s cannot be a profile's name", name);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(names[i], name))
			return fail(p, offset, "%s is inherited twice", name);
	if (n == NT_PROFILE_INHERITS_MAX)
		return fail(p, offset, "more than %u profiles to inherit", NT_PROFILE_INHERITS_MAX);

	names[n] = strdup(name);
	return names[n] ? 0 : fail_memory(p);
}

static int set_inherits(struct parser *p, const char *value)
{
	char **names = calloc(NT_PROFILE_INHERITS_MAX + 1, sizeof(*names));
	char word[NT_PROFILE_LINE_MAX + 1];
	size_t n = 0;

	if (!names)
		return fail_memory(p);
	p->profile->inherits = names;
	p->profile->inherits_line = p->line_number;

	for (const char *s = value; *s; s += strspn(s, BLANKS)) {
		size_t len = strcspn(s, BLANKS);

		memcpy(word, s, len);
		word[len] = '\0';
		if (add_inherited(p, names, n, word, p->key.value + (size_t)(s - value)) < 0)
			return p->r;
		n++;
		s += len;
	}
	return 0;
}

static int read_policy(struct parser *p, const char *value, enum nt_policy *ret)
{
	static const char *const names[] = { "require", "prefer", "ignore" };

	if (nt_policy_parse(value, ret) < 0)
		return fail_unknown(p, p->key.value, "policy", value, names, 3);
	return 0;
}

static int set_policy(struct parser *p, const char *value)
{
	p->profile->policy_given = true;
	return read_policy(p, value, &p->profile->policy);
}

static int store_profile_key(struct parser *p, const char *name, const char *value)
{
	static const char *const names[] = { "Name", "Description", "Inherits", "OnUnsupported" };
	static int (*const setters[])(struct parser *, const char *) = {
		set_name,
		set_description,
		set_inherits,
		set_policy,
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i], name))
			continue;
		if (p->key.relation != NT_SET)
			return fail(p, p->key.sign, "%s takes '=' only", name);
		if (p->profile_key_lines[i])
			return fail(p, 0, "key %s stands twice, first at line %u", name,
				    p->profile_key_lines[i]);
		p->profile_key_lines[i] = p->line_number;
		return setters[i](p, value);
	}
	return fail_unknown(p, 0, "key", name, names, sizeof(names) / sizeof(*names));
}

static int build_setting(struct parser *p, const char *key, const char *value,
			 struct nt_setting *ret)
{
	struct nt_setting s = {
		.section = strdup(section_names[p->section]),
		.selector = strdup(p->seen[p->n_seen - 1].selector),
		.key = strdup(key),
		.value = strdup(value),
		.reason = build_reason(p),
		.file = strdup(p->file),
		.line = p->line_number,
		.column = 1,
		.value_column = (uint32_t)p->key.value + 1,
		.relation = p->key.relation,
		.policy = p->section_policy,
		.policy_own = p->section_has_policy,
	};

	if (!s.section || !s.selector || !s.key || !s.value || !s.reason || !s.file) {
		nt_setting_free(&s);
		return fail_memory(p);
	}
	*ret = s;
	return 0;
}

static int add_setting(struct parser *p, struct nt_setting **list, size_t *n, const char *key,
		       const char *value)
{
	struct nt_setting *grown;

	if (*n == NT_PROFILE_SETTINGS_MAX)
		return fail(p, 0, "more than %u settings", NT_PROFILE_SETTINGS_MAX);
	grown = realloc(*list, (*n + 1) * sizeof(*grown));
	if (!grown)
		return fail_memory(p);
	*list = grown;

	if (build_setting(p, key, value, &grown[*n]) < 0)
		return p->r;
	(*n)++;
	return 0;
}

/* "Kernel>=6.1" and "Kernel<7" go together, so that the relation is part of what is unique. */
static int store_match(struct parser *p, const char *name, const char *value)
{
	struct nt_profile *profile = p->profile;
	int r;

	for (size_t i = 0; i < profile->n_matches; i++)
		if (!strcmp(profile->matches[i].key, name) &&
		    profile->matches[i].relation == p->key.relation)
			return fail(p, 0, "key %s stands twice, first at line %u", name,
				    profile->matches[i].line);

	r = add_setting(p, &profile->matches, &profile->n_matches, name, value);
	if (r == 0)
		p->r = nt_match_check(&profile->matches[profile->n_matches - 1], p->diag);
	return p->r;
}

static int store_section_policy(struct parser *p, const char *value)
{
	if (p->n_keys > 1)
		return fail(p, 0, "OnUnsupported must be the first key of its section");
	if (p->key.relation != NT_SET)
		return fail(p, p->key.sign, "OnUnsupported takes '=' only");
	p->section_has_policy = true;
	return read_policy(p, value, &p->section_policy);
}

static int store_setting(struct parser *p, const char *name, const char *value)
{
	struct nt_profile *profile = p->profile;

	if (!strcmp(name, "OnUnsupported"))
		return store_section_policy(p, value);
	if (p->key.relation == NT_BELOW)
		return fail(p, p->key.sign, "'<' is for [Match] only, use '=' or '>='");
	for (size_t i = 0; i < profile->n_settings; i++) {
		const struct nt_setting *s = &profile->settings[i];

		if (!strcmp(s->key, name) && !strcmp(s->section, section_names[p->section]) &&
		    !strcmp(s->selector, p->seen[p->n_seen - 1].selector))
			return fail(p, 0, "key %s stands twice, first at line %u", name, s->line);
	}
	return add_setting(p, &profile->settings, &profile->n_settings, name, value);
}

/* ini_handler: 0 for an error. */
static int on_key(void *user, const char *section, const char *name, const char *value)
{
	struct parser *p = user;

	assert(!strcmp(section, section_names[p->section]));
	p->n_keys++;
	if (p->section == SECTION_PROFILE)
		store_profile_key(p, name, value);
	else if (p->section == SECTION_MATCH)
		store_match(p, name, value);
	else
		store_setting(p, name, value);
	forget_reason(p);
	return p->r == 0;
}

/* The file's name without folder and ".conf". */
static char *name_of_file(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;
	size_t len = strlen(base);

	if (len > 5 && !strcmp(base + len - 5, ".conf"))
		len -= 5;
	return strndup(base, len);
}

/* What the whole file had to be read for. */
static int finish(struct parser *p)
{
	struct nt_profile *profile = p->profile;

	if (!profile->name)
		profile->name = name_of_file(p->file);
	if (!profile->description)
		profile->description = strdup("");
	profile->file = strdup(p->file);
	if (!profile->name || !profile->description || !profile->file)
		return fail_memory(p);

	for (size_t i = 0; i < profile->n_settings; i++) {
		struct nt_setting *s = &profile->settings[i];

		s->profile = strdup(profile->name);
		if (!s->profile)
			return fail_memory(p);
		if (!s->policy_own)
			s->policy = profile->policy;
	}
	return 0;
}

static int run(struct parser *p)
{
	int bad_line = ini_parse_stream(on_read, p, on_key, p);

	if (p->r < 0)
		return p->r;
	if (bad_line)
		return fail(p, 0, "libinih does not understand line %d of what it was given",
			    bad_line);
	return finish(p);
}

int nt_profile_parse(const char *text, size_t len, const char *file, struct nt_profile *ret,
		     struct nt_diag *diag)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct nt_profile profile = { .policy = NT_POLICY_PREFER };
	struct parser p = {
		.text = text,
		.len = len,
		.file = file,
		.profile = &profile,
		.diag = diag,
		.section = SECTION_NONE,
	};
	int r;

	if (len > NT_PROFILE_BYTES_MAX)
		return nt_diag_err(diag, E2BIG, "%s: the file has %zu bytes, the limit is %u", file,
				   len, NT_PROFILE_BYTES_MAX);
	if (len >= 3 && !memcmp(text, mark, 3)) {
		p.text += 3;
		p.len -= 3;
	}

	r = run(&p);
	if (r < 0) {
		nt_profile_free(&profile);
		return r;
	}
	*ret = profile;
	return 0;
}
