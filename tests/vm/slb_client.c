// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives the module's balance-slb for the scripts in tests/vm/guest.
 *
 * usage: slb_client enable BOND [macs=N] [flags=N] [preferred=N] [age=MS] [fail=N]
 *        slb_client disable BOND
 *        slb_client show [BOND]
 *        slb_client list BYTES [hold]
 *        slb_client macs BOND
 *        slb_client events
 *
 * list shows all bonds, and receives what the kernel dumps of them into so many bytes; with hold
 * it says "holding" when it has asked, and receives after the end of standard input. A dump in
 * which the kernel told of a change is "interrupted", and asked for anew.
 * fail has the Nth allocation of the request fail, where the kernel can inject faults.
 *
 * Exit codes: 0 done, 1 refused, 2 usage, 6 no module.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/nettune.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netlink/errno.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>

static const char *const counter_names[] = {
	"rx", "mc-nonactive", "own-source", "reflected", "garp-locked", "garp-moved",
	"link-local", "tx-learned", "tx-refreshed", "evicted", "port-flaps",
	"unicast-elsewhere", "reports-steered", "active-changes", "announced",
};

_Static_assert(sizeof(counter_names) / sizeof(counter_names[0]) ==
	       NETTUNE_A_SLB_STATS_MAX + 1 - NETTUNE_A_SLB_STATS_RX, "a name for each counter");

static const char *name_of(uint32_t ifindex)
{
	static char name[IF_NAMESIZE];

	return ifindex && if_indextoname(ifindex, name) ? name : "none";
}

static void print_stats(struct nlattr *nest)
{
	struct nlattr *tb[NETTUNE_A_SLB_STATS_MAX + 1];
	int type;

	if (!nest || nla_parse_nested(tb, NETTUNE_A_SLB_STATS_MAX, nest, NULL) < 0)
		return;
	for (type = NETTUNE_A_SLB_STATS_RX; type <= NETTUNE_A_SLB_STATS_MAX; type++)
		if (tb[type])
			printf(" %s=%" PRIu64, counter_names[type - NETTUNE_A_SLB_STATS_RX],
			       nla_get_u64(tb[type]));
	putchar('\n');
}

static void print_port(struct nlattr *nest)
{
	struct nlattr *tb[NETTUNE_A_SLB_PORT_MAX + 1];

	if (nla_parse_nested(tb, NETTUNE_A_SLB_PORT_MAX, nest, NULL) < 0)
		return;
	printf("port %s usable=%u", name_of(nla_get_u32(tb[NETTUNE_A_SLB_PORT_IFINDEX])),
	       nla_get_u32(tb[NETTUNE_A_SLB_PORT_USABLE]));
	print_stats(tb[NETTUNE_A_SLB_PORT_STATS]);
}

static void print_entry(struct nlattr *nest)
{
	struct nlattr *tb[NETTUNE_A_SLB_ENTRY_MAX + 1];
	const unsigned char *mac;

	if (nla_parse_nested(tb, NETTUNE_A_SLB_ENTRY_MAX, nest, NULL) < 0)
		return;
	mac = nla_data(tb[NETTUNE_A_SLB_ENTRY_MAC]);
	printf("mac %02x:%02x:%02x:%02x:%02x:%02x vid=%u port=%s age=%u\n", mac[0], mac[1],
	       mac[2], mac[3], mac[4], mac[5], nla_get_u32(tb[NETTUNE_A_SLB_ENTRY_VID]),
	       name_of(nla_get_u32(tb[NETTUNE_A_SLB_ENTRY_PORT])),
	       nla_get_u32(tb[NETTUNE_A_SLB_ENTRY_AGE_MS]));
}

static void print_u32(const char *name, struct nlattr *attr)
{
	if (attr)
		printf(" %s=%u", name, nla_get_u32(attr));
}

static void print_bond(struct nlattr *nest)
{
	struct nlattr *tb[NETTUNE_A_SLB_MAX + 1], *attr;
	int rem;

	if (nla_parse_nested(tb, NETTUNE_A_SLB_MAX, nest, NULL) < 0)
		return;
	if (tb[NETTUNE_A_SLB_ACTIVE]) {
		printf("bond %s", name_of(nla_get_u32(tb[NETTUNE_A_SLB_IFINDEX])));
		printf(" active=%s", name_of(nla_get_u32(tb[NETTUNE_A_SLB_ACTIVE])));
		print_u32("macs", tb[NETTUNE_A_SLB_MACS]);
		print_u32("macs_max", tb[NETTUNE_A_SLB_MACS_MAX]);
		print_u32("table_bytes", tb[NETTUNE_A_SLB_TABLE_BYTES]);
		print_u32("flags", tb[NETTUNE_A_SLB_FLAGS]);
		print_u32("preferred", tb[NETTUNE_A_SLB_PREFERRED]);
		print_u32("age_ms", tb[NETTUNE_A_SLB_ANNOUNCE_AGE_MS]);
		if (!tb[NETTUNE_A_SLB_STATS])
			putchar('\n');
		print_stats(tb[NETTUNE_A_SLB_STATS]);
	}
	nla_for_each_nested(attr, nest, rem) {
		if (nla_type(attr) == NETTUNE_A_SLB_PORT)
			print_port(attr);
		if (nla_type(attr) == NETTUNE_A_SLB_ENTRY)
			print_entry(attr);
	}
}

static int on_message(struct nl_msg *message, void *context)
{
	static const char *const events[] = {
		[NETTUNE_SLB_EVENT_ENABLED] = "enabled",
		[NETTUNE_SLB_EVENT_DISABLED] = "disabled",
		[NETTUNE_SLB_EVENT_ACTIVE_CHANGED] = "active-changed",
		[NETTUNE_SLB_EVENT_STOPPED] = "stopped",
	};
	struct nlattr *tb[NETTUNE_A_MAX + 1];

	(void)context;
	if (genlmsg_parse(nlmsg_hdr(message), 0, tb, NETTUNE_A_MAX, NULL) < 0)
		return NL_SKIP;
	if (tb[NETTUNE_A_SLB_EVENT])
		printf("event %s%s%s ", events[nla_get_u32(tb[NETTUNE_A_SLB_EVENT]) & 7],
		       tb[NETTUNE_A_MESSAGE] ? " because: " : "",
		       tb[NETTUNE_A_MESSAGE] ? nla_get_string(tb[NETTUNE_A_MESSAGE]) : "");
	if (tb[NETTUNE_A_SLB])
		print_bond(tb[NETTUNE_A_SLB]);
	fflush(stdout);
	return NL_OK;
}

/* Prints the words that the kernel appended to its refusal. */
static int on_error(struct sockaddr_nl *from, struct nlmsgerr *error, void *context)
{
	const struct nlmsghdr *head = (const void *)((const char *)error -
						     NLMSG_ALIGN(sizeof(*head)));
	size_t skip = sizeof(*error);
	struct nlattr *tb[NLMSGERR_ATTR_MSG + 1] = { 0 };

	(void)from;
	if (!(head->nlmsg_flags & NLM_F_CAPPED))
		skip += error->msg.nlmsg_len - sizeof(error->msg);
	if (head->nlmsg_flags & NLM_F_ACK_TLVS)
		nla_parse(tb, NLMSGERR_ATTR_MSG,
			  (struct nlattr *)((char *)error + NLMSG_ALIGN(skip)),
			  (int)(head->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(skip)), NULL);
	printf("failed error=%s message=\"%s\"\n", strerrorname_np(-error->error),
	       tb[NLMSGERR_ATTR_MSG] ? nla_get_string(tb[NLMSGERR_ATTR_MSG]) : "");
	*(int *)context = error->error;
	return NL_STOP;
}

static void fail_nth(const char *nth)
{
	int fd = open("/proc/thread-self/fail-nth", O_WRONLY);

	if (fd < 0 || write(fd, nth, strlen(nth)) < 0)
		perror("fail-nth");
	if (fd >= 0)
		close(fd);
}

static void put_option(struct nl_msg *message, const char *option, const char **fail)
{
	static const struct {
		const char *name;
		int type;
	} options[] = { { "macs=", NETTUNE_A_SLB_MACS_MAX },
			{ "flags=", NETTUNE_A_SLB_FLAGS },
			{ "preferred=", NETTUNE_A_SLB_PREFERRED },
			{ "age=", NETTUNE_A_SLB_ANNOUNCE_AGE_MS } };
	size_t i, len;

	if (strncmp(option, "fail=", 5) == 0)
		*fail = option + 5;
	for (i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		len = strlen(options[i].name);
		if (strncmp(option, options[i].name, len) == 0)
			nla_put_u32(message, options[i].type,
				    (uint32_t)strtoul(option + len, NULL, 10));
	}
}

/* Bonds do not change all the time. */
#define DUMPS_MAX 8

static void hold(void)
{
	puts("holding");
	fflush(stdout);
	while (getchar() != EOF)
		;
}

static int list(struct nl_sock *sock, int family, bool holds)
{
	int i, r = -NLE_DUMP_INTR;

	for (i = 0; i < DUMPS_MAX && r == -NLE_DUMP_INTR; i++) {
		r = genl_send_simple(sock, family, NETTUNE_CMD_SLB_GET, 1, NLM_F_DUMP);
		if (r < 0)
			break;
		if (holds && i == 0)
			hold();
		r = nl_recvmsgs_default(sock);
		if (r == -NLE_DUMP_INTR)
			puts("interrupted");
	}
	return r < 0;
}

static int run(struct nl_sock *sock, int family, int cmd, int argc, char **argv)
{
	int i, error = 0, flags = cmd == NETTUNE_CMD_SLB_MAC_GET || !argc ? NLM_F_DUMP : 0;
	struct nl_msg *message = nlmsg_alloc();
	const char *fail = NULL;
	struct nlattr *nest;

	if (!message || !genlmsg_put(message, 0, 0, family, 0, flags, (uint8_t)cmd, 1))
		return 1;
	if (argc) {
		nest = nla_nest_start(message, NETTUNE_A_SLB);
		nla_put_u32(message, NETTUNE_A_SLB_IFINDEX, if_nametoindex(argv[0]));
		for (i = 1; i < argc; i++)
			put_option(message, argv[i], &fail);
		nla_nest_end(message, nest);
	}
	nl_socket_modify_err_cb(sock, NL_CB_CUSTOM, on_error, &error);
	nl_complete_msg(sock, message);
	if (fail)
		fail_nth(fail);
	i = nl_send(sock, message);
	if (fail)
		fail_nth("0");
	if (i < 0)
		return 1;
	i = flags ? nl_recvmsgs_default(sock) : nl_wait_for_ack(sock);
	return i < 0 || error;
}

static int listen_events(struct nl_sock *sock)
{
	int group = genl_ctrl_resolve_grp(sock, NETTUNE_FAMILY_NAME, NETTUNE_MCGRP_EVENTS);

	nl_socket_disable_seq_check(sock);
	if (group < 0 || nl_socket_add_memberships(sock, group, 0) < 0)
		return 1;
	puts("listening");
	fflush(stdout);
	while (nl_recvmsgs_default(sock) >= 0)
		;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *verb;
		int cmd;
	} verbs[] = { { "enable", NETTUNE_CMD_SLB_ENABLE },
		      { "disable", NETTUNE_CMD_SLB_DISABLE },
		      { "show", NETTUNE_CMD_SLB_GET },
		      { "macs", NETTUNE_CMD_SLB_MAC_GET } };
	struct nl_sock *sock = nl_socket_alloc();
	bool lists = argc >= 3 && strcmp(argv[1], "list") == 0;
	int family, on = 1;
	size_t i;

	if (argc < 2 || !sock)
		return 2;
	/* Before anything is received: the kernel dumps as much as was ever asked for. */
	if (lists)
		nl_socket_set_msg_buf_size(sock, (size_t)strtoul(argv[2], NULL, 10));
	if (genl_connect(sock) < 0)
		return 2;
	family = genl_ctrl_resolve(sock, NETTUNE_FAMILY_NAME);
	if (family < 0)
		return 6;
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM, on_message, NULL);
	if (strcmp(argv[1], "events") == 0)
		return listen_events(sock);
	if (lists)
		return list(sock, family, argc > 3);
	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(argv[1], verbs[i].verb) == 0)
			return run(sock, family, verbs[i].cmd, argc - 2, argv + 2);
	return 2;
}
