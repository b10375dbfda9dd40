/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a change must not cost: values that nobody asked to change, and that drivers forget when
 * they set a device up anew, or overwrite when the whole device is told something.
 */
#ifndef NT_ENGINE_KEEP_H
#define NT_ENGINE_KEEP_H

#include "core/facts.h"
#include "core/plan.h"

/**
 * nt_keep() - plan to keep what the changes of @plan may lose (nt_change_disturbs())
 * @facts: with the NIC facts of the devices that the plan is for
 * @plan: gets changes with kept set; changes in the same danger that are compliant now are planned
 *	  again in the same sense, for they may not be compliant afterwards
 *
 * Return: 0, -ENOMEM, -EOVERFLOW.
 */
int nt_keep(const struct nt_facts *facts, struct nt_plan *plan);

#endif
