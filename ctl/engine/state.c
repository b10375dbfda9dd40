// SPDX-License-Identifier: GPL-2.0-or-later
/* The state folder and its lock. See state.h. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "lib/cleanup.h"
#include "lib/diag.h"

/* Each try fails only because somebody who held the lock has just ended. */
#define CLAIMS_MAX 16U

static int open_dir(int at, const char *name, bool create)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT || !create)
		return fd >= 0 ? fd : -errno;
	if (mkdirat(at, name, 0755) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : -errno;
}

/* What lies in the folder tells root what to write: nobody else may put it there. */
static int check_owner(int fd, const char *path, struct nt_diag *diag)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return nt_diag_err(diag, errno, "%s: %s", path, strerror(errno));
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return nt_diag_refuse(diag, "%s: belongs to uid %u, must belong to root", path,
				      st.st_uid);
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return nt_diag_refuse(diag, "%s: others can write it (mode %03o); chmod go-w it",
				      path, st.st_mode & 0777);
	return 0;
}

/* @name is a member's, "journal". */
static int open_checked(struct nt_state *state, const char *name, bool create, int *ret_fd,
			struct nt_diag *diag)
{
	char path[512];
	int fd, r;

	snprintf(path, sizeof(path), "%s/%s", state->path, name);
	fd = open_dir(state->dir_fd, name, create);
	if (fd == -ENOENT && !create)
		return 0;
	if (fd < 0)
		return nt_diag_err(diag, -fd, "%s: %s", path, strerror(-fd));
	r = check_owner(fd, path, diag);
	if (r < 0) {
		close(fd);
		return r;
	}
	*ret_fd = fd;
	return 0;
}

int nt_state_open(bool create, struct nt_state *ret, struct nt_diag *diag)
{
	const char *path = getenv("NETTUNE_STATE_DIR");
	struct nt_state state = { .dir_fd = -1, .journal_fd = -1, .lock_fd = -1 };
	int r;

	state.path = strdup(path && *path ? path : NT_STATE_DIR_DEFAULT);
	if (!state.path)
		return -ENOMEM;

	state.dir_fd = open_dir(AT_FDCWD, state.path, create);
	if (state.dir_fd == -ENOENT && !create) {
		state.dir_fd = -1;
		*ret = state;
		return 0;
	}
	/* That it cannot be made is no wrong use. */
	r = state.dir_fd < 0 ? nt_diag_err(diag, state.dir_fd == -ENOENT ? EIO : -state.dir_fd,
					   "state folder %s (NETTUNE_STATE_DIR): %s", state.path,
					   strerror(-state.dir_fd))
			     : check_owner(state.dir_fd, state.path, diag);
	if (r == 0)
		r = open_checked(&state, "journal", create, &state.journal_fd, diag);
	if (r < 0) {
		nt_state_close(&state);
		return r;
	}
	*ret = state;
	return 0;
}

static void read_holder(int fd, char holder[NT_STATE_HOLDER_MAX])
{
	ssize_t n = pread(fd, holder, NT_STATE_HOLDER_MAX - 1, 0);

	holder[n > 0 ? n : 0] = '\0';
	holder[strcspn(holder, "\n")] = '\0';
	if (!*holder)
		snprintf(holder, NT_STATE_HOLDER_MAX,
			 "a process that has not said who it is yet");
}

static int write_holder(int fd, const char *what)
{
	char holder[NT_STATE_HOLDER_MAX], when[32];
	time_t now = time(NULL);
	struct tm tm;
	int n;

	localtime_r(&now, &tm);
	strftime(when, sizeof(when), "%H:%M:%S", &tm);
	n = snprintf(holder, sizeof(holder), "pid %d (%.160s) since %s\n", getpid(), what, when);
	if (ftruncate(fd, 0) < 0 || pwrite(fd, holder, (size_t)n, 0) != n)
		return -errno;
	return 0;
}

/*
 * Root's alone: whoever can open it could hold it, and keep us from writing. On a disk that became
 * read-only it is still there to be held, by whoever has values to return.
 */
static int open_lock(const struct nt_state *state, const char *file, int flags)
{
	int fd = openat(state->dir_fd, file, O_RDWR | O_CLOEXEC | flags, 0600);

	if (fd >= 0 || errno != EROFS)
		return fd >= 0 ? fd : -errno;
	fd = openat(state->dir_fd, file, O_RDONLY | O_CLOEXEC);
	return fd >= 0 ? fd : -EROFS;
}

/* Whoever held it may have taken the file away before it let go: then this is no lock any more. */
static bool removed(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

static int claim(const struct nt_state *state, const char *file, const char *what,
		 char holder[NT_STATE_HOLDER_MAX])
{
	nt_autoclose int fd = open_lock(state, file, O_CREAT);
	int r = fd;

	if (fd < 0)
		return fd;
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		r = errno == EWOULDBLOCK ? -EBUSY : -errno;
		read_holder(fd, holder);
		return r;
	}
	if (removed(fd))
		return -EAGAIN;
	/* The name is a courtesy: a full disk must not keep anybody from rolling back. */
	(void)write_holder(fd, what);
	fd = -1;
	return r;
}

int nt_state_claim(const struct nt_state *state, const char *file, const char *what,
		   char holder[NT_STATE_HOLDER_MAX])
{
	int r = -EAGAIN;

	for (unsigned int tries = 0; r == -EAGAIN && tries < CLAIMS_MAX; tries++)
		r = claim(state, file, what, holder);
	return r;
}

int nt_state_lock(struct nt_state *state, const char *what, struct nt_diag *diag)
{
	char holder[NT_STATE_HOLDER_MAX];
	int fd = nt_state_claim(state, "lock", what, holder);

	if (fd == -EBUSY)
		return nt_diag_err(diag, EBUSY, "%s/lock: held by %s; wait for it to end",
				   state->path, holder);
	if (fd < 0)
		return nt_diag_err(diag, -fd, "%s/lock: %s", state->path, strerror(-fd));
	state->lock_fd = fd;
	return 0;
}

int nt_state_wait(struct nt_state *state)
{
	nt_autoclose int fd = open_lock(state, "lock", 0);

	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

bool nt_state_busy(const struct nt_state *state)
{
	nt_autoclose int fd = state->dir_fd < 0 ? -1 : openat(state->dir_fd, "lock",
							       O_RDONLY | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
}

void nt_state_close(struct nt_state *state)
{
	if (state->lock_fd >= 0)
		close(state->lock_fd);
	if (state->journal_fd >= 0)
		close(state->journal_fd);
	if (state->dir_fd >= 0)
		close(state->dir_fd);
	free(state->path);
	*state = (struct nt_state){ .dir_fd = -1, .journal_fd = -1, .lock_fd = -1 };
}
