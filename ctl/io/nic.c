// SPDX-License-Identifier: GPL-2.0-or-later
/* Network devices: calls through the vtable, and the count of writes. See nic.h. */
#include "nic.h"

#include <errno.h>

#include "io.h"

/* The door that has devices behind it; NULL when there are none. */
static struct nt_io *owner(struct nt_io *io)
{
	struct nt_io *host = io->devices ? io->devices : io;

	return host->ops->nic ? host : NULL;
}

int nt_nic_link_get(struct nt_io *io, const char *dev, struct nt_nic_link *ret,
		    struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->link_get(host, dev, ret, diag);
}

int nt_nic_mtu_set(struct nt_io *io, const char *dev, uint32_t mtu, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->mtu_set(host, dev, mtu, diag);
}

int nt_nic_tx_queue_len_set(struct nt_io *io, const char *dev, uint32_t len, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->tx_queue_len_set(host, dev, len, diag);
}

int nt_nic_carrier_wait(struct nt_io *io, const char *dev, uint32_t timeout_ms,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->carrier_wait(host, dev, timeout_ms, diag);
}

int nt_nic_channels_get(struct nt_io *io, const char *dev, struct nt_nic_channels *ret,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->channels_get(host, dev, ret, diag);
}

int nt_nic_channels_set(struct nt_io *io, const char *dev, const struct nt_nic_channels *want,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->channels_set(host, dev, want, diag);
}

int nt_nic_rings_get(struct nt_io *io, const char *dev, struct nt_nic_rings *ret,
		     struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->rings_get(host, dev, ret, diag);
}

int nt_nic_rings_set(struct nt_io *io, const char *dev, const struct nt_nic_rings *want,
		     struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->rings_set(host, dev, want, diag);
}

int nt_nic_coalesce_get(struct nt_io *io, const char *dev, struct nt_nic_coalesce *ret,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->coalesce_get(host, dev, ret, diag);
}

int nt_nic_coalesce_set(struct nt_io *io, const char *dev, const struct nt_nic_coalesce *want,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->coalesce_set(host, dev, want, diag);
}

int nt_nic_pause_get(struct nt_io *io, const char *dev, struct nt_nic_pause *ret,
		     struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->pause_get(host, dev, ret, diag);
}

int nt_nic_pause_set(struct nt_io *io, const char *dev, const struct nt_nic_pause *want,
		     struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->pause_set(host, dev, want, diag);
}

int nt_nic_features_get(struct nt_io *io, const char *dev, struct nt_nic_features *ret,
			struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->features_get(host, dev, ret, diag);
}

int nt_nic_feature_set(struct nt_io *io, const char *dev, const char *name, bool on,
		       struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->feature_set(host, dev, name, on, diag);
}

int nt_nic_rss_get(struct nt_io *io, const char *dev, struct nt_nic_rss *ret, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->rss_get(host, dev, ret, diag);
}

int nt_nic_rss_set(struct nt_io *io, const char *dev, const struct nt_nic_rss *want, uint32_t what,
		   struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->rss_set(host, dev, want, what, diag);
}

int nt_nic_rss_fields_get(struct nt_io *io, const char *dev, struct nt_nic_rss_fields *ret,
			  struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->rss_fields_get(host, dev, ret, diag);
}

int nt_nic_rss_fields_set(struct nt_io *io, const char *dev, const struct nt_nic_rss_fields *want,
			  struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	io->writes++;
	return host->ops->nic->rss_fields_set(host, dev, want, diag);
}

int nt_nic_ntuple_count(struct nt_io *io, const char *dev, uint32_t *ret, struct nt_diag *diag)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->ntuple_count(host, dev, ret, diag);
}

int nt_nic_napis(struct nt_io *io, const char *dev, nt_io_napi_fn fn, void *user)
{
	struct nt_io *host = owner(io);

	if (!host)
		return -EOPNOTSUPP;
	return host->ops->nic->napis(host, dev, fn, user);
}
