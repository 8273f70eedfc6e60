/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CX3_GATEWAY_GATEWAY_H
#define CX3_GATEWAY_GATEWAY_H

/*
 * The flash gateway: SPI commands through the card's registers. This room knows
 * the gateway's registers, the semaphore around each use of them, what undocumented
 * behaviour the hardware has, and what a command costs on the wire. It does not
 * know flash parts: src/flash does.
 *
 * All functions return CX3_OK or a negative code and fill *err. A gateway does not
 * own its card. It is for one thread at a time.
 */
#include "card/card.h"
#include "cx3flash/flash.h"

/* Registers and the bits of the command word: the vendor's driver source. */
#define GW_COMMAND 0xf0400u
#define GW_ADDRESS 0xf0404u
#define GW_DATA 0xf0410u /* 4 words, the first flash byte in [31:24] of the first */

#define GW_READ (1u << 0)      /* data comes from the flash */
#define GW_OPCODE (1u << 2)    /* send the opcode of [23:16] */
#define GW_SEND_ADDR (1u << 3) /* send the address register */
#define GW_HAS_DATA (1u << 4)
#define GW_HOLD_CS (1u << 5) /* chip select stays low after the command */
#define GW_LOG2_BYTES(n) ((uint32_t)(n) << 8)
#define GW_SECOND_CHIP (1u << 11)
#define GW_ENABLE (1u << 13)	/* this chip family needs it in each command */
#define GW_ADDRESS_4 (1u << 14) /* four address bytes: never asked for */
#define GW_OP(opcode) ((uint32_t)(opcode) << 16 | GW_OPCODE)
#define GW_BUSY (1u << 30) /* written: start; reads 1 until the command is done */

#define GW_BLOCK 16u /* bytes, the most that a command carries */
#define GW_BLOCK_WORDS 4u
#define GW_BLOCK_LOG2 4u
#define GW_TAIL_CHECK_BLOCKS 8u /* shorter streams are not worth a check of their end */
#define GW_MAX_BLOCKS 2040u	/* of one stream */
#define GW_MAX_GROUP 1020u	/* blocks that one group of commands reads */

/* Opcodes that all SPI NOR parts share and that this room sends itself. */
#define SPI_READ 0x03u
#define SPI_READ_STATUS 0x05u
#define SPI_WRITE_ENABLE 0x06u
#define SPI_READ_ID 0x9fu

struct cx3_gateway {
	struct cx3_card *card;
	struct cx3_flash_options options;
	struct cx3_flash_counts counts; /* src/flash counts erases and programs here */

	/* ways.c: what the hardware was found to do */
	struct cx3_way_row way[CX3_WAYS];

	uint32_t pattern; /* registers.c: of its last trial */

	/* anchor.c: a block that is known not to be blank */
	bool anchored;
	uint32_t anchor_addr;
	uint32_t anchor[GW_BLOCK_WORDS];
	bool read_plain; /* something was read the plain way since the streamed way was proven */

	/* read.c, while blank blocks are to be proven: see cx3_gw_prove_blank */
	bool proving;
	bool ended_blank; /* the last stream did */
	bool unproven;	  /* something was read in a way that proves nothing */

	/* group.c */
	uint32_t *group;      /* addresses and answers of a group's commands */
	unsigned busy_groups; /* in which too many commands were not done in time */
	unsigned moved;	      /* groups in a row after which 0xf0404 had counted up by a block */

	/* read.c */
	unsigned suspects;     /* streams that arrived complete but can't be right */
	unsigned slips;	       /* streams in a row whose blocks had moved */
	unsigned slippery;     /* how often `slips` has come to MOST_SLIPS */
	size_t proven_blocks;  /* chip select stayed low for so many, as their last one showed */
	size_t tried_blocks;   /* so many were to be proven by a stream that ends at the anchor */
	unsigned stream_shift; /* streams took too long on the clock: make them 1 << n times shorter
				*/

	/* hold.c */
	bool locked_from_open; /* livefish: the semaphore is ours from open to close */
	bool holding;	       /* between cx3_gw_hold and cx3_gw_let_go */
	bool keeping;	       /* ... without a bound */
	bool suspended;	       /* it was locked from open, and is free for a while */
	bool hold_locked;      /* ... and the semaphore is taken at this moment */
	uint64_t held_since_us;

	/* command.c: the script being built, with room for the longest stream */
	struct cx3_regop *ops;
	size_t n_ops, ops_room;
	bool secret;	    /* what passes the data registers is in no log */
	uint32_t last_word; /* of the last polled command */
	unsigned nacks;	    /* commands in a row that the card did not acknowledge the poll of */
};

/* --- ways.c: the table of ways --- */

/* True if the way may be used: proven, or assumed. */
static inline bool cx3_way_works(const struct cx3_gateway *gw, enum cx3_way way)
{
	return gw->way[way].state == CX3_WAY_PROVEN || gw->way[way].state == CX3_WAY_ASSUMED;
}
static inline bool cx3_way_is_given_up(const struct cx3_gateway *gw, enum cx3_way way)
{
	return gw->way[way].state == CX3_WAY_GIVEN_UP;
}
/* A way that is unknown becomes proven, or assumed; any becomes given up, for good. Logged. */
void cx3_way_proven(struct cx3_gateway *gw, enum cx3_way way, const char *why);
void cx3_way_assumed(struct cx3_gateway *gw, enum cx3_way way, const char *why);
void cx3_way_give_up(struct cx3_gateway *gw, enum cx3_way way, const char *why);
/* Many commands may go in one batch, and are judged afterwards. */
static inline bool cx3_gw_groups(const struct cx3_gateway *gw)
{
	return !cx3_way_is_given_up(gw, CX3_WAY_NO_POLL);
}
/* A command is done before the next message can come: nothing waits for it. */
static inline bool cx3_gw_quick(const struct cx3_gateway *gw)
{
	return cx3_way_works(gw, CX3_WAY_NO_POLL);
}
/* 0xf0404 counts up with the data: after a command it is not what was written. */
static inline bool cx3_gw_address_moves(const struct cx3_gateway *gw)
{
	return gw->moved >= 2;
}
/* Somebody else may want the flash. */
static inline bool cx3_gw_firmware_runs(const struct cx3_gateway *gw)
{
	return cx3_card_identity(gw->card)->state != CX3_CARD_LIVEFISH;
}
/* Reads are streamed. */
static inline bool cx3_gw_streams(const struct cx3_gateway *gw)
{
	return cx3_gw_groups(gw) && cx3_way_works(gw, CX3_WAY_HELD_READ);
}

/*
 * Opens the gateway of `card`; `options` may be NULL. In livefish the semaphore is
 * taken here and kept until close. CX3_E_NO_MEMORY, CX3_E_SEMAPHORE, or a bus error.
 */
int cx3_gw_open(struct cx3_card *card, const struct cx3_flash_options *options,
		struct cx3_gateway **out, struct cx3_error *err);
/* Frees what is held. NULL is allowed. */
void cx3_gw_close(struct cx3_gateway *gw);

uint64_t cx3_gw_now_us(const struct cx3_gateway *gw);
void cx3_gw_wait_us(const struct cx3_gateway *gw, uint64_t us);
/* The adapter's label, for errors. */
const char *cx3_gw_label(const struct cx3_gateway *gw);

/* The place of an error: "flash 0x12340 on /dev/i2c-3". */
struct cx3_flash_place {
	char text[96];
};
struct cx3_flash_place cx3_gw_place(const struct cx3_gateway *gw, uint32_t addr);

/* --- hold.c: the semaphore around each operation --- */

/* It is ours without a bound: in livefish, or kept. */
static inline bool cx3_gw_unbound(const struct cx3_gateway *gw)
{
	return gw->locked_from_open || gw->keeping;
}

/* Before an operation that takes about `need_us`. Each one has its cx3_gw_end. */
int cx3_gw_begin(struct cx3_gateway *gw, uint64_t need_us, struct cx3_error *err);
/* After it. Returns `rc` if that is a failure already, else what freeing came to. */
int cx3_gw_end(struct cx3_gateway *gw, int rc, struct cx3_error *err);
/* Operations in between share the semaphore: see cx3_flash_hold. */
void cx3_gw_hold(struct cx3_gateway *gw);
int cx3_gw_let_go(struct cx3_gateway *gw, struct cx3_error *err);
/* As cx3_gw_hold, without a bound: see cx3_flash_keep. */
void cx3_gw_keep(struct cx3_gateway *gw);
/* Frees the semaphore within a hold, and takes it back: see cx3_flash_suspend. */
int cx3_gw_suspend(struct cx3_gateway *gw, struct cx3_error *err);
int cx3_gw_resume(struct cx3_gateway *gw, struct cx3_error *err);

/* --- command.c --- */

/*
 * Building a script in gw->ops: start, then steps, then run. cx3_gw_command takes a
 * finished word (see cx3_gw_word). Pointers are kept until the run.
 */
void cx3_gw_start(struct cx3_gateway *gw);
void cx3_gw_write(struct cx3_gateway *gw, uint32_t reg, const uint32_t *words, uint16_t count);
void cx3_gw_read(struct cx3_gateway *gw, uint32_t reg, uint32_t *words, uint16_t count);
void cx3_gw_command(struct cx3_gateway *gw, const uint32_t *word);
/* The step added last does no harm though the one before it was not acknowledged: see struct
 * cx3_xfer. */
void cx3_gw_blind(struct cx3_gateway *gw);
int cx3_gw_run(struct cx3_gateway *gw, enum cx3_repeat repeat, struct cx3_progress_mark *mark,
	       struct cx3_error *err);

/* A command word of these bits, with the enable and busy bits added. */
uint32_t cx3_gw_word(uint32_t bits);

/*
 * One command that may be repeated, polled until the gateway is done. `addr` may
 * be NULL. With GW_READ, `count` words come into data; else they go out first.
 */
int cx3_gw_exec(struct cx3_gateway *gw, uint32_t bits, const uint32_t *addr, uint32_t *data,
		uint16_t count, struct cx3_error *err);

/* Waits until the gateway is done; *word is what the command register reads then.
 * CX3_E_GATEWAY after a second. */
int cx3_gw_wait(struct cx3_gateway *gw, uint32_t *word, struct cx3_error *err);

/*
 * A write enable (`enable_opcode`: SPI_WRITE_ENABLE, or EWSR for some status registers)
 * and a command that writes, with the address and data that are in the registers
 * already. Sent once: after a failure nobody knows whether it has begun.
 */
int cx3_gw_write_command(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
			 struct cx3_error *err);
/* The same in attempt number `attempt`: after the first one each command is waited for. A card
 * may be in time for the next message after a read, and not for that after a write enable. */
int cx3_gw_write_again(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
		       unsigned attempt, struct cx3_error *err);
/*
 * The same, always polled. *wrong: the bits in which the command register reads back
 * otherwise than the command was written; 0 where it does not echo. A chip select that
 * is held by mistake is released before anything else is sent.
 */
int cx3_gw_write_polled(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
			uint32_t *wrong, struct cx3_error *err);

/* The same in one batch, where a command needs not be waited for. */
int cx3_gw_write_checked(struct cx3_gateway *gw, uint8_t enable_opcode, uint32_t bits,
			 uint32_t *wrong, struct cx3_error *err);

/*
 * Sets the address register and reads it back; CX3_E_GATEWAY if it stays wrong.
 * `count` words of `data` (0 and NULL: none) go to the data registers before; with
 * `check_data` they are read back as well.
 */
int cx3_gw_set_address(struct cx3_gateway *gw, uint32_t addr, const uint32_t *data, uint16_t count,
		       bool check_data, struct cx3_error *err);
/* What the address register holds for a program or erase at `addr`: see command.c. */
uint32_t cx3_gw_address_word(const struct cx3_gateway *gw, uint32_t addr);

/* Releases a chip select that a broken read or program has left held, changing nothing. */
int cx3_gw_end_command(struct cx3_gateway *gw, bool reading, struct cx3_error *err);

/* --- read.c, stream.c, group.c --- */

/* Reads `blocks` blocks of 16 bytes at addr, one polled command each. The semaphore is held. */
int cx3_gw_read_alone(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		      struct cx3_error *err);

/* The same in groups of commands where that works. */
int cx3_gw_read_plain(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		      struct cx3_error *err);
/*
 * One group: reads up to GW_MAX_GROUP blocks, one command each, the last one first if `down`.
 * What was not done in time or can't be right is read again alone. *got blocks have arrived,
 * also after a failure; with `down` the last ones. The semaphore is held.
 */
int cx3_gw_read_group(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		      bool down, size_t *got, struct cx3_error *err);
/* One hold of the semaphore: reads up to `blocks` blocks, the last one first. *got of them,
 * the last ones, have arrived, also after a failure. */
int cx3_gw_read_down(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		     size_t *got, struct cx3_error *err);

/*
 * One hold of the semaphore: reads up to `blocks` blocks at addr in the best proven
 * way. *got of them have arrived, also after a failure.
 */
int cx3_gw_read_some(struct cx3_gateway *gw, uint32_t addr, uint32_t *words, size_t blocks,
		     size_t *got, struct cx3_error *err);

/*
 * Reads several short streams in one batch; the semaphore is held. Not *right: one of them did
 * not arrive or can't be right, and nothing that was read counts. Each place may be named more
 * than once. For where streams work.
 */
struct cx3_gw_part {
	uint32_t addr, *words;
	size_t blocks; /* fewer than GW_TAIL_CHECK_BLOCKS */
};
#define GW_MAX_PARTS 24u
int cx3_gw_read_parts(struct cx3_gateway *gw, const struct cx3_gw_part *part, size_t n, bool *right,
		      struct cx3_error *err);

/* Blocks that one cx3_gw_read_down carries. */
size_t cx3_gw_down_blocks(const struct cx3_gateway *gw);

/* Blocks that one cx3_gw_read_some carries: about a second's worth, or max_hold_ms. */
size_t cx3_gw_stream_blocks(const struct cx3_gateway *gw);

/*
 * Whether an operation that failed with `rc` may be started again; pauses if so.
 * `gained`: the last attempt got further than the one before. Begin with all zeros.
 */
struct cx3_gw_patience {
	unsigned fails; /* in a row, without a block gained */
	uint64_t deadline_us;
};
bool cx3_gw_try_again(struct cx3_gateway *gw, struct cx3_gw_patience *patience, int rc,
		      bool gained);

/*
 * Reads that follow are to prove what they read as blank. A command that is damaged in the middle
 * of a stream can let chip select rise, and the rest looks blank. What comes after it in the same
 * stream and is not blank shows that it has not; where a stream ends blank, each command is read
 * back. `end`: true if all reads since the begin have proven it.
 */
void cx3_gw_prove_blank(struct cx3_gateway *gw);
bool cx3_gw_prove_blank_end(struct cx3_gateway *gw);
/* What that costs more for `len` bytes that are blank. */
struct cx3_flash_cost cx3_gw_proof_cost(const struct cx3_gateway *gw, uint32_t len);

/* --- anchor.c --- */

/* True if what all reads since open have shown as blank is blank: see anchor.c. */
bool cx3_gw_blank_is_sure(const struct cx3_gateway *gw);
/* Before the first write: the anchor may be written over. */
void cx3_gw_drop_anchor(struct cx3_gateway *gw);

/* --- registers.c, probe.c --- */

/* Before the first command: what messages to the registers do. Only the data and address
 * registers are written. The semaphore is held, and the gateway is idle. */
int cx3_gw_probe_registers(struct cx3_gateway *gw, struct cx3_error *err);
/*
 * In livefish, unless the user said no: sees to it that a lost PCIe link does not reset the chip
 * (0xf3834). Where the register does not keep what is written to it, that way is given up and the
 * result is CX3_OK. Other errors as cx3_card_prepare_write.
 */
int cx3_gw_prepare_link(struct cx3_gateway *gw, struct cx3_error *err);
/* The user said no: the register is put back, and left alone from now on. */
int cx3_gw_leave_link(struct cx3_gateway *gw, struct cx3_error *err);
/* Looks for data at the places where images start, in a flash of `size` bytes, and proves
 * on it what may be: held reads, a bare head, a top address byte. The semaphore is held. */
int cx3_gw_probe(struct cx3_gateway *gw, uint32_t size, struct cx3_error *err);

/* --- alone.c --- */

/*
 * Looks at the gateway's registers for `us`, under the semaphore. CX3_E_GATEWAY
 * if they change though it is ours, CX3_E_CHANGED if a reset did that. What was in them is lost. Or
 * a bus error, or CX3_E_SEMAPHORE.
 */
int cx3_gw_watch(struct cx3_gateway *gw, uint64_t us, struct cx3_error *err);
/* After a failure `rc` that others at the gateway may have caused: if they are seen within `us`,
 * the error and the result are cx3_gw_watch's, else all is as it was. */
int cx3_gw_blame(struct cx3_gateway *gw, int rc, uint64_t us, struct cx3_error *err);

/* --- echo.c --- */

/* Writes a block into the data registers and reads it back. The semaphore is held, and no command
 * runs. */
int cx3_gw_echo(struct cx3_gateway *gw, const uint32_t words[GW_BLOCK_WORDS],
		uint32_t back[GW_BLOCK_WORDS], struct cx3_error *err);

/* --- cost.c: what commands cost on the wire --- */

struct cx3_wire {
	uint64_t bytes, messages;
};
/* Adds `n` times what these functions send. */
void cx3_wire_set_address(struct cx3_wire *wire, uint64_t n); /* data not included */
void cx3_wire_read_register(struct cx3_wire *wire, uint64_t n);
void cx3_wire_write_registers(struct cx3_wire *wire, uint64_t n, unsigned bytes);
void cx3_wire_read_plain(struct cx3_wire *wire, const struct cx3_gateway *gw, uint64_t blocks);
/* A command, polled where that is needed. */
void cx3_wire_command(struct cx3_wire *wire, const struct cx3_gateway *gw, uint64_t n);

/* The sum, with `holds` times taking and freeing the semaphore, and a wait. */
struct cx3_flash_cost cx3_gw_cost(const struct cx3_gateway *gw, struct cx3_wire wire,
				  uint64_t wait_us, uint64_t holds);
/* Of reading `len` bytes. */
struct cx3_flash_cost cx3_gw_read_cost(const struct cx3_gateway *gw, uint32_t len);

/* The n-th flash byte of words as they are in the data registers. */
static inline uint8_t cx3_byte_of(const uint32_t *words, size_t index)
{
	return (uint8_t)(words[index / 4] >> (24 - 8 * (index % 4)));
}

#endif
