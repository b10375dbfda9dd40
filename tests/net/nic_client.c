// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Drives io/nic.h against the running host, for scripts: one get or one set, in words.
 *
 *   nic_client DEV get                   everything, a line "key value" each
 *   nic_client DEV mtu|txqlen|wait N
 *   nic_client DEV channels|rings|pause|coalesce KEY:N...   the rest stays
 *   nic_client DEV feature NAME 0|1
 *   nic_client DEV rss reset | table N... | key XX:XX... | reset-key XX:XX... | hash NAME
 *   nic_client DEV rss-fields FLOW LETTERS
 *
 * Exits 0, or 1 after a line "error ERRNO: words".
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/rss_fields.h"
#include "io/io.h"
#include "io/nic.h"
#include "lib/diag.h"

static struct nt_diag diag;
static struct nt_nic_features features;
static struct nt_nic_rss rss;

/* Tells what a getter left out; true when it gave something to print. */
static int answered(const char *what, int r)
{
	if (r == -EOPNOTSUPP)
		printf("%s unsupported\n", what);
	else if (r < 0)
		printf("%s error %d: %s\n", what, -r, diag.message);
	return r == 0;
}

static void print_link(const char *dev)
{
	struct nt_nic_link link;

	if (!answered("link", nt_nic_link_get(nt_io_live(), dev, &link, &diag)))
		return;
	printf("link.ifindex %d\nlink.permanent-address %s\nlink.bus %s\n", link.ifindex,
	       link.permanent_address, link.bus);
	printf("link.up %d\nlink.carrier %d\nlink.xdp %d\nlink.xdp-generic %d\n", link.up,
	       link.carrier, link.xdp, link.xdp_generic);
	printf("link.mtu %u\nlink.mtu-min %u\nlink.mtu-max %u\nlink.tx-queue-len %u\n", link.mtu,
	       link.mtu_min, link.mtu_max, link.tx_queue_len);
}

static void print_channels(const char *dev)
{
	struct nt_nic_channels c;

	if (!answered("channels", nt_nic_channels_get(nt_io_live(), dev, &c, &diag)))
		return;
	printf("channels.rx %u\nchannels.tx %u\nchannels.combined %u\nchannels.other %u\n", c.rx,
	       c.tx, c.combined, c.other);
	printf("channels.rx-max %u\nchannels.tx-max %u\nchannels.combined-max %u\n", c.rx_max,
	       c.tx_max, c.combined_max);
}

static void print_rings(const char *dev)
{
	struct nt_nic_rings rings;

	if (!answered("rings", nt_nic_rings_get(nt_io_live(), dev, &rings, &diag)))
		return;
	printf("rings.rx %u\nrings.tx %u\nrings.rx-max %u\nrings.tx-max %u\n", rings.rx, rings.tx,
	       rings.rx_max, rings.tx_max);
}

static void print_coalesce(const char *dev)
{
	struct nt_nic_coalesce coalesce;

	if (!answered("coalesce", nt_nic_coalesce_get(nt_io_live(), dev, &coalesce, &diag)))
		return;
	for (unsigned int i = 0; i < NT_COALESCE_FIELDS; i++)
		if (coalesce.has & 1U << i)
			printf("coalesce.%s %u\n", nt_coalesce_name(i), coalesce.value[i]);
}

static void print_pause(const char *dev)
{
	struct nt_nic_pause pause;

	if (answered("pause", nt_nic_pause_get(nt_io_live(), dev, &pause, &diag)))
		printf("pause.autoneg %d\npause.rx %d\npause.tx %d\n", pause.autoneg, pause.rx,
		       pause.tx);
}

static void print_features(const char *dev)
{
	if (!answered("features", nt_nic_features_get(nt_io_live(), dev, &features, &diag)))
		return;
	for (size_t i = 0; i < features.n; i++)
		printf("feature.%s %s%s%s\n", features.list[i].name,
		       features.list[i].active ? "on" : "off",
		       features.list[i].fixed ? " fixed" : "",
		       !features.list[i].fixed && features.list[i].wanted != features.list[i].active
			       ? " requested"
			       : "");
}

static void print_rss(const char *dev)
{
	uint32_t rules;

	if (answered("rss", nt_nic_rss_get(nt_io_live(), dev, &rss, &diag))) {
		printf("rss.hfunc %u\nrss.entries %u\nrss.table", rss.hfunc, rss.n_table);
		for (uint32_t i = 0; i < rss.n_table; i++)
			printf(" %u", rss.table[i]);
		printf("\nrss.key ");
		for (uint32_t i = 0; i < rss.n_key; i++)
			printf(i ? ":%02x" : "%02x", rss.key[i]);
		printf("\n");
	}
	if (answered("ntuple", nt_nic_ntuple_count(nt_io_live(), dev, &rules, &diag)))
		printf("ntuple %u\n", rules);
}

static void print_rss_fields(const char *dev)
{
	struct nt_nic_rss_fields fields;
	char text[NT_RSS_FIELDS_TEXT];

	if (!answered("rss-fields", nt_nic_rss_fields_get(nt_io_live(), dev, &fields, &diag)))
		return;
	for (unsigned int i = 0; i < NT_FLOWS; i++)
		if (fields.has >> i & 1 &&
		    nt_rss_fields_format(fields.value[i], text, sizeof(text)) == 0)
			printf("rss-fields.%s %s\n", nt_flow_name(i), text);
}

static int print_napi(const struct nt_io_napi *napi, void *user)
{
	(void)user;
	printf("napi.%s-%u %s irq %u\n", napi->kind == NT_QUEUE_RX ? "rx" : "tx", napi->queue,
	       napi->napi_id ? "id" : "none", napi->irq);
	return 0;
}

static int get(const char *dev)
{
	print_link(dev);
	print_channels(dev);
	print_rings(dev);
	print_coalesce(dev);
	print_pause(dev);
	print_features(dev);
	print_rss(dev);
	print_rss_fields(dev);
	answered("napi", nt_nic_napis(nt_io_live(), dev, print_napi, NULL));
	return 0;
}

/* A row is a word, and the number that it stands for. */
struct word {
	const char *name;
	uint32_t *value;
};

/* Takes "KEY:N" arguments; 0 or -EINVAL. */
static int take(char **args, const struct word *words, size_t n)
{
	for (; *args; args++) {
		char *colon = strchr(*args, ':');
		size_t i = 0;

		while (colon && i < n &&
		       (strncmp(words[i].name, *args, (size_t)(colon - *args)) != 0 ||
			words[i].name[colon - *args] != '\0'))
			i++;
		if (!colon || i == n)
			return nt_diag_err(&diag, EINVAL, "%s: no such word", *args);
		*words[i].value = (uint32_t)strtoul(colon + 1, NULL, 10);
	}
	return 0;
}

static int set_channels(const char *dev, char **args)
{
	struct nt_nic_channels c = { 0 };
	const struct word words[] = {
		{ "rx", &c.rx },
		{ "tx", &c.tx },
		{ "combined", &c.combined },
	};
	int r = nt_nic_channels_get(nt_io_live(), dev, &c, &diag);

	/* A driver that has none is refused by the setter, in words. */
	if (r == 0 || r == -EOPNOTSUPP)
		r = take(args, words, sizeof(words) / sizeof(words[0]));
	return r == 0 ? nt_nic_channels_set(nt_io_live(), dev, &c, &diag) : r;
}

static int set_rings(const char *dev, char **args)
{
	struct nt_nic_rings rings = { 0 };
	const struct word words[] = { { "rx", &rings.rx }, { "tx", &rings.tx } };
	int r = nt_nic_rings_get(nt_io_live(), dev, &rings, &diag);

	/* A driver that has none is refused by the setter, in words. */
	if (r == 0 || r == -EOPNOTSUPP)
		r = take(args, words, sizeof(words) / sizeof(words[0]));
	return r == 0 ? nt_nic_rings_set(nt_io_live(), dev, &rings, &diag) : r;
}

static int set_pause(const char *dev, char **args)
{
	struct nt_nic_pause pause = { 0 };
	uint32_t autoneg, rx, tx;
	const struct word words[] = { { "autoneg", &autoneg }, { "rx", &rx }, { "tx", &tx } };
	int r = nt_nic_pause_get(nt_io_live(), dev, &pause, &diag);

	if (r < 0 && r != -EOPNOTSUPP)
		return r;
	autoneg = pause.autoneg;
	rx = pause.rx;
	tx = pause.tx;
	r = take(args, words, sizeof(words) / sizeof(words[0]));
	pause = (struct nt_nic_pause){ .autoneg = autoneg, .rx = rx, .tx = tx };
	return r == 0 ? nt_nic_pause_set(nt_io_live(), dev, &pause, &diag) : r;
}

static int set_coalesce(const char *dev, char **args)
{
	struct nt_nic_coalesce coalesce = { 0 };

	for (; *args; args++) {
		char *colon = strchr(*args, ':');
		int field;

		if (!colon)
			return -EINVAL;
		*colon = '\0';
		field = nt_coalesce_find(*args);
		if (field < 0)
			return field;
		coalesce.has |= 1U << field;
		coalesce.value[field] = (uint32_t)strtoul(colon + 1, NULL, 10);
	}
	return nt_nic_coalesce_set(nt_io_live(), dev, &coalesce, &diag);
}

static int set_feature(const char *dev, char **args)
{
	if (!args[0] || !args[1])
		return -EINVAL;
	return nt_nic_feature_set(nt_io_live(), dev, args[0], args[1][0] == '1', &diag);
}

static int take_key(const char *text)
{
	if (!text)
		return -EINVAL;
	for (rss.n_key = 0; *text && rss.n_key < NT_NIC_RSS_KEY_MAX; rss.n_key++) {
		char *end;

		rss.key[rss.n_key] = (uint8_t)strtoul(text, &end, 16);
		text = *end == ':' ? end + 1 : end;
	}
	return 0;
}

static int set_rss(const char *dev, char **args)
{
	const char *what = args[0] ? args[0] : "";
	int r = 0;

	if (!strcmp(what, "reset"))
		return nt_nic_rss_set(nt_io_live(), dev, &rss, NT_RSS_RESET_TABLE, &diag);
	if (!strcmp(what, "hash") && args[1]) {
		rss.hfunc = nt_rss_hash_find(args[1]);
		return nt_nic_rss_set(nt_io_live(), dev, &rss, NT_RSS_SET_HASH, &diag);
	}
	if (!strcmp(what, "table")) {
		for (args++; *args && rss.n_table < NT_NIC_RSS_TABLE_MAX; args++)
			rss.table[rss.n_table++] = (uint16_t)strtoul(*args, NULL, 10);
		return nt_nic_rss_set(nt_io_live(), dev, &rss, NT_RSS_SET_TABLE, &diag);
	}
	r = take_key(args[1]);
	if (r == 0 && !strcmp(what, "key"))
		return nt_nic_rss_set(nt_io_live(), dev, &rss, NT_RSS_SET_KEY, &diag);
	if (r == 0 && !strcmp(what, "reset-key"))
		return nt_nic_rss_set(nt_io_live(), dev, &rss, NT_RSS_SET_KEY | NT_RSS_RESET_TABLE,
				      &diag);
	return -EINVAL;
}

/* "udp4 sdfn" */
static int set_rss_fields(const char *dev, char **args)
{
	struct nt_nic_rss_fields fields = { 0 };
	int flow = args[0] ? nt_flow_find(args[0]) : -EINVAL;

	if (flow < 0 || !args[1] || nt_rss_fields_parse(args[1], &fields.value[flow]) < 0)
		return -EINVAL;
	fields.has = 1U << flow;
	return nt_nic_rss_fields_set(nt_io_live(), dev, &fields, &diag);
}

static int set_number(const char *dev, const char *what, const char *text)
{
	uint32_t value = (uint32_t)strtoul(text, NULL, 10);

	if (!strcmp(what, "mtu"))
		return nt_nic_mtu_set(nt_io_live(), dev, value, &diag);
	if (!strcmp(what, "txqlen"))
		return nt_nic_tx_queue_len_set(nt_io_live(), dev, value, &diag);
	if (!strcmp(what, "wait"))
		return nt_nic_carrier_wait(nt_io_live(), dev, value, &diag);
	return -EINVAL;
}

static const struct {
	const char *name;
	int (*set)(const char *dev, char **args);
} verbs[] = {
	{ "channels", set_channels }, { "rings", set_rings },     { "pause", set_pause },
	{ "coalesce", set_coalesce }, { "feature", set_feature }, { "rss", set_rss },
	{ "rss-fields", set_rss_fields },
};

static int run(char **argv)
{
	if (!strcmp(argv[2], "get"))
		return get(argv[1]);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(argv[2], verbs[i].name))
			return verbs[i].set(argv[1], argv + 3);
	return argv[3] ? set_number(argv[1], argv[2], argv[3]) : -EINVAL;
}

int main(int argc, char **argv)
{
	int r = argc < 3 ? -EINVAL : run(argv);

	if (r < 0)
		printf("error %d: %s\n", -r, diag.message);
	return r < 0;
}
