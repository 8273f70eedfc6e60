/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_FLASH_PRIV_H
#define CX3_FLASH_PRIV_H

#include "cx3flash/flash.h"

/* --- The gateway: registers and command word --- */

#define GW_COMMAND 0xf0400u
#define GW_ADDRESS 0xf0404u
#define GW_DATA 0xf0410u /* 4 words, the first flash byte in [31:24] of the first */

#define GW_READ (1u << 0)      /* data comes from the flash */
#define GW_OPCODE (1u << 2)    /* send the opcode of [23:16] */
#define GW_SEND_ADDR (1u << 3) /* send the address register */
#define GW_HAS_DATA (1u << 4)
#define GW_HOLD_CS (1u << 5) /* chip select stays low after it */
#define GW_LOG2_BYTES(n) ((uint32_t)(n) << 8)
#define GW_ENABLE (1u << 13) /* these chips want it in each command */
#define GW_OP(opcode) ((uint32_t)(opcode) << 16 | GW_OPCODE)
#define GW_BUSY (1u << 30) /* written: go; reads 1 until done */

#define GW_BLOCK 16u /* bytes, the most that a command carries */
#define GW_BLOCK_WORDS 4u
#define GW_BLOCK_LOG2 4u

enum {
	SPI_WRITE_STATUS = 0x01,
	SPI_PROGRAM = 0x02,
	SPI_READ = 0x03,
	SPI_WRITE_DISABLE = 0x04,
	SPI_READ_STATUS = 0x05,
	SPI_WRITE_ENABLE = 0x06,
	SPI_ERASE_SECTOR = 0x20,
	SPI_READ_STATUS2 = 0x35,
	SPI_READ_ID = 0x9f,
	SPI_OLD_ID = 0xab,
	SPI_ERASE_BLOCK = 0xd8
};

#define STATUS_WIP 0x01u
#define STATUS_WEL 0x02u
#define STATUS_SRWD 0x80u

/* Wire bytes: the slave address, 4 address bytes, the data; a read has a second
 * slave address byte for its repeated START. */
#define WIRE_WRITE(data) (5u + (data))
#define WIRE_READ(data) (6u + (data))

/* No single call keeps a caller waiting for longer than about this. */
#define LONGEST_STREAM_US 1000000u
#define MAX_STREAM_BLOCKS 2040u
#define DEFAULT_HOLD_MS 500u

struct cx3_flash {
	struct cx3_card *card;
	const struct cx3_flash_part *part;
	struct cx3_flash_options options;
	struct cx3_flash_ways ways;
	struct cx3_flash_counts counts;
	bool top_byte;	     /* proven: [31:24] of the address register mean nothing */
	bool undecided;	     /* nothing read so far could prove the streamed way */
	bool echoes;	     /* 0xf0400 was seen to read as it was written */
	bool session;	     /* locked from open to close (livefish) */
	bool kept;	     /* locked from cx3_flash_hold to cx3_flash_let_go */
	bool keep_locked;    /* ... and the semaphore is taken just now */
	bool write_prepared; /* see cx3_flash_prepare_write */
	uint64_t held_since_us;
	unsigned suspects;     /* streams that came through but can't be right */
	unsigned stream_shift; /* streams took too long on the clock: 1 << n times shorter */

	/* A script and the data of a stream, for the longest one. */
	struct cx3_regop *ops;
	uint32_t *data;
	size_t n_ops;
	uint8_t *scratch; /* as long, for verify.c */
};

/* --- hold.c: the semaphore around each operation --- */

/* `need_us`: how long the operation is going to hold it. */
int cx3_flash_begin(struct cx3_flash *flash, uint64_t need_us, struct cx3_error *err);
/* Ends what cx3_flash_begin began. Returns `rc` if that is a failure already. */
int cx3_flash_end(struct cx3_flash *flash, int rc, struct cx3_error *err);

/* --- gateway.c --- */

uint64_t cx3_flash_now_us(const struct cx3_flash *flash);
void cx3_flash_wait_us(const struct cx3_flash *flash, uint64_t us);
const char *cx3_flash_label(const struct cx3_flash *flash);

/* Builds a script in flash->ops. cx3_gw_command takes the word without its enable
 * and busy bits, and keeps the pointer. */
void cx3_gw_start(struct cx3_flash *flash);
void cx3_gw_write(struct cx3_flash *flash, uint32_t reg, const uint32_t *words, uint16_t count);
void cx3_gw_read(struct cx3_flash *flash, uint32_t reg, uint32_t *words, uint16_t count);
void cx3_gw_command(struct cx3_flash *flash, const uint32_t *word);
int cx3_gw_run(struct cx3_flash *flash, enum cx3_repeat repeat, struct cx3_progress_mark *mark,
	       struct cx3_error *err);

/* The word with its enable and busy bits. */
uint32_t cx3_gw_word(uint32_t bits);

/*
 * One command that may be repeated, polled until the gateway is done. `addr` may
 * be NULL. With GW_READ, `count` words come into data; else they go out first.
 */
int cx3_gw_exec(struct cx3_flash *flash, uint32_t bits, const uint32_t *addr, uint32_t *data,
		uint16_t count, struct cx3_error *err);

/* Waits until the gateway is done; *word is what the command register reads then.
 * CX3_E_GATEWAY after a second. */
int cx3_gw_wait(struct cx3_flash *flash, uint32_t *word, struct cx3_error *err);

/*
 * WREN and a command that writes, with the address (and data) that the gateway
 * has by then. Sent once: after a failure nobody knows whether it has begun.
 */
int cx3_gw_write_command(struct cx3_flash *flash, uint32_t bits, struct cx3_error *err);

/* Sets the address register and believes it only once it reads back right. `data`
 * (may be NULL) is written to the data registers before. */
int cx3_gw_set_address(struct cx3_flash *flash, uint32_t addr, const uint32_t *data, uint16_t count,
		       struct cx3_error *err);

/* Releases a chip select that a broken read or program has left held, changing nothing. */
int cx3_gw_end_command(struct cx3_flash *flash, bool reading, struct cx3_error *err);

/* --- status.c --- */

int cx3_flash_read_status(struct cx3_flash *flash, uint8_t opcode, uint8_t *status,
			  struct cx3_error *err);
/*
 * Waits `typical_us`, then polls until WIP is clear `agree` times in a row, for
 * at most `limit_us`. *status is the last one. CX3_E_TIMEOUT.
 */
struct cx3_flash_wait {
	uint64_t typical_us, limit_us;
	unsigned agree;
};
int cx3_flash_wait_ready(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
			 uint8_t *status, struct cx3_error *err);
/* Clears WEL if it is set in `status`. */
int cx3_flash_write_disable(struct cx3_flash *flash, uint8_t status, struct cx3_error *err);

/* --- ways.c, read.c --- */

/* Looks for data at the places where images start and proves the streamed way on it. */
int cx3_flash_probe_ways(struct cx3_flash *flash, struct cx3_error *err);
#define PROOF_BLOCKS 8u
/* Proves the streamed way on `plain`, PROOF_BLOCKS blocks read at addr, if they can prove
 * anything; decides flash->ways if so. */
int cx3_flash_prove(struct cx3_flash *flash, uint32_t addr, const uint32_t *plain,
		    struct cx3_error *err);

int cx3_flash_read_plain(struct cx3_flash *flash, uint32_t addr, uint32_t *words, size_t blocks,
			 struct cx3_error *err);

/* What a stream came to. */
struct cx3_flash_stream {
	bool bare_head; /* asked for: opcode and address are a command of their own */
	size_t sure;	/* blocks that have surely arrived */
	bool suspect;	/* the gateway was busy at the end, or echoed another address */
};
int cx3_flash_read_stream(struct cx3_flash *flash, uint32_t addr, uint32_t *words, size_t blocks,
			  struct cx3_flash_stream *stream, struct cx3_error *err);

/* Blocks that one stream (or one hold of the semaphore, in the plain way) carries. */
size_t cx3_flash_stream_blocks(const struct cx3_flash *flash);

/* Whether a stream that the failure `rc` has broken may be begun anew: pauses if so. */
struct cx3_flash_patience {
	unsigned fails; /* in a row, without a block gained */
	uint64_t deadline_us;
};
bool cx3_flash_try_again(struct cx3_flash *flash, struct cx3_flash_patience *patience, int rc,
			 bool gained);

void cx3_flash_distrust(struct cx3_flash *flash, const char *why);

/* --- protect.c, unprotect.c, write.c --- */

void cx3_flash_protected_area(const struct cx3_flash_part *part, const uint8_t status[2],
			      uint32_t *start, uint32_t *len);
/* Protected from power-on until the status register is written: AT25DF, SST25VF. */
bool cx3_flash_power_on_protected(const struct cx3_flash_part *part);
int cx3_flash_unprotect_locked(struct cx3_flash *flash, struct cx3_error *err);

/* Once before the first write: the card's own measure, power-on protection. */
int cx3_flash_prepare_write(struct cx3_flash *flash, struct cx3_error *err);

/*
 * After a write command: waits until the flash is idle. *taken: WEL has fallen,
 * as it does with a write that was carried out; if not, it is cleared.
 */
int cx3_flash_settle(struct cx3_flash *flash, const struct cx3_flash_wait *wait, uint32_t addr,
		     bool *taken, struct cx3_error *err);
/* CX3_E_PROTECTED: `what` ("erase", "program") came through and was not carried out. */
int cx3_flash_not_taken(struct cx3_flash *flash, const char *what, uint32_t addr,
			struct cx3_error *err);

/* A wait's or a poll's typical time with a margin, so that one poll is enough. */
#define CX3_WAIT_MARGIN(us) ((us) + (us) / 16u)

/* For error values: "flash 0x12340 on /dev/i2c-3". */
struct cx3_flash_place {
	char text[96];
};
struct cx3_flash_place cx3_flash_place(const struct cx3_flash *flash, uint32_t addr);

/* The n-th flash byte: the first is in the top of a word. */
static inline uint8_t cx3_byte_of(const uint32_t *words, size_t index)
{
	return (uint8_t)(words[index / 4] >> (24 - 8 * (index % 4)));
}

#endif
