/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What operations cost on the wire, and how long a stream may be. The counts
 * follow from the scripts in read.c, erase.c and program.c.
 */
#include "flash_priv.h"

#define DEFAULT_CLOCK_HZ 100000u
#define CLOCKS_PER_BYTE 9u /* with its ACK */

/* One I2C_RDWR ioctl takes 42 messages: a stream of 14k - 2 blocks (3 messages
 * each, 5 around them) fills k of them but for one. */
#define BLOCKS_PER_CALL 14u
#define STREAM_EXTRA_MESSAGES 2u

#define WIRE_COMMAND WIRE_WRITE(4u)
#define WIRE_REGISTER WIRE_READ(4u)
#define WIRE_ADDRESS (WIRE_WRITE(4u) + WIRE_READ(4u)) /* and its echo */
#define WIRE_STREAM_BLOCK (WIRE_COMMAND + WIRE_READ(GW_BLOCK))
#define WIRE_STREAM_ENDS (WIRE_ADDRESS + WIRE_REGISTER)
#define WIRE_PLAIN_BLOCK (WIRE_WRITE(4u) + WIRE_COMMAND + WIRE_REGISTER + WIRE_READ(GW_BLOCK))
#define WIRE_SEMAPHORE (WIRE_REGISTER + WIRE_WRITE(4u))

/* Messages: a write is one, a read two. START and STOP take about a clock each. */
#define MSG_STREAM_BLOCK 3u
#define MSG_PLAIN_BLOCK 6u

static unsigned clock_hz(const struct cx3_flash *flash)
{
	unsigned hz = cx3_card_adapter(flash->card)->clock_hz;

	return hz ? hz : DEFAULT_CLOCK_HZ;
}

static uint64_t wire_us(const struct cx3_flash *flash, uint64_t bytes, uint64_t messages)
{
	return (bytes * CLOCKS_PER_BYTE + messages * 2u) * 1000000u / clock_hz(flash);
}

size_t cx3_flash_stream_blocks(const struct cx3_flash *flash)
{
	uint64_t limit_us = LONGEST_STREAM_US, bytes;
	size_t block = flash->ways.streamed ? WIRE_STREAM_BLOCK : WIRE_PLAIN_BLOCK;
	size_t blocks;

	if (!flash->session && 1000u * (uint64_t)flash->options.max_hold_ms < limit_us)
		limit_us = 1000u * (uint64_t)flash->options.max_hold_ms;
	limit_us >>= flash->stream_shift;
	bytes = limit_us * clock_hz(flash) / CLOCKS_PER_BYTE / 1000000u;
	blocks = bytes / block < MAX_STREAM_BLOCKS ? (size_t)(bytes / block) : MAX_STREAM_BLOCKS;
	if (flash->ways.streamed && blocks + STREAM_EXTRA_MESSAGES >= BLOCKS_PER_CALL)
		blocks = (blocks + STREAM_EXTRA_MESSAGES) / BLOCKS_PER_CALL * BLOCKS_PER_CALL -
			 STREAM_EXTRA_MESSAGES;
	return blocks ? blocks : 1;
}

uint32_t cx3_flash_read_chunk(const struct cx3_flash *flash)
{
	return (uint32_t)cx3_flash_stream_blocks(flash) * GW_BLOCK;
}

/* The semaphore's share of an operation. */
static struct cx3_flash_cost with_hold(const struct cx3_flash *flash, uint64_t bytes,
				       uint64_t messages, uint64_t wait_us, uint64_t holds)
{
	if (!flash->session) {
		bytes += holds * WIRE_SEMAPHORE;
		messages += holds * 3u;
	}
	return (struct cx3_flash_cost){
		.wire_bytes = bytes,
		.us = wire_us(flash, bytes, messages) + wait_us,
	};
}

struct cx3_flash_cost cx3_flash_read_cost(const struct cx3_flash *flash, uint32_t len)
{
	uint64_t blocks = ((uint64_t)len + GW_BLOCK - 1) / GW_BLOCK;
	uint64_t holds = (blocks + cx3_flash_stream_blocks(flash) - 1) /
			 cx3_flash_stream_blocks(flash);

	if (!flash->ways.streamed)
		return with_hold(flash, blocks * WIRE_PLAIN_BLOCK, blocks * MSG_PLAIN_BLOCK, 0,
				 holds);
	return with_hold(flash, blocks * WIRE_STREAM_BLOCK + holds * WIRE_STREAM_ENDS,
			 blocks * MSG_STREAM_BLOCK + holds * 5u, 0, holds);
}

/* A polled command costs a read of the command register more. */
static uint64_t command_bytes(const struct cx3_flash *flash, uint64_t commands)
{
	return commands * (WIRE_COMMAND + (flash->ways.streamed ? 0 : WIRE_REGISTER));
}

static uint64_t command_messages(const struct cx3_flash *flash, uint64_t commands)
{
	return commands * (flash->ways.streamed ? 1u : 3u);
}

struct cx3_flash_cost cx3_flash_erase_cost(const struct cx3_flash *flash, uint32_t size)
{
	const struct cx3_flash_part *part = flash->part;
	uint64_t ms = size == CX3_FLASH_SECTOR ? part->sector_erase_ms : part->block_erase_ms;
	/* address and its echo; WREN, erase, two status commands, two answers */
	uint64_t bytes = WIRE_ADDRESS + command_bytes(flash, 4) + 2ull * WIRE_REGISTER;
	uint64_t messages = 3u + command_messages(flash, 4) + 4u;

	return with_hold(flash, bytes, messages, CX3_WAIT_MARGIN(ms * 1000u), 1);
}

struct cx3_flash_cost cx3_flash_program_cost(const struct cx3_flash *flash, uint32_t len)
{
	uint64_t blocks = ((uint64_t)len + GW_BLOCK - 1) / GW_BLOCK, bytes, messages;
	uint64_t pages = ((uint64_t)len + CX3_FLASH_PAGE - 1) / CX3_FLASH_PAGE;
	uint64_t writes = flash->ways.streamed ? pages : blocks;
	uint64_t wait_us;

	if (flash->part->byte_program)
		writes = blocks = len;
	wait_us = writes * CX3_WAIT_MARGIN(flash->part->page_program_us);
	/* each write: address and its echo, WREN, status and its answer */
	bytes = writes * (WIRE_ADDRESS + WIRE_REGISTER) + command_bytes(flash, 2 * writes);
	messages = writes * 5u + command_messages(flash, 2 * writes);
	bytes += blocks * WIRE_WRITE(flash->part->byte_program ? 4u : GW_BLOCK) +
		 command_bytes(flash, blocks);
	messages += blocks + command_messages(flash, blocks);
	/* opcode and address are a command of their own there, and read back */
	if (flash->ways.streamed && !flash->part->byte_program) {
		bytes += writes * (WIRE_COMMAND + WIRE_REGISTER);
		messages += writes * 3u;
	}
	return with_hold(flash, bytes, messages, wait_us, flash->kept ? 0 : pages);
}
