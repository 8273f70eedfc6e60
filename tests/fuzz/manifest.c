/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The manifest of a backup, both ways, and identity files. Read: any text is one of them or is
 * refused with a sentence. Written: whatever bytes image, card and adapter have in their texts, the
 * manifest is UTF-8 that a strict parser takes, and is read back as it was meant.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "cx3flash/flash.h"
#include "cx3flash/identityfile.h"
#include "records/manifest.h"
#include "said.h"
#include "utf8_check.h"

static const char *content_path(void)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/backup.bin", fuzz_folder());
	return path;
}

static void put_manifest(const void *text, size_t len)
{
	char path[160];

	snprintf(path, sizeof(path), "%s.manifest.json", content_path());
	fuzz_put_file(path, text, len);
}

/* Whatever else the manifest holds, it is one afterwards. */
static void give(const struct cx3_manifest_facts *before)
{
	static const struct cx3_identity identity = {
		.guid_count = 4, .guid = {0x10, 0x11, 0x12, 0x13}, .mac_count = 2, .mac = {2, 4}};
	struct cx3_manifest_facts after;
	bool found;

	assert(before->given_count <= CX3_MANIFEST_GIVEN);
	cx3_manifest_give(content_path(), &identity);
	assert(cx3_manifest_read(content_path(), &after, &found, NULL) == CX3_OK && found);
	assert(strcmp(before->sha256, after.sha256) == 0 && before->size == after.size);
	assert(after.given_count <= CX3_MANIFEST_GIVEN);
}

static void read_it(const uint8_t *data, size_t size)
{
	struct cx3_manifest_facts facts;
	struct cx3_error err = {.code = CX3_OK};
	bool found;
	int rc;

	put_manifest(data, size);
	rc = cx3_manifest_read(content_path(), &facts, &found, &err);
	if (rc != CX3_OK) {
		assert((int)err.code == rc && said(&err)[0]);
		return;
	}
	assert(found && strlen(facts.sha256) == 64);
	give(&facts);
}

/* What is taken from such a file can be burnt as it is. */
static void read_identity(const uint8_t *data, size_t size)
{
	struct cx3_identity identity, again;
	struct cx3_error err = {.code = CX3_OK};
	char path[160];
	int rc;

	snprintf(path, sizeof(path), "%s/identity.json", fuzz_folder());
	fuzz_put_file(path, data, size);
	rc = cx3_identity_load(path, &identity, &err);
	if (rc != CX3_OK) {
		assert((int)err.code == rc && said(&err)[0]);
		return;
	}
	assert(cx3_identity_save(path, &identity, true, NULL) == CX3_OK);
	assert(cx3_identity_load(path, &again, NULL) == CX3_OK);
	assert(cx3_identity_equal(&identity, &again) && strcmp(identity.vsd, again.vsd) == 0);
	assert(cx3_identity_given(&identity, 0, NULL, 0, NULL, &again, NULL) == CX3_OK);
}

static void fill(struct fuzz_bytes *b, struct cx3_manifest *m, struct cx3_card_id *card,
		 struct cx3_backup_checked *checked)
{
	struct cx3_fs2_info *info = &checked->info;

	card->hw_id = (uint16_t)fuzz_word(b);
	card->hw_rev = fuzz_byte(b);
	card->state = (enum cx3_card_state)(fuzz_byte(b) % 3);
	checked->has_image = fuzz_byte(b) & 1;
	checked->image_ok = fuzz_byte(b) & 1;
	checked->count = fuzz_byte(b);
	info->uid_count = fuzz_byte(b) % 7;
	fuzz_text(b, info->psid, sizeof(info->psid));
	m->size = fuzz_word(b);
	m->date = (time_t)fuzz_word(b);
	m->has_status = fuzz_byte(b) & 1;
}

static void write_it(struct fuzz_bytes *b)
{
	static const char sha256[] =
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct cx3_backup_checked *checked = calloc(1, sizeof(*checked));
	struct cx3_card_id card = {.name = "ConnectX-3 Pro"};
	char device[96], file[256];
	struct cx3_manifest m = {.card = &card,
				 .part = cx3_flash_parts(&(size_t){0}),
				 .device = device,
				 .sha256 = sha256,
				 .file = file,
				 .checked = checked};
	struct cx3_manifest_facts facts;
	struct cx3_error err;
	bool found;
	char *text;

	if (!checked)
		return;
	fuzz_text(b, device, sizeof(device));
	fuzz_text(b, file, sizeof(file));
	fill(b, &m, &card, checked);
	text = cx3_manifest_text(&m);
	assert(text && utf8_is_valid(text, strlen(text)));
	put_manifest(text, strlen(text));
	assert(cx3_manifest_read(content_path(), &facts, &found, &err) == CX3_OK && found);
	assert(facts.size == m.size && facts.hw_id == card.hw_id && facts.hw_rev == card.hw_rev);
	assert(strcmp(facts.sha256, sha256) == 0);
	assert(memcmp(facts.jedec, m.part->jedec, sizeof(facts.jedec)) == 0);
	free(text);
	free(checked);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes b = {data, size};

	if (fuzz_byte(&b) & 1)
		write_it(&b);
	else
		read_it(b.at, b.left);
	if (b.left)
		read_identity(b.at, b.left);
	return 0;
}

static const char manifest[] =
	"{\"format\":\"cx3flash backup 1\",\"sha256\":\"0123456789abcdef0123456789abcdef0123456789"
	"abcdef0123456789abcdef\",\"size\":2097152,\"card\":{\"hw_id\":503,\"hw_rev\":0},"
	"\"flash\":{\"part\":\"M25PX16\",\"jedec\":\"207115\"},\"image\":null,"
	"\"given\":[{\"guids\":[],\"macs\":[\"0002c9100000\",\"0002c9100001\"]}]}";

static const char identity_file[] =
	"{\"format\":\"cx3flash identity 1\",\"guids\":[\"0002c90300100000\",\"0002c90300100001\","
	"\"0002c90300100002\",\"0002c90300100003\"],\"macs\":[\"0002c9100000\",\"0002c9100001\"],"
	"\"psid\":\"MT_0000000001\",\"from\":\"the image at 0x0\",\"vsd_hex\":\"4dff\"}";

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	static const char *const names[] = {"sim:d\xc3\xbc/x", "/dev/i2c-3 (\xff\xfe)",
					    "plain",	       "\xed\xa0\x80",
					    "\033[2K",	       "a\xc0\xaf"};
	uint64_t random = seed;
	size_t len = 1;

	out[0] = (uint8_t)(seed & 1);
	if (!out[0])
		return 1 + fuzz_mutated_text(&random, seed % 4 ? identity_file : manifest, out + 1,
					     room - 1);
	for (unsigned i = 0; i < 2; i++) {
		len += fuzz_mutated_text(&random, names[fuzz_below(&random, 6)], out + len, 80);
		out[len++] = '\n';
	}
	for (unsigned i = 0; i < 12; i++)
		out[len++] = (uint8_t)fuzz_random(&random);
	len += fuzz_mutated_text(&random, names[fuzz_below(&random, 6)], out + len, 40);
	out[len++] = '\n';
	return len;
}
