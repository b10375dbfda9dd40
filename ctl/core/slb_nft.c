// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules of nft for balance-slb. See slb_nft.h. */
#include "slb_nft.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* A text that grows until it does not fit. */
struct text {
	char *buf;
	size_t size;
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void put(struct text *text, const char *format, ...)
{
	size_t room = text->len < text->size ? text->size - text->len : 0;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(room ? text->buf + text->len : NULL, room, format, args);
	va_end(args);
	text->len += n > 0 ? (size_t)n : 0;
}

static int finish(const struct text *text)
{
	return text->len < text->size ? 0 : -E2BIG;
}

/* An announcement that tells the network where a machine is, as far as nft can recognise it. */
static const char *const announcements[] = {
	"meta protocol arp arp operation reply ether daddr ff:ff:ff:ff:ff:ff",
	"meta protocol 0x8035",
	"meta protocol ip6 ip6 daddr ff02::1 icmpv6 type nd-neighbor-advert",
};

#define ANNOUNCEMENTS (sizeof(announcements) / sizeof(*announcements))

/* Announcements and reports are all sent to several: other frames need not be asked. */
#define TO_GROUP "ether daddr & 01:00:00:00:00:00 == 01:00:00:00:00:00"

/* What tells a switch that snoops where multicast is wanted: only the active port takes it in. */
static const char *const reports[] = {
	"igmp type { membership-report-v1, membership-report-v2, membership-report-v3, "
	"leave-group }",
	"icmpv6 type { mld-listener-report, mld-listener-done, mld2-listener-report }",
};

#define REPORTS (sizeof(reports) / sizeof(*reports))

static const char *const weaknesses[] = {
	"a gratuitous ARP request is not recognised (nft cannot compare two fields): a machine "
	"that moves away and announces itself so is not heard for 5 s",
	"an announcement that its sender tagged itself, or with two tags, is not recognised either",
	"after a failover nobody announces addresses: what the switch sends to the port that "
	"failed is lost until their machines send again",
	"the active port changes when 'nettunectl bond run' hears of it, and not without it",
	"'nft flush ruleset', and with it a restart of nftables.service, removes it",
	"there are no counters",
};

const char *nt_slb_nft_weakness(unsigned int n)
{
	return n < sizeof(weaknesses) / sizeof(*weaknesses) ? weaknesses[n] : NULL;
}

/* FNV-1a: not against an adversary, only to tell one list from another. */
static uint32_t hash(uint32_t state, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	for (size_t i = 0; i < len; i++)
		state = (state ^ at[i]) * 16777619U;
	return state;
}

static size_t ports_of(const struct nt_bond *bond)
{
	return bond->n_ports < NT_BOND_PORTS_MAX ? bond->n_ports : NT_BOND_PORTS_MAX;
}

void nt_slb_nft_mark(const struct nt_bond *bond, char buf[NT_SLB_NFT_MARK_MAX])
{
	uint32_t state = hash(2166136261U, bond->address, strlen(bond->address));

	for (size_t i = 0; i < ports_of(bond); i++) {
		state = hash(state, bond->ports[i].name, strlen(bond->ports[i].name) + 1);
		state = hash(state, &bond->ports[i].ifindex, sizeof(bond->ports[i].ifindex));
	}
	snprintf(buf, NT_SLB_NFT_MARK_MAX, "ports-%08x", state);
}

/* What nft takes for a name without quotes, and inside of quotes. */
static int check_names(const struct nt_bond *bond, const char *table)
{
	const char *letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	char allowed[80];

	snprintf(allowed, sizeof(allowed), "%s-_.", letters);
	if (!*table || table[strspn(table, allowed)])
		return -EINVAL;
	for (size_t i = 0; bond && i < ports_of(bond); i++)
		if (strpbrk(bond->ports[i].name, "\"\\"))
			return -EINVAL;
	return 0;
}

static void put_set(struct text *text, const char *name, const char *key)
{
	put(text, "\tset %s { typeof %s; size 8192; flags dynamic,timeout; timeout 5s; }\n", name,
	    key);
}

/* VLAN 0 only carries a priority: the frame is untagged. */
static void put_common(struct text *text)
{
	put_set(text, "sent", "ether saddr");
	put_set(text, "sent-vlan", "ether saddr . vlan id");
	put_set(text, "announced", "ether saddr");
	put(text, "\tchain sent {\n"
	    "\t\tether type vlan vlan id != 0 update @sent-vlan { ether saddr . vlan id } return\n"
	    "\t\tupdate @sent { ether saddr }\n\t}\n\tchain announced {\n");
	for (size_t i = 0; i < ANNOUNCEMENTS; i++)
		put(text, "\t\t%s update @announced { ether saddr }\n", announcements[i]);
	put(text, "\t}\n\tchain reports { }\n\tchain sent-group {\n\t\tjump announced\n"
	    "\t\tjump reports\n\t}\n\tchain moved {\n\t\tdelete @sent { ether saddr }\n"
	    "\t\tether type vlan delete @sent-vlan { ether saddr . vlan id }\n\t\taccept\n\t}\n"
	    "\tchain ours {\n\t\tether saddr @announced drop\n");
	for (size_t i = 0; i < ANNOUNCEMENTS; i++)
		put(text, "\t\t%s goto moved\n", announcements[i]);
	put(text, "\t\tdrop\n\t}\n\tchain received {\n"
	    "\t\tether type vlan vlan id != 0 ether saddr . vlan id @sent-vlan goto ours\n"
	    "\t\tether type vlan vlan id != 0 return\n"
	    "\t\tether saddr @sent goto ours\n\t}\n");
}

/* Before bonding, and in front of what filters there by default priority. */
#define PRIORITY (-200)

/*
 * A report that another port would send is sent by the active one, through whose hook it comes
 * again: there it is let go. Without an active port each leaves as bonding has it. Ports are named
 * by index, which nft takes whether or not the port is still there.
 */
static void put_reports(struct text *text, const char *table, int active)
{
	if (!active)
		return;
	put(text, "add rule netdev %s reports oif %d return\n", table, active);
	for (size_t i = 0; i < REPORTS; i++)
		put(text, "add rule netdev %s reports %s fwd to %d\n", table, reports[i], active);
}

static void put_port(struct text *text, const struct nt_bond *bond,
		     const struct nt_bond_port *port, int active)
{
	put(text, "\tchain multicast-%d {%s}\n", port->ifindex,
	    port->ifindex == active ? " " : " drop; ");
	put(text, "\tchain in-%d {\n\t\ttype filter hook ingress device \"%s\" priority %d; "
	    "policy accept;\n"
	    "\t\tether daddr & ff:ff:ff:ff:ff:f0 == 01:80:c2:00:00:00 accept\n", port->ifindex,
	    port->name, PRIORITY);
	if (bond->address[0])
		put(text, "\t\tether saddr %s drop\n", bond->address);
	put(text, "\t\t" TO_GROUP " jump multicast-%d\n"
	    "\t\tjump received\n\t}\n", port->ifindex);
	put(text, "\tchain out-%d {\n\t\ttype filter hook egress device \"%s\" priority %d; "
	    "policy accept;\n\t\tjump sent\n\t\t" TO_GROUP " jump sent-group\n\t}\n", port->ifindex,
	    port->name, PRIORITY);
}

/* What is not there cannot be deleted, so it is made first. */
static void put_remove(struct text *text, const char *table)
{
	put(text, "add table netdev %s\ndelete table netdev %s\n", table, table);
}

int nt_slb_nft_rules(const struct nt_bond *bond, const char *table, int active, bool run_made,
		     char *buf, size_t size)
{
	struct text text = { .buf = buf, .size = size };
	char mark[NT_SLB_NFT_MARK_MAX];

	if (check_names(bond, table) < 0)
		return -EINVAL;
	nt_slb_nft_mark(bond, mark);
	put_remove(&text, table);
	put(&text, "table netdev %s {\n\tchain %s { }\n", table, mark);
	if (run_made)
		put(&text, "\tchain %s { }\n", NT_SLB_NFT_RUN);
	put_common(&text);
	for (size_t i = 0; i < ports_of(bond); i++)
		put_port(&text, bond, &bond->ports[i], active);
	put(&text, "}\n");
	put_reports(&text, table, active);
	return finish(&text);
}

int nt_slb_nft_switch(const struct nt_bond *bond, const char *table, int active, char *buf,
		      size_t size)
{
	struct text text = { .buf = buf, .size = size };

	if (check_names(bond, table) < 0)
		return -EINVAL;
	for (size_t i = 0; i < ports_of(bond); i++) {
		put(&text, "flush chain netdev %s multicast-%d\n", table, bond->ports[i].ifindex);
		if (bond->ports[i].ifindex != active)
			put(&text, "add rule netdev %s multicast-%d drop\n", table,
			    bond->ports[i].ifindex);
	}
	/* Rules of an earlier release have no such chain. */
	put(&text, "add chain netdev %s reports\nflush chain netdev %s reports\n", table, table);
	put_reports(&text, table, active);
	return finish(&text);
}

int nt_slb_nft_remove(const char *table, char *buf, size_t size)
{
	struct text text = { .buf = buf, .size = size };

	if (check_names(NULL, table) < 0)
		return -EINVAL;
	put_remove(&text, table);
	return finish(&text);
}
