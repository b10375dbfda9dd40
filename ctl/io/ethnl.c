// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Channels, rings, interrupt moderation, pause frames and features of the running host's devices,
 * by ethtool netlink.
 *
 * A getter that is answered -EOPNOTSUPP writes no diag: most devices lack something, and that is a
 * fact about them, not an error.
 */
#include "ethnl.h"

#include <errno.h>
#include <linux/ethtool_netlink.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>

#include "ethnl_parse.h"
#include "lib/cleanup.h"
#include "lib/diag.h"
#include "nic_live.h"

/* Room for every attribute of the largest kind, and for one feature. */
#define ATTRS_BYTES 512U

/* Rows of enum nt_coalesce_field that are modes. */
#define MODE_ROWS ((1U << NT_COALESCE_MODES) - 1U)

#define ALL_ROWS UINT32_MAX

/**
 * struct numbers - where a reply of numbers goes
 * @kind: which
 * @ret: its structure
 * @has: bit for each row that the reply had
 * @replies: how many there were
 */
struct numbers {
	const struct nt_ethnl_kind *kind;
	void *ret;
	uint32_t has;
	unsigned int replies;
};

static int on_numbers(struct nlmsghdr *reply, void *user)
{
	struct numbers *numbers = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs);

	if (len < 0)
		return len;
	numbers->replies++;
	return nt_ethnl_parse(numbers->kind, attrs, len, numbers->ret, &numbers->has);
}

static int get(const struct nt_ethnl_kind *kind, const char *dev, void *ret, uint32_t *ret_has,
	       struct nt_diag *diag)
{
	nt_auto(nt_ethnl_close) struct nt_ethnl ethnl = { .dev = dev, .what = kind->name };
	struct numbers numbers = { .kind = kind, .ret = ret };
	int r;

	r = nt_ethnl_open(&ethnl, kind->get, kind->header, 0);
	if (r == 0)
		r = nt_ethnl_ask(&ethnl, on_numbers, &numbers);
	if (r == 0 && numbers.replies != 1)
		r = -EBADMSG;
	if (r < 0)
		return r == -EOPNOTSUPP ? r : nt_ethnl_report(&ethnl, r, "", diag);
	*ret_has = numbers.has;
	return 0;
}

static int set(const struct nt_ethnl_kind *kind, const char *dev, const void *now, const void *want,
	       uint32_t rows, struct nt_diag *diag)
{
	nt_auto(nt_ethnl_close) struct nt_ethnl ethnl = { .dev = dev, .what = kind->name };
	int r;

	r = nt_ethnl_open(&ethnl, kind->set, kind->header, ATTRS_BYTES);
	if (r == 0)
		r = nt_ethnl_put_changes(kind, ethnl.msg, now, want, rows);
	if (r == 0)
		return 0;
	if (r > 0)
		r = nt_ethnl_ask(&ethnl, NULL, NULL);
	if (r < 0)
		return nt_ethnl_report(&ethnl, r,
				       nt_ethnl_field_name(kind, nt_ethnl_bad_attr(&ethnl)), diag);
	return 0;
}

/* A setter cannot leave -EOPNOTSUPP without words: somebody asked for it. */
static int get_before_set(const struct nt_ethnl_kind *kind, const char *dev, void *ret,
			  uint32_t *ret_has, struct nt_diag *diag)
{
	int r = get(kind, dev, ret, ret_has, diag);

	if (r == -EOPNOTSUPP)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: %s: the driver does not have them", dev,
				   kind->name);
	return r;
}

int nt_ethnl_channels_get(struct nt_io *io, const char *dev, struct nt_nic_channels *ret,
			  struct nt_diag *diag)
{
	struct nt_nic_channels channels;
	uint32_t has;
	int r = get(&nt_ethnl_channels, dev, &channels, &has, diag);

	(void)io;
	if (r == 0)
		*ret = channels;
	return r;
}

int nt_ethnl_channels_set(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			  struct nt_diag *diag)
{
	struct nt_nic_channels now;
	uint32_t has;
	int r = get_before_set(&nt_ethnl_channels, dev, &now, &has, diag);

	(void)io;
	return r < 0 ? r : set(&nt_ethnl_channels, dev, &now, want, ALL_ROWS, diag);
}

int nt_ethnl_rings_get(struct nt_io *io, const char *dev, struct nt_nic_rings *ret,
		       struct nt_diag *diag)
{
	struct nt_nic_rings rings;
	uint32_t has;
	int r = get(&nt_ethnl_rings, dev, &rings, &has, diag);

	(void)io;
	if (r == 0)
		*ret = rings;
	return r;
}

int nt_ethnl_rings_set(struct nt_io *io, const char *dev, const struct nt_nic_rings *want,
		       struct nt_diag *diag)
{
	struct nt_nic_rings now;
	uint32_t has;
	int r = get_before_set(&nt_ethnl_rings, dev, &now, &has, diag);

	(void)io;
	return r < 0 ? r : set(&nt_ethnl_rings, dev, &now, want, ALL_ROWS, diag);
}

int nt_ethnl_pause_get(struct nt_io *io, const char *dev, struct nt_nic_pause *ret,
		       struct nt_diag *diag)
{
	struct nt_nic_pause pause;
	uint32_t has;
	int r = get(&nt_ethnl_pause, dev, &pause, &has, diag);

	(void)io;
	if (r == 0)
		*ret = pause;
	return r;
}

int nt_ethnl_pause_set(struct nt_io *io, const char *dev, const struct nt_nic_pause *want,
		       struct nt_diag *diag)
{
	struct nt_nic_pause now;
	uint32_t has;
	int r = get_before_set(&nt_ethnl_pause, dev, &now, &has, diag);

	(void)io;
	return r < 0 ? r : set(&nt_ethnl_pause, dev, &now, want, ALL_ROWS, diag);
}

int nt_ethnl_coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			  struct nt_diag *diag)
{
	struct nt_nic_coalesce coalesce;
	uint32_t has;
	int r = get(&nt_ethnl_coalesce, dev, &coalesce, &has, diag);

	(void)io;
	if (r < 0)
		return r;
	coalesce.has = has;
	*ret = coalesce;
	return 0;
}

/* The kernel refuses the whole request for one field that the driver lacks, without its name. */
int nt_ethnl_coalesce_set(struct nt_io *io, const char *dev, const struct nt_nic_coalesce *want,
			  struct nt_diag *diag)
{
	struct nt_nic_coalesce now;
	uint32_t has;
	int r;

	(void)io;
	if ((want->has & MODE_ROWS) && (want->has & ~MODE_ROWS))
		return nt_diag_err(diag, EINVAL, "%s: coalesce: modes and values in one request",
				   dev);
	r = get_before_set(&nt_ethnl_coalesce, dev, &now, &has, diag);
	if (r < 0)
		return r;
	for (unsigned int i = 0; i < NT_COALESCE_FIELDS; i++)
		if ((want->has & ~has) & 1U << i)
			return nt_diag_err(diag, EOPNOTSUPP,
					   "%s: coalesce %s: the driver does not have it", dev,
					   nt_coalesce_name(i));
	return set(&nt_ethnl_coalesce, dev, &now, want, want->has, diag);
}

/* ---- features ---- */

struct features_reply {
	struct nt_nic_features *ret;
	unsigned int replies;
};

static int on_features(struct nlmsghdr *reply, void *user)
{
	struct features_reply *features = user;
	struct nlattr *attrs;
	int len = nt_nl_attrs(reply, GENL_HDRLEN, &attrs);

	if (len < 0)
		return len;
	features->replies++;
	return nt_ethnl_parse_features(attrs, len, features->ret);
}

/*
 * With names, not compact: a compact reply needs a second request for the names of its bits, and
 * what they are would have to be kept.
 */
int nt_ethnl_features_get(struct nt_io *io, const char *dev, struct nt_nic_features *ret,
			  struct nt_diag *diag)
{
	nt_auto(nt_ethnl_close) struct nt_ethnl ethnl = { .dev = dev, .what = "features" };
	struct features_reply features = { .ret = ret };
	int r;

	(void)io;
	r = nt_ethnl_open(&ethnl, ETHTOOL_MSG_FEATURES_GET, ETHTOOL_A_FEATURES_HEADER, 0);
	if (r == 0)
		r = nt_ethnl_ask(&ethnl, on_features, &features);
	if (r == 0 && features.replies != 1)
		r = -EBADMSG;
	if (r == -EOPNOTSUPP || r == 0)
		return r;
	return nt_ethnl_report(&ethnl, r, "", diag);
}

static int send_feature(const char *dev, const char *name, bool on, struct nt_diag *diag)
{
	nt_auto(nt_ethnl_close) struct nt_ethnl ethnl = { .dev = dev, .what = "feature" };
	int r;

	r = nt_ethnl_open(&ethnl, ETHTOOL_MSG_FEATURES_SET, ETHTOOL_A_FEATURES_HEADER, ATTRS_BYTES);
	if (r == 0)
		r = nt_ethnl_put_feature(ethnl.msg, name, on);
	if (r == 0)
		r = nt_ethnl_ask(&ethnl, NULL, NULL);
	return r < 0 ? nt_ethnl_report(&ethnl, r, name, diag) : 0;
}

int nt_ethnl_feature_set(struct nt_io *io, const char *dev, const char *name, bool on,
			 struct nt_diag *diag)
{
	nt_autofree struct nt_nic_features *features = calloc(1, sizeof(*features));
	const struct nt_nic_feature *feature;
	int r;

	if (!features)
		return -ENOMEM;
	r = nt_ethnl_features_get(io, dev, features, diag);
	if (r < 0)
		return r;
	feature = nt_nic_feature_find(features, name);
	if (!feature)
		return nt_diag_err(diag, EOPNOTSUPP,
				   "%s: feature %s: the kernel has none of that name", dev, name);
	/* The kernel would say yes and do nothing. */
	if (feature->fixed && feature->active != on)
		return nt_diag_err(diag, EOPNOTSUPP, "%s: feature %s: fixed %s by the driver", dev,
				   name, feature->active ? "on" : "off");
	if (feature->fixed || feature->wanted == on)
		return 0;
	return send_feature(dev, name, on, diag);
}
