/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who undoes a change on the kernel backend: the module what it wrote itself, the guardian, or
 * whoever recovers, all else.
 */
#ifndef NT_ENGINE_UNDO_OWNER_H
#define NT_ENGINE_UNDO_OWNER_H

#include <stdbool.h>
#include <stddef.h>

struct nt_change;
struct nt_plan;

/* The file that holds the value of @change just as it is; false when there is none. */
bool nt_change_file(const struct nt_change *change, char *path, size_t size);

/**
 * nt_module_may_own() - may the module write a change, and so undo it?
 * @plan: all that its transaction wants, whether written yet or not
 * @change: of @plan
 *
 * At the deadline the module undoes all that it wrote, before anything else is undone and whether
 * or not anybody is left who could undo the rest. So it gets
 *
 * - values of files, always;
 * - a device's channels, unless something of the same device that it does not get could keep the
 *   device from going back first: an RSS table that names queues, or settings of single queues that
 *   were asked for; and unless another device loses its link in this transaction, too, for nobody
 *   waits between two ports of a bond then;
 * - interrupts, unless the device is reset in this transaction: that makes interrupts anew, and the
 *   module knows them by their number only.
 *
 * Nothing is recorded: who undoes has the module undo first, and then returns what is not back yet.
 *
 * Return: whether it may; it may still refuse.
 */
bool nt_module_may_own(const struct nt_plan *plan, const struct nt_change *change);

#endif
