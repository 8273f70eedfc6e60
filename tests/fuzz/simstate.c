/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text as the state file of a simulated card, with any options beside it. What can
 * be opened behaves as a card: it is read, and its state is saved and read again.
 */
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <unistd.h>

#include "cx3flash/card.h"
#include "cx3flash/flash.h"
#include "said.h"

#define SIZE (512u << 10)

static char flash[128];

static void prepare(void)
{
	static uint8_t blank[SIZE];

	if (flash[0])
		return;
	memset(blank, 0xff, sizeof(blank));
	snprintf(flash, sizeof(flash), "%s/flash", fuzz_folder());
	fuzz_put_file(flash, blank, sizeof(blank));
}

static void check_error(int rc, const struct cx3_error *err)
{
	if (rc != CX3_OK)
		assert((int)err->code == rc && said(err)[0]);
}

static void use(struct cx3_adapter *adapter)
{
	const struct cx3_flash_options options = {.reading = CX3_READ_PROBE};
	const struct cx3_card_options card_options = {0};
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_flash *flash_chip = NULL;
	struct cx3_card *card = NULL;
	uint8_t bytes[512];
	int rc = cx3_card_open(adapter, &card_options, &card, &err);

	if (rc == CX3_OK)
		rc = cx3_flash_open(card, &options, &flash_chip, &err);
	if (rc == CX3_OK)
		rc = cx3_flash_read(flash_chip, 0x100, bytes, sizeof(bytes), &err);
	check_error(rc, &err);
	cx3_flash_close(flash_chip);
	cx3_card_close(card);
}

/* Twice, since the first one saves the state anew. */
static void open_twice(const char *device)
{
	for (unsigned i = 0; i < 2; i++) {
		struct cx3_error err = {.code = CX3_OK};
		struct cx3_adapter *adapter;
		int rc = cx3_adapter_open(device, NULL, &adapter, &err);

		check_error(rc, &err);
		if (rc == CX3_OK)
			use(adapter);
		cx3_adapter_close(adapter);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes b = {data, size};
	char options[200], device[400], state[160];

	prepare();
	fuzz_text(&b, options, sizeof(options));
	/* it would really wait */
	if (strstr(options, "realtime") || memmem(b.at, b.left, "realtime", 8) ||
	    strstr(options, "pace") || memmem(b.at, b.left, "pace", 4))
		return 0;
	snprintf(state, sizeof(state), "%s.state", flash);
	fuzz_put_file(state, b.at, b.left);
	snprintf(device, sizeof(device), "sim:%s,%s", flash, options);
	open_twice(device);
	unlink(state);
	return 0;
}

static const char on[] =
	"livefish=1\n{\"status\":28,\"status2\":0,\"violations\":3,\"first_violation\":\"x\","
	"\"powered\":{\"livefish\":false,\"fw\":\"2.36.5000\",\"boot_address\":65536,"
	"\"pcie\":305419896,\"live\":\"00\"}}";
static const char odd[] =
	"part=W25Q40\n{\"chip\":\"cx3\",\"rev\":1,\"powered\":{\"livefish\":true,\"fw\":\"0.0.0\","
	"\"boot_address\":1e300,\"pcie\":-1,\"status\":300,\"unlocked\":true,\"live\":\"11\"}}";
static const char *const texts[] = {
	on,
	odd,
	"part=AT25DF041A,clock=400k\n{\"sem\":\"every:3\",\"locked\":1,\"split-read\":true}",
	"part=SST25VF040B\n{\"part\":\"MX25L4005\",\"wp\":1,\"status\":255,\"status3\":4}",
	"exact=1,max-read=64\n{\"powered\":{\"live\":\"1\",\"fw\":\"70000.1.2\"},\"seed\":1}",
};

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	return fuzz_seed_text(seed, texts, sizeof(texts) / sizeof(texts[0]), out, room);
}
