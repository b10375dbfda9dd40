// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sysctl domain: checking lines of a profile, and planning from facts. PURE. See sysctl.h.
 *
 * Planning goes in three steps: evaluate each setting to a canonical value, judge it against the
 * facts, then order what is left so that a maximum is raised before what it bounds and lowered
 * after it. Undo is ordered by the same rule, applied to the way back.
 */
#include "sysctl.h"

#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/idset.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable.h"

#define FIELD_SIZE 256U

/* Longest name of a congestion control or qdisc: TCP_CA_NAME_MAX and IFNAMSIZ are both 16. */
#define WORD_LEN_MAX 15U

/* Ports named in a remedy; more are cut off. */
#define PORTS_TEXT_SIZE 256U

/* A kernel's free buffer pages are MemTotal less its watermarks, which are below this share. */
#define WATERMARK_SHARE 8U

#define GIB (UINT64_C(1) << 30)

/**
 * struct want - one setting on its way to a change
 * @row: its key
 * @setting: its line
 * @fact: what was seen; NULL when the facts do not have it
 * @values: numbers wanted
 * @seen: numbers seen
 * @seen_ok: @seen could be parsed whole
 * @wanted: canonical value; owned
 * @outcome: judgement
 * @remedy: what would help; owned
 * @module: module to load first, "" for none
 * @rank: place in the order of applying
 * @undo_rank: place in the order of undoing
 * @undo_seq: of the change
 */
struct want {
	const struct nt_sysctl_key *row;
	const struct nt_setting *setting;
	const struct nt_sysctl_fact *fact;
	int64_t values[NT_SYSCTL_FIELDS_MAX];
	int64_t seen[NT_SYSCTL_FIELDS_MAX];
	bool seen_ok;
	char *wanted;
	enum nt_outcome outcome;
	char *remedy;
	char module[64];
	unsigned int rank;
	unsigned int undo_rank;
	uint32_t undo_seq;
};

struct planner {
	const struct nt_facts *facts;
	struct want *wants;
	size_t n;
	struct nt_plan *plan;
	struct nt_diag *diag;
};

static void free_want(struct want *w)
{
	free(w->wanted);
	free(w->remedy);
}

static unsigned int fields_of(const struct nt_sysctl_key *row)
{
	return row->fields ? row->fields : 1;
}

/* See sysctl.h. */
bool nt_sysctl_lists(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = list; *p; p += strspn(p, " ")) {
		size_t n = strcspn(p, " ");

		if (n == len && !strncmp(p, word, n))
			return true;
		p += n;
	}
	return false;
}

/* ---- "kernel-default" ---- */

static bool is_later(const struct nt_sysctl_key *row, const struct nt_facts *facts)
{
	const struct nt_kernel_facts *k = &facts->kernel;

	if (!row->later.major)
		return false;
	return k->major > row->later.major ||
	       (k->major == row->later.major && k->minor >= row->later.minor);
}

static int default_fixed(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			 unsigned int i, int64_t *ret)
{
	*ret = is_later(row, facts) ? row->later.fixed[i] : row->fixed[i];
	return 0;
}

static int default_unknown(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			   unsigned int i, int64_t *ret)
{
	(void)row;
	(void)facts;
	(void)i;
	(void)ret;
	return -ENODATA;
}

static int default_page(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			unsigned int i, int64_t *ret)
{
	(void)row;
	(void)i;
	if (!facts->memory.page_bytes)
		return -ENODATA;
	*ret = facts->memory.page_bytes;
	return 0;
}

/* SK_RMEM_MAX, include/net/sock.h: 256 * SKB_TRUESIZE(256), 832 bytes with 64-byte cache lines. */
static int default_buffer(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			  unsigned int i, int64_t *ret)
{
	if (is_later(row, facts))
		return default_fixed(row, facts, i, ret);
	if (strcmp(facts->kernel.machine, "x86_64") && strcmp(facts->kernel.machine, "aarch64"))
		return -ENODATA;
	*ret = 212992;
	return 0;
}

/*
 * tcp_init(), net/ipv4/tcp.c: the most is 1/128 of free buffer pages, but no more than a fixed
 * number, which any host of a few GiB reaches.
 */
static int default_tcp_buffer(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			      unsigned int i, int64_t *ret)
{
	uint64_t ram = facts->memory.total_bytes;
	int64_t value;

	if (i == 0)
		return default_page(row, facts, i, ret);
	default_fixed(row, facts, i, &value);
	if (i == 2 && (ram - ram / WATERMARK_SHARE) / 128 < (uint64_t)value)
		return -ENODATA;
	*ret = value;
	return 0;
}

/* nf_conntrack_init_start(), net/netfilter/nf_conntrack_core.c since Linux 5.15. */
static int default_conntrack(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			     unsigned int i, int64_t *ret)
{
	(void)row;
	(void)i;
	if (facts->memory.total_bytes <= GIB)
		return -ENODATA;
	*ret = facts->memory.total_bytes > 4 * GIB ? 262144 : 65536;
	return 0;
}

static int (*const defaults[])(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			       unsigned int i, int64_t *ret) = {
	[NT_SYSCTL_DEFAULT_FIXED] = default_fixed,
	[NT_SYSCTL_DEFAULT_UNKNOWN] = default_unknown,
	[NT_SYSCTL_DEFAULT_PAGE] = default_page,
	[NT_SYSCTL_DEFAULT_BUFFER] = default_buffer,
	[NT_SYSCTL_DEFAULT_TCP_BUFFER] = default_tcp_buffer,
	[NT_SYSCTL_DEFAULT_CONNTRACK] = default_conntrack,
};

/* ---- numbers ---- */

/* "file:line:column: key: ..." at @offset in the value. */
static int bad_value(const struct nt_setting *s, unsigned int offset, int err, struct nt_diag *diag,
		     const char *format, ...) __attribute__((format(printf, 5, 6)));

static int bad_value(const struct nt_setting *s, unsigned int offset, int err, struct nt_diag *diag,
		     const char *format, ...)
{
	char words[NT_DIAG_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	return nt_diag_err(diag, err, "%s:%u:%u: %s: %s", s->file, s->line,
			   s->value_column + offset, s->key, words);
}

static struct nt_expr_env environment(const struct nt_sysctl_key *row, const struct nt_facts *facts,
				      unsigned int i)
{
	struct nt_expr_env env = { .unit = row->unit, .has_limit = true, .limit = row->max };

	if (!facts)
		return env;
	env.ram_bytes = facts->memory.total_bytes;
	env.page_bytes = facts->memory.page_bytes;
	env.has_dflt = defaults[row->dflt](row, facts, i, &env.dflt) == 0;
	return env;
}

/* One field of a value: its text, which of them it is, and where in the value it stands. */
struct field {
	const struct nt_sysctl_key *row;
	const struct nt_setting *setting;
	char text[FIELD_SIZE];
	unsigned int index;
	unsigned int at;
};

/* -ENODATA when it refers to what is not known. */
static int evaluate_field(const struct field *f, const struct nt_facts *facts, int64_t *ret,
			  struct nt_diag *diag)
{
	struct nt_expr_env env = environment(f->row, facts, f->index);
	struct nt_diag inner = { 0 };
	unsigned int offset = 0;
	int64_t value;
	int r = nt_expr_eval(f->text, &env, &value, &offset, &inner);

	if (r == -ENODATA)
		return r;
	if (r < 0)
		return bad_value(f->setting, f->at + offset, -r, diag, "%s", inner.message);
	if (value < f->row->min || value > f->row->max)
		return bad_value(f->setting, f->at, ERANGE, diag, "%" PRId64 " is not from %" PRId64
				 " to %" PRId64, value, f->row->min, f->row->max);
	*ret = value;
	return 0;
}

static int check_ascending(const struct nt_sysctl_key *row, const struct nt_setting *s,
			   const int64_t *values, struct nt_diag *diag)
{
	for (unsigned int i = 1; row->ascending && i < fields_of(row); i++)
		if (values[i] < values[i - 1])
			return bad_value(s, 0, ERANGE, diag, "field %u, %" PRId64
					 ", is below field %u, %" PRId64, i + 1, values[i], i,
					 values[i - 1]);
	return 0;
}

/* "16 MiB" would be two fields, of which the first is out of range or the second one too many. */
static int check_units(const struct nt_setting *s, struct nt_diag *diag)
{
	char text[FIELD_SIZE], before[FIELD_SIZE] = "";
	const char *cursor = s->value;
	unsigned int at = 0;

	while (nt_expr_split(&cursor, s->value, text, sizeof(text), &at) > 0) {
		if (*before && nt_expr_is_unit(text))
			return bad_value(s, at, EINVAL, diag,
					 "unit behind a space, write it as %s%s", before, text);
		strcpy(before, text);
	}
	return 0;
}

/*
 * All fields of a value. Without @facts only constants are known. Returns 1 when some field refers
 * to what is not known; @values is complete only when it returns 0.
 */
static int evaluate(const struct nt_sysctl_key *row, const struct nt_setting *s,
		    const struct nt_facts *facts, int64_t *values, struct nt_diag *diag)
{
	struct field f = { .row = row, .setting = s };
	unsigned int want = fields_of(row);
	const char *cursor = s->value;
	bool unknown = false;
	int r = check_units(s, diag);

	if (r < 0)
		return r;
	while ((r = nt_expr_split(&cursor, s->value, f.text, sizeof(f.text), &f.at)) > 0) {
		if (f.index == want)
			return bad_value(s, f.at, EINVAL, diag,
					 "takes %u value%s, here is one more", want,
					 want == 1 ? "" : "s");
		r = evaluate_field(&f, facts, &values[f.index], diag);
		if (r < 0 && r != -ENODATA)
			return r;
		f.index++;
		unknown = unknown || r < 0;
	}
	if (r < 0)
		return bad_value(s, 0, EINVAL, diag, "cannot be separated into fields");
	if (f.index < want)
		return bad_value(s, 0, EINVAL, diag, "takes %u value%s, here %s %u", want,
				 want == 1 ? "" : "s", f.index == 1 ? "is" : "are", f.index);
	return unknown ? 1 : check_ascending(row, s, values, diag);
}

static int64_t round_up(const struct nt_sysctl_key *row, const struct nt_facts *facts,
			int64_t value)
{
	int64_t slots = facts->memory.page_bytes / (int64_t)sizeof(uint64_t);
	int64_t power = 1;

	switch (row->round) {
	case NT_SYSCTL_POWER_OF_TWO:
		while (power < value)
			power *= 2;
		return value > 0 ? power : value;
	case NT_SYSCTL_PAGE_OF_SLOTS:
		return slots ? (value + slots - 1) / slots * slots : value;
	default:
		return value;
	}
}

/* A canonical value of exactly @n numbers; beyond INT64_MAX they are as good as it. */
static bool parse_numbers(const char *text, int64_t *values, unsigned int n)
{
	const char *p = text;
	char *end;

	for (unsigned int i = 0; i < n; i++) {
		if (*p == ' ')
			p++;
		values[i] = strtoll(p, &end, 10);
		if (end == p)
			return false;
		p = end;
	}
	return *p == '\0';
}

static char *format_numbers(const int64_t *values, unsigned int n)
{
	char text[NT_SYSCTL_FIELDS_MAX * 24];
	size_t len = 0;

	for (unsigned int i = 0; i < n; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%" PRId64, i ? " " : "",
					values[i]);
	return strdup(text);
}

/* ---- words and ports ---- */

static int check_word(const struct nt_setting *s, struct nt_diag *diag)
{
	size_t n = strspn(s->value, "abcdefghijklmnopqrstuvwxyz0123456789_-");

	if (!strcmp(s->value, "kernel-default"))
		return 0;
	if (s->relation != NT_SET)
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s: '>=' needs a number", s->file,
				   s->line, s->column, s->key);
	if (n == 0 || n > WORD_LEN_MAX || s->value[n])
		return bad_value(s, s->value[n] ? (unsigned int)n : 0, EINVAL, diag,
				 "takes one name of at most %u characters", WORD_LEN_MAX);
	return 0;
}

static int parse_ports(const struct nt_setting *s, struct nt_idset *ports, struct nt_diag *diag)
{
	unsigned int offset = 0;
	int r = nt_idset_parse(s->value, ports, &offset);

	if (r < 0)
		return bad_value(s, offset, -r, diag, "takes ports and ranges separated by commas");
	return 0;
}

/* See sysctl.h. */
int nt_sysctl_check(const struct nt_setting *s, struct nt_diag *diag)
{
	const struct nt_sysctl_key *row = nt_sysctl_key_find(s->key);
	int64_t values[NT_SYSCTL_FIELDS_MAX];
	struct nt_idset ports;
	int r;

	if (!row)
		return nt_sysctl_key_error(s, diag);
	if (s->relation != NT_SET && s->relation != NT_AT_LEAST)
		return nt_diag_err(diag, EINVAL, "%s:%u:%u: %s takes '=' or '>='", s->file, s->line,
				   s->column, s->key);
	if (row->type == NT_SYSCTL_WORD)
		return check_word(s, diag);
	if (row->type == NT_SYSCTL_PORTS)
		return parse_ports(s, &ports, diag);
	r = evaluate(row, s, NULL, values, diag);
	return r > 0 ? 0 : r;
}

/* ---- from a setting to a canonical value ---- */

static int verdict(struct want *w, enum nt_outcome outcome, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static int verdict(struct want *w, enum nt_outcome outcome, const char *format, ...)
{
	va_list args;
	int n;

	w->outcome = outcome;
	va_start(args, format);
	n = vasprintf(&w->remedy, format, args);
	va_end(args);
	if (n < 0) {
		w->remedy = NULL;
		return -ENOMEM;
	}
	return 0;
}

static int default_is_unknown(struct want *w)
{
	return verdict(w, NT_OUTCOME_BLOCKED, "write a value for %s: its default is not known, %s",
		       w->row->key,
		       w->row->unknown ? w->row->unknown : "it depends on this host's hardware");
}

static int want_numbers(struct planner *p, struct want *w)
{
	unsigned int n = fields_of(w->row);
	int r = evaluate(w->row, w->setting, p->facts, w->values, p->diag);

	if (r < 0)
		return r;
	w->wanted = r > 0 ? strdup(w->setting->value) : NULL;
	if (r > 0)
		return w->wanted ? default_is_unknown(w) : -ENOMEM;
	if (w->fact && w->fact->value)
		w->seen_ok = parse_numbers(w->fact->value, w->seen, n);
	for (unsigned int i = 0; i < n; i++) {
		w->values[i] = round_up(w->row, p->facts, w->values[i]);
		if (w->setting->relation == NT_AT_LEAST && w->seen_ok && w->seen[i] > w->values[i])
			w->values[i] = w->seen[i];
	}
	w->wanted = format_numbers(w->values, n);
	return w->wanted ? 0 : -ENOMEM;
}

static int want_word(struct planner *p, struct want *w)
{
	int r = check_word(w->setting, p->diag);

	if (r < 0)
		return r;
	w->wanted = strdup(w->setting->value);
	if (!w->wanted)
		return -ENOMEM;
	return strcmp(w->wanted, "kernel-default") ? 0 : default_is_unknown(w);
}

static int want_ports(struct planner *p, struct want *w)
{
	struct nt_idset ports, seen = { { 0 } };
	nt_autofree char *text = NULL;
	int r = parse_ports(w->setting, &ports, p->diag);

	if (r < 0)
		return r;
	if (w->fact && w->fact->value)
		w->seen_ok = nt_idset_parse(w->fact->value, &seen, NULL) == 0;
	if (w->setting->relation == NT_AT_LEAST && w->seen_ok)
		nt_idset_join(&ports, &seen);
	text = malloc(NT_SYSCTL_VALUE_MAX);
	if (!text)
		return -ENOMEM;
	r = nt_idset_format(&ports, text, NT_SYSCTL_VALUE_MAX);
	if (r < 0)
		return bad_value(w->setting, 0, -r, p->diag, "the list is too long");
	w->wanted = strdup(text);
	return w->wanted ? 0 : -ENOMEM;
}

/* ---- judging ---- */

/*
 * A setting that needs a module which does not run yet. Forbidden ones are never tried: writing the
 * setting would make the kernel itself load them, past modprobe.d's blacklist.
 */
static int need_module(struct planner *p, struct want *w, const char *name)
{
	switch (nt_facts_module(p->facts, name)) {
	case NT_MODFACT_LOADED:
	case NT_MODFACT_BUILTIN:
		return 0;
	case NT_MODFACT_LOADABLE:
		snprintf(w->module, sizeof(w->module), "%s", name);
		return 0;
	case NT_MODFACT_FORBIDDEN:
		return verdict(w, NT_OUTCOME_BLOCKED, "allow the module %s in modprobe.d", name);
	case NT_MODFACT_ABSENT:
		return verdict(w, NT_OUTCOME_ABSENT, "install a kernel that has the module %s",
			       name);
	case NT_MODFACT_IMPOSSIBLE:
		return verdict(w, NT_OUTCOME_ABSENT, "use a kernel that has %s: this one cannot "
			       "load modules", name);
	default:
		return verdict(w, NT_OUTCOME_ABSENT,
			       "load the module %s: whether this kernel has it cannot be seen",
			       name);
	}
}

static int need_value_module(struct planner *p, struct want *w)
{
	char name[sizeof(w->module)];

	snprintf(name, sizeof(name), "%s%s", w->row->value_module, w->wanted);
	return need_module(p, w, name);
}

static const char *value_of(const struct planner *p, const char *key)
{
	const struct nt_sysctl_fact *fact = nt_facts_sysctl(p->facts, key);

	return fact && fact->value ? fact->value : "";
}

/* In another namespace only what the initial one allows may be set: EPERM, tcp_cong.c. */
static int judge_congestion(struct planner *p, struct want *w)
{
	if (!p->facts->kernel.init_netns &&
	    !nt_sysctl_lists(value_of(p, w->row->also[1]), w->wanted))
		return verdict(w, NT_OUTCOME_BLOCKED,
			       "add %s to net.ipv4.tcp_allowed_congestion_control in the initial "
			       "network namespace", w->wanted);
	if (nt_sysctl_lists(value_of(p, w->row->also[0]), w->wanted))
		return 0;
	return need_value_module(p, w);
}

/* Those of net/sched/sch_generic.c and sch_fifo.c are in every kernel that has the key. */
static int judge_qdisc(struct planner *p, struct want *w)
{
	if (nt_sysctl_lists("pfifo_fast pfifo bfifo pfifo_head_drop", w->wanted))
		return 0;
	return need_value_module(p, w);
}

/* What will be reserved when the port range changes: what is now, or what the plan makes of it. */
static void reserved_ports(const struct planner *p, const char *key, struct nt_idset *ret)
{
	const char *list = value_of(p, key);

	*ret = (struct nt_idset){ { 0 } };
	for (size_t i = 0; i < p->n; i++)
		if (p->wants[i].wanted && !strcmp(p->wants[i].row->key, key))
			list = p->wants[i].wanted;
	nt_idset_parse(list, ret, NULL);
}

static bool in_range(const int64_t *range, uint16_t port)
{
	return port >= range[0] && port <= range[1];
}

/* Ports that would newly be handed out while somebody listens on them. */
static void swallowed_ports(const struct planner *p, const struct want *w, struct nt_idset *ret)
{
	struct nt_idset reserved;

	*ret = (struct nt_idset){ { 0 } };
	reserved_ports(p, w->row->also[0], &reserved);
	for (size_t i = 0; i < p->facts->n_listeners; i++) {
		uint16_t port = p->facts->listeners[i].port;

		if (in_range(w->values, port) && !(w->seen_ok && in_range(w->seen, port)) &&
		    !nt_idset_has(&reserved, port))
			nt_idset_add(ret, port);
	}
}

static int judge_port_range(struct planner *p, struct want *w)
{
	int64_t first_free = strtoll(value_of(p, w->row->also[1]), NULL, 10);
	struct nt_idset ports, none = { { 0 } };
	char text[PORTS_TEXT_SIZE];

	if (w->values[0] < first_free)
		return verdict(w, NT_OUTCOME_BLOCKED,
			       "start at %" PRId64 " or above: below are privileged ports "
			       "(net.ipv4.ip_unprivileged_port_start)", first_free);
	if (!(p->facts->have & NT_FACTS_LISTENERS))
		return verdict(w, NT_OUTCOME_BLOCKED, "make listening sockets readable: the range "
			       "could swallow a port in use");
	swallowed_ports(p, w, &ports);
	if (nt_idset_cover(&none, &ports))
		return 0;
	/* Cut off when there are more: the operator sees the pattern. */
	nt_idset_format(&ports, text, sizeof(text));
	return verdict(w, NT_OUTCOME_BLOCKED,
		       "add %s to net.ipv4.ip_local_reserved_ports: the range would swallow ports "
		       "that are listened on", text);
}

static int judge_conntrack_max(struct planner *p, struct want *w)
{
	int64_t count = strtoll(value_of(p, w->row->also[0]), NULL, 10);

	if (w->values[0] >= count)
		return 0;
	return verdict(w, NT_OUTCOME_BLOCKED, "allow more than the %" PRId64
		       " connections that are tracked now", count);
}

static int judge_pages(const struct planner *p, struct want *w, uint64_t used)
{
	const struct nt_memory_facts *m = &p->facts->memory;
	uint64_t limit = (uint64_t)w->values[2];

	if (limit < used)
		return verdict(w, NT_OUTCOME_BLOCKED,
			       "allow more than the %" PRIu64 " pages that are in use now", used);
	if (m->page_bytes && m->total_bytes && limit > m->total_bytes / m->page_bytes)
		return verdict(w, NT_OUTCOME_BLOCKED,
			       "stay within memory, %" PRIu64 " pages of %u bytes; the values are "
			       "pages, not bytes", m->total_bytes / m->page_bytes, m->page_bytes);
	return 0;
}

static int judge_tcp_mem(struct planner *p, struct want *w)
{
	return judge_pages(p, w, p->facts->memory.tcp_pages);
}

static int judge_udp_mem(struct planner *p, struct want *w)
{
	return judge_pages(p, w, p->facts->memory.udp_pages);
}

static int judge_harmless(struct planner *p, struct want *w)
{
	(void)p;
	(void)w;
	return 0;
}

static int (*const judges[NT_SYSCTL_JUDGES])(struct planner *p, struct want *w) = {
	[NT_SYSCTL_HARMLESS] = judge_harmless,
	[NT_SYSCTL_CONGESTION] = judge_congestion,
	[NT_SYSCTL_QDISC] = judge_qdisc,
	[NT_SYSCTL_PORT_RANGE] = judge_port_range,
	[NT_SYSCTL_CONNTRACK_MAX] = judge_conntrack_max,
	[NT_SYSCTL_TCP_MEM] = judge_tcp_mem,
	[NT_SYSCTL_UDP_MEM] = judge_udp_mem,
};

static bool belongs_to_init(const struct planner *p, const struct want *w)
{
	return w->row->scope == NT_SYSCTL_INIT_ONLY && !p->facts->kernel.init_netns;
}

static int judge_absent(struct planner *p, struct want *w)
{
	const char *module = w->row->module;
	enum nt_module_fact_state state;

	if (belongs_to_init(p, w))
		return verdict(w, NT_OUTCOME_ABSENT,
			       "apply it in the initial network namespace, which alone has it");
	if (!module)
		return verdict(w, NT_OUTCOME_UNSUPPORTED, "this kernel has no %s%s", w->row->key,
			       p->facts->kernel.init_netns ? "" : " in this network namespace");
	state = nt_facts_module(p->facts, module);
	if (state == NT_MODFACT_LOADED || state == NT_MODFACT_BUILTIN)
		return verdict(w, NT_OUTCOME_UNSUPPORTED, "the module %s of this kernel has no %s",
			       module, w->row->key);
	return need_module(p, w, module);
}

static int judge(struct planner *p, struct want *w)
{
	enum nt_sysctl_state state = w->fact ? w->fact->state : NT_SYSCTL_ABSENT;
	bool same = w->fact && w->fact->value && !strcmp(w->fact->value, w->wanted);

	if (w->outcome != NT_OUTCOME_PLANNED)
		return 0;
	if (!w->fact)
		return verdict(w, NT_OUTCOME_BLOCKED,
			       "record the facts again: these do not tell of %s", w->row->key);
	if (same)
		w->outcome = NT_OUTCOME_COMPLIANT;
	else if (state == NT_SYSCTL_ABSENT)
		return judge_absent(p, w);
	else if (state == NT_SYSCTL_REFUSED)
		return verdict(w, NT_OUTCOME_BLOCKED, "run as root: %s cannot even be read",
			       w->row->key);
	else if (state == NT_SYSCTL_READONLY && belongs_to_init(p, w))
		return verdict(w, NT_OUTCOME_IMMUTABLE,
			       "apply it in the initial network namespace, whose value shows here");
	else if (state == NT_SYSCTL_READONLY)
		return verdict(w, NT_OUTCOME_IMMUTABLE,
			       "make /proc/sys writable: the host gives this key read-only");
	else
		return judges[w->row->judge](p, w);
	return 0;
}

/* ---- order ---- */

/* How many maxima stand above a key; the table has no cycles (tests/unit/sysctl_test.c). */
static unsigned int height(const struct nt_sysctl_key *row)
{
	unsigned int n = 0;

	for (; row && row->bound; row = nt_sysctl_key_find(row->bound))
		n++;
	return n;
}

/* Does @w bound another setting of this plan, or the other way round? */
static bool is_related(const struct planner *p, const struct want *w)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct nt_sysctl_key *other = p->wants[i].row;

		if ((other->bound && !strcmp(other->bound, w->row->key)) ||
		    (w->row->bound && !strcmp(w->row->bound, other->key)))
			return true;
	}
	return false;
}

/* Is the change (or the way @back) a lowering? A list of ports is lowered when it loses one. */
static bool lowers(const struct want *w, bool back)
{
	unsigned int last = fields_of(w->row) - 1;
	struct nt_idset seen, wanted;

	if (!w->seen_ok)
		return back;
	if (w->row->type != NT_SYSCTL_PORTS)
		return back ? w->seen[last] < w->values[last] : w->values[last] < w->seen[last];
	if (nt_idset_parse(w->fact->value, &seen, NULL) < 0 ||
	    nt_idset_parse(w->wanted, &wanted, NULL) < 0)
		return back;
	return back ? !nt_idset_cover(&seen, &wanted) : !nt_idset_cover(&wanted, &seen);
}

/*
 * Raised from the outermost maximum inwards, then what has no part in this, then lowered from the
 * innermost outwards.
 */
static unsigned int rank_of(const struct planner *p, const struct want *w, bool back)
{
	unsigned int h = height(w->row);
	const unsigned int middle = 16;

	if (!is_related(p, w))
		return middle;
	return lowers(w, back) ? 2 * middle - h : h;
}

static int compare_wants(const struct want *a, const struct want *b, unsigned int rank_a,
			 unsigned int rank_b)
{
	if (rank_a != rank_b)
		return rank_a < rank_b ? -1 : 1;
	/* Stable: settings lie in the array of the profile, in its order. */
	return a->setting < b->setting ? -1 : a->setting > b->setting;
}

static int by_rank(const void *pa, const void *pb)
{
	const struct want *a = pa, *b = pb;

	return compare_wants(a, b, a->rank, b->rank);
}

static int by_undo_rank(const void *pa, const void *pb)
{
	const struct want *a = pa, *b = pb;

	return compare_wants(a, b, a->undo_rank, b->undo_rank);
}

static size_t count_phase(const struct nt_plan *plan, enum nt_phase phase)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_changes; i++)
		n += plan->changes[i].phase == phase;
	return n;
}

static void order(struct planner *p)
{
	size_t first = count_phase(p->plan, NT_PHASE_SYSCTL);

	for (size_t i = 0; i < p->n; i++) {
		p->wants[i].rank = rank_of(p, &p->wants[i], false);
		p->wants[i].undo_rank = rank_of(p, &p->wants[i], true);
	}
	qsort(p->wants, p->n, sizeof(*p->wants), by_undo_rank);
	for (size_t i = 0; i < p->n; i++)
		p->wants[i].undo_seq = nt_plan_undo_seq(NT_PHASE_SYSCTL, first + i);
	qsort(p->wants, p->n, sizeof(*p->wants), by_rank);
}

/* ---- changes ---- */

static char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

static char *format_text(const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	return n < 0 ? NULL : text;
}

static char *format_owner(const struct nt_owner_fact *owner)
{
	return owner->file[0] ? format_text("%s:%u (to %s)", owner->file, owner->line, owner->value)
			      : format_text("%s (to %s)", owner->owner, owner->value);
}

/* @change owns its strings and is freed when it is not taken. */
static int add_change(struct planner *p, struct nt_change *change, bool complete)
{
	int r = complete ? nt_plan_add(p->plan, change) : -ENOMEM;

	if (r < 0)
		nt_change_free(change);
	return r;
}

static struct nt_change *find_module_change(struct nt_plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->n_changes; i++)
		if (plan->changes[i].phase == NT_PHASE_MODULES &&
		    !strcmp(plan->changes[i].tunable, name))
			return &plan->changes[i];
	return NULL;
}

/* Once for each module; the most demanding of those who need it gives the policy. */
static int add_module(struct planner *p, const struct want *w)
{
	struct nt_change *present = find_module_change(p->plan, w->module);
	struct nt_change change = {
		.domain = &nt_tunable_module,
		.phase = NT_PHASE_MODULES,
		.policy = w->setting->policy,
		.undo_seq = nt_plan_undo_seq(NT_PHASE_MODULES,
					     count_phase(p->plan, NT_PHASE_MODULES)),
	};

	if (present && w->setting->policy == NT_POLICY_REQUIRE)
		present->policy = NT_POLICY_REQUIRE;
	if (present)
		return 0;
	change.target = strdup("host");
	change.tunable = strdup(w->module);
	change.seen = strdup("absent");
	change.wanted = strdup("loaded");
	change.reason = format_text("%s needs it", w->row->key);
	return add_change(p, &change, change.target && change.tunable && change.seen &&
			  change.wanted && change.reason);
}

static char *copy_or_null(const char *text, bool *complete)
{
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		*complete = false;
	return copy;
}

static int add_sysctl(struct planner *p, const struct want *w)
{
	const struct nt_owner_fact *owner = nt_facts_owner(p->facts, w->row->key);
	const struct nt_setting *s = w->setting;
	const char *netns = p->facts->kernel.netns;
	bool complete = true;
	struct nt_change change = {
		.domain = &nt_tunable_sysctl,
		.tunable = copy_or_null(w->row->key, &complete),
		.seen = copy_or_null(w->fact ? w->fact->value : NULL, &complete),
		.wanted = copy_or_null(w->wanted, &complete),
		.reason = copy_or_null(s->reason[0] ? s->reason : w->row->words, &complete),
		.remedy = copy_or_null(w->remedy, &complete),
		.phase = NT_PHASE_SYSCTL,
		.policy = s->policy,
		.outcome = w->outcome,
		.undo_seq = w->undo_seq,
	};

	change.target = netns[0] ? format_text("netns:%s", netns) : strdup("host");
	change.origin = format_text("%s:%u", s->file, s->line);
	change.owner = owner ? format_owner(owner) : NULL;
	complete = complete && change.target && change.origin && (change.owner || !owner);
	return add_change(p, &change, complete);
}

/* ---- the plan ---- */

static int start_want(struct planner *p, const struct nt_setting *s)
{
	static int (*const evaluators[])(struct planner *p, struct want *w) = {
		[NT_SYSCTL_NUMBERS] = want_numbers,
		[NT_SYSCTL_WORD] = want_word,
		[NT_SYSCTL_PORTS] = want_ports,
	};
	const struct nt_sysctl_key *row = nt_sysctl_key_find(s->key);
	struct want *w = &p->wants[p->n];

	if (!row)
		return nt_sysctl_key_error(s, p->diag);
	*w = (struct want){ .row = row, .setting = s, .outcome = NT_OUTCOME_PLANNED };
	w->fact = nt_facts_sysctl(p->facts, row->key);
	p->n++;
	return evaluators[row->type](p, w);
}

static const char *first_name(const struct nt_sysctl_key *row)
{
	return row->same_as ? row->same_as : row->key;
}

static int fail_two_names(const struct planner *p, const struct want *a, const struct want *b)
{
	const struct nt_setting *s = a->setting, *t = b->setting;

	return nt_diag_err(p->diag, EINVAL, "%s:%u:%u: %s %s %s conflicts with %s %s %s at "
			   "%s:%u:%u: these are two names of one setting", t->file, t->line,
			   t->column, t->key, nt_relation_sign(t->relation), t->value, s->key,
			   nt_relation_sign(s->relation), s->value, s->file, s->line, s->column);
}

/* The last want goes into an earlier one that is the same setting under another name. */
static int join_names(struct planner *p)
{
	struct want *last = &p->wants[p->n - 1], *other = p->wants;

	while (other < last && strcmp(first_name(other->row), first_name(last->row)) != 0)
		other++;
	if (other == last)
		return 0;
	if (strcmp(other->wanted, last->wanted) != 0)
		return fail_two_names(p, other, last);
	if (last->setting->policy == NT_POLICY_REQUIRE) {
		struct want kept = *last;

		*last = *other;
		*other = kept;
	}
	free_want(last);
	p->n--;
	return 0;
}

static int make_plan(struct planner *p, const struct nt_setting *settings, size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		r = start_want(p, &settings[i]);
		if (r == 0)
			r = join_names(p);
	}
	for (size_t i = 0; i < p->n && r == 0; i++)
		r = judge(p, &p->wants[i]);
	if (r < 0)
		return r;
	order(p);
	for (size_t i = 0; i < p->n && r == 0; i++)
		if (p->wants[i].module[0] && p->wants[i].outcome == NT_OUTCOME_PLANNED)
			r = add_module(p, &p->wants[i]);
	for (size_t i = 0; i < p->n && r == 0; i++)
		r = add_sysctl(p, &p->wants[i]);
	return r;
}

/* See sysctl.h. */
int nt_sysctl_plan(const struct nt_setting *settings, size_t n, const struct nt_facts *facts,
		   struct nt_plan *plan, struct nt_diag *diag)
{
	const uint32_t needed = NT_FACTS_KERNEL | NT_FACTS_MEMORY;
	struct planner p = { .facts = facts, .plan = plan, .diag = diag };
	int r;

	if (n == 0)
		return 0;
	if ((facts->have & needed) != needed)
		return nt_diag_err(diag, EINVAL,
				   "facts: planning sysctls needs the groups kernel and memory");
	p.wants = calloc(n, sizeof(*p.wants));
	if (!p.wants)
		return nt_diag_err(diag, ENOMEM, "sysctl: out of memory");
	r = make_plan(&p, settings, n);
	for (size_t i = 0; i < p.n; i++)
		free_want(&p.wants[i]);
	free(p.wants);
	/* The first report wins, so this speaks only where nothing else did. */
	return r < 0 ? nt_diag_err(diag, -r, "sysctl: cannot be planned: %s", strerror(-r)) : 0;
}
