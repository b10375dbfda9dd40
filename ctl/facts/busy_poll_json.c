// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about programs that poll devices busily, to and from JSON. See groups.h. */
#include <errno.h>
#include <string.h>

#include "core/facts.h"
#include "groups.h"
#include "json_member.h"
#include "lib/diag.h"

static const struct nt_number_name kinds[] = {
	{ "tcp", NT_POLLER_TCP }, { "udp", NT_POLLER_UDP }, { "epoll", NT_POLLER_EPOLL },
	{ NULL, 0 },
};

static const struct nt_member poller_members[] = {
	TEXT_MEMBER(nt_poller_fact, process),
	MEMBER(nt_poller_fact, pid, U32),
	NAMED_MEMBER(nt_poller_fact, kind, NAMED_INT, kinds),
	MEMBER(nt_poller_fact, busy_poll_us, U32),
	MEMBER(nt_poller_fact, prefer, BOOL),
	MEMBER(nt_poller_fact, n, U32),
	MEMBER(nt_poller_fact, n_napi, U32),
	END,
};

/* See groups.h. */
json_t *nt_pollers_to_json(const struct nt_facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < facts->n_pollers; i++) {
		if (json_array_append_new(array, nt_item_to_json(poller_members,
								 &facts->pollers[i])) < 0) {
			json_decref(array);
			return NULL;
		}
	}
	return array ? json_pack("{s:I, s:o}", "unseen", (json_int_t)facts->n_unseen, "pollers",
				 array) : NULL;
}

/* See groups.h. */
int nt_pollers_from_json(const json_t *json, struct nt_facts *facts, struct nt_diag *diag)
{
	struct nt_place at = { .group = "busy-poll", .diag = diag };
	const json_t *unseen = json_object_get(json, "unseen");
	const json_t *list = json_object_get(json, "pollers");
	int r = 0;

	if (json_object_size(json) != 2 || !json_is_integer(unseen) || !json_is_array(list))
		return nt_place_wrong(&at, NULL, "not an object of unseen and pollers");
	facts->n_unseen = (uint32_t)json_integer_value(unseen);
	if (facts->n_unseen != json_integer_value(unseen))
		return nt_place_wrong(&at, "unseen", "not from 0 to 4294967295");
	at.in_array = true;
	for (; at.index < json_array_size(list) && r == 0; at.index++) {
		struct nt_poller_fact fact = { 0 };

		r = nt_item_from_json(&at, poller_members, json_array_get(list, at.index), &fact);
		if (r == 0)
			r = nt_facts_add_poller(facts, &fact);
		if (r == -EOVERFLOW || r == -ENOMEM)
			return nt_diag_err(diag, -r, "facts: busy-poll[%zu]: %s", at.index,
					   strerror(-r));
	}
	return r;
}
