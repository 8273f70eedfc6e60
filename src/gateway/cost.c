/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What commands cost on the wire, and how long a stream may be. The counts follow
 * from the scripts in command.c, stream.c and read.c; a test compares them with what the
 * adapter counts.
 */
#include "gateway/gateway.h"

#define DEFAULT_CLOCK_HZ 100000u
#define CLOCKS_PER_BYTE 9u /* with its ACK */

/* No single call keeps a caller waiting for longer than about this. */
#define LONGEST_STREAM_US 1000000u

/* One I2C_RDWR ioctl takes 42 messages. A stream has 3 messages a block and 7 more.
 * So a stream of 14k - 3 blocks fills k ioctls but for two messages. */
#define BLOCKS_PER_CALL 14u
#define STREAM_EXTRA_MESSAGES 3u

/* Wire bytes: the slave address, 4 address bytes, the data; a read has a second
 * slave address byte for its repeated START. */
#define WIRE_WRITE(data) (5u + (data))
#define WIRE_READ(data) (6u + (data))
#define WIRE_COMMAND WIRE_WRITE(4u)
#define WIRE_REGISTER WIRE_READ(4u)
#define WIRE_ADDRESS (WIRE_WRITE(4u) + WIRE_READ(4u)) /* and its echo */
#define WIRE_STREAM_BLOCK (WIRE_COMMAND + WIRE_READ(GW_BLOCK))
#define WIRE_STREAM_ENDS (WIRE_ADDRESS + 2u * WIRE_REGISTER)
#define WIRE_PLAIN_BLOCK (WIRE_WRITE(4u) + WIRE_COMMAND + WIRE_REGISTER + WIRE_READ(GW_BLOCK))
#define WIRE_SEMAPHORE                                                                             \
	(2u * WIRE_REGISTER + WIRE_WRITE(4u)) /* read twice, see card/semaphore.c                  \
					       */

/* Messages: a write is one, a read two. START and STOP take about a clock each. */
#define MSG_WRITE 1u
#define MSG_READ 2u
#define MSG_STREAM_BLOCK (MSG_WRITE + MSG_READ)
#define MSG_STREAM_ENDS (MSG_WRITE + 3u * MSG_READ)
#define MSG_PLAIN_BLOCK (2u * MSG_WRITE + 2u * MSG_READ)
#define MSG_SEMAPHORE (MSG_WRITE + 2u * MSG_READ)

#define WIRE_TAIL_CHECK (2u * WIRE_STREAM_BLOCK + WIRE_STREAM_ENDS)

static unsigned clock_hz(const struct cx3_gateway *gw)
{
	unsigned hz = cx3_card_adapter(gw->card)->clock_hz;

	return hz ? hz : DEFAULT_CLOCK_HZ;
}

size_t cx3_gw_stream_blocks(const struct cx3_gateway *gw)
{
	uint64_t limit_us = LONGEST_STREAM_US, bytes;
	bool streams = cx3_gw_streams(gw);
	size_t block = streams ? WIRE_STREAM_BLOCK : WIRE_PLAIN_BLOCK;
	size_t most = streams ? GW_MAX_BLOCKS : GW_MAX_GROUP;
	size_t blocks;

	if (!cx3_gw_unbound(gw) && 1000u * (uint64_t)gw->options.max_hold_ms < limit_us)
		limit_us = 1000u * (uint64_t)gw->options.max_hold_ms;
	limit_us >>= gw->stream_shift;
	bytes = limit_us * clock_hz(gw) / CLOCKS_PER_BYTE / 1000000u;
	/* the check of the stream's end shares the hold */
	if (streams && bytes > UINT64_C(2) * WIRE_TAIL_CHECK)
		bytes -= WIRE_TAIL_CHECK;
	blocks = bytes / block < most ? (size_t)(bytes / block) : most;
	if (streams && blocks + STREAM_EXTRA_MESSAGES >= BLOCKS_PER_CALL)
		blocks = (blocks + STREAM_EXTRA_MESSAGES) / BLOCKS_PER_CALL * BLOCKS_PER_CALL -
			 STREAM_EXTRA_MESSAGES;
	return blocks ? blocks : 1;
}

size_t cx3_gw_down_blocks(const struct cx3_gateway *gw)
{
	size_t blocks = cx3_gw_stream_blocks(gw);

	/* these commands are longer than those of a stream */
	if (cx3_gw_streams(gw))
		blocks = blocks * WIRE_STREAM_BLOCK / WIRE_PLAIN_BLOCK;
	if (!cx3_gw_groups(gw) || blocks == 0)
		return 1;
	return blocks < GW_MAX_GROUP ? blocks : GW_MAX_GROUP;
}

static void add(struct cx3_wire *wire, uint64_t n, uint64_t bytes, uint64_t messages)
{
	wire->bytes += n * bytes;
	wire->messages += n * messages;
}

void cx3_wire_set_address(struct cx3_wire *wire, uint64_t n)
{
	add(wire, n, WIRE_ADDRESS, MSG_WRITE + MSG_READ);
}

void cx3_wire_read_register(struct cx3_wire *wire, uint64_t n)
{
	add(wire, n, WIRE_REGISTER, MSG_READ);
}

void cx3_wire_write_registers(struct cx3_wire *wire, uint64_t n, unsigned bytes)
{
	add(wire, n, WIRE_WRITE(bytes), MSG_WRITE);
}

/* One group, or one by one. */
void cx3_wire_read_plain(struct cx3_wire *wire, const struct cx3_gateway *gw, uint64_t blocks)
{
	add(wire, blocks, WIRE_PLAIN_BLOCK, MSG_PLAIN_BLOCK);
	if (cx3_gw_groups(gw)) /* the address once more at its end */
		cx3_wire_read_register(wire, 1);
}

/* A polled command costs a read of the command register more. */
void cx3_wire_command(struct cx3_wire *wire, const struct cx3_gateway *gw, uint64_t n)
{
	add(wire, n, WIRE_COMMAND, MSG_WRITE);
	if (!cx3_gw_quick(gw))
		cx3_wire_read_register(wire, n);
}

struct cx3_flash_cost cx3_gw_cost(const struct cx3_gateway *gw, struct cx3_wire wire,
				  uint64_t wait_us, uint64_t holds)
{
	if (!gw->locked_from_open)
		add(&wire, holds, WIRE_SEMAPHORE, MSG_SEMAPHORE);
	return (struct cx3_flash_cost){
		.wire_bytes = wire.bytes,
		.us = (wire.bytes * CLOCKS_PER_BYTE + wire.messages * 2u) * 1000000u /
			      clock_hz(gw) +
		      wait_us,
	};
}

struct cx3_flash_cost cx3_gw_read_cost(const struct cx3_gateway *gw, uint32_t len)
{
	uint64_t blocks = ((uint64_t)len + GW_BLOCK - 1) / GW_BLOCK;
	uint64_t most = cx3_gw_stream_blocks(gw);
	uint64_t holds = (blocks + most - 1) / most;
	struct cx3_wire wire = {0, 0};

	if (cx3_gw_streams(gw)) {
		add(&wire, blocks, WIRE_STREAM_BLOCK, MSG_STREAM_BLOCK);
		add(&wire, holds, WIRE_STREAM_ENDS, MSG_STREAM_ENDS);
		if (cx3_gw_firmware_runs(gw)) /* 0xf0404 in the same message */
			wire.bytes += 4 * holds;
		if (blocks == 1) /* its first command is its last one */
			wire.bytes -= WIRE_REGISTER, wire.messages -= MSG_READ;
		/* the check of each stream's end: a stream of two blocks */
		if (blocks >= GW_TAIL_CHECK_BLOCKS)
			add(&wire, holds, WIRE_TAIL_CHECK, 2 * MSG_STREAM_BLOCK + MSG_STREAM_ENDS);
	} else {
		add(&wire, blocks, WIRE_PLAIN_BLOCK, MSG_PLAIN_BLOCK);
		/* the address once more at a group's end */
		if (cx3_gw_groups(gw))
			cx3_wire_read_register(&wire, holds);
	}
	return cx3_gw_cost(gw, wire, 0, holds);
}
