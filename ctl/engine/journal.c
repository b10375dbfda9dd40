// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing journals and finding them again; reading their bytes is journal_parse.c. */
#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "engine/crc32.h"
#include "engine/state.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "tunable/tunable.h"

/* Reserved for a "result" line (two values of up to a page, escaped, at worst) and for "end". */
#define RESULT_BYTES 512U
#define END_BYTES    512U

/* What a journal is called until it is whole; the lock sees to it that there is one at a time. */
#define NEWBORN "new"
#define AWAIT_BYTES  512U

/* The file as it grows in memory before one write(2) takes it to disk. */
struct text {
	char *bytes;
	size_t len;
	size_t allocated;
};

static int text_grow(struct text *text, size_t more)
{
	size_t n = text->allocated ? text->allocated : 8192;
	char *grown;

	if (text->len + more <= text->allocated)
		return 0;
	while (n < text->len + more)
		n *= 2;
	grown = realloc(text->bytes, n);
	if (!grown)
		return -ENOMEM;
	text->bytes = grown;
	text->allocated = n;
	return 0;
}

/* Takes over @record. */
static int add_record(struct text *text, json_t *record)
{
	nt_autofree char *json = record ? json_dumps(record, JSON_COMPACT) : NULL;
	size_t len = json ? strlen(json) : 0;
	int r;

	json_decref(record);
	if (!json)
		return -ENOMEM;
	if (len + 10 > NT_JOURNAL_LINE_MAX)
		return -E2BIG;
	r = text_grow(text, len + 11);
	if (r < 0)
		return r;
	text->len += (size_t)sprintf(text->bytes + text->len, "%08x %s\n", nt_crc32(json, len),
				     json);
	return 0;
}

static json_t *head_record(const struct nt_txn_head *head)
{
	json_t *profiles = json_array(), *record;

	for (size_t i = 0; head->profiles[i]; i++)
		json_array_append_new(profiles, json_string(head->profiles[i]));
	record = json_pack("{ss, ss, si, ss, si, ss, ss, sI, sI, ss, so}", "record", "begin",
			 "schema", "nettune.journal/1", "txn", (int)head->id, "kind",
			 nt_txn_kind_name(head->kind), "undoes", (int)head->undoes, "boot_id",
			 head->boot_id, "netns", head->netns, "netns_cookie",
			 (json_int_t)head->netns_cookie, "started_s",
			 (json_int_t)head->started_s, "backend", head->backend, "profiles",
			 profiles);
	if (record && head->confirm_s)
		json_object_update_new(record, json_pack("{sI, sI}", "confirm_s",
							 (json_int_t)head->confirm_s,
							 "deadline_ns",
							 (json_int_t)head->deadline_ns));
	return record;
}

static json_t *device_record(const struct nt_plan_device *device)
{
	return json_pack("{ss, ss, si, ss, ss, si}", "record", "device", "name", device->name,
			 "ifindex", device->ifindex, "permanent_address",
			 device->permanent_address, "bus", device->bus, "ready",
			 (int)device->ready);
}

static json_t *change_record(const struct nt_change *change, size_t index)
{
	json_t *record = json_pack("{ss, si, ss, ss, ss, ss?, ss, ss, ss, si}", "record", "change",
				   "index", (int)index, "domain", change->domain->name, "target",
				   change->target, "tunable", change->tunable, "seen",
				   change->seen, "wanted", change->wanted, "phase",
				   nt_phase_name(change->phase), "policy",
				   nt_policy_name(change->policy), "undo_seq",
				   (int)change->undo_seq);

	if (record && change->kept)
		json_object_set_new(record, "kept", json_true());
	if (record && change->disruptive)
		json_object_set_new(record, "disruptive", json_true());
	if (record && change->noted)
		json_object_set_new(record, "outcome",
				    json_string(nt_outcome_name(change->outcome)));
	if (record && change->instead_of)
		json_object_set_new(record, "instead_of", json_string(change->instead_of));
	return record;
}

static json_t *result_record(const struct nt_change *change, size_t index)
{
	json_t *record = json_pack("{ss, si, ss, si, ss?}", "record", "result", "index", (int)index,
				   "outcome", nt_outcome_name(change->outcome), "errno",
				   change->err, "readback", change->readback);

	if (record && change->extack)
		json_object_set_new(record, "extack", json_string(change->extack));
	return record;
}

/* What was never to be written is of no interest, unless it tells what is no longer ours. */
static bool recorded(const struct nt_change *change)
{
	return change->journaled || change->noted;
}

static json_t *staged_record(size_t n)
{
	return json_pack("{ss, si}", "record", "staged", "changes", (int)n);
}

static int add_plan(struct text *text, const struct nt_plan *plan)
{
	size_t n = 0;
	int r;

	for (size_t i = 0; i < plan->n_devices; i++) {
		r = add_record(text, device_record(&plan->devices[i]));
		if (r < 0)
			return r;
	}
	for (size_t i = 0; i < plan->n_changes; i++) {
		if (!recorded(&plan->changes[i]))
			continue;
		r = add_record(text, change_record(&plan->changes[i], n++));
		if (r < 0)
			return r;
	}
	return add_record(text, staged_record(n));
}

static int write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		bytes += n;
		len -= (size_t)n;
	}
	return 0;
}

static size_t results_bytes(const struct nt_plan *plan)
{
	size_t bytes = 0;

	for (size_t i = 0; i < plan->n_changes; i++)
		if (recorded(&plan->changes[i]))
			bytes += RESULT_BYTES + 2 * strlen(plan->changes[i].wanted);
	return bytes;
}

/* File systems that cannot reserve (9p, some overlays) leave only the hope that there is room. */
static int reserve(int fd, size_t written, size_t bytes)
{
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)written, (off_t)bytes) == 0)
		return 0;
	return errno == EOPNOTSUPP || errno == ENOSYS ? 0 : -errno;
}

static int parse_name(const char *name, uint32_t *ret_id)
{
	char *end;
	unsigned long id;

	if (name[0] < '0' || name[0] > '9')
		return -EINVAL;
	errno = 0;
	id = strtoul(name, &end, 10);
	if (errno || strcmp(end, ".journal") != 0 || id == 0 || id > INT32_MAX)
		return -EINVAL;
	*ret_id = (uint32_t)id;
	return 0;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

/* Ids of all journals, ascending; a damaged one that was set aside keeps its id taken. */
static int list_ids(struct nt_state *state, uint32_t **ret, size_t *ret_n, uint32_t *ret_highest)
{
	nt_autoclosedir DIR *dir = NULL;
	nt_autofree uint32_t *ids = calloc(NT_JOURNALS_MAX, sizeof(*ids));
	int fd = openat(state->journal_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	size_t n = 0;

	dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir || !ids) {
		if (fd >= 0 && !dir)
			close(fd);
		return ids ? -errno : -ENOMEM;
	}
	*ret_highest = 0;
	while ((entry = readdir(dir))) {
		unsigned int aside;
		uint32_t id;

		if (sscanf(entry->d_name, "%u.journal.damaged", &aside) == 1 &&
		    aside > *ret_highest && aside < INT32_MAX)
			*ret_highest = aside;
		if (parse_name(entry->d_name, &id) < 0)
			continue;
		if (n == NT_JOURNALS_MAX)
			return -EOVERFLOW;
		ids[n++] = id;
	}
	qsort(ids, n, sizeof(*ids), compare_ids);
	if (n && ids[n - 1] > *ret_highest)
		*ret_highest = ids[n - 1];
	*ret = ids;
	*ret_n = n;
	ids = NULL;
	return 0;
}

static int create_file(struct nt_state *state, struct nt_txn_head *head,
		       struct nt_journal_writer *writer)
{
	nt_autofree uint32_t *ids = NULL;
	uint32_t highest;
	size_t n;
	int r = list_ids(state, &ids, &n, &highest);

	if (r < 0)
		return r;
	head->id = highest + 1;
	snprintf(writer->name, sizeof(writer->name), "%06u.journal", head->id);
	writer->fd = openat(state->journal_fd, NEWBORN, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC,
			    0644);
	return writer->fd >= 0 ? 0 : -errno;
}

/* Twice the results where they are written before and behind the wait for a confirmation. */
static size_t ending_bytes(const struct nt_txn_head *head, const struct nt_plan *plan)
{
	return END_BYTES + results_bytes(plan) +
	       (head->confirm_s ? AWAIT_BYTES + results_bytes(plan) : 0);
}

/* Never over another journal. NFS and 9p know no flags of rename, but links. */
static int give_name(struct nt_state *state, const char *name)
{
	int dir = state->journal_fd;

	if (renameat2(dir, NEWBORN, dir, name, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (linkat(dir, NEWBORN, dir, name, 0) < 0)
		return -errno;
	return unlinkat(dir, NEWBORN, 0) < 0 ? -errno : 0;
}

/*
 * Durable means the bytes and the name: both are synced. The name is given last, so that a journal
 * which is not whole up to "staged" is always damage and never a crash.
 */
static int write_staged(struct nt_state *state, const struct nt_journal_writer *writer,
			const struct nt_txn_head *head, const struct nt_plan *plan)
{
	struct text text = { 0 };
	int fd = writer->fd;
	int r = add_record(&text, head_record(head));

	if (r == 0)
		r = add_plan(&text, plan);
	if (r == 0)
		r = write_all(fd, text.bytes, text.len);
	if (r == 0)
		r = reserve(fd, text.len, ending_bytes(head, plan));
	if (r == 0 && fdatasync(fd) < 0)
		r = -errno;
	if (r == 0)
		r = give_name(state, writer->name);
	if (r == 0 && fsync(state->journal_fd) < 0)
		r = -errno;
	free(text.bytes);
	return r;
}

int nt_journal_begin(struct nt_state *state, struct nt_txn_head *head, const struct nt_plan *plan,
		     struct nt_journal_writer *ret, struct nt_diag *diag)
{
	struct nt_journal_writer writer = { .fd = -1 };
	int r;

	head->started_s = (uint64_t)time(NULL);
	r = create_file(state, head, &writer);
	if (r < 0)
		return nt_diag_err(diag, -r, "%s/journal: cannot begin a transaction: %s; "
				   "nothing was changed", state->path, strerror(-r));

	r = write_staged(state, &writer, head, plan);
	if (r < 0) {
		unlinkat(state->journal_fd, NEWBORN, 0);
		unlinkat(state->journal_fd, writer.name, 0);
		nt_journal_abort(&writer);
		head->id = 0;
		return nt_diag_err(diag, -r, "%s/journal/%s: cannot write: %s; nothing was changed",
				   state->path, writer.name, strerror(-r));
	}
	*ret = writer;
	return 0;
}

/* @text as a whole, or nothing of it. */
static int append(int fd, const struct text *text, off_t at)
{
	int r = write_all(fd, text->bytes, text->len);

	if (r == 0 && fdatasync(fd) < 0)
		r = -errno;
	if (r < 0 && (ftruncate(fd, at) < 0 || lseek(fd, at, SEEK_SET) < 0))
		return -errno;
	return r;
}

static json_t *replanned_record(const struct nt_change *change, size_t index)
{
	json_t *record = json_pack("{ss, si, ss, ss?, sb}", "record", "replanned", "index",
				   (int)index, "wanted", change->wanted, "seen", change->seen,
				   "kept", change->kept);

	if (record && change->instead_of)
		json_object_set_new(record, "instead_of", json_string(change->instead_of));
	return record;
}

/* What planning anew changed up to @first, and all that it added from there on. */
static int add_replanned(struct text *text, const struct nt_plan *plan, size_t first)
{
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (!recorded(change))
			continue;
		if (i >= first)
			r = add_record(text, change_record(change, n));
		else if (change->replanned)
			r = add_record(text, replanned_record(change, n));
		n++;
	}
	return r < 0 ? r : add_record(text, staged_record(n));
}

int nt_journal_replan(struct nt_state *state, struct nt_journal_writer *writer,
		      const struct nt_txn_head *head, const struct nt_plan *plan, size_t first,
		      struct nt_diag *diag)
{
	off_t at = lseek(writer->fd, 0, SEEK_CUR);
	struct text text = { 0 };
	int r = at < 0 ? -errno : add_replanned(&text, plan, first);

	if (r == 0)
		r = reserve(writer->fd, (size_t)at, text.len + ending_bytes(head, plan));
	if (r == 0)
		r = append(writer->fd, &text, at);
	free(text.bytes);
	return r == 0 ? 0 : nt_diag_err(diag, -r, "%s/journal/%s: cannot write: %s", state->path,
					writer->name, strerror(-r));
}

int nt_journal_add_seen(struct nt_state *state, struct nt_journal_writer *writer,
			const struct nt_plan *plan, struct nt_diag *diag)
{
	off_t at = lseek(writer->fd, 0, SEEK_CUR);
	struct text text = { 0 };
	int index = 0, r = at < 0 ? -errno : 0;

	for (size_t i = 0; i < plan->n_changes && r == 0; i++) {
		const struct nt_change *change = &plan->changes[i];

		if (!recorded(change))
			continue;
		if (change->seen_late)
			r = add_record(&text, json_pack("{ss, si, ss}", "record", "seen", "index",
							index, "seen", change->seen));
		index++;
	}
	if (r == 0 && text.len)
		r = append(writer->fd, &text, at);
	free(text.bytes);
	return r == 0 ? 0 : nt_diag_err(diag, -r, "%s/journal/%s: cannot write: %s", state->path,
					writer->name, strerror(-r));
}

static int add_results(struct text *text, const struct nt_plan *plan)
{
	size_t n = 0;
	int r;

	for (size_t i = 0; i < plan->n_changes; i++) {
		if (!recorded(&plan->changes[i]))
			continue;
		r = add_record(text, result_record(&plan->changes[i], n++));
		if (r < 0)
			return r;
	}
	return 0;
}

static json_t *await_record(const struct nt_journal_waiting *waiting)
{
	return json_pack("{ss, sI, ss, sb, sI, sI}", "record", "awaiting", "deadline_ns",
			 (json_int_t)waiting->deadline_ns, "guardian", waiting->guardian,
			 "complete", waiting->complete, "duration_us",
			 (json_int_t)waiting->duration_us, "writes",
			 (json_int_t)waiting->writes);
}

int nt_journal_await(struct nt_state *state, struct nt_journal_writer *writer,
		     const struct nt_plan *plan, const struct nt_journal_waiting *waiting,
		     struct nt_diag *diag)
{
	off_t at = lseek(writer->fd, 0, SEEK_CUR);
	size_t after = AWAIT_BYTES + END_BYTES + (plan ? 2 * results_bytes(plan) : 0);
	struct text text = { 0 };
	int r = at < 0 ? -errno : 0;

	if (r == 0 && plan)
		r = add_results(&text, plan);
	if (r == 0)
		r = add_record(&text, await_record(waiting));
	if (r == 0)
		r = reserve(writer->fd, (size_t)at, after > text.len ? after : text.len);
	if (r == 0)
		r = append(writer->fd, &text, at);
	free(text.bytes);
	return r < 0 ? nt_diag_err(diag, -r, "%s/journal/%s: cannot record the deadline: %s",
				   state->path, writer->name, strerror(-r)) : 0;
}

static json_t *end_record(const struct nt_journal_ending *ending)
{
	json_t *record = json_pack("{ss, ss, sb, sI, sI}", "record", "end", "state",
				   nt_txn_state_name(ending->state), "complete", ending->complete,
				   "duration_us", (json_int_t)ending->duration_us, "writes",
				   (json_int_t)ending->writes);

	if (record && ending->cause)
		json_object_set_new(record, "cause", json_string(ending->cause));
	return record;
}

int nt_journal_end(struct nt_state *state, struct nt_journal_writer *writer,
		   const struct nt_plan *plan, const struct nt_journal_ending *ending,
		   struct nt_diag *diag)
{
	struct text text = { 0 };
	off_t before = lseek(writer->fd, 0, SEEK_CUR);
	int r = add_results(&text, plan);

	if (r == 0)
		r = add_record(&text, end_record(ending));
	if (r == 0)
		r = write_all(writer->fd, text.bytes, text.len);
	if (r == 0 && fdatasync(writer->fd) < 0)
		r = -errno;
	free(text.bytes);
	/* What may not be durable must not be read as the outcome either. */
	if (r < 0 && before >= 0 && ftruncate(writer->fd, before) == 0)
		(void)fdatasync(writer->fd);
	if (r < 0)
		nt_diag_err(diag, -r, "%s/journal/%s: cannot record the outcome: %s", state->path,
			    writer->name, strerror(-r));
	nt_journal_abort(writer);
	return r;
}

/* Only what is torn: truncating gives back the space that was reserved for the end. */
static int cut_torn(int fd, off_t end_offset)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	return st.st_size > end_offset ? ftruncate(fd, end_offset) : 0;
}

int nt_journal_reopen(struct nt_state *state, const struct nt_journal *journal,
		      struct nt_journal_writer *ret, struct nt_diag *diag)
{
	struct nt_journal_writer writer = { .fd = -1 };

	snprintf(writer.name, sizeof(writer.name), "%06u.journal", journal->head.id);
	writer.fd = openat(state->journal_fd, writer.name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (writer.fd < 0 || cut_torn(writer.fd, (off_t)journal->end_offset) < 0 ||
	    lseek(writer.fd, (off_t)journal->end_offset, SEEK_SET) < 0) {
		int err = errno;

		nt_journal_abort(&writer);
		return nt_diag_err(diag, err, "%s/journal/%06u.journal: %s", state->path,
				   journal->head.id, strerror(err));
	}
	*ret = writer;
	return 0;
}

void nt_journal_abort(struct nt_journal_writer *writer)
{
	if (writer->fd >= 0)
		close(writer->fd);
	writer->fd = -1;
}

static int read_bytes(int fd, size_t size, char **ret)
{
	nt_autofree char *bytes = malloc(size + 1);
	size_t done = 0;

	if (!bytes)
		return -ENOMEM;
	while (done < size) {
		ssize_t n = read(fd, bytes + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	*ret = bytes;
	bytes = NULL;
	return 0;
}

static int read_one(struct nt_state *state, const char *name, const char *path, char **ret_bytes,
		    size_t *ret_len, struct nt_diag *diag)
{
	nt_autoclose int fd = openat(state->journal_fd, name,
				     O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat st;
	int r;

	if (fd < 0 || fstat(fd, &st) < 0)
		return nt_diag_err(diag, errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) || st.st_size > (off_t)NT_JOURNAL_BYTES_MAX)
		return nt_diag_err(diag, EINVAL, "%s: not a file of at most %u bytes", path,
				   NT_JOURNAL_BYTES_MAX);
	*ret_len = (size_t)st.st_size;
	r = read_bytes(fd, *ret_len, ret_bytes);
	return r < 0 ? nt_diag_err(diag, -r, "%s: %s", path, strerror(-r)) : 0;
}

/* It got its name when it was whole: one that is not has lost something. */
static int check_whole(const char *path, uint32_t id, const struct nt_journal *journal,
		       struct nt_diag *diag)
{
	if (journal->state == NT_TXN_WRITING)
		return nt_diag_err(diag, EINVAL, "%s:%zu: cut short: what the transaction changed "
				   "is lost; 'nettunectl recover --set-aside' moves a damaged "
				   "journal out of the way", path, journal->plan.n_changes + 2);
	if (journal->head.id != id)
		return nt_diag_err(diag, EINVAL, "%s:1: says it is transaction %u", path,
				   journal->head.id);
	return 0;
}

/* 1 when it is closed and only open ones are asked for. */
static int read_checked(struct nt_state *state, uint32_t id, bool open_only,
			struct nt_journal *ret, struct nt_diag *diag)
{
	nt_autofree char *bytes = NULL;
	char name[32], path[640];
	size_t len = 0;
	int r;

	snprintf(name, sizeof(name), "%06u.journal", id);
	snprintf(path, sizeof(path), "%s/journal/%s", state->path, name);
	r = read_one(state, name, path, &bytes, &len, diag);
	if (r < 0)
		return r;
	if (open_only && nt_journal_closed(bytes, len))
		return 1;
	r = nt_journal_parse(bytes, len, path, ret, diag);
	if (r < 0)
		return r;
	r = check_whole(path, id, ret, diag);
	if (r < 0)
		nt_journal_free(ret);
	return r;
}

int nt_journal_read(struct nt_state *state, uint32_t id, struct nt_journal *ret,
		    struct nt_diag *diag)
{
	char name[32];

	snprintf(name, sizeof(name), "%06u.journal", id);
	if (state->journal_fd < 0 || faccessat(state->journal_fd, name, F_OK, 0) < 0)
		return -ENOENT;
	return read_checked(state, id, false, ret, diag);
}

static void tell_damaged(const struct nt_journal_reader *reader, uint32_t id,
			 const struct nt_diag *why)
{
	char name[32];

	snprintf(name, sizeof(name), "%06u.journal", id);
	reader->damaged(name, why, reader->user);
}

int nt_journal_read_all(struct nt_state *state, struct nt_journal_reader *reader,
			struct nt_journal **ret, size_t *ret_n, struct nt_diag *diag)
{
	nt_autofree uint32_t *ids = NULL;
	struct nt_journal *journals;
	size_t n_ids = 0, n = 0;
	uint32_t highest;
	int r = state->journal_fd < 0 ? 0 : list_ids(state, &ids, &n_ids, &highest);

	if (r < 0)
		return nt_diag_err(diag, -r, "%s/journal: %s", state->path, strerror(-r));
	journals = calloc(n_ids + 1, sizeof(*journals));
	if (!journals)
		return -ENOMEM;
	for (size_t i = 0; i < n_ids; i++) {
		struct nt_diag why = { 0 };

		r = read_checked(state, ids[i], reader->open_only, &journals[n], &why);
		n += r == 0;
		reader->n_closed += r == 1;
		if (r >= 0)
			continue;
		if (!reader->damaged) {
			nt_journals_free(journals, n);
			return nt_diag_err(diag, -r, "%s", why.message);
		}
		tell_damaged(reader, ids[i], &why);
	}
	*ret = journals;
	*ret_n = n;
	return 0;
}

void nt_journal_remove(struct nt_state *state, const struct nt_journal *journal)
{
	char name[32];

	snprintf(name, sizeof(name), "%06u.journal", journal->head.id);
	unlinkat(state->journal_fd, name, 0);
}

int nt_journal_set_aside(struct nt_state *state, const char *name, struct nt_diag *diag)
{
	char aside[64];

	snprintf(aside, sizeof(aside), "%.40s.damaged", name);
	if (renameat(state->journal_fd, name, state->journal_fd, aside) < 0)
		return nt_diag_err(diag, errno, "%s/journal/%s: cannot set aside: %s", state->path,
				   name, strerror(errno));
	return fsync(state->journal_fd) < 0 ? -errno : 0;
}
