// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts about devices: from a driver that a test writes, and files of a host in memory. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake/fake_io.h"
#include "facts/facts_read.h"
#include "io/nic.h"
#include "lib/diag.h"

#define NET "/sys/class/net/eth0/"

static struct fake_io fake;
static struct nt_facts facts;
static struct nt_diag diag;

/* ---- a driver ---- */

static struct {
	int link_errno;
	int driver_errno;
	struct nt_io_napi napis[8];
	size_t n_napis;
	unsigned int n_asked;
} driver;

static int link_get(struct nt_io *io, const char *dev, struct nt_nic_link *ret,
		    struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)d;
	driver.n_asked++;
	ret->ifindex = 2;
	ret->mtu = 1500;
	return -driver.link_errno;
}

static int channels_get(struct nt_io *io, const char *dev, struct nt_nic_channels *ret,
			struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)d;
	ret->combined = 4;
	ret->combined_max = 8;
	return 0;
}

static int rings_get(struct nt_io *io, const char *dev, struct nt_nic_rings *ret,
		     struct nt_diag *d)
{
	(void)io;
	(void)dev;
	ret->rx = 512;
	return driver.driver_errno ? nt_diag_err(d, driver.driver_errno, "driver's words") : 0;
}

static int coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)ret;
	(void)d;
	return -EOPNOTSUPP;
}

static int pause_get(struct nt_io *io, const char *dev, struct nt_nic_pause *ret,
		     struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)d;
	ret->rx = true;
	return 0;
}

static int features_get(struct nt_io *io, const char *dev, struct nt_nic_features *ret,
			struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)d;
	snprintf(ret->list[0].name, sizeof(ret->list[0].name), "rx-gro");
	ret->n = 1;
	return 0;
}

static int rss_get(struct nt_io *io, const char *dev, struct nt_nic_rss *ret, struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)d;
	ret->n_table = 128;
	return 0;
}

static int rss_fields_get(struct nt_io *io, const char *dev, struct nt_nic_rss_fields *ret,
			  struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)d;
	ret->has = 1U << NT_FLOW_UDP4;
	ret->value[NT_FLOW_UDP4] = 0xf0;
	return 0;
}

static int ntuple_count(struct nt_io *io, const char *dev, uint32_t *ret, struct nt_diag *d)
{
	(void)io;
	(void)dev;
	(void)d;
	*ret = 3;
	return 0;
}

static int napis(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user)
{
	(void)io;
	(void)dev;
	for (size_t i = 0; i < driver.n_napis; i++)
		fn(&driver.napis[i], user);
	return driver.n_napis ? 0 : -EOPNOTSUPP;
}

static const struct nt_nic_ops nic_ops = {
	.link_get = link_get,
	.channels_get = channels_get,
	.rings_get = rings_get,
	.coalesce_get = coalesce_get,
	.pause_get = pause_get,
	.features_get = features_get,
	.rss_get = rss_get,
	.rss_fields_get = rss_fields_get,
	.ntuple_count = ntuple_count,
	.napis = napis,
};

static struct nt_io_ops io_ops;

static const struct nt_io_link eth0 = {
	.ifindex = 2, .name = "eth0", .kind = "", .driver = "ice", .bus = "0000:01:00.0",
	.address = "02:00:00:00:00:01", .up = true, .numa_node = -1,
};

static void add_irq(unsigned int irq, const char *name, const char *cpus, mode_t mode)
{
	char path[160];

	snprintf(path, sizeof(path), NET "device/msi_irqs/%u", irq);
	fake_file(&fake, path, "msix");
	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", irq);
	fake_file(&fake, path, cpus)->mode = mode;
	if (!name)
		return;
	snprintf(path, sizeof(path), "/proc/irq/%u/%s/none", irq, name);
	fake_file(&fake, path, "");
}

static int setup(void **state)
{
	(void)state;
	fake_io_init(&fake);
	fake_server(&fake);
	fake_link(&fake, &eth0);
	io_ops = *fake.io.ops;
	io_ops.nic = &nic_ops;
	fake.io.ops = &io_ops;
	memset(&driver, 0, sizeof(driver));
	diag = (struct nt_diag){ 0 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nt_facts_free(&facts);
	fake_io_free(&fake);
	return 0;
}

static const struct nt_nic_fact *read_nic(void)
{
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_LINKS, &facts, &diag), 0);
	assert_int_equal(nt_facts_read_nic(&fake.io, "eth0", &facts, &diag), 0);
	return nt_facts_nic(&facts, "eth0");
}

/* ---- tests ---- */

static void driver_is_asked_once_until_its_facts_are_dropped(void **state)
{
	const struct nt_nic_fact *nic = read_nic();

	(void)state;
	assert_int_equal(nic->link.mtu, 1500);
	assert_int_equal(nic->channels.combined_max, 8);
	assert_string_equal(nic->features->list[0].name, "rx-gro");
	assert_int_equal(nic->rss->n_table, 128);
	assert_int_equal(nic->n_ntuple, 3);
	assert_int_equal(nt_facts_read_nic(&fake.io, "eth0", &facts, &diag), 0);
	assert_int_equal(driver.n_asked, 1);
	nt_facts_drop_nic(&facts, "eth0");
	assert_int_equal(nt_facts_read_nic(&fake.io, "eth0", &facts, &diag), 0);
	assert_int_equal(driver.n_asked, 2);
	assert_int_equal(facts.n_nics, 1);
}

static void what_a_driver_does_not_answer_is_left_out(void **state)
{
	const struct nt_nic_fact *nic;

	(void)state;
	driver.driver_errno = EINVAL;
	nic = read_nic();
	assert_int_equal(nic->has, NT_NIC_HAS_CHANNELS | NT_NIC_HAS_PAUSE | NT_NIC_HAS_FEATURES |
					   NT_NIC_HAS_RSS | NT_NIC_HAS_RSS_FIELDS);
	assert_int_equal(diag.err, 0);
}

static void what_cannot_be_read_is_not_taken_to_be_missing(void **state)
{
	(void)state;
	driver.driver_errno = EIO;
	assert_int_equal(nt_facts_read_nic(&fake.io, "eth0", &facts, &diag), -EIO);
	driver.driver_errno = 0;
	fake_file(&fake, NET "queues/tx-0/xps_cpus", "1")->read_errno = EIO;
	assert_int_equal(nt_facts_read_nic(&fake.io, "eth0", &facts, &diag), -EIO);
	fake_remove(&fake, NET "queues/tx-0/xps_cpus");
	add_irq(121, "ice-eth0-TxRx-0", "0", 0644);
	fake_find(&fake, "/proc/irq/121/smp_affinity_list")->read_errno = EIO;
	assert_int_equal(nt_facts_read_nic(&fake.io, "eth0", &facts, &diag), -EIO);
	assert_int_equal(facts.n_nics, 0);
}

static void device_that_is_gone_is_named(void **state)
{
	(void)state;
	driver.link_errno = ENODEV;
	assert_int_equal(nt_facts_read_nic(&fake.io, "eth0", &facts, &diag), -ENODEV);
	assert_non_null(strstr(diag.message, "eth0"));
	assert_int_equal(facts.n_nics, 0);
}

static void name_that_no_device_can_have_is_no_device(void **state)
{
	(void)state;
	assert_int_equal(nt_facts_read_nic(&fake.io, "sixteen-letters!", &facts, &diag), -ENODEV);
}

static void queues_come_in_order_with_masks_as_lists(void **state)
{
	const struct nt_nic_fact *nic;

	(void)state;
	fake_file(&fake, NET "queues/tx-0/xps_cpus", "00000000,00000003");
	fake_file(&fake, NET "queues/tx-0/xps_rxqs", "0");
	fake_file(&fake, NET "queues/rx-10/rps_cpus", "f0");
	fake_file(&fake, NET "queues/rx-2/rps_cpus", "0");
	fake_file(&fake, NET "queues/rx-2/rps_flow_cnt", "4096");
	fake_file(&fake, NET "queues/tx-1/xps_cpus", "1")->read_errno = ENOENT;
	nic = read_nic();
	assert_int_equal(nic->n_queues, 4);
	assert_int_equal(nic->queues[0].index, 2);
	assert_string_equal(nic->queues[0].cpus, "");
	assert_int_equal(nic->queues[0].flow_cnt, 4096);
	assert_int_equal(nic->queues[1].index, 10);
	assert_string_equal(nic->queues[1].cpus, "4-7");
	assert_int_equal(nic->queues[2].kind, NT_QUEUE_TX);
	assert_string_equal(nic->queues[2].cpus, "0-1");
	assert_string_equal(nic->queues[2].rxqs, "");
	assert_null(nic->queues[3].cpus);
	assert_null(nic->queues[3].rxqs);
}

static void interrupts_have_role_place_and_who_may_move_them(void **state)
{
	const struct nt_nic_fact *nic;

	(void)state;
	add_irq(120, "ice-0000:01:00.0:misc", "0-7", 0644);
	add_irq(122, "ice-eth0-TxRx-1", "1", 0444);
	add_irq(121, "ice-eth0-TxRx-0", "0,4", 0644);
	add_irq(123, NULL, "0-7", 0644);
	nic = read_nic();
	assert_int_equal(nic->n_irqs, 3);
	assert_int_equal(nic->irqs[0].irq, 121);
	assert_int_equal(nic->irqs[0].role, NT_IRQ_RXTX);
	assert_string_equal(nic->irqs[0].cpus, "0,4");
	assert_false(nic->irqs[0].managed);
	assert_int_equal(nic->irqs[1].queue, 1);
	assert_true(nic->irqs[1].managed);
	assert_int_equal(nic->irqs[2].role, NT_IRQ_OTHER);
}

static void what_the_kernel_tells_of_interrupts_beats_their_names(void **state)
{
	const struct nt_nic_fact *nic;

	(void)state;
	add_irq(121, "ice-eth0-TxRx-0", "0", 0644);
	add_irq(122, "ice-eth0-TxRx-1", "1", 0644);
	add_irq(123, "ice-eth0-TxRx-2", "1", 0644);
	driver.napis[0] = (struct nt_io_napi){ .kind = NT_QUEUE_RX, .queue = 7, .irq = 121 };
	driver.napis[1] = (struct nt_io_napi){ .kind = NT_QUEUE_RX, .queue = 0, .irq = 122 };
	driver.napis[2] = (struct nt_io_napi){ .kind = NT_QUEUE_TX, .queue = 0, .irq = 122 };
	driver.napis[3] = (struct nt_io_napi){ .kind = NT_QUEUE_TX, .queue = 5, .irq = 0 };
	driver.n_napis = 4;
	nic = read_nic();
	assert_int_equal(nic->irqs[0].irq, 122);
	assert_int_equal(nic->irqs[0].role, NT_IRQ_RXTX);
	assert_int_equal(nic->irqs[1].irq, 121);
	assert_int_equal(nic->irqs[1].role, NT_IRQ_RX);
	assert_int_equal(nic->irqs[1].queue, 7);
	assert_int_equal(nic->irqs[2].role, NT_IRQ_OTHER);
}

static void interrupts_without_messages_are_one_line(void **state)
{
	const struct nt_nic_fact *nic;

	(void)state;
	fake_file(&fake, NET "device/irq", "11");
	fake_file(&fake, "/proc/irq/11/smp_affinity_list", "0-1");
	fake_file(&fake, "/proc/irq/11/eth0/none", "");
	nic = read_nic();
	assert_int_equal(nic->n_irqs, 1);
	assert_int_equal(nic->irqs[0].role, NT_IRQ_RXTX);
}

static void virtio_has_its_interrupts_at_its_parent(void **state)
{
	struct nt_io_link link = eth0;

	(void)state;
	link.driver = "virtio_net";
	fake.n_links = 0;
	fake_link(&fake, &link);
	fake_file(&fake, NET "device/../msi_irqs/24", "msix");
	fake_file(&fake, "/proc/irq/24/smp_affinity_list", "0");
	fake_file(&fake, "/proc/irq/24/virtio0-output.3/none", "");
	assert_int_equal(read_nic()->irqs[0].queue, 3);
}

static void rdma_holds_a_device_when_its_driver_is_bound(void **state)
{
	static const struct {
		const char *path;
		bool rdma;
	} rows[] = {
		{ NET "device/ice.roce.0/uevent", false },
		{ NET "device/ice.roce.0/driver/bind", true },
		{ NET "device/mlx5_core.rdma.1/driver/bind", true },
		{ NET "device/mlx5_core.eth.1/driver/bind", false },
		{ NET "device/infiniband/mlx5_0/node_guid", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_file(&fake, rows[i].path, "");
		nt_facts_free(&facts);
		assert_int_equal(read_nic()->rdma, rows[i].rdma);
		fake_remove(&fake, rows[i].path);
	}
}

static void group_has_hardware_and_veth_but_no_bridge(void **state)
{
	struct nt_io_link link = eth0;

	(void)state;
	link.name = "veth1";
	link.kind = "veth";
	fake_link(&fake, &link);
	link.name = "br0";
	link.kind = "bridge";
	fake_link(&fake, &link);
	link = (struct nt_io_link){ .name = "lo", .kind = "", .driver = "", .bus = "",
				    .address = "" };
	fake_link(&fake, &link);
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_NICS, &facts, &diag), 0);
	assert_int_equal(facts.n_nics, 2);
	assert_non_null(nt_facts_nic(&facts, "eth0"));
	assert_non_null(nt_facts_nic(&facts, "veth1"));
}

static void host_that_offers_no_devices_has_an_empty_group(void **state)
{
	(void)state;
	io_ops.nic = NULL;
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_NICS, &facts, &diag), 0);
	assert_int_equal(facts.n_nics, 0);
	assert_true(facts.have & NT_FACTS_NICS);
}

/* ---- JSON ---- */

static json_t *nic_document(void)
{
	json_t *json;

	fake_file(&fake, NET "queues/rx-0/rps_cpus", "f0");
	fake_file(&fake, NET "queues/tx-0/xps_cpus", "1");
	add_irq(121, "ice-eth0-TxRx-0", "0,4", 0644);
	add_irq(122, "ice-eth0-TxRx-1", "1", 0444);
	assert_int_equal(nt_facts_read(&fake.io, NT_FACTS_LINKS | NT_FACTS_NICS, &facts, &diag), 0);
	facts.nics[0].rss->n_key = 3;
	facts.nics[0].rss->key[1] = 0xa5;
	facts.nics[0].rss->table[127] = 5;
	facts.nics[0].coalesce.has = 1U << NT_COALESCE_RX_USECS | 1U << NT_COALESCE_ADAPTIVE_RX;
	facts.nics[0].coalesce.value[NT_COALESCE_RX_USECS] = 50;
	facts.nics[0].has |= NT_NIC_HAS_COALESCE;
	facts.nics[0].napi.has |= 1;
	facts.nics[0].napi.value[0] = 2;
	json = nt_facts_to_json(&facts);
	assert_non_null(json);
	return json;
}

static void device_reads_back_the_same(void **state)
{
	json_t *first = nic_document(), *second;
	struct nt_facts again = { 0 };
	char *runs;

	(void)state;
	assert_int_equal(nt_facts_from_json(first, &again, &diag), 0);
	second = nt_facts_to_json(&again);
	assert_true(json_equal(first, second));
	assert_int_equal(again.nics[0].rss->table[126], 0);
	assert_int_equal(again.nics[0].rss->table[127], 5);
	assert_int_equal(again.nics[0].rss->key[1], 0xa5);
	assert_string_equal(again.nics[0].queues[0].cpus, "4-7");
	assert_int_equal(again.nics[0].coalesce.value[NT_COALESCE_RX_USECS], 50);
	assert_true(again.nics[0].irqs[1].managed);
	runs = json_dumps(json_object_get(json_object_get(json_array_get(json_object_get(first,
			"nics"), 0), "rss"), "table"), JSON_COMPACT);
	assert_string_equal(runs, "[[0,127],[5,1]]");
	free(runs);
	json_decref(first);
	json_decref(second);
	nt_facts_free(&again);
}

/* Files that an earlier nettune recorded. */
static void parts_that_came_later_may_be_missing(void **state)
{
	json_t *json = nic_document();
	json_t *nic = json_array_get(json_object_get(json, "nics"), 0);
	struct nt_facts again = { 0 };

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json_object_get(nic, "rss_fields"),
							      "udp4")), "sdfn");
	json_object_del(nic, "rss_fields");
	assert_int_equal(nt_facts_from_json(json, &again, &diag), 0);
	assert_false(again.nics[0].has & NT_NIC_HAS_RSS_FIELDS);
	nt_facts_free(&again);
	json_decref(json);
}

static const struct {
	const char *part; /* of nics[0] */
	const char *json; /* replaces it; NULL: it is removed */
	const char *words;
} malformed[] = {
	{ "name", "1", "nics[0].name: not a string" },
	{ "name", "\"sixteen letters!\"", "nics[0].name: longer than 15 bytes" },
	{ "speed", "1", "nics[0]: has unknown members" },
	{ "rings", NULL, "nics[0].rings: missing" },
	{ "rings", "[]", "nics[0].rings: not an object" },
	{ "link", NULL, "nics[0].link: not an object" },
	{ "napi", "{\"thread\": 1}", "nics[0].napi: has unknown members" },
	{ "napi", "{\"threaded\": -1}", "nics[0].napi.threaded: not a positive" },
	{ "coalesce", "{\"rx-usec\": 1}", "nics[0].coalesce: has unknown members" },
	{ "coalesce", "{\"rx-usecs\": -1}", "nics[0].coalesce.rx-usecs: not an integer" },
	{ "features", "{}", "nics[0].features: not an array of at most 128" },
	{ "rss", "{\"hfunc\": 1, \"table\": []}", "nics[0].rss: not an object of" },
	{ "rss", "{\"hfunc\": -1, \"table\": [], \"key\": \"\"}", "nics[0].rss.hfunc" },
	{ "rss", "{\"hfunc\": 1, \"table\": [[0, 4097]], \"key\": \"\"}", "rss.table" },
	{ "rss", "{\"hfunc\": 1, \"table\": [[65536, 1]], \"key\": \"\"}", "rss.table" },
	{ "rss", "{\"hfunc\": 1, \"table\": [7], \"key\": \"\"}", "rss.table" },
	{ "rss", "{\"hfunc\": 1, \"table\": [], \"key\": \"6d:5\"}", "rss.key" },
	{ "rss", "{\"hfunc\": 1, \"table\": [], \"key\": \"6d:\"}", "rss.key" },
	{ "rss", "{\"hfunc\": 1, \"table\": [], \"key\": 6}", "rss.key: not a string" },
	{ "rss_fields", "[]", "nics[0].rss_fields: not an object" },
	{ "rss_fields", "{\"udp\": \"sd\"}", "rss_fields: has unknown members" },
	{ "rss_fields", "{\"udp4\": \"sx\"}", "rss_fields.udp4: not letters" },
	{ "rss_fields", "{\"udp4\": 3}", "rss_fields.udp4: not letters" },
	{ "queues", "[{\"kind\": \"rx\", \"index\": 1024, \"cpus\": null, \"rxqs\": null, "
		    "\"flow_cnt\": 0}]", "nics[0].queues.index: not below 1024" },
	{ "queues", "[{\"kind\": \"tx\", \"index\": 0, \"cpus\": \"1\", \"rxqs\": \"\", "
		    "\"flow_cnt\": 0}, {\"kind\": \"rx\", \"index\": 0, \"cpus\": null, "
		    "\"rxqs\": null, \"flow_cnt\": 0}]",
	  "nics[0].queues: not in the order" },
	{ "irqs", "[{}]", "nics[0].irqs.irq: missing" },
	{ "irqs", "{}", "nics[0].irqs: not an array of at most 2048" },
};

static void malformed_devices_are_refused_with_the_members_path(void **state)
{
	json_t *json = nic_document();
	json_t *nic = json_array_get(json_object_get(json, "nics"), 0);

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++) {
		json_t *whole = json_deep_copy(nic);
		struct nt_facts none = { 0 };

		if (malformed[i].json)
			json_object_set_new(nic, malformed[i].part,
					    json_loads(malformed[i].json, JSON_DECODE_ANY, NULL));
		else
			json_object_del(nic, malformed[i].part);
		diag = (struct nt_diag){ 0 };
		assert_int_equal(nt_facts_from_json(json, &none, &diag), -EINVAL);
		if (!strstr(diag.message, malformed[i].words))
			fail_msg("\"%s\" does not say \"%s\"", diag.message, malformed[i].words);
		json_object_clear(nic);
		json_object_update(nic, whole);
		json_decref(whole);
	}
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(driver_is_asked_once_until_its_facts_are_dropped),
		TEST(what_a_driver_does_not_answer_is_left_out),
		TEST(what_cannot_be_read_is_not_taken_to_be_missing),
		TEST(device_that_is_gone_is_named),
		TEST(name_that_no_device_can_have_is_no_device),
		TEST(queues_come_in_order_with_masks_as_lists),
		TEST(interrupts_have_role_place_and_who_may_move_them),
		TEST(what_the_kernel_tells_of_interrupts_beats_their_names),
		TEST(interrupts_without_messages_are_one_line),
		TEST(virtio_has_its_interrupts_at_its_parent),
		TEST(rdma_holds_a_device_when_its_driver_is_bound),
		TEST(group_has_hardware_and_veth_but_no_bridge),
		TEST(host_that_offers_no_devices_has_an_empty_group),
		TEST(device_reads_back_the_same),
		TEST(parts_that_came_later_may_be_missing),
		TEST(malformed_devices_are_refused_with_the_members_path),
	};

	return cmocka_run_group_tests_name("nic facts", tests, NULL, NULL);
}
