/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Interrupts that the CPU of their choice has no vector left for go to another one.
 *
 * Only x86 has so few (about 200 for each CPU), and tells by ENOSPC. Each is tried once in a
 * transaction: a CPU that refused is full for all of its plans.
 */
#ifndef NT_ENGINE_ELSEWHERE_H
#define NT_ENGINE_ELSEWHERE_H

#include <stddef.h>

#include "core/plan.h"

struct nt_diag;
struct nt_replanner;

/* So often a transaction plans anew for want of vectors. */
#define NT_ELSEWHERE_ROUNDS_MAX 16U

/**
 * nt_elsewhere() - plan other CPUs for interrupts that were refused
 * @plan: interrupts have been written, and nothing that follows from where they are: XPS and RPS
 *	  are brought up to date, too. A change that gets another CPU is planned again, one for
 *	  which there is none stays refused, with a remedy
 * @ret_first: index of the first change that was appended
 * @ret_n: how many changes are not what they were, and have to be journaled before anything is
 *	   written; 0: none, and none is to be tried again
 *
 * Nothing is written.
 *
 * Return: 0 or a negative errno.
 */
int nt_elsewhere(struct nt_plan *plan, const struct nt_replanner *replanner, size_t *ret_first,
		 size_t *ret_n, struct nt_diag *diag);

#endif
