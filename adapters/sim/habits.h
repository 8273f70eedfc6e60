/* SPDX-License-Identifier: BSD-2-Clause */
/* What may differ from card to card, as switches of the simulated card: see habits.c. */
#ifndef CX3_SIM_HABITS_H
#define CX3_SIM_HABITS_H

#include <stdbool.h>
#include <stdint.h>

struct simcard;

/* How 0xf0400 reads back, and 0xf0404. */
enum sim_echo { SIM_ECHO_WHOLE, SIM_ECHO_NONE, SIM_ECHO_PART, SIM_ECHO_STALE };
enum sim_address_echo { SIM_ADDRESS_WHOLE, SIM_ADDRESS_NONE, SIM_ADDRESS_COUNTS };
/* What a command of opcode and address alone does to chip select. */
enum sim_bare { SIM_BARE_HOLDS, SIM_BARE_DROPS, SIM_BARE_CLOCKS };
/* Which commands without opcode and address are carried out. */
enum sim_data_only { SIM_DATA_ALL, SIM_DATA_NONE, SIM_DATA_READS };

/* Register writes that have arrived and are not carried out yet. */
#define SIM_PENDING 1024u
struct sim_pending {
	uint32_t reg, value;
};

struct habits {
	/* chip select */
	uint64_t hold_blocks, hold_ms; /* it rises by itself after so much; 0: never */
	uint64_t held_since_ns, held_blocks;
	enum sim_bare bare;
	enum sim_data_only data_only;

	/* registers */
	enum sim_echo command_echo;
	enum sim_address_echo address_echo;
	uint64_t sem_word; /* what a taken semaphore reads; 0: 1 */

	/* messages */
	uint64_t wrap;	     /* bytes within which the register address counts up; 0: no limit */
	uint64_t read_ff;    /* a read message answers ff behind so many bytes; 0: never */
	uint64_t write_nack; /* a write message's further bytes are not acknowledged; 0: never */

	/* time */
	uint64_t busy_nack_us; /* nothing is acknowledged so long after a command's start */
	uint64_t boot_ms;      /* ... and after power-on */
	uint64_t nack_until_ns;
	uint64_t stretch_us; /* SCL is held low so long after a command's start */
	uint64_t stretch_until_ns;
	uint64_t wrsr_ms;      /* a status write takes so long; 0: as the model has it */
	uint64_t wip_late_us;  /* WIP shows so late */
	uint64_t slow_pages;   /* from this page program on each takes SLOW_PAGE_US */
	uint64_t self_reset_s; /* livefish: a reset each so often until 0xf3834 is set */
	uint64_t last_reset_ns;

	/* others.c */
	uint64_t fw_gateway_ms;	  /* the firmware uses the gateway so often; 0: never */
	uint64_t reset_every_ms;  /* a reset so often; 0: never */
	uint64_t driver_reset_ms; /* the same by a driver that takes the semaphore first */

	uint64_t second; /* JEDEC id of a flash on chip select 1; 0: none */
	unsigned second_bytes;
	uint32_t command_before;	       /* for command-echo=stale */
	unsigned pending_count, message_begin; /* of the message that is being written */
	struct sim_pending pending[SIM_PENDING];

	/* the tool's ways that this card lacks, by their names there */
	bool no_join;		  /* a write that a repeated START ends is dropped */
	bool no_read_after_write; /* the first read after a write sees what was before */
	bool no_block_read;	  /* all words of a read message come from one register */
	bool no_block_write;	  /* all words of a write message go to one register */
	bool no_long_messages;	  /* the adapter refuses more than 8 bytes */
	bool no_ack_busy;	  /* as busy-nack=500 */
	bool no_no_poll;	  /* as slow-gw=2000 */
	bool no_held_read;	  /* chip select is held for programs only */
	bool no_held_program;	  /* chip select is held for reads only */
	bool no_top_byte;	  /* 0xf0404 keeps 24 bits */
	bool no_status_word;	  /* the status byte is sent once, ff after it */
	bool no_livefish_link;	  /* 0xf3834 does not keep what is written to it */

	bool locked_but_id, no_id, no_livefish_word;
	bool at_stop;  /* writes are carried out at STOP */
	bool slow_spi; /* livefish: the SPI clock is a hundredth */
	bool byte_low; /* a read of one byte lands in [7:0] */
	bool second_answers;
};

#endif
