/* SPDX-License-Identifier: BSD-2-Clause */
/* An image file or a card's flash, for commands that read either. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "cx3flash/adapterops.h"

static uint64_t now_us(const struct cli_source *source)
{
	struct cx3_adapter *adapter = source->cli->session.adapter;

	return adapter->ops->now_us(adapter);
}

/* Shows how far the reading is, so that a verify over a slow bus does not look dead. */
static void show_progress(struct cli_source *source)
{
	uint64_t done = source->missing - cx3_shadow_missing(source->cli->session.shadow);
	struct cx3_progress now = {.phase = "reading", .done = done, .flash_bytes = done};

	if (source->total == 0 || done == 0)
		return;
	now.total = source->total > done ? source->total : done;
	now.elapsed_us = now_us(source) - source->started_us;
	now.left_us = now.elapsed_us * (now.total - now.done) / now.done;
	progress_update(&source->cli->progress, &now);
}

static int shown_read(void *user, uint32_t addr, void *buf, uint32_t len, struct cx3_error *err)
{
	struct cli_source *source = user;
	int rc = source->inner.read(source->inner.user, addr, buf, len, err);

	if (rc == CX3_OK)
		show_progress(source);
	return rc;
}

static void vouch(void *user, uint32_t addr, uint32_t len)
{
	struct cli_source *source = user;

	source->inner.vouch(source->inner.user, addr, len);
}

static int doubt(void *user, uint32_t addr, uint32_t len, struct cx3_error *err)
{
	struct cli_source *source = user;

	return source->inner.doubt(source->inner.user, addr, len, err);
}

static int shown_read_once(void *user, uint32_t addr, void *buf, uint32_t len,
			   struct cx3_error *err)
{
	struct cli_source *source = user;
	int rc = source->inner.read_once(source->inner.user, addr, buf, len, err);

	if (rc == CX3_OK)
		show_progress(source);
	return rc;
}

static int expect(void *user, const struct cx3_fs2_range *piece, unsigned count,
		  struct cx3_error *err)
{
	struct cli_source *source = user;

	return source->inner.expect(source->inner.user, piece, count, err);
}

static bool known(void *user, uint32_t addr, uint32_t len)
{
	struct cli_source *source = user;

	return source->inner.known(source->inner.user, addr, len);
}

/* Not while progress is shown: a terminal that is stopped must not keep the semaphore taken. */
static void hold(void *user)
{
	struct cli_source *source = user;

	if (source->total > 0)
		return;
	source->inner.hold(source->inner.user);
	source->holds++;
}

static int let_go(void *user, struct cx3_error *err)
{
	struct cli_source *source = user;

	if (source->holds == 0)
		return CX3_OK;
	source->holds--;
	return source->inner.let_go(source->inner.user, err);
}

/* A file may be an image or a raw read of a flash: the library tells them apart. */
static int open_file(struct cli *cli, struct cli_source *source)
{
	uint32_t len;
	int rc = cx3_image_load(cli->options.image, cli->options.psid, &source->file, &len,
				&cli->err);

	if (rc != CX3_OK)
		return rc;
	source->src = cx3_fs2_memory(source->file, len);
	source->layout = cli->options.striped ? CX3_FS2_STRIPED : CX3_FS2_DETECT;
	return CX3_OK;
}

static void name_file(struct cli *cli)
{
	char place[sizeof(cli->err.place)];

	if (cli->err.code != CX3_E_IMAGE && cli->err.code != CX3_E_NO_IMAGE)
		return;
	if (!cli->err.place[0] || strstr(cli->err.place, cli->options.image))
		return;
	snprintf(place, sizeof(place), "%.60s, %.30s", cli->options.image, cli->err.place);
	memcpy(cli->err.place, place, sizeof(place));
}

int card_verdict(struct cli *cli, int rc, struct cx3_error *err)
{
	return cx3_device_verdict(cli->session.device, rc, err);
}

int source_verdict(struct cli *cli, int rc)
{
	if (cli->options.image)
		name_file(cli);
	else if (cli->session.shadow && (cli->command->scope & SCOPE_READ))
		rc = card_verdict(cli, rc, &cli->err);
	return rc;
}

int source_open(struct cli *cli, struct cli_source *source)
{
	int rc;

	memset(source, 0, sizeof(*source));
	source->cli = cli;
	if (cli->options.image)
		return open_file(cli, source);
	rc = session_open(cli, CX3_OPEN_SHADOW);
	if (rc != CX3_OK)
		return rc;
	source->inner = cx3_shadow_source(cli->session.shadow);
	source->src = source->inner;
	source->src.read = shown_read;
	source->src.read_once = shown_read_once;
	source->src.vouch = vouch;
	source->src.doubt = doubt;
	source->src.expect = expect;
	source->src.known = known;
	source->src.hold = hold;
	source->src.let_go = let_go;
	source->src.user = source;
	source->layout = CX3_FS2_STRIPED;
	return CX3_OK;
}

void source_progress(struct cli_source *source, uint64_t total)
{
	if (source->file)
		return;
	progress_begin_one(&source->cli->progress);
	source->cli->counting = true;
	source->started_us = now_us(source);
	source->missing = cx3_shadow_missing(source->cli->session.shadow);
	source->total = total;
}

void source_close(struct cli_source *source)
{
	free(source->file);
	source->file = NULL;
}

int source_read_image(struct cli_source *source, struct cx3_fs2_info *info, uint8_t **image,
		      uint32_t *len)
{
	struct cx3_error *err = &source->cli->err;
	int rc = cx3_fs2_query(&source->src, source->layout, CX3_FS2_QUICK, info, err);

	if (rc != CX3_OK)
		return rc;
	source_progress(source, info->image_size);
	/* a read over a wire without checksums is worth nothing unchecked */
	rc = cx3_fs2_verify(&source->src, source->layout, info, NULL, NULL, err);
	if (rc != CX3_OK)
		return rc;
	return cx3_fs2_extract(&source->src, info, image, len, err);
}
