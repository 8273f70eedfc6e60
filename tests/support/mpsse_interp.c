/* SPDX-License-Identifier: BSD-2-Clause */
/* The emulated FT232H itself: runs the commands that it is sent. */
#include "mpsse_interp.h"

#include <string.h>

enum { PIN_SCL = 1, PIN_SDA = 2, PIN_SDA_IN = 4 };

void mpsse_interp_init(struct mpsse_interp *p, enum mpsse_chip chip, unsigned command_ns,
		       const struct mpsse_i2c_mode *mode, const struct wire_slave_ops *ops,
		       void *user)
{
	static const size_t room[] = {
		[CHIP_FT232H] = 1024, [CHIP_FT2232H] = 4096, [CHIP_FT4232H] = 2048};

	memset(p, 0, sizeof(*p));
	wire_init(&p->wire, mode, ops, user);
	p->drive_zero_chip = chip == CHIP_FT232H;
	p->command_ns = command_ns;
	p->room = room[chip];
	p->divide_by_5 = true; /* as after a reset: compatible with the older chips */
}

/* Half a period of the programmed clock. */
static uint64_t phase_ns(const struct mpsse_interp *p)
{
	uint64_t base = p->divide_by_5 ? 12000000 : 60000000;

	return 1000000000u * (uint64_t)(p->divisor + 1) / base;
}

uint64_t mpsse_interp_period_ns(const struct mpsse_interp *p)
{
	return phase_ns(p) * (p->three_phase ? 3 : 2);
}

static enum wire_drive pin_drive(const struct mpsse_interp *p, uint8_t pin)
{
	if (!(p->direction & pin))
		return WIRE_RELEASED;
	if (!(p->level & pin))
		return WIRE_LOW;
	return p->drive_zero & pin ? WIRE_RELEASED : WIRE_HIGH;
}

static void apply_pins(struct mpsse_interp *p)
{
	enum wire_drive scl = pin_drive(p, PIN_SCL);
	enum wire_drive sda = pin_drive(p, PIN_SDA);
	struct wire *w = &p->wire;

	/*
	 * Both lines change at once. Which one is first is chance, so a slave may see a
	 * START or a STOP.
	 */
	if ((scl == WIRE_LOW) != (w->drive[WIRE_SCL] == WIRE_LOW) &&
	    (sda == WIRE_LOW) != (w->drive[WIRE_SDA] == WIRE_LOW) && w->phase != WIRE_IDLE)
		wire_violation(w, "SCL and SDA change in one command");
	wire_drive(w, WIRE_SCL, scl);
	wire_drive(w, WIRE_SDA, sda);
}

static void set_pin(struct mpsse_interp *p, uint8_t pin, bool level)
{
	p->level = (uint8_t)(level ? p->level | pin : p->level & ~pin);
	wire_drive(&p->wire, pin == PIN_SCL ? WIRE_SCL : WIRE_SDA, pin_drive(p, pin));
}

void mpsse_interp_bitmode(struct mpsse_interp *p, uint8_t mask, uint8_t mode)
{
	p->mpsse_mode = mode == 2;
	p->direction = mode == 2 ? mask : 0;
	p->level = 0;
	p->drive_zero = 0;
	p->three_phase = p->adaptive = p->loopback = false;
	p->divide_by_5 = true;
	p->divisor = 0;
	apply_pins(p);
}

void mpsse_interp_purge(struct mpsse_interp *p)
{
	p->in_len = 0;
	p->out_len = 0;
}

static void put_answer(struct mpsse_interp *p, uint8_t byte)
{
	p->out[p->out_len++] = byte;
}

static uint8_t read_pins(const struct mpsse_interp *p)
{
	uint8_t pins = 0xf8; /* nothing is wired to the others: their own pull-ups */

	if (p->wire.level[WIRE_SCL])
		pins |= PIN_SCL;
	if (p->wire.level[WIRE_SDA])
		pins |= PIN_SDA | PIN_SDA_IN;
	return pins;
}

/*
 * One clock. Three-phase: SDA is set, then SCL is high, then low again, a phase
 * each. Two-phase: SDA is set when SCL falls.
 */
static bool clock_bit(struct mpsse_interp *p, uint64_t phase, bool writes, bool bit)
{
	bool in;

	if (p->wire.level[WIRE_SCL] && p->wire.phase != WIRE_IDLE)
		wire_violation(&p->wire, "bits are clocked from SCL high");
	if (writes)
		set_pin(p, PIN_SDA, bit);
	wire_advance(&p->wire, phase);
	set_pin(p, PIN_SCL, true);
	in = p->wire.level[WIRE_SDA];
	wire_advance(&p->wire, phase);
	set_pin(p, PIN_SCL, false);
	if (p->three_phase)
		wire_advance(&p->wire, phase);
	return in;
}

static void clock_byte(struct mpsse_interp *p, uint8_t command, uint8_t out, unsigned bits)
{
	bool writes = command & 0x10;
	uint64_t phase = phase_ns(p);
	unsigned in = 0;

	for (unsigned i = 0; i < bits; i++)
		in = in << 1 | clock_bit(p, phase, writes, out >> (7 - i) & 1);
	if (command & 0x20)
		put_answer(p, (uint8_t)in);
}

/* Shifting commands: bit 0 out on the falling edge, 1 bits instead of bytes, 2 in
 * on the falling edge, 3 LSB first, 4 writes, 5 reads, 6 on TMS. */
static bool is_shift(uint8_t command)
{
	return command >= 0x10 && command < 0x80;
}

static void check_shift(struct mpsse_interp *p, uint8_t command)
{
	if (command & 0x4c || (command & 0x10 && !(command & 0x01)))
		wire_violation(&p->wire, "command %02x is not one for I2C", command);
	if (!p->three_phase && command & 0x10)
		wire_violation(&p->wire, "SDA changes with SCL: no three-phase clocking");
}

/* Length of the shifting command at the head, or 0 if it is not whole yet. */
static size_t shift_length(const struct mpsse_interp *p, size_t *data)
{
	bool writes = p->in[0] & 0x10;

	if (p->in[0] & 0x02) {
		*data = 1;
		return writes ? 3 : 2;
	}
	if (p->in_len < 3)
		return 0;
	*data = (size_t)(p->in[1] | p->in[2] << 8) + 1;
	return 3;
}

/* A write of bytes runs as its data comes: its length in the FIFO counts down. */
static size_t run_shift(struct mpsse_interp *p)
{
	size_t data = 0;
	size_t head = shift_length(p, &data);
	uint8_t command = p->in[0];
	size_t left;

	if (!head || p->in_len < head)
		return 0;
	if (command & 0x02) {
		wire_advance(&p->wire, p->command_ns);
		check_shift(p, command);
		clock_byte(p, command, command & 0x10 ? p->in[2] : 0, (p->in[1] & 7) + 1u);
		return head;
	}
	if (command & 0x10 && p->in_len < head + 1)
		return 0;
	clock_byte(p, command, command & 0x10 ? p->in[3] : 0, 8);
	if (data == 1) {
		wire_advance(&p->wire, p->command_ns);
		check_shift(p, command);
		return head + !!(command & 0x10);
	}
	left = data - 2;
	p->in[1] = (uint8_t)left;
	p->in[2] = (uint8_t)(left >> 8);
	if (command & 0x10) {
		memmove(p->in + 3, p->in + 4, p->in_len - 4);
		p->in_len--;
	}
	return SIZE_MAX; /* go on with the same command */
}

static size_t parameters(uint8_t command)
{
	switch (command) {
	case 0x80:
	case 0x82:
	case 0x86:
	case 0x8f:
	case 0x9c:
	case 0x9d:
	case 0x9e:
		return 2;
	case 0x8e:
		return 1;
	default:
		return 0;
	}
}

static void run_setting(struct mpsse_interp *p, uint8_t command)
{
	switch (command) {
	case 0x84:
	case 0x85:
		p->loopback = command == 0x84;
		break;
	case 0x86:
		p->divisor = (uint16_t)(p->in[1] | p->in[2] << 8);
		break;
	case 0x87:
		p->send_now = true;
		break;
	case 0x8a:
	case 0x8b:
		p->divide_by_5 = command == 0x8b;
		break;
	case 0x8c:
	case 0x8d:
		p->three_phase = command == 0x8c;
		break;
	case 0x96:
	case 0x97:
		p->adaptive = command == 0x96;
		break;
	case 0x9e:
		if (p->drive_zero_chip)
			p->drive_zero = p->in[1];
		else
			wire_violation(&p->wire, "this chip has no command 9E");
		break;
	default:
		put_answer(p, 0xfa);
		put_answer(p, command);
		break;
	}
}

/* Runs the command at the head of the FIFO; returns its length, 0 if it has to wait. */
static size_t run_command(struct mpsse_interp *p)
{
	uint8_t command = p->in[0];

	if (is_shift(command))
		return run_shift(p);
	if (p->in_len < 1 + parameters(command))
		return 0;
	wire_advance(&p->wire, p->command_ns);
	switch (command) {
	case 0x80:
		p->level = p->in[1];
		p->direction = p->in[2];
		apply_pins(p);
		break;
	case 0x81:
		put_answer(p, read_pins(p));
		break;
	case 0x82:
		break; /* the high byte: nothing is wired to it */
	case 0x83:
		put_answer(p, 0xff);
		break;
	default:
		run_setting(p, command);
		break;
	}
	return 1 + parameters(command);
}

/* No command begins that may answer while the room for answers is full. */
static void run(struct mpsse_interp *p)
{
	while (p->in_len && p->out_len + 2 <= p->room) {
		size_t len = run_command(p);

		if (len == 0)
			return;
		if (len == SIZE_MAX)
			continue;
		memmove(p->in, p->in + len, p->in_len - len);
		p->in_len -= len;
	}
}

size_t mpsse_interp_write(struct mpsse_interp *p, const uint8_t *data, size_t len)
{
	size_t taken = 0;

	if (!p->mpsse_mode)
		return len;
	while (taken < len && p->in_len < p->room) {
		p->in[p->in_len++] = data[taken++];
		run(p);
	}
	return taken;
}

size_t mpsse_interp_read(struct mpsse_interp *p, uint8_t *data, size_t len)
{
	size_t got = len < p->out_len ? len : p->out_len;

	memcpy(data, p->out, got);
	memmove(p->out, p->out + got, p->out_len - got);
	p->out_len -= got;
	run(p);
	if (!p->out_len)
		p->send_now = false;
	return got;
}
