/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any text as a device name: taken apart, and given to each adapter, which finds a
 * made-up kernel with some I2C buses, a machine without USB, and one flash file.
 */
#include "fake_kernel.h"
#include "fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "said.h"
#include "sim/simcard.h"
#include "usb/usb.h"

static char flash[128];

static void remove_kernel(void)
{
	fake_teardown(NULL);
}

static void prepare(void)
{
	static uint8_t blank[512u << 10];

	if (flash[0])
		return;
	memset(blank, 0xff, sizeof(blank));
	snprintf(flash, sizeof(flash), "%s/flash", fuzz_folder());
	fuzz_put_file(flash, blank, sizeof(blank));
	fake_setup(NULL);
	atexit(remove_kernel);
}

static void check_error(int rc, const struct cx3_error *err)
{
	if (rc != CX3_OK && rc != CX3_E_NOT_MINE)
		assert((int)err->code == rc && said(err)[0]);
}

static void check_parts(const struct cx3_devname *name)
{
	assert(name->count <= CX3_DEVNAME_OPTIONS);
	assert(memchr(name->head, 0, sizeof(name->head)));
	assert(memchr(name->scheme, 0, sizeof(name->scheme)));
	for (unsigned i = 0; i < name->count; i++) {
		assert(name->option[i].key[0] && memchr(name->option[i].key, 0, 24));
		assert(memchr(name->option[i].value, 0, sizeof(name->option[i].value)));
	}
}

static void take_values(struct cx3_devname name)
{
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_adapter head = {.label = "fuzz"};
	uint64_t number = 500;
	unsigned hz = 100000;

	assert(cx3_devname_take_uint(&name, "max-read", 4, 8192, &number, &err) != CX3_OK ||
	       (number >= 4 && number <= 8192));
	assert(cx3_devname_take_rate(&name, "clock", &hz, &err) != CX3_OK ||
	       (hz >= 1000 && hz <= 5000000));
	if (cx3_adapter_take_common(&head, &name, &err) == CX3_OK)
		assert(head.addr >= 0x08 && head.addr <= 0x77 && head.retries <= 1000);
}

static void open_bus(struct cx3_devname name)
{
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_adapter *adapter = NULL;
	int rc = i2cdev_open_on(&fake.system, &name, NULL, &adapter, &err);

	check_error(rc, &err);
	if (rc == CX3_OK)
		assert(adapter->max_read >= CX3_LEAST_READ &&
		       adapter->max_write >= CX3_LEAST_WRITE);
	cx3_adapter_close(adapter);
}

static void find_board(struct cx3_devname name)
{
	static const struct cx3_usb_kind kind = {"ft232h", "FT232H", 0x0403, {0x6014}};
	const struct cx3_usb_system nothing = {fake.root, fake.root};
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_usb_board board;
	int rc = cx3_usb_find(&nothing, &kind, &name, &board, &err);

	assert(rc == CX3_E_NO_DEVICE || rc == CX3_E_USAGE);
	check_error(rc, &err);
}

static void open_simulated(struct cx3_devname name)
{
	struct cx3_error err = {.code = CX3_OK};
	struct simcard *card;
	char state[140];
	int rc;

	snprintf(name.head, sizeof(name.head), "%s", flash);
	rc = simcard_open(&name, &card, &err);
	check_error(rc, &err);
	simcard_close(card);
	snprintf(state, sizeof(state), "%s.state", flash);
	remove(state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes b = {data, size};
	struct cx3_error err = {.code = CX3_OK};
	struct cx3_devname name;
	char text[2000];
	int rc;

	prepare();
	fuzz_text(&b, text, sizeof(text));
	rc = cx3_devname_parse(text, &name, &err);
	check_error(rc, &err);
	if (rc != CX3_OK)
		return 0;
	check_parts(&name);
	take_values(name);
	open_bus(name);
	find_board(name);
	open_simulated(name);
	return 0;
}

static const char *const texts[] = {
	"/dev/i2c-3,addr=0x48,retries=5,max-read=64",
	"i2c-4,join=0,force=1,max-write=8",
	"i2c:name=diolan,usb=1-2",
	"mtusb1:usb=1-2,clock=400k,sync=yes",
	"i2c:usb=1-1.3",
	"ft232h:clock=400k,serial=FT1,usb=1-2",
	"ft232h:vid=0x403,pid=0x6014,channel=B",
	"sim:f,part=M25PX16,chip=cx3,rev=1,livefish=1,fw=2.36.5000",
	"sim:f,status=28,status2=0x40,wp=1,locked=1,power-cycle=1",
	"sim:f,fw-gateway=5,stretch=90,stretch-limit=50,reset-every=9,driver-reset=7,held-read=0",
	"sim:f,sem=every:3,stream=0,slow-gw=5,split-read=1,clock=1M",
	"sim:f,sem=3/10,nack=3,nack-burst=4:2,flip-rate=5,seed=9,cut=1",
	"sim:f,part=W25Q40,max-read=64,exact=1,flip-read=9,power-cut=8,gone=1",
	"floppy:0",
};

size_t fuzz_seed(uint64_t seed, uint8_t *out, size_t room)
{
	return fuzz_seed_text(seed, texts, sizeof(texts) / sizeof(texts[0]), out,
			      room < 1900 ? room : 1900);
}
