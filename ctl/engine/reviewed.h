/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a reviewed plan to one that may be carried out.
 *
 * A file says what was agreed, not what is safe. So the settings that stand in it are taken as if a
 * profile had them: every domain checks, reads and plans them anew. What comes out has to be what
 * was reviewed, change for change, or nothing is done. Thereby a file can ask for nothing that a
 * profile could not, safety rules see the host as it is now, and order and undo order are those of
 * the planner.
 */
#ifndef NT_ENGINE_REVIEWED_H
#define NT_ENGINE_REVIEWED_H

struct nt_diag;
struct nt_host;
struct nt_io;
struct nt_plan_file;
struct nt_plan_request;
struct nt_planned;

/**
 * nt_reviewed_check_host() - was a plan made here: this boot, this network namespace?
 * @file: name of the plan, for messages
 * @netns: name given to --netns or NULL
 *
 * Return: 0; -EPERM, refused.
 */
int nt_reviewed_check_host(const struct nt_plan_file *reviewed, const struct nt_host *host,
			 const char *netns, const char *file, struct nt_diag *diag);

/**
 * nt_reviewed_plan() - plan again what was reviewed
 * @io: read only
 * @reviewed: its changes that are not for this run, blocked ones for example, and the words of the
 *	      others are taken over
 * @request: without names
 * @file: name of the plan, for messages
 * @ret: free with nt_planned_free()
 *
 * Return: 0; -EINVAL for what no plan would say; -EPERM, refused: a value has changed since, or a
 * safety rule is in the way now; or a negative errno.
 */
int nt_reviewed_plan(struct nt_io *io, struct nt_plan_file *reviewed,
		     const struct nt_plan_request *request, const char *file,
		     struct nt_planned *ret, struct nt_diag *diag);

#endif
